import type { FormEvent } from "react";
import type { Host, HostDraft } from "../../../src-main/contract/index.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Select } from "../../ui/select.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { CredentialFields, isComplete } from "./credential-fields.tsx";
import styles from "./hosts.module.css";
import { EMPTY_DRAFT, listOf } from "./words.ts";

/** A host as it is being typed in: lists are words until they are saved. */
export type HostForm = { readonly draft: HostDraft; readonly groups: string; readonly tags: string; readonly jumps: string };
export const formOf = (host: Host | undefined, jumpNames: readonly string[]): HostForm => ({ draft: host ?? EMPTY_DRAFT, groups: (host?.groups ?? []).join(", "), tags: (host?.tags ?? []).join(", "), jumps: jumpNames.join(", ") });

type Props = { isOpen: boolean; host: Host | undefined; form: HostForm; onForm: (form: HostForm) => void; secrets: readonly string[]; authorities: readonly string[]; error: string | undefined; isBusy: boolean; onSave: (draft: HostDraft, jumpNames: readonly string[]) => void; /** Set aside: by Escape or a click beside it. */ onClose: () => void; onCancel: () => void };

/** What it still lacks; nothing when it can be saved. */
const lackOf = ({ name, user, credential }: HostDraft): string => (name.trim() === "" ? "Give it a name." : user.trim() === "" ? "Name the user to sign in as." : isComplete(credential) ? "" : "Say what it signs in with.");

export const HostDialog = ({ isOpen, host, form, onForm, secrets, authorities, error, isBusy, onSave, onClose, onCancel }: Props) => {
  const { draft } = form;
  const set = (some: Partial<HostDraft>) => onForm({ ...form, draft: { ...draft, ...some } });
  const lack = lackOf(draft);
  const needsBuiltIn = draft.transport === "system" && draft.credential.kind === "certificate";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { name, address, port, user, environment, criticality, os, credential, transport, legacyAlgorithms, keepShell, notes, favourite } = draft;
    onSave({ name: name.trim(), address: address.trim() || name.trim(), port, user: user.trim(), environment, criticality, os, credential, transport, legacyAlgorithms, keepShell, notes, favourite, groups: listOf(form.groups), tags: listOf(form.tags), jumps: [] }, listOf(form.jumps));
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      size="lg"
      title={host === undefined ? "Add a host" : `Edit ${host.name}`}
      footer={
        <>
          <span className={styles.quiet}>{lack}</span>
          <span className={styles.grow} />
          <Button onClick={onCancel}>Cancel</Button>
          <Button kind="primary" type="submit" form="host-form" isBusy={isBusy} disabled={lack !== "" || needsBuiltIn}>
            {host === undefined ? "Add host" : "Save host"}
          </Button>
        </>
      }
    >
      <form id="host-form" className={styles.form} onSubmit={submit}>
        {error === undefined ? null : <Banner tone="bad" title={error} />}
        <div className={styles.two}>
          <Field label="Name">
            <Input isMono value={draft.name} onValue={(name) => set({ name })} placeholder="web-01" />
          </Field>
          <Field label="Address, if not the same">
            <Input isMono value={draft.address} onValue={(address) => set({ address })} placeholder="10.20.1.11" />
          </Field>
          <Field label="User">
            <Input isMono value={draft.user} onValue={(user) => set({ user })} placeholder="ops" />
          </Field>
          <Field label="Port">
            <NumberInput value={draft.port} min={1} max={65_535} onValue={(port) => set({ port })} />
          </Field>
        </div>
        <div className={styles.three}>
          <Field label="Environment">
            <Segmented label="Environment" value={draft.environment} onValue={(environment) => set({ environment })} segments={[{ value: "dev", text: "dev" }, { value: "staging", text: "staging" }, { value: "prod", text: "prod" }]} />
          </Field>
          <Field label="Criticality">
            <Segmented label="Criticality" value={draft.criticality} onValue={(criticality) => set({ criticality })} segments={[{ value: "low", text: "Low" }, { value: "normal", text: "Normal" }, { value: "high", text: "High" }]} />
          </Field>
          <Field label="System">
            <Select value={draft.os} onValue={(os) => set({ os })} choices={[{ value: "linux", text: "Linux" }, { value: "idrac", text: "Dell iDRAC (racadm)" }, { value: "cisco-ios", text: "Cisco IOS" }, { value: "other", text: "Something else" }]} />
          </Field>
        </div>
        <div className={styles.three}>
          <Field label="Jump hosts, in order" isOptional>
            <Input isMono value={form.jumps} onValue={(jumps) => onForm({ ...form, jumps })} placeholder="bastion" />
          </Field>
          <Field label="Groups" isOptional>
            <Input value={form.groups} onValue={(groups) => onForm({ ...form, groups })} placeholder="web, frankfurt" />
          </Field>
          <Field label="Tags" isOptional>
            <Input value={form.tags} onValue={(tags) => onForm({ ...form, tags })} placeholder="nginx, intranet" />
          </Field>
        </div>
        <CredentialFields value={draft.credential} secrets={secrets} authorities={authorities} onValue={(credential) => set({ credential })} />
        <Field label="Transport" hint={draft.transport === "system" ? "The machine's own OpenSSH: security keys, ProxyCommand, certificates of hosts. No file browser and no port forwards." : "Built in: one sign-in for panes, commands and files."} {...(needsBuiltIn ? { error: "A certificate that is made for each connection needs the built-in transport." } : {})}>
          <Segmented label="Transport" value={draft.transport} onValue={(transport) => set({ transport })} segments={[{ value: "ssh2", text: "Built in" }, { value: "system", text: "System OpenSSH" }]} />
        </Field>
        <Checkbox label="Keep the shell when the connection drops" hint="Needs tmux on the host." isChecked={draft.keepShell} onChecked={(keepShell) => set({ keepShell })} />
        <Checkbox label="Allow old algorithms" hint="SHA-1, CBC, ssh-rsa: for devices that cannot be updated. Someone on the network may read along." isChecked={draft.legacyAlgorithms} onChecked={(legacyAlgorithms) => set({ legacyAlgorithms })} />
        <Field label="Notes" isOptional>
          <TextArea value={draft.notes} onValue={(notes) => set({ notes })} rows={2} />
        </Field>
      </form>
    </Dialog>
  );
};
