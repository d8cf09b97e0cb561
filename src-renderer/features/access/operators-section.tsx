import { useCallback, useEffect, useState } from "react";
import type { AccessView, OperatorEntry, Role } from "../../../src-main/contract/index.ts";
import { ROLES as ALL_ROLES } from "../../../src-main/contract/words.ts";
import { toHash } from "../../app/router.ts";
import { useAct } from "../../app/use-act.ts";
import { useApp, useFeed, useStatus } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/bytes.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { LongList } from "../../ui/long-list.tsx";
import { Select } from "../../ui/select.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "./access.module.css";
import { ApproverKey } from "./approver-key.tsx";
import { leftBy, stillHolds, type Standing } from "./left-behind.ts";
import { RetireDialog } from "./retire-dialog.tsx";
import { SessionList } from "./session-list.tsx";

const ROLE_WORDS: Readonly<Record<Role, string>> = { viewer: "looks", operator: "works on hosts", approver: "works and approves", auditor: "reads the record", admin: "everything" };
const ROLES = ALL_ROLES.map((role) => ({ value: role, text: role, note: ROLE_WORDS[role] }));
const REMOTE_ROLES = ROLES.filter(({ value }) => value === "approver" || value === "auditor" || value === "viewer");

export const OperatorsSection = () => {
  const { client, toast } = useApp();
  const meId = useStatus((status) => status?.principal.id ?? "");
  const permissions = useStatus((status) => status?.principal.permissions) ?? [];
  const [access, setAccess] = useState<AccessView>();
  const [operators, setOperators] = useState<readonly OperatorEntry[]>();
  const [adding, setAdding] = useState<"" | "here" | "remote">("");
  const [retiring, setRetiring] = useState<OperatorEntry>();
  useFeed("access", (core, signal) => core.access.state({}, { signal }), setAccess);
  const [standing, setStanding] = useState<Standing>({ grants: [], schedules: [], at: 0 });
  const mayChange = permissions.includes("administer");
  const load = useCallback(async () => {
    setOperators((await client.access.operators({})).operators);
    if (!mayChange) return;
    const [{ grants }, { schedules }] = await Promise.all([client.approvals.grants({}), client.schedules.list({})]);
    setStanding({ grants, schedules, at: Date.now() });
  }, [client, mayChange]);
  const { act, problem, setProblem } = useAct({ after: load });
  useEffect(() => void load().catch((error: unknown) => setProblem((error as Error).message)), [load, setProblem, access]);
  if (access === undefined || operators === undefined) return <Skeleton lines={6} label="Loading the operators" />;
  const me = operators.find(({ id }) => id === meId);
  const retire = async ({ id, name }: OperatorEntry, forgets: boolean) => {
    await client.access.change({ operatorId: id, active: false });
    const asked = forgets ? leftBy(id, standing).remembered.map((grant) => client.approvals.revokeGrant({ id: grant.id })) : [];
    const failed = (await Promise.allSettled(asked)).find((end) => end.status === "rejected");
    if (failed !== undefined) toast({ tone: "bad", title: `${name} is retired, and some of their runbooks still run without asking`, text: `${(failed.reason as Error).message} They are listed under Approvals, Remembered runbooks.` });
  };
  const added = (isDone: boolean) => (isDone ? setAdding("") : undefined);
  return (
    <>
      {problem === "" || adding !== "" ? null : <Banner tone="bad" title="Nothing was changed">{problem}</Banner>}
      <FieldGroup title="Who works here" hint={access.mode === "single" ? "One person works here, so nobody else can look first: you approve your own commands, and every record says so. Four eyes begin when a second operator is added." : "Several people work here. A change of a production host needs somebody other than whoever asked."}>
        <LongList label="operators" items={operators} itemText={({ name, roles }) => `${name} ${roles.join(" ")}`} className={styles.list}>
          {(operator) => (
            <OperatorRow
              key={operator.id}
              operator={operator}
              isMe={operator.id === meId}
              mayChange={mayChange}
              stillHolds={stillHolds(operator, standing)}
              onRole={(role) => void act(() => client.access.change({ operatorId: operator.id, roles: [role] }))}
              onActive={(active) => (active ? void act(() => client.access.change({ operatorId: operator.id, active })) : setRetiring(operator))}
            />
          )}
        </LongList>
        {mayChange ? (
          <div className={styles.acts}>
            {access.mode === "single" ? <Button onClick={() => void act(() => client.access.setMode({ mode: "several" }))}>Allow several operators</Button> : <Button icon="plus" onClick={() => setAdding("here")}>Add an operator…</Button>}
            <Button onClick={() => setAdding("remote")}>Add an approver elsewhere…</Button>
            {access.mode === "several" ? <Button kind="ghost" onClick={() => void act(() => client.access.setMode({ mode: "single" }))}>Go back to one operator</Button> : null}
          </div>
        ) : null}
      </FieldGroup>
      {me === undefined ? null : <ApproverKey operator={me} onUse={(publicKey, passphrase) => act(() => client.access.chooseApproverKey({ ...(publicKey !== undefined && { publicKey }), ...(passphrase !== undefined && { passphrase }) }))} />}
      {permissions.includes("audit") ? <SessionList version={access} /> : null}
      <AddHere isOpen={adding === "here"} problem={problem} onClose={() => setAdding("")} onAdd={(name, role, passphrase) => void act(() => client.access.add({ name, roles: [role], passphrase })).then(added)} />
      <AddRemote isOpen={adding === "remote"} problem={problem} onClose={() => setAdding("")} onAdd={(name, role, publicKey) => void act(() => client.access.addRemote({ name, roles: [role], publicKey })).then(added)} />
      {retiring === undefined ? null : (
        <RetireDialog operator={retiring} left={leftBy(retiring.id, standing)} onCancel={() => setRetiring(undefined)} onRetire={(forgets) => {
          setRetiring(undefined);
          void act(() => retire(retiring, forgets));
        }} />
      )}
    </>
  );
};

