import type { CredentialRef } from "../../../src-main/contract/index.ts";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Select } from "../../ui/select.tsx";
import styles from "./hosts.module.css";

type Props = { value: CredentialRef; secrets: readonly string[]; authorities: readonly string[]; onValue: (value: CredentialRef) => void };

const KINDS = [{ value: "agent", text: "SSH agent" }, { value: "key-file", text: "Key file" }, { value: "vault", text: "Vault" }, { value: "certificate", text: "Certificate" }, { value: "ask", text: "Ask me" }] as const;

function startOf(kind: CredentialRef["kind"], secrets: readonly string[], authorities: readonly string[]): CredentialRef {
  if (kind === "key-file") return { kind, path: "~/.ssh/id_ed25519" };
  if (kind === "vault") return { kind, secret: secrets[0] ?? "" };
  return kind === "certificate" ? { kind, source: authorities[0] ?? "", role: "" } : { kind };
}

/** Nothing is left out that signing in needs; what is, stands beside its field. */
export const isComplete = (of: CredentialRef): boolean => {
  switch (of.kind) {
    case "key-file":
      return of.path.trim() !== "";
    case "vault":
      return of.secret !== "";
    case "certificate":
      return of.source !== "" && of.role.trim() !== "";
    case "agent":
    case "ask":
      return true;
    default:
      return of satisfies never;
  }
};

/** How to sign in, by reference: no secret is typed here, and none is kept with the host. */
export const CredentialFields = ({ value, secrets, authorities, onValue }: Props) => (
  <div className={styles.two}>
    <Field label="Sign in with" hint="The secret itself stays with the agent, in the file or in the vault.">
      <Segmented label="Sign in with" value={value.kind} onValue={(kind) => onValue(startOf(kind, secrets, authorities))} segments={KINDS} />
    </Field>
    {value.kind === "key-file" ? (
      <Field label="Key file" {...(value.path.trim() === "" ? { error: "Name the file of the private key." } : {})} hint="Its passphrase is asked for, or comes from the vault.">
        <Input isMono value={value.path} onValue={(path) => onValue({ ...value, path })} />
      </Field>
    ) : null}
    {value.kind === "vault" ? (
      <Field label="Secret" {...(secrets.length === 0 ? { error: "The vault holds no secrets yet: put one there first, under Settings." } : {})}>
        <Select value={value.secret === "" ? null : value.secret} onValue={(secret) => onValue({ kind: "vault", secret })} choices={secrets.map((secret) => ({ value: secret, text: secret }))} />
      </Field>
    ) : null}
    {value.kind === "certificate" ? (
      <>
        <Field label="Made by" {...(authorities.length === 0 ? { error: "No OpenBao or HashiCorp Vault is set up yet: add one first, under Settings, Secret sources." } : {})}>
          <Select value={value.source === "" ? null : value.source} onValue={(source) => onValue({ ...value, source })} choices={authorities.map((id) => ({ value: id, text: id }))} />
        </Field>
        <Field label="Role" {...(value.role.trim() === "" ? { error: "The role decides for whom its authority signs: name it." } : {})} hint="Of its SSH authority. The key is made for each connection, signed for this user for minutes, and recorded.">
          <Input isMono value={value.role} onValue={(role) => onValue({ ...value, role })} />
        </Field>
      </>
    ) : null}
  </div>
);
