import { useState } from "react";
import type { OperatorEntry } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { RadioList } from "../../ui/segmented.tsx";
import styles from "./access.module.css";

type AgentKey = { readonly publicKey: string; readonly type: string; readonly comment: string; readonly isSecurityKey: boolean };
type Props = { operator: OperatorEntry; onUse: (publicKey: string | undefined, passphrase: string | undefined) => Promise<boolean> };

/** With what one's own approvals are signed: a key that SENA keeps sealed, or one that the SSH agent keeps. */
export const ApproverKey = ({ operator, onUse }: Props) => {
  const { client } = useApp();
  const [keys, setKeys] = useState<readonly AgentKey[]>();
  const [chosen, setChosen] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const [problem, setProblem] = useState("");
  const open = () =>
    client.access.agentKeys({}).then(
      (answer) => {
        setKeys(answer.keys);
        setChosen(operator.isAgentKey ? operator.publicKey : "");
        setProblem("");
      },
      (error: unknown) => {
        setKeys([]);
        setProblem((error as Error).message);
      },
    );
  const close = () => {
    setKeys(undefined);
    setPassphrase("");
  };
  const use = () =>
    onUse(chosen === "" ? undefined : chosen, operator.hasPassphrase ? passphrase : undefined).then((isDone) => {
      if (isDone) close();
      else setProblem("It was not taken: see what stands above the list of operators.");
    });
  return (
    <FieldGroup title="What signs your approvals" hint={operator.isAgentKey ? "A key of the SSH agent. Where it is a security key, each approval waits for a touch." : `Your own key, ${operator.hasPassphrase ? "sealed with your passphrase" : "kept on this machine"}. A key of the SSH agent, or a security key that has to be touched, can sign instead.`}>
      <div className={styles.acts}>
        <code className={styles.key}>{operator.publicKey}</code>
        <Button onClick={() => void open()}>Choose another key…</Button>
      </div>
      <Dialog isOpen={keys !== undefined} onClose={close} size="md" title="What signs your approvals" footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button kind="primary" disabled={operator.hasPassphrase && passphrase === ""} onClick={() => void use()}>Use this key</Button>
        </>
      }>
        {problem === "" ? null : <Banner tone="warn" title="The SSH agent">{problem}</Banner>}
        <RadioList label="Key" value={chosen} onValue={setChosen} choices={[{ value: "", text: "My own key", hint: operator.hasPassphrase ? "Sealed with my passphrase, kept by SENA" : "Kept on this machine by SENA" }, ...(keys ?? []).map(({ publicKey, comment, isSecurityKey, type }) => ({ value: publicKey, text: comment === "" ? type : comment, hint: isSecurityKey ? "Security key in the SSH agent: touch it to approve" : `${type} in the SSH agent` }))]} />
        {keys?.length === 0 && problem === "" ? <p className={styles.quiet}>The SSH agent holds no key that can sign approvals. Add one with ssh-add; Ed25519, ECDSA P-256 and security keys of both kinds do.</p> : null}
        {operator.hasPassphrase ? <Field label="Your passphrase"><Input type="password" autoComplete="current-password" value={passphrase} onValue={setPassphrase} /></Field> : null}
      </Dialog>
    </FieldGroup>
  );
};
