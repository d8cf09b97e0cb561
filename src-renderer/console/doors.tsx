import { useEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import { keysBack } from "../lib/keys-back.ts";
import { Banner } from "../ui/banner.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import styles from "./console.module.css";
import { answerPasskey, canPasskey } from "./passkey.ts";
import { goToProvider, rememberedOrganisation } from "./provider.ts";
import { codeOf } from "./rest.ts";
import { CodeField } from "./step-up.tsx";
import { useActing, useConsole, useRoute, useSession } from "./use-console.ts";

/** The ways in: with an account, with an invitation, and once, while nobody is there, with the code the server printed. */
export const Doors = () => {
  const route = useRoute();
  return (
    <main className={styles.cover}>
      {route.screen === "first" ? <First code={route.params.get("code") ?? ""} /> : route.screen === "invited" ? <Invited code={route.params.get("code") ?? ""} /> : <SignIn />}
    </main>
  );
};

type DoorProps = { title: string; words: ReactNode; problem: string; isBusy: boolean; action: string; isReady: boolean; onSubmit: () => Promise<void>; children: ReactNode; others?: ReactNode; foot?: ReactNode };
const Door = ({ title, words, problem, isBusy, action, isReady, onSubmit, children, others, foot }: DoorProps) => {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isBusy && isReady) void onSubmit();
  };
  const form = useRef<HTMLFormElement>(null);
  // Whoever comes here comes to fill this in, the code too that is asked for later; and is on the other side afterwards.
  const asked = useRef(0);
  useEffect(() => {
    const fields = [...(form.current?.querySelectorAll("input") ?? [])];
    if (fields.length > asked.current) fields.find(({ value }) => value === "")?.focus();
    asked.current = fields.length;
  });
  useEffect(() => keysBack, []);
  return (
    <form ref={form} className={styles.card} onSubmit={submit}>
      <h1 className={styles.cardTitle}>{title}</h1>
      <p className={styles.words}>{words}</p>
      {problem === "" ? null : (
        <Banner tone="bad" title="Not let in">
          {problem}
        </Banner>
      )}
      {children}
      <Button kind="primary" type="submit" isBusy={isBusy} disabled={!isReady}>
        {action}
      </Button>
      {others}
      {foot === undefined ? null : <p className={styles.quiet}>{foot}</p>}
    </form>
  );
};

const SignIn = () => {
  const { ask, refresh } = useConsole();
  const session = useSession();
  const { act, isBusy, problem, clear } = useActing();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState<string>();
  const signIn = () =>
    act(async () => {
      try {
        await ask("POST /v1/session", { email, password, ...(code !== undefined && { code }) });
      } catch (error) {
        if (codeOf(error) !== "CODE_NEEDED" || code !== undefined) throw error;
        return setCode("");
      }
      await refresh();
    });
  const byPasskey = () =>
    act(async () => {
      await ask("POST /v1/session/passkey", { answer: await answerPasskey(await ask("POST /v1/session/passkey/beginning", {})) });
      await refresh();
    });
  const why = session.is === "out" ? session.why : "";
  return (
    <Door title="Sign in to SENA central" words={why === "" ? "Organisations, desktops, approvals and the custody of their records." : why} problem={problem} isBusy={isBusy} action="Sign in" isReady={email !== "" && password !== "" && (code === undefined || code.length === 6)} onSubmit={async () => void (await signIn())} others={<OtherWays isBusy={isBusy} onPasskey={() => void byPasskey()} onProvider={(of) => void act(() => goToProvider(ask, of))} />} foot={<>Somebody gave you an invitation? <a href="#/invited">Take it up</a>.</>}>
      <Field label="E-mail address">
        <Input type="email" autoComplete="username" value={email} onValue={(next) => (setEmail(next), clear())} />
      </Field>
      <Field label="Password">
        <Input type="password" autoComplete="current-password" value={password} onValue={(next) => (setPassword(next), clear())} />
      </Field>
      {code === undefined ? null : <CodeField value={code} onValue={(next) => (setCode(next), clear())} />}
    </Door>
  );
};