type RowProps = { operator: OperatorEntry; isMe: boolean; mayChange: boolean; /** What holds by the word of somebody who has none any more. */ stillHolds?: string; onRole: (role: Role) => void; onActive: (isActive: boolean) => void };
export const OperatorRow = ({ operator, isMe, mayChange, stillHolds: holds = "", onRole, onActive }: RowProps) => (
  <li className={styles.row}>
    <span className={operator.active ? styles.name : styles.quiet}>{operator.name}</span>
    {isMe ? <Tag tone="accent">you</Tag> : null}
    {operator.active ? null : <Tag tone="neutral">retired</Tag>}
    {operator.isRemote ? <Tag tone="violet">elsewhere</Tag> : operator.hasPassphrase ? null : <Tag tone="warn">no passphrase</Tag>}
    {operator.isAgentKey ? <Tag tone="neutral">{operator.publicKey.startsWith("sk-") ? "security key" : "agent key"}</Tag> : null}
    <span className={styles.grow} />
    <span className={styles.quiet}>approver key</span>
    <CopyButton text={operator.publicKey} label={`Copy the public key of ${operator.name}`} />
    {mayChange ? (
      <>
        <Select className={styles.role ?? ""} label={`Role of ${operator.name}`} value={operator.roles[0] ?? null} onValue={onRole} choices={operator.isRemote ? REMOTE_ROLES : ROLES} isDisabled={!operator.active} />
        <Button size="sm" kind="ghost" onClick={() => onActive(!operator.active)}>
          {operator.active ? "Retire" : "Bring back"}
        </Button>
      </>
    ) : (
      <span className={styles.quiet}>{operator.roles.join(", ")}</span>
    )}
    {holds === "" ? null : <a className={styles.said} href={toHash("approvals", ["remembered"])}>{holds}</a>}
  </li>
);

type AddProps = { isOpen: boolean; problem: string; onClose: () => void };
const AddHere = ({ isOpen, problem, onClose, onAdd }: AddProps & { onAdd: (name: string, role: Role, passphrase: string) => void }) => {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("approver");
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  return (
    <Dialog isOpen={isOpen} onClose={onClose} size="sm" title="Add an operator at this machine" description="They type the passphrase themselves. It seals their own approver key and their way to the secrets; nobody can look it up or reset it." footer={
      <>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" disabled={name.trim() === "" || passphrase.length < 10 || again !== passphrase} onClick={() => {
          onAdd(name, role, passphrase);
          setPassphrase("");
          setAgain("");
        }}>Add operator</Button>
      </>
    }>
      {problem === "" ? null : <Banner tone="bad" title="Not added">{problem}</Banner>}
      <div className={styles.fields}>
        <Field label="Name"><Input value={name} onValue={setName} maxLength={64} /></Field>
        <Field label="Role" hint={`${role}: ${ROLE_WORDS[role]}`}><Select value={role} onValue={setRole} choices={ROLES} /></Field>
        <Field label="Passphrase" hint="At least ten characters. Several words do well."><Input type="password" autoComplete="new-password" value={passphrase} onValue={setPassphrase} /></Field>
        <Field label="Once more" {...(again !== "" && again !== passphrase ? { error: "These are two different passphrases." } : {})}><Input type="password" autoComplete="new-password" value={again} onValue={setAgain} /></Field>
      </div>
    </Dialog>
  );
};

const AddRemote = ({ isOpen, problem, onClose, onAdd }: AddProps & { onAdd: (name: string, role: Role, publicKey: string) => void }) => {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("approver");
  const [key, setKey] = useState("");
  return (
    <Dialog isOpen={isOpen} onClose={onClose} size="sm" title="Add an approver elsewhere" description="They decide on their own installation, or with ssh-keygen, and send the decision as a file or a picture; no server is between. Compare their key with them over another way before you add it." footer={
      <>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" disabled={name.trim() === "" || key.trim() === ""} onClick={() => onAdd(name, role, key)}>Add approver</Button>
      </>
    }>
      {problem === "" ? null : <Banner tone="bad" title="Not added">{problem}</Banner>}
      <div className={styles.fields}>
        <Field label="Name"><Input value={name} onValue={setName} maxLength={64} /></Field>
        <Field label="Role"><Select value={role} onValue={setRole} choices={REMOTE_ROLES} /></Field>
        <Field label="Public key" hint="An OpenSSH line: ssh-ed25519, ecdsa-sha2-nistp256, or of a security key."><Input isMono value={key} onValue={setKey} /></Field>
      </div>
    </Dialog>
  );
};
