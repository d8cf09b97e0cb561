import { useState, type FormEvent } from "react";
import { Qr } from "../../features/audit/qr.tsx";
import { formatAgo } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Bytes } from "../../ui/bytes.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Card, Page } from "../../ui/page.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "../console.module.css";
import { CodeField } from "../step-up.tsx";
import { useActing, useAsked, useConsole, useNow, useSession } from "../use-console.ts";
import { Problems } from "./problems.tsx";
import { Passkeys } from "./passkeys.tsx";

export const AccountScreen = () => {
  const session = useSession();
  if (session.is !== "in") return null;
  return (
    <Page>
      <div className={styles.stack}>
        {session.me.provider === null ? (
          <SecondFactor />
        ) : (
          <Card title="How you sign in">
            <p className={styles.words}>Your organisation’s identity provider vouches for you: your password and second factor are kept there.</p>
          </Card>
        )}
        <Passkeys />
        {session.me.provider === null ? <Password /> : null}
        <Sessions />
      </div>
    </Page>
  );
};

const SecondFactor = () => {
  const { ask, refresh } = useConsole();
  const session = useSession();
  const { act, isBusy, problem, clear } = useActing();
  const [uri, setUri] = useState<string>();
  const [isRemoving, setRemoving] = useState(false);
  const [code, setCode] = useState("");
  const has = session.is === "in" && session.me.hasCodes;
  const settle = async (work: () => Promise<unknown>) => {
    if (!(await act(work))) return;
    setUri(undefined);
    setRemoving(false);
    setCode("");
    await refresh();
  };
  return (
    <Card title="Second factor" trailing={has ? <Tag tone="ok">set up</Tag> : <Tag tone="warn">none</Tag>}>
      <div className={styles.form}>
        <Problems of={[problem]} />
        {has && !isRemoving ? (
          <div className={styles.acts}>
            <Button onClick={() => setRemoving(true)}>Remove it…</Button>
          </div>
        ) : null}
        {!has && uri === undefined ? (
          <>
            <p className={styles.words}>With an authenticator a stolen password alone opens nothing.</p>
            <div className={styles.acts}>
              <Button kind="primary" isBusy={isBusy} onClick={() => void act(async () => setUri((await ask("POST /v1/second-factor", {})).uri))}>
                Set up an authenticator
              </Button>
            </div>
          </>
        ) : null}
        {uri === undefined ? null : (
          <>
            <p className={styles.words}>Read this with your authenticator, or type its address in, and give the first code it shows.</p>
            <Qr text={uri} label="Address for your authenticator" />
            <Bytes text={uri} label="Address for your authenticator" wraps />
          </>
        )}
        {uri === undefined && !isRemoving ? null : (
          <>
            <CodeField value={code} onValue={(next) => (setCode(next), clear())} />
            <div className={styles.acts}>
              <Button kind={isRemoving ? "danger" : "primary"} isBusy={isBusy} disabled={code.length !== 6} onClick={() => void settle(() => (isRemoving ? ask("DELETE /v1/second-factor", { code }) : ask("PUT /v1/second-factor", { code })))}>
                {isRemoving ? "Remove the second factor" : "Confirm"}
              </Button>
              <Button onClick={() => (setUri(undefined), setRemoving(false), setCode(""))}>Cancel</Button>
            </div>
          </>
        )}
      </div>
    </Card>
  );
};

const Password = () => {
  const { ask, toasts } = useConsole();
  const { act, isBusy, problem, clear } = useActing();
  const [password, setPassword] = useState("");
  const [next, setNext] = useState("");
  const change = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await act(() => ask("POST /v1/password", { password, next })))) return;
    setPassword("");
    setNext("");
    toasts.show({ tone: "ok", title: "Your password was changed", text: "Your other sessions have ended." });
  };
  return (
    <Card title="Password">
      <form className={styles.form} onSubmit={(event) => void change(event)}>
        <Problems of={[problem]} />
        <Field label="Now">
          <Input type="password" autoComplete="current-password" value={password} onValue={(value) => (setPassword(value), clear())} />
        </Field>
        <Field label="New" hint="At least twelve characters, not a common one. Your other sessions end.">
          <Input type="password" autoComplete="new-password" value={next} onValue={(value) => (setNext(value), clear())} />
        </Field>
        <div className={styles.acts}>
          <Button type="submit" isBusy={isBusy} disabled={password === "" || next === ""}>
            Change the password
          </Button>
        </div>
      </form>
    </Card>
  );
};

const Sessions = () => {
  const { ask } = useConsole();
  const { act, problem } = useActing();
  const now = useNow(30_000);
  const { value, again } = useAsked("GET /v1/sessions", {}, { isWhole: true });
  const end = async (sessionId: string) => {
    if (await act(() => ask("DELETE /v1/sessions/:sessionId", { sessionId }))) await again();
  };
  return (
    <Card title="Where you are signed in">
      <Problems of={[problem]} />
      <ul className={styles.list}>
        {value?.items.map((each) => (
          <li key={each.sessionId} className={styles.item}>
            <span className={styles.itemText}>
              {each.address === "" ? "unknown address" : each.address} <span className={styles.quiet}>{each.agent}</span>
            </span>
            <span className={styles.time}>used {formatAgo(each.usedAt, now)}</span>
            {each.isThis ? (
              <Tag tone="accent">this one</Tag>
            ) : (
              <Button size="sm" onClick={() => void end(each.sessionId)}>
                End it
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
};
