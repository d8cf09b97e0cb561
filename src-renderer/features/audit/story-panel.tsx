import { useEffect, useState } from "react";
import type { AuditEntry, Effect, StoryStep } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";
import { classNames } from "../../lib/class-names.ts";
import { formatBytes, formatCount, formatInstant, shortHash } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Bytes, CopyButton } from "../../ui/bytes.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { EffectTag, Tag } from "../../ui/tag.tsx";
import { fieldName, isEmptyValue, isProse } from "./field-look.ts";
import { resultLook, typeLook } from "./row-look.ts";
import { saveText } from "../../lib/save-text.ts";
import styles from "./story-panel.module.css";
import { OneLine } from "./timeline.tsx";

type Props = { seq: number; onClose: () => void; onShow: (seq: number) => void; onCase: (session: string) => void; onReplay: (recording: string) => void };

/** One entry with everything it belongs to, from the request to the checks, in the order it happened. */
export const StoryPanel = ({ seq, onClose, onShow, onCase, onReplay }: Props) => {
  const { client } = useApp();
  const [story, setStory] = useState<{ readonly seq: number; readonly steps: readonly StoryStep[]; readonly failure?: string }>();
  useEffect(() => {
    const over = new AbortController();
    client.audit.story({ seq }, { signal: over.signal }).then(
      (steps) => setStory({ seq, steps }),
      (failure: Error) => !over.signal.aborted && setStory({ seq, steps: [], failure: failure.message }),
    );
    return () => over.abort();
  }, [client, seq]);
  const current = story?.steps.find(({ row }) => row.seq === seq);
  return (
    <aside className={styles.panel} aria-label={`Entry ${seq} and its story`}>
      <header className={styles.head}>
        <h2>Entry {formatCount(seq)}</h2>
        {current?.row.session === undefined ? null : (
          <Button size="sm" kind="ghost" icon="filter" onClick={() => onCase(current.row.session as string)}>
            Whole case
          </Button>
        )}
        <IconButton icon="close" label="Close the entry" keys="Escape" onClick={onClose} />
      </header>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="Story">
        {story === undefined || story.seq !== seq ? (
          <Skeleton lines={6} label="Loading the story" />
        ) : story.failure !== undefined ? (
          <Banner tone="bad" title="The story could not be read">
            {story.failure}
          </Banner>
        ) : (
          <ol className={styles.steps}>
            {story.steps.map((step) => (
              <Step key={step.row.seq} step={step} isCurrent={step.row.seq === seq} onShow={onShow} onReplay={onReplay} />
            ))}
          </ol>
        )}
      </div>
    </aside>
  );
};

const LONG_CHARS = 120;
/** Said by the line above: who, the effect, the result; of a login also why. */
const HIDDEN_FIELDS: ReadonlySet<string> = new Set(["actor.name", "effect", "result"]);

type StepProps = { step: StoryStep; isCurrent: boolean; onShow: (seq: number) => void; onReplay: (recording: string) => void };

export const Step = ({ step: { row, refs, fields, blobs }, isCurrent, onShow, onReplay }: StepProps) => {
  const look = typeLook(row.type);
  const shown = fields.filter(({ name, value }) => (!HIDDEN_FIELDS.has(name) || (name === "result" && row.type === "login" && value !== "ok")) && !isEmptyValue(value));
  const recording = fields.find(({ name, value }) => name === "recording" && typeof value === "string")?.value;
  return (
    <li className={classNames(styles.step, isCurrent && styles.current)} aria-current={isCurrent ? "true" : undefined}>
      <span className={styles.mark} aria-hidden>
        <Icon name={look.icon} size={14} />
      </span>
      <div className={styles.what}>
        <button type="button" className={styles.title} onClick={() => onShow(row.seq)} aria-label={`Show entry ${row.seq}, ${look.text}`}>
          <b>{look.text}</b>
          <span className={styles.dim}>
            {row.actor.name}
            {row.host === undefined ? "" : ` · ${row.host}`}
          </span>
          {row.effect === undefined ? null : <EffectTag effect={row.effect as Effect} />}
          {row.result === undefined ? null : <Tag tone={resultLook(row.result).tone}>{resultLook(row.result).text}</Tag>}
          <span className={styles.when}>
            {formatInstant(row.at)} · {formatCount(row.seq)}
          </span>
        </button>
        {row.erased ? <p className={styles.erased}>The values were erased. The commitment is intact: something was recorded here, and nobody can say any more what.</p> : null}
        <KeyValues
          keyWidth={92}
          items={[
            ...shown.filter(({ value }) => textOf(value).length <= LONG_CHARS && !textOf(value).includes("\n")).map(({ name, value }) => ({ key: fieldName(name), value: <span className={classNames(styles.value, !isProse(name) && styles.machine)}><OneLine text={textOf(value)} /></span> })),
            ...Object.entries(refs).map(([name, to]) => ({
              key: fieldName(name),
              value: (
                <button type="button" className={styles.link} onClick={() => onShow(to)}>
                  entry {formatCount(to)}
                </button>
              ),
            })),
          ]}
        />
        {shown.filter(({ value }) => textOf(value).length > LONG_CHARS || textOf(value).includes("\n")).map(({ name, value }) => <Long key={name} name={fieldName(name)} text={textOf(value)} />)}
        {blobs.map((blob) => (
          <Blob key={blob.place} seq={row.seq} place={blob.place} role={blob.role} len={blob.len} isErased={row.erased} />
        ))}
        {typeof recording === "string" && !row.erased ? (
          <Button size="sm" icon="play" onClick={() => onReplay(recording)}>
            Replay the session
          </Button>
        ) : null}
        {isCurrent ? <Proof seq={row.seq} /> : null}
      </div>
    </li>
  );
};

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const Long = ({ name, text }: { name: string; text: string }) => (
  <div className={styles.long}>
    <span className={styles.dim}>{name}</span>
    <Bytes text={text} label={name} wraps />
  </div>
);