type OtherWaysProps = { isBusy: boolean; onPasskey: () => void; onProvider: (of: { orgId: string; providerId: string }) => void };
/** A passkey, and the providers of the organisation whose sign-in address was opened, now or the last time. */
const OtherWays = ({ isBusy, onPasskey, onProvider }: OtherWaysProps) => {
  const { ask } = useConsole();
  const route = useRoute();
  const orgId = route.screen === "with" ? route.rest[0] : rememberedOrganisation(localStorage);
  const [providers, setProviders] = useState<readonly { providerId: string; name: string }[]>([]);
  useEffect(() => {
    const over = new AbortController();
    if (orgId !== undefined) ask("GET /v1/sign-in/:orgId", { orgId }, over.signal).then(({ items }) => setProviders(items), () => undefined);
    return () => over.abort();
  }, [ask, orgId]);
  return (
    <div className={styles.others}>
      {orgId === undefined
        ? null
        : providers.map(({ providerId, name }) => (
            <Button key={providerId} icon="external" isBusy={isBusy} onClick={() => onProvider({ orgId, providerId })}>
              Sign in with {name}
            </Button>
          ))}
      {canPasskey() ? (
        <Button icon="key" isBusy={isBusy} onClick={onPasskey}>
          Use a passkey
        </Button>
      ) : null}
    </div>
  );
};

const First = ({ code: given }: { code: string }) => {
  const { ask, refresh, router } = useConsole();
  const { act, isBusy, problem } = useActing();
  const [of, setOf] = useState({ code: given, organisation: "", name: "", email: "", password: "" });
  const set = (part: Partial<typeof of>) => setOf((before) => ({ ...before, ...part }));
  const begin = () =>
    act(async () => {
      const { orgId } = await ask("POST /v1/bootstrap", of);
      await ask("POST /v1/session", { email: of.email, password: of.password });
      router.navigate(`/o/${orgId}/overview`, { replaces: true });
      await refresh();
    });
  return (
    <Door title="The first organisation" words="This server has nobody yet. Whoever holds the code that it printed becomes the first admin; it works once." problem={problem} isBusy={isBusy} action="Make the organisation" isReady={Object.values(of).every((value) => value !== "")} onSubmit={async () => void (await begin())}>
      <Field label="One-time code">
        <Input isMono value={of.code} onValue={(code) => set({ code })} />
      </Field>
      <Field label="Name of the organisation">
        <Input value={of.organisation} onValue={(organisation) => set({ organisation })} />
      </Field>
      <YourName name={of.name} set={set} />
      <Field label="E-mail address">
        <Input type="email" autoComplete="username" value={of.email} onValue={(email) => set({ email })} />
      </Field>
      <NewPassword password={of.password} set={set} />
    </Door>
  );
};

const Invited = ({ code: given }: { code: string }) => {
  const { ask, refresh, router } = useConsole();
  const { act, isBusy, problem } = useActing();
  const [of, setOf] = useState({ invitation: given, name: "", password: "" });
  const [code, setCode] = useState<string>();
  const set = (part: Partial<typeof of>) => setOf((before) => ({ ...before, ...part }));
  const join = () =>
    act(async () => {
      try {
        const { orgId, email } = await ask("POST /v1/invitations", { ...of, invitation: of.invitation.trim(), ...(code !== undefined && { code }) });
        // A code that was just used does not work again: then they sign in with the next.
        if (code === undefined) await ask("POST /v1/session", { email, password: of.password });
        router.navigate(`/o/${orgId}/overview`, { replaces: true });
      } catch (error) {
        if (codeOf(error) !== "CODE_NEEDED" || code !== undefined) throw error;
        return setCode("");
      }
      await refresh();
    });
  return (
    <Door title="Take up an invitation" words="With a new account, or with the one you have: then give its password. The e-mail address is the one that was invited." problem={problem} isBusy={isBusy} action="Join" isReady={Object.values(of).every((value) => value !== "")} onSubmit={async () => void (await join())} foot={<a href="#/">Sign in instead</a>}>
      <Field label="Invitation" hint="Begins with invite_.">
        <Input isMono value={of.invitation} onValue={(invitation) => set({ invitation })} />
      </Field>
      <YourName name={of.name} set={set} />
      <NewPassword password={of.password} set={set} />
      {code === undefined ? null : <CodeField value={code} onValue={setCode} />}
    </Door>
  );
};

const YourName = ({ name, set }: { name: string; set: (part: { name: string }) => void }) => (
  <Field label="Your name">
    <Input autoComplete="name" maxLength={80} value={name} onValue={(next) => set({ name: next })} />
  </Field>
);
const NewPassword = ({ password, set }: { password: string; set: (part: { password: string }) => void }) => (
  <Field label="Password" hint="At least twelve characters, not a common one; a few unrelated words do well.">
    <Input type="password" autoComplete="new-password" maxLength={256} value={password} onValue={(next) => set({ password: next })} />
  </Field>
);
