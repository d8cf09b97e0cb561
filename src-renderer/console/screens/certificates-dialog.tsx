import { useState } from "react";
import { formatInstant } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Tag } from "../../ui/tag.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import styles from "../console.module.css";
import type { Output } from "../rest.ts";
import { useActing, useConsole, useNow, useOrg } from "../use-console.ts";
import { Problems } from "./problems.tsx";

type Provider = Output<"GET /v1/orgs/:orgId/providers">["items"][number];

const SOON_MS = 30 * 86_400_000;

/** When a certificate ends, so that somebody sees it before nobody can sign in. */
export const EndTag = ({ endsAt, now }: { endsAt: number; now: number }) => {
  const day = formatInstant(endsAt).slice(0, 10);
  return endsAt <= now ? <Tag tone="bad">ended {day}</Tag> : <Tag tone={endsAt - now < SOON_MS ? "warn" : "neutral"}>until {day}</Tag>;
};

/** What a SAML provider's answers are taken under. The next is put beside the one of now; later the former is taken out. */
export const CertificatesDialog = ({ provider, onClose, onChanged }: { provider: Provider; onClose: () => void; onChanged: () => Promise<void> }) => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const now = useNow(60_000);
  const { act, isBusy, problem, clear } = useActing();
  const [next, setNext] = useState("");
  const set = async (certificates: readonly string[]) => {
    if (!(await act(() => ask("PUT /v1/orgs/:orgId/providers/:providerId/certificates", { orgId, providerId: provider.providerId, certificates: [...certificates] })))) return;
    setNext("");
    await onChanged();
  };
  const bodies = provider.certificates.map(({ body }) => body);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Signing certificates of ${provider.name}`}
      description="An answer is taken when it was signed with the key of one of these. When the provider changes its certificate, add the next here before it is used there."
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="primary" isBusy={isBusy} disabled={next.trim() === ""} onClick={() => void set([...bodies, next])}>
            Add the certificate
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <Problems of={[problem]} />
        <ul className={styles.list}>
          {provider.certificates.map(({ fingerprint, endsAt, body }) => (
            <li key={fingerprint} className={styles.item}>
              <span className={styles.itemText} title={fingerprint}>
                <span className={styles.mono}>{fingerprint.slice(0, 16)}…</span>
              </span>
              <EndTag endsAt={endsAt} now={now} />
              <Button size="sm" disabled={bodies.length < 2 || isBusy} title={bodies.length < 2 ? "Add the next one first" : undefined} onClick={() => void set(bodies.filter((each) => each !== body))}>
                Take it out
              </Button>
            </li>
          ))}
        </ul>
        <Field label="Another certificate" hint="PEM, with its BEGIN and END lines.">
          <TextArea isMono rows={5} value={next} placeholder="-----BEGIN CERTIFICATE-----" onValue={(value) => (setNext(value), clear())} />
        </Field>
      </div>
    </Dialog>
  );
};
