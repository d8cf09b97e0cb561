import { useState, type FormEvent } from "react";
import { useStore } from "zustand";
import { Banner } from "../ui/banner.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import styles from "./console.module.css";
import type { Me } from "./model.ts";
import { answerPasskey, canPasskey } from "./passkey.ts";
import { goToProvider } from "./provider.ts";
import { useActing, useConsole, useSession } from "./use-console.ts";

/** Before something that matters: that it is still the person who signed in. Holds for five minutes in this session alone. */
export const StepUp = () => {
  const { proving } = useConsole();
  const now = useStore(proving);
  const session = useSession();
  return now.is === "asked" && session.is === "in" ? <StepUpDialog me={session.me} onSettled={now.settle} /> : null;
};

type StepUpProps = { me: Me; onSettled: (hasProved: boolean) => void };
const StepUpDialog = ({ me, onSettled }: StepUpProps) => {
  const { ask } = useConsole();
  const { act, isBusy, problem, clear } = useActing();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const { hasCodes, provider } = me;
  const isReady = provider !== null || (password !== "" && (!hasCodes || /^\d{6}$/.test(code)));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy || !isReady) return;
    if (provider !== null) return void (await act(() => goToProvider(ask, { ...provider, isProof: true })));
    if (await act(() => ask("POST /v1/session/proof", { password, ...(hasCodes && { code }) }))) onSettled(true);
  };
  const byPasskey = async () => {
    if (await act(async () => ask("POST /v1/session/proof/passkey", { answer: await answerPasskey(await ask("POST /v1/session/passkey/beginning", {})) }))) onSettled(true);
  };
  return (
    <Dialog
      isOpen
      onClose={() => onSettled(false)}
      size="sm"
      title="Prove that it is you"
      description="What you are about to do matters to others. This holds for five minutes in this browser."
      footer={
        <>
          <Button onClick={() => onSettled(false)}>Cancel</Button>
          {me.hasPasskey && canPasskey() ? (
            <Button icon="key" isBusy={isBusy} onClick={() => void byPasskey()}>
              Use a passkey
            </Button>
          ) : null}
          <Button kind="primary" type="submit" form="step-up" isBusy={isBusy} disabled={!isReady}>
            {provider === null ? "Go on" : "Sign in there again"}
          </Button>
        </>
      }
    >
      <form id="step-up" className={styles.form} onSubmit={(event) => void submit(event)}>
        {problem === "" ? null : (
          <Banner tone="bad" title="Not proved">
            {problem}
            {hasCodes ? " A code works once: if you signed in with this one, wait for the next." : ""}
          </Banner>
        )}
        {provider === null ? (
          <Field label="Your password">
            <Input type="password" autoComplete="current-password" value={password} onValue={(next) => (setPassword(next), clear())} />
          </Field>
        ) : (
          <p className={styles.words}>Your identity provider keeps your password. You go there, sign in again, and come back to this place; then do it once more.</p>
        )}
        {hasCodes && provider === null ? <CodeField value={code} onValue={(next) => (setCode(next), clear())} /> : null}
      </form>
    </Dialog>
  );
};

export const CodeField = ({ value, onValue }: { value: string; onValue: (code: string) => void }) => (
  <Field label="Code of your authenticator" hint="Six digits; each works once.">
    <Input isMono inputMode="numeric" autoComplete="one-time-code" maxLength={6} value={value} onValue={(next) => onValue(next.replaceAll(/\D/g, ""))} />
  </Field>
);
