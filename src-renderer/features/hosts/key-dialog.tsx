import { useState } from "react";
import type { ShownKey } from "../../../src-main/contract/index.ts";
import { typedFingerprint } from "../../../src-main/contract/typed-fingerprint.ts";
import { formatClock } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/bytes.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { EnvironmentTag } from "../../ui/tag.tsx";
import { KeyPicture } from "./key-picture.tsx";
import styles from "./hosts.module.css";

type Props = { isOpen: boolean; host: string; environment: "dev" | "staging" | "prod"; shown: ShownKey | undefined; error: string | undefined; isBusy: boolean; onTrust: (fingerprint: string, replaces: boolean) => void; onClose: () => void };

const COMMAND = "ssh-keygen -lvf /etc/ssh/ssh_host_ed25519_key.pub";

/**
 * A key that is new or another than before: what it is, how to compare it, and one deliberate step to trust it. On production
 * another key is not shown: whoever replaces it brings the fingerprint from the host itself.
 */
export const KeyDialog = ({ isOpen, host, environment, shown, error, isBusy, onTrust, onClose }: Props) => {
  const [said, setSaid] = useState("");
  const isChanged = shown?.verdict === "changed";
  const canTrust = shown !== undefined && (shown.verdict === "unknown" || isChanged);
  const agreed = shown?.mustBeSaid === true ? typedFingerprint(said) : shown?.fingerprint;
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      lead={<EnvironmentTag environment={environment} />}
      title={isChanged ? `${host} shows another key than before` : `The key of ${host}`}
      footer={
        <>
          <Button onClick={onClose}>{canTrust ? "Do not trust it" : "Close"}</Button>
          {canTrust ? (
            <Button kind={isChanged ? "danger" : "primary"} isBusy={isBusy} disabled={agreed === undefined} onClick={() => agreed !== undefined && onTrust(agreed, isChanged)}>
              {isChanged ? (shown?.isAskedByYou === true ? "Name it again" : shown?.askedBy ? "Confirm the new key" : "Replace the key") : "Trust this key"}
            </Button>
          ) : null}
        </>
      }
    >
      <div className={styles.form}>
        {error === undefined ? null : <Banner tone="bad" title={error} />}
        {shown === undefined && error === undefined ? <p className={styles.quiet}>Asking {host} for its key…</p> : null}
        {shown === undefined ? null : <Verdict shown={shown} host={host} />}
        {shown?.isAskedByYou === true ? (
          <Banner tone="info" title={`You named it; a second person does until ${formatClock(shown.askedUntil)}`}>
            An approver finds it under Approvals and names it too. Until then nothing is trusted, and SENA does not connect. Naming it again only gives them another quarter of an hour.
          </Banner>
        ) : null}
        {shown === undefined || shown.mustBeSaid ? null : <KeyPicture keyType={shown.type} fingerprint={shown.fingerprint} randomart={shown.randomart} />}
        {isChanged ? (
          <ul className={styles.before}>
            {shown.known.map((key) => (
              <li key={key}>
                before: <code>{key}</code>
              </li>
            ))}
          </ul>
        ) : null}
        {shown?.mustBeSaid === true ? (
          <Field label="Fingerprint of the new key, as its owner reads it on the host" hint={hintOf(shown)} {...(said.trim() !== "" && agreed === undefined && { error: "Not a fingerprint yet: SHA256: and 43 characters behind it." })}>
            <Input isMono value={said} onValue={setSaid} placeholder="SHA256:…" autoComplete="off" spellCheck={false} />
          </Field>
        ) : null}
        {canTrust ? (
          <p className={styles.quiet}>
            On the host itself: <code>{COMMAND}</code> <CopyButton text={COMMAND} label="Copy the command" />
          </p>
        ) : null}
      </div>
    </Dialog>
  );
};

const hintOf = ({ askedBy, isAskedByYou }: ShownKey): string =>
  isAskedByYou || askedBy === "" ? "It is not shown here: what the network shows is what has to be checked." : `${askedBy} named it already; you are the second person. Take it from the owner, not from ${askedBy}.`;

const Verdict = ({ shown, host }: { shown: ShownKey; host: string }) => {
  switch (shown.verdict) {
    case "known":
      return <Banner tone="ok" title="Known, and the same as before" />;
    case "unknown":
      return (
        <Banner tone="info" title="Not known yet">
          Compare the fingerprint or the picture with the host’s own before you trust it. Nothing has been sent to it.{shown.known.length > 0 ? ` Known so far, of other types: ${shown.known.join(", ")}.` : ""}
        </Banner>
      );
    case "changed":
      return (
        <Banner tone="bad" title="Either it was set up anew, or someone stands in between">
          Ask the owner of {host} which. Nothing was sent, and the refusal is in the record. {shown.mustBeSaid ? "On production the key is replaced only by naming the new one’s fingerprint." : "Replace the key only when the answer is certain."}
        </Banner>
      );
    case "revoked":
      return <Banner tone="bad" title="This key is marked as revoked">The host needs a new key before SENA connects.</Banner>;
    case "certificate-only":
      return <Banner tone="warn" title="Known by a certificate authority only">Set the transport of this host to “System OpenSSH”, which can check host certificates.</Banner>;
    default:
      return shown.verdict satisfies never;
  }
};
