import { useState } from "react";
import type { PackView } from "../../../src-main/contract/index.ts";
import { useApp, useFeed } from "../../app/use-app.ts";
import { plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Card } from "../../ui/page.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Tag, type Tone } from "../../ui/tag.tsx";
import { DiffDialog } from "./diff-dialog.tsx";
import { InstallButton } from "./install-button.tsx";
import styles from "./screen.module.css";

const TRUST: Readonly<Record<PackView["trust"], { readonly tone: Tone; readonly text: string }>> = {
  "built-in": { tone: "neutral", text: "comes with SENA" }, trusted: { tone: "ok", text: "signed" }, unsigned: { tone: "bad", text: "not signed" }, untrusted: { tone: "bad", text: "signer not trusted" }, tampered: { tone: "bad", text: "changed after signing" },
};

/** Every pack version there is, good or not, with what is wrong, what changed, and the way forward and back. */
export const PacksPane = ({ onEdit }: { onEdit: (pack: PackView) => void }) => {
  const { client, toast } = useApp();
  const [packs, setPacks] = useState<readonly PackView[]>();
  const [diff, setDiff] = useState<{ readonly pack: string; readonly from: string; readonly to: string }>();
  const [removing, setRemoving] = useState<PackView>();
  useFeed("packs", (core, signal) => core.skills.packs({}, { signal }), ({ packs: now }) => setPacks(now));
  if (packs === undefined) return <Skeleton lines={8} label="Loading packs" />;
  const act = (work: Promise<unknown>, title: string) => void work.then(() => toast({ title, tone: "ok" }), (error: Error) => toast({ title: "That did not work", text: error.message, tone: "bad" }));
  return (
    <div className={styles.inner}>
      <div className={styles.row}>
        <h2 className={styles.title}>Packs</h2>
        <span className={styles.grow} />
        <InstallButton />
      </div>
      <div className={styles.packs}>
        {packs.map((pack) => (
          <PackCard
            key={`${pack.id} ${pack.version} ${pack.origin}`}
            pack={pack}
            active={packs.find(({ id, isActive }) => id === pack.id && isActive)}
            onEdit={() => onEdit(pack)}
            onDiff={(from) => setDiff({ pack: pack.id, from, to: pack.version })}
            onUse={() => act(client.skills.activate({ pack: pack.id, version: pack.version }), `${pack.title} ${pack.version} is in use`)}
            onRemove={() => setRemoving(pack)}
          />
        ))}
      </div>
      {diff === undefined ? null : <DiffDialog {...diff} onClose={() => setDiff(undefined)} />}
      <ConfirmDialog
        isOpen={removing !== undefined}
        title={`Remove ${removing?.title ?? ""} ${removing?.version ?? ""}?`}
        confirmText="Remove this version"
        isDanger
        onCancel={() => setRemoving(undefined)}
        onConfirm={() => {
          if (removing) act(client.skills.remove({ pack: removing.id, version: removing.version }), `${removing.title} ${removing.version} is removed`);
          setRemoving(undefined);
        }}
      >
        Its runbooks can no longer be run from this version. What was run before stays in the record.
      </ConfirmDialog>
    </div>
  );
};

type CardProps = { pack: PackView; active: PackView | undefined; onEdit: () => void; onDiff: (from: string) => void; onUse: () => void; onRemove: () => void };
export const PackCard = ({ pack, active, onEdit, onDiff, onUse, onRemove }: CardProps) => {
  const canUse = !pack.isActive && (pack.trust === "trusted" || pack.trust === "built-in") && !pack.problems.some(({ severity }) => severity === "error");
  return (
    <Card
      title={pack.title}
      lead={pack.isActive ? <Tag tone="accent">in use</Tag> : null}
      trailing={
        <>
          <Tag tone={TRUST[pack.trust].tone}>{pack.trust === "trusted" ? `signed by ${pack.signer}` : TRUST[pack.trust].text}</Tag>
          <span className={styles.id}>{pack.version}</span>
        </>
      }
    >
      <div className={styles.stack}>
      <p className={styles.note}>{pack.summary === "" ? "This pack cannot be read." : `${pack.summary} ${plural(pack.skills, "runbook")}.`}</p>
      {pack.problems.length === 0 ? null : (
        <dl className={styles.problem}>
          {pack.problems.slice(0, 8).map(({ file, line, message }, at) => (
            <div key={at} className={styles.problem}>
              <dt className={styles.where}>
                {file}:{line}
              </dt>
              <dd>{message}</dd>
            </div>
          ))}
        </dl>
      )}
      <div className={styles.row}>
        <Button size="sm" icon="eye" onClick={onEdit}>
          {pack.origin === "built-in" ? "Read its source" : "Edit as a new version"}
        </Button>
        {active !== undefined && !pack.isActive && pack.version !== "" ? (
          <Button size="sm" onClick={() => onDiff(active.version)}>
            Compare with the one in use
          </Button>
        ) : null}
        {canUse ? (
          <Button size="sm" icon="undo" onClick={onUse}>
            Use this version
          </Button>
        ) : null}
        {pack.origin === "installed" && pack.version !== "" ? (
          <Button size="sm" kind="ghost" icon="trash" onClick={onRemove}>
            Remove
          </Button>
        ) : null}
      </div>
      </div>
    </Card>
  );
};
