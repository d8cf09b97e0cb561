import { useCallback, useEffect, useState } from "react";
import type { SecretView, SourceConfig } from "../../../src-main/contract/index.ts";
import { useAct } from "../../app/use-act.ts";
import { useApp, useStatus } from "../../app/use-app.ts";
import { formatInstant } from "../../lib/format.ts";
import { saveText } from "../../lib/save-text.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { FieldGroup } from "../../ui/field.tsx";
import { LongList } from "../../ui/long-list.tsx";
import { Select } from "../../ui/select.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "./access.module.css";
import { ExportDialog, ImportDialog, PutDialog } from "./secret-dialogs.tsx";
import { SourceList } from "./source-list.tsx";
import { UseList } from "./use-list.tsx";

const REMINDERS = ["0", "30", "90", "180", "365"] as const;
const reminderWords = (value: string): string => (value === "0" ? "no reminder" : `every ${value} days`);
type Open = "" | "put" | "import" | "export";

/** Names, never values: a value goes in and does not come back to a screen. */
export const SecretsSection = () => {
  const { client, toast } = useApp();
  const permissions = useStatus((status) => status?.principal.permissions) ?? [];
  const [view, setView] = useState<{ isUnlocked: boolean; secrets: readonly SecretView[]; sources: readonly SourceConfig[] }>();
  const [open, setOpen] = useState<Open>("");
  const [removing, setRemoving] = useState<string>();
  const load = useCallback(async () => {
    const [list, { sources }] = await Promise.all([client.vault.list({}), client.vault.sources({})]);
    setView({ ...list, sources });
  }, [client]);
  const { act, problem, setProblem } = useAct({ after: load });
  useEffect(() => void load().catch((error: unknown) => setProblem((error as Error).message)), [load, setProblem]);
  const done = (title: string) => (isDone: boolean) => {
    if (!isDone) return;
    setOpen("");
    toast({ tone: "ok", title });
  };
  const show = (next: Open) => () => {
    setProblem("");
    setOpen(next);
  };
  if (view === undefined) return problem === "" ? <Skeleton lines={5} label="Loading the secrets" /> : <Banner tone="bad" title="The secrets cannot be listed">{problem}</Banner>;
  const mayChange = permissions.includes("operate");
  const isAdmin = permissions.includes("administer");
  return (
    <>
      {problem === "" || open !== "" ? null : <Banner tone="bad" title="Nothing was changed">{problem}</Banner>}
      <FieldGroup title="Secrets" hint="Passwords, keys and tokens by name. Hosts and models refer to the name; the value leaves the vault only towards SSH and the model that needs it.">
        {view.secrets.length === 0 ? <p className={styles.empty}>{view.isUnlocked ? "No secrets yet." : "The secrets are locked."}</p> : null}
        <SecretRows secrets={view.secrets} mayChange={mayChange} onRotation={(name, days) => void act(() => client.vault.setRotation({ name, days }))} onRemove={setRemoving} />
        <div className={styles.acts}>
          {mayChange ? <Button icon="plus" onClick={show("put")}>Put in a secret…</Button> : null}
          {isAdmin ? <Button icon="upload" onClick={show("import")}>Import…</Button> : null}
          {isAdmin && view.secrets.length > 0 ? <Button icon="download" onClick={show("export")}>Export, sealed…</Button> : null}
        </div>
      </FieldGroup>
      <SourceList sources={view.sources} secrets={view.secrets.map(({ name }) => name)} mayChange={isAdmin} onChange={load} />
      {permissions.includes("audit") ? <UseList version={view} /> : null}
      <PutDialog isOpen={open === "put"} problem={problem} onClose={show("")} onPut={(name, value) => void act(() => client.vault.put({ name, value })).then(done(`${name} is stored`))} />
      <ImportDialog
        isOpen={open === "import"}
        problem={problem}
        onClose={show("")}
        onImport={(text, passphrase) => void act(async () => {
          const { count } = passphrase === undefined ? await client.vault.importPlain({ text }) : await client.vault.importSealed({ text, passphrase });
          toast({ tone: "ok", title: `${count} secrets are stored`, ...(passphrase === undefined && { text: "Delete the file they came from." }) });
        }).then((isDone) => (isDone ? setOpen("") : undefined))}
      />
      <ExportDialog isOpen={open === "export"} problem={problem} onClose={show("")} onExport={(passphrase) => void act(async () => {
        const { name, text } = await client.vault.exportSealed({ passphrase });
        toast({ tone: "ok", title: (await saveText(name, text)) === "file" ? `${name} is saved` : "The sealed file is in the clipboard" });
      }).then((isDone) => (isDone ? setOpen("") : undefined))} />
      <ConfirmDialog isOpen={removing !== undefined} title={`Remove ${removing ?? ""}?`} confirmText="Remove secret" isDanger onCancel={() => setRemoving(undefined)} onConfirm={() => { const gone = removing ?? ""; setRemoving(undefined); void act(() => client.vault.remove({ name: gone })); }}>
        Hosts and models that refer to it cannot sign in any more. It cannot be brought back.
      </ConfirmDialog>
    </>
  );
};

type RowsProps = { secrets: readonly SecretView[]; mayChange: boolean; onRotation: (name: string, days: number) => void; onRemove: (name: string) => void };
export const SecretRows = ({ secrets, mayChange, onRotation, onRemove }: RowsProps) => (
  <LongList label="secrets" items={secrets} itemText={({ name }) => name} className={styles.list}>
    {(secret) => (
      <li key={secret.name} className={styles.row}>
        <span className={styles.mono}>{secret.name}</span>
        {secret.isDue ? <Tag tone="warn">rotate</Tag> : null}
        <span className={styles.quiet}>
          version {secret.version}, {formatInstant(secret.changedAt).slice(0, 16)} · {secret.lastUsedAt === null ? "never used" : `used ${formatInstant(secret.lastUsedAt).slice(0, 16)}`}
        </span>
        <span className={styles.grow} />
        {mayChange ? (
          <>
            <Select className={styles.reminder ?? ""} label={`Reminder for ${secret.name}`} value={String(secret.rotateDays)} onValue={(days) => onRotation(secret.name, Number(days))} choices={[...new Set<string>([...REMINDERS, String(secret.rotateDays)])].map((value) => ({ value, text: reminderWords(value) }))} />
            <Button size="sm" kind="ghost" onClick={() => onRemove(secret.name)}>Remove</Button>
          </>
        ) : null}
      </li>
    )}
  </LongList>
);
