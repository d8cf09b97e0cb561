import { useEffect, useState } from "react";
import type { InputOf, OutputOf } from "./keep-types.ts";
import { useApp } from "../../app/use-app.ts";
import { formatCount, formatInstant } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Switch } from "../../ui/switch.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "./dialogs.module.css";
import { ForwarderForm } from "./forwarder-form.tsx";

export type Forwarder = OutputOf<"forwarders">[number];
export type ForwarderConfig = InputOf<"setForwarder">;

const EVERY_MS = 1000;
const STATES = { idle: { tone: "ok", text: "up to date" }, sending: { tone: "accent", text: "sending" }, waiting: { tone: "warn", text: "waiting" }, off: { tone: "neutral", text: "off" } } as const;

export const placeOf = ({ to }: Pick<ForwarderConfig, "to">): string => (to.kind === "file" ? to.path : to.kind === "http" ? to.url : `${to.kind} ${to.host}:${to.port}`);

/** Where copies go and how far each of them is. The record waits for none of them. */
export const ForwardersSide = ({ mayChange }: { mayChange: boolean }) => {
  const { client, toast } = useApp();
  const [list, setList] = useState<readonly Forwarder[]>();
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<string>();
  useEffect(() => {
    const over = new AbortController();
    const look = () => void client.audit.forwarders({}, { signal: over.signal }).then(setList, () => undefined);
    look();
    // The lag grows with every entry anywhere: asked for while somebody looks, never pushed.
    const timer = setInterval(look, EVERY_MS);
    return () => (clearInterval(timer), over.abort());
  }, [client]);
  const told = (failure: Error) => toast({ tone: "warn", title: "Not changed", text: failure.message });
  const set = (config: ForwarderConfig) => client.audit.setForwarder(config).then(setList);
  return (
    <div className={styles.side}>
      <p>Every entry is also sent here, at least once and in order. What a collector misses waits and is sent again; the record itself never waits.</p>
      {list === undefined ? (
        <Skeleton lines={3} label="Loading the collectors" />
      ) : list.length === 0 && !isAdding ? (
        <EmptyState place="part" icon="send" title="No copies are sent">
          A syslog server, a file that a collector reads, or Splunk's HTTP collector can have each entry as it is recorded.
        </EmptyState>
      ) : (
        list.map((one) => <ForwarderLine key={one.config.id} forwarder={one} mayChange={mayChange} onSwitch={(enabled) => void set({ ...one.config, enabled }).catch(told)} onLeave={() => setLeaving(one.config.id)} />)
      )}
      {isAdding ? (
        <ForwarderForm taken={(list ?? []).map(({ config }) => config.id)} onCancel={() => setAdding(false)} onSave={(config) => set(config).then(() => setAdding(false), told)} />
      ) : mayChange ? (
        <Button icon="plus" onClick={() => setAdding(true)}>
          Add a collector
        </Button>
      ) : null}
      <ConfirmDialog
        isOpen={leaving !== undefined}
        title={`Stop sending to ${leaving ?? ""}?`}
        confirmText="Stop sending"
        isDanger
        onCancel={() => setLeaving(undefined)}
        onConfirm={() => void client.audit.removeForwarder({ id: leaving ?? "" }).then(setList, told).finally(() => setLeaving(undefined))}
      >
        The collector keeps what it has. How far it was is forgotten: added again, it gets everything from the start.
      </ConfirmDialog>
    </div>
  );
};

type LineProps = { forwarder: Forwarder; mayChange: boolean; onSwitch: (enabled: boolean) => void; onLeave: () => void };

export const ForwarderLine = ({ forwarder: { config, state, lag, say, sentAt }, mayChange, onSwitch, onLeave }: LineProps) => (
  <section className={styles.card} aria-label={`Collector ${config.id}`}>
    <div className={styles.pair}>
      <p>
        <b>{config.id}</b> <Tag tone={STATES[state].tone}>{STATES[state].text}</Tag> <Tag>{config.format}</Tag>
      </p>
      <Switch isOn={config.enabled !== false} onChange={onSwitch} label={`Send to ${config.id}`} isDisabled={!mayChange} />
      <Button size="sm" kind="ghost" icon="trash" disabled={!mayChange} onClick={onLeave}>
        Remove
      </Button>
    </div>
    <span className={styles.mono}>{placeOf(config)}</span>
    <span className={styles.dim}>
      {lag === 0 ? "Nothing waits" : `${formatCount(lag)} entries wait`}
      {sentAt === 0 ? "" : ` · last sent ${formatInstant(sentAt)}`}
    </span>
    {say === "" ? null : (
      <Banner tone="warn" shape="strip" title="It could not be sent">
        {say}
      </Banner>
    )}
  </section>
);
