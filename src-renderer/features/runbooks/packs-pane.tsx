import { useState } from "react";
import type { PackView } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { useApp, useFeed } from "../../app/use-app.ts";
import { classNames } from "../../lib/class-names.ts";
import { plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Card } from "../../ui/page.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Tag, type Tone } from "../../ui/tag.tsx";
import { DiffDialog } from "./diff-dialog.tsx";
import { hasSource, isUnreadable, nextStepOf, partsOf, problemsShown } from "./pack-words.ts";
import { InstallButton } from "./install-button.tsx";
import styles from "./screen.module.css";

const TRUST: Readonly<Record<PackView["trust"], { readonly tone: Tone; readonly text: string }>> = {
  "built-in": { tone: "neutral", text: "comes with SENA" }, trusted: { tone: "ok", text: "signed" }, unsigned: { tone: "warn", text: "not signed" }, untrusted: { tone: "warn", text: "signer not trusted" }, tampered: { tone: "bad", text: "changed after signing" },
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
      {partsOf(packs).map(({ title, list }) => (
        <section key={title} className={styles.packs} aria-label={title}>
          {list.length === packs.length ? null : <h3 className={styles.partTitle}>{`${title} (${list.length})`}</h3>}
          {list.map((pack) => (
            <PackCard
              key={`${pack.id} ${pack.version} ${pack.origin} ${pack.place}`}
              pack={pack}
              active={packs.find(({ id, isActive }) => id === pack.id && isActive)}
              onEdit={() => onEdit(pack)}
              onDiff={(from) => setDiff({ pack: pack.id, from, to: pack.version })}
              onUse={() => act(client.skills.activate({ pack: pack.id, version: pack.version }), `${renderedText(pack.title)} ${pack.version} is in use`)}
              onRemove={() => setRemoving(pack)}
            />
          ))}
        </section>
      ))}
      {diff === undefined ? null : <DiffDialog {...diff} onClose={() => setDiff(undefined)} />}
      <ConfirmDialog
        isOpen={removing !== undefined}
        title={`Remove ${nameOf(removing)}?`}
        confirmText={removing?.version === "" ? "Remove it" : "Remove this version"}
        isDanger
        onCancel={() => setRemoving(undefined)}
        onConfirm={() => {
          if (removing) act(client.skills.remove({ pack: removing.id, version: removing.version, place: removing.place }), `${nameOf(removing)} is removed`);
          setRemoving(undefined);
        }}
      >
        {removing === undefined ? null : <>skills/{renderedText(removing.place)} is deleted from this machine. </>}
        Its runbooks can no longer be run from this version. What was run before stays in the record.
      </ConfirmDialog>
    </div>
  );
};

const nameOf = (pack: PackView | undefined): string => (pack === undefined ? "" : renderedText(pack.version === "" ? pack.place : `${pack.title} ${pack.version}`));

type CardProps = { pack: PackView; active: PackView | undefined; onEdit: () => void; onDiff: (from: string) => void; onUse: () => void; onRemove: () => void };
export const PackCard = ({ pack, active, onEdit, onDiff, onUse, onRemove }: CardProps) => {
  const canUse = !pack.isActive && (pack.trust === "trusted" || pack.trust === "built-in") && !pack.problems.some(({ severity }) => severity === "error");
  const nextStep = nextStepOf(pack);
  return (
    <Card
      title={renderedText(pack.title)}
      lead={pack.isActive ? <Tag tone="accent">in use</Tag> : null}
      trailing={
        <>
          {isUnreadable(pack) ? <Tag tone="warn">cannot be read</Tag> : <Tag tone={TRUST[pack.trust].tone}>{pack.trust === "trusted" ? `signed by ${renderedText(pack.signer)}` : TRUST[pack.trust].text}</Tag>}
          {pack.version === "" ? null : <span className={styles.id}>{pack.version}</span>}
        </>
      }
    >
      <div className={styles.stack}>
      {isUnreadable(pack) ? null : <p className={styles.note}>{`${renderedText(pack.summary)} ${plural(pack.skills, "runbook")}.`}</p>}
      {nextStep === undefined ? null : <p className={styles.note}>{nextStep}</p>}
      <PackProblems pack={pack} />
      {pack.place === "" ? null : <p className={classNames(styles.note, styles.where)}>skills/{renderedText(pack.place)}</p>}
      <div className={styles.row}>
        {hasSource(pack) ? (
          <Button size="sm" icon={pack.origin === "built-in" ? "eye" : "edit"} onClick={onEdit}>
            {pack.origin === "built-in" ? "Read its source" : "Edit as a new version"}
          </Button>
        ) : null}
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
        {pack.place === "" ? null : (
          <Button size="sm" kind="ghost" icon="trash" onClick={onRemove}>
            Remove
          </Button>
        )}
      </div>
      </div>
    </Card>
  );
};

const PackProblems = ({ pack }: { pack: PackView }) => {
  const { shown, more } = problemsShown(pack);
  if (shown.length === 0) return null;
  return (
    <>
      <dl className={styles.problems}>
        {shown.map(({ at, message }, place) => (
          <div key={place} className={styles.problem}>
            <dt className={styles.where}>{at}</dt>
            <dd>{message}</dd>
          </div>
        ))}
      </dl>
      {more === 0 ? null : <p className={styles.note}>And {plural(more, "problem")} more: mend these first, or read them all with sena skill lint FOLDER.</p>}
    </>
  );
};
