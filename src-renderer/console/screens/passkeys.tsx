import { useState } from "react";
import { formatAgo, formatInstant } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Card } from "../../ui/page.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "../console.module.css";
import { canPasskey, makePasskey } from "../passkey.ts";
import type { Output } from "../rest.ts";
import { useActing, useAsked, useConsole, useNow } from "../use-console.ts";
import { Problems } from "./problems.tsx";

type Passkey = Output<"GET /v1/passkeys">["items"][number];

/** Signs in without a password, and counts as the second factor. */
export const Passkeys = () => {
  const { ask, refresh } = useConsole();
  const { act, isBusy, problem } = useActing();
  const { value, again } = useAsked("GET /v1/passkeys", {}, { isWhole: true });
  const now = useNow(30_000);
  const [name, setName] = useState("");
  const [removing, setRemoving] = useState<Passkey>();
  const settle = async () => {
    await again();
    await refresh();
  };
  const add = async () => {
    const isDone = await act(async () => ask("POST /v1/passkeys", { name: name.trim(), answer: await makePasskey(await ask("POST /v1/passkeys/beginning", {})) }));
    if (!isDone) return;
    setName("");
    await settle();
  };
  const remove = async () => {
    const isDone = removing !== undefined && (await act(() => ask("DELETE /v1/passkeys/:passkeyId", { passkeyId: removing.passkeyId })));
    setRemoving(undefined);
    if (isDone) await settle();
  };
  const has = (value?.items.length ?? 0) > 0;
  return (
    <Card title="Passkeys" trailing={has ? <Tag tone="ok">set up</Tag> : <Tag tone="neutral">none</Tag>}>
      <div className={styles.form}>
        <Problems of={[problem]} />
        <p className={styles.words}>{has ? "Each of these signs you in by itself; the authenticator looks at you each time, so it stands for a second factor as well." : "Sign in with a fingerprint, a face or a security key. Nothing of it can be typed into a wrong page."}</p>
        <ul className={styles.list}>
          {value?.items.map((each) => (
            <li key={each.passkeyId} className={styles.item}>
              <span className={styles.itemText}>{each.name}</span>
              <span className={styles.time}>{each.usedAt === null ? `made ${formatInstant(each.createdAt).slice(0, 10)}` : `used ${formatAgo(each.usedAt, now)}`}</span>
              <Button size="sm" onClick={() => setRemoving(each)}>
                Remove…
              </Button>
            </li>
          ))}
        </ul>
        {canPasskey() ? (
          <>
            <Field label="Name of a new one" hint="So that you know it again: this laptop, the blue key.">
              <Input value={name} maxLength={80} onValue={setName} />
            </Field>
            <div className={styles.acts}>
              <Button isBusy={isBusy} disabled={name.trim() === ""} onClick={() => void add()}>
                Add a passkey
              </Button>
            </div>
          </>
        ) : (
          <p className={styles.quiet}>This browser has no passkeys.</p>
        )}
      </div>
      <ConfirmDialog isOpen={removing !== undefined} isDanger isBusy={isBusy} title={`Remove ${removing?.name ?? ""}?`} confirmText="Remove the passkey" onCancel={() => setRemoving(undefined)} onConfirm={() => void remove()}>
        It signs you in no more, at once.
      </ConfirmDialog>
    </Card>
  );
};