/** Outputs and scripts are fetched when somebody looks. */
const Blob = ({ seq, place, role, len, isErased }: { seq: number; place: number; role: string; len: number; isErased: boolean }) => {
  const { client, toast } = useApp();
  const [body, setBody] = useState<{ readonly text: string; readonly cutBytes: number; readonly isText: boolean }>();
  const load = () =>
    client.audit.blob({ seq, place }).then(setBody, (failure: Error) => toast({ tone: "warn", title: `${role} cannot be shown`, text: failure.message }));
  if (body === undefined)
    return (
      <Button size="sm" kind="ghost" icon="file" disabled={isErased} onClick={load}>
        {`Show ${role} (${formatBytes(len)})`}
      </Button>
    );
  return (
    <div className={styles.long}>
      <span className={styles.dim}>
        {role} · {formatBytes(len)}
        {body.isText ? "" : " · not text, shown as hexadecimal"}
        {body.cutBytes > 0 ? ` · ${formatBytes(body.cutBytes)} more in a bundle` : ""}
      </span>
      <Bytes text={body.text} label={role} wraps />
    </div>
  );
};

/** The leaf itself and its place in the tree, computed now. */
const Proof = ({ seq }: { seq: number }) => {
  const { client, toast } = useApp();
  const [entry, setEntry] = useState<AuditEntry>();
  useEffect(() => {
    const over = new AbortController();
    client.audit.entry({ seq }, { signal: over.signal }).then(setEntry, () => undefined);
    return () => over.abort();
  }, [client, seq]);
  if (entry === undefined) return null;
  const save = () => client.audit.proof({ seq }).then(({ name, text }) => saveText(name, text), (failure: Error) => toast({ tone: "warn", title: "The proof cannot be made", text: failure.message }));
  const broken = entry.fields.filter(({ holds }) => !holds);
  return (
    <section className={styles.proof} aria-label="Proof">
      <p className={entry.included && broken.length === 0 ? styles.good : styles.bad}>
        <Icon name={entry.included && broken.length === 0 ? "success" : "error"} size={14} />
        {entry.included ? "In the tree of the present head" : "NOT in the tree of the present head"}
        {entry.row.erased ? "" : broken.length === 0 ? `; all ${entry.fields.length} values fit their commitments` : `; ${broken.map(({ name }) => name).join(", ")} do not fit`}
      </p>
      <KeyValues
        keyWidth={92}
        items={[
          { key: "leaf hash", value: <span className={styles.mono}>{shortHash(entry.leafHash, 16, 8)} <CopyButton text={entry.leafHash} label="Copy the leaf hash" /></span> },
          { key: "boot", value: <span className={styles.mono}>{entry.boot}</span> },
        ]}
      />
      <details>
        <summary>The leaf as it is hashed</summary>
        <Bytes text={entry.leaf} label="leaf" wraps />
      </details>
      <Button size="sm" kind="ghost" icon="download" onClick={save}>
        Save the proof
      </Button>
    </section>
  );
};
