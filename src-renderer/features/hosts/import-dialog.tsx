import { type ChangeEvent, useEffect, useState } from "react";
import type { Environment, ImportKind, ImportSource, ImportView } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";
import { plural } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { ImportPlan } from "./import-plan.tsx";
import styles from "./hosts.module.css";
import { failureText, listOf } from "./words.ts";

const KINDS: readonly { value: ImportKind; text: string; path: string; hint: string }[] = [
  { value: "ssh-config", text: "SSH configuration", path: "~/.ssh/config", hint: "Include, Host, Match and ProxyJump are followed; nothing in it is run." },
  { value: "ansible", text: "Ansible", path: "/etc/ansible/hosts", hint: "INI or YAML, with groups, ranges and variables. Passwords in it are not taken over." },
  { value: "csv", text: "CSV", path: "", hint: "The first row names the columns: name, address, user, environment, groups, tags…" },
  { value: "known-hosts", text: "known_hosts", path: "~/.ssh/known_hosts", hint: "The hosts you have been to. Hashed names cannot be read back." },
];

type Props = { isOpen: boolean; onClose: () => void; onDone: (say: string) => void };

/** Two steps: where from, then exactly what would change. Nothing is changed before the second is agreed to. */
export const ImportDialog = ({ isOpen, onClose, onDone }: Props) => {
  const { client } = useApp();
  const [kind, setKind] = useState<ImportKind>("ssh-config");
  const [path, setPath] = useState("~/.ssh/config");
  const [file, setFile] = useState<{ name: string; text: string }>();
  const [environment, setEnvironment] = useState<Environment>("prod");
  const [user, setUser] = useState("root");
  const [tags, setTags] = useState("");
  const [view, setView] = useState<ImportView>();
  const [skip, setSkip] = useState<ReadonlySet<string>>(new Set());
  const [removesGone, setRemovesGone] = useState(false);
  const [sources, setSources] = useState<readonly ImportSource[]>([]);
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    if (!isOpen) return;
    setView(undefined);
    setFailure(undefined);
    client.hosts.sources({}).then((found) => setSources(found.sources), () => {});
  }, [isOpen, client]);
  const attempt = (work: () => Promise<void>) => {
    setBusy(true);
    setFailure(undefined);
    work().catch((error: unknown) => setFailure(failureText(error))).finally(() => setBusy(false));
  };
  const show = (next: ImportView) => (setSkip(new Set()), setRemovesGone(false), setView(next));
  const preview = () => attempt(async () => show(await client.hosts.previewImport({ kind, path: file?.name ?? path, ...(file && { text: file.text }), defaults: { environment, user: user.trim() || "root", tags: listOf(tags) } })));
  const again = (source: string) => attempt(async () => show(await client.hosts.previewSync({ source })));
  const apply = () =>
    attempt(async () => {
      if (view === undefined) return;
      const { added, changed, removed } = await client.hosts.applyImport({ id: view.id, skip: [...skip], removeGone: removesGone });
      onDone(`${plural(added, "host")} added, ${changed} changed, ${removed} removed.`);
    });
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = event.target.files?.[0];
    if (chosen !== undefined) void chosen.text().then((text) => setFile({ name: chosen.name, text }));
  };
  const about = KINDS.find(({ value }) => value === kind);
  const work = view === undefined ? 0 : view.counts.add + view.counts.change - skip.size + (removesGone ? view.counts.gone : 0);
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      size="lg"
      title={view === undefined ? "Import hosts" : "What the import would change"}
      footer={
        view === undefined ? (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button kind="primary" isBusy={isBusy} disabled={file === undefined && path.trim() === ""} onClick={preview}>
              Show what would change
            </Button>
          </>
        ) : (
          <>
            <Button onClick={() => setView(undefined)}>Back</Button>
            <Button kind="primary" isBusy={isBusy} disabled={work === 0} onClick={apply}>
              {work === 0 ? "Nothing to change" : `Take over ${plural(work, "host")}`}
            </Button>
          </>
        )
      }
    >
      <div className={styles.form}>
        {failure === undefined ? null : <Banner tone="bad" title={failure} />}
        {view === undefined ? (
          <>
            <Field label="From" hint={about?.hint}>
              <Segmented label="Kind of file" value={kind} onValue={(next) => (setKind(next), setFile(undefined), setPath(KINDS.find(({ value }) => value === next)?.path ?? ""))} segments={KINDS} />
            </Field>
            <div className={styles.two}>
              <Field label="File on this machine" hint="Read again later with one click.">
                <Input isMono value={path} disabled={file !== undefined} onValue={setPath} />
              </Field>
              <Field label="Or a file you choose" isOptional hint={file === undefined ? "Its text is read once." : `${file.name} is read`}>
                <input type="file" className={styles.file} onChange={choose} aria-label="Choose a file" />
              </Field>
            </div>
            <div className={styles.three}>
              <Field label="Environment where none is named" hint="The strictest is the safest.">
                <Segmented label="Environment" value={environment} onValue={setEnvironment} segments={[{ value: "dev", text: "dev" }, { value: "staging", text: "staging" }, { value: "prod", text: "prod" }]} />
              </Field>
              <Field label="User where none is named">
                <Input isMono value={user} onValue={setUser} />
              </Field>
              <Field label="Tags for all" isOptional>
                <Input value={tags} onValue={setTags} />
              </Field>
            </div>
            {sources.length === 0 ? null : (
              <section className={styles.sources} aria-label="Imported before">
                <h3 className={styles.facetTitle}>Imported before</h3>
                {sources.map((source) => (
                  <div key={source.source} className={styles.source}>
                    <code>{source.path}</code>
                    <span className={styles.quiet}>{plural(source.hosts, "host")}</span>
                    <Button size="sm" isBusy={isBusy} onClick={() => again(source.source)}>
                      Read it again
                    </Button>
                  </div>
                ))}
              </section>
            )}
          </>
        ) : (
          <>
            <ImportPlan view={view} skip={skip} onSkip={(name, isSkipped) => setSkip((before) => new Set(isSkipped ? [...before, name] : [...before].filter((one) => one !== name)))} />
            {view.counts.gone === 0 ? null : <Checkbox label={`Remove ${plural(view.counts.gone, "host")} that the file no longer names`} hint="What was recorded about them stays in the record." isChecked={removesGone} onChecked={setRemovesGone} />}
          </>
        )}
      </div>
    </Dialog>
  );
};
