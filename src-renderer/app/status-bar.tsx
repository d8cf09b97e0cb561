import { useEffect, useState } from "react";
import type { Status } from "../../src-main/contract/index.ts";
import { classNames } from "../lib/class-names.ts";
import { formatClock, formatCount, plural, shortHash } from "../lib/format.ts";
import { Dot, type DotState } from "../ui/status-dot.tsx";
import { Tag } from "../ui/tag.tsx";
import { toHash } from "./router.ts";
import styles from "./status-bar.module.css";

type Props = {
  /** Undefined before the core has spoken. */
  status: Status | undefined;
  /** While the core cannot be reached, what is shown is the last that was known, and says so. */
  isStale: boolean;
};

const NETWORK: Readonly<Record<Status["network"], { text: string; says: string; dot: DotState }>> = {
  sealed: { text: "sealed", says: "No packet leaves this machine except to hosts in the inventory.", dot: "ok" },
  lan: { text: "LAN", says: "SENA may reach the local network: model endpoints and knowledge sources an admin allowed.", dot: "warn" },
  central: { text: "central", says: "Joined to a central server.", dot: "warn" },
};
const MODEL: Readonly<Record<Status["model"]["state"], { dot: DotState | undefined; word: string }>> = {
  none: { dot: undefined, word: "none" },
  loading: { dot: "busy", word: "loading" },
  ready: { dot: undefined, word: "" },
  failed: { dot: "bad", word: "failed" },
};

/** What is so right now, in one line that never moves. Each fact is a way to where it can be looked into. */
export const StatusBar = ({ status, isStale }: Props) => (
  <footer className={classNames(styles.bar, isStale && styles.stale)} aria-label="Status">
    <span className={styles.facts}>
      {status === undefined ? (
        <span className={styles.fact}>
          <Dot state="busy" /> starting
        </span>
      ) : (
        <Facts status={status} isStale={isStale} />
      )}
      <span className={styles.grow} />
      {status === undefined ? null : <Counts status={status} />}
    </span>
    <Clock />
  </footer>
);

const Facts = ({ status, isStale }: { status: Status; isStale: boolean }) => {
  const network = NETWORK[status.network];
  const model = MODEL[status.model.state];
  return (
    <>
      <a className={styles.fact} href={toHash("settings", ["network"])} title={isStale ? "The core cannot be reached: this is what was last known." : network.says}>
        <Dot state={isStale ? "idle" : network.dot} />
        <b>{network.text}</b>
      </a>
      <a className={classNames(styles.fact, styles.model)} href={toHash("settings", ["models"])} title="The language model. Checks, terminals and runbooks work without one.">
        model {model.dot === undefined ? null : <Dot state={model.dot} />}
        <b>{[status.model.state === "none" ? "" : status.model.name, model.word].filter(Boolean).join(" · ")}</b>
      </a>
      <Recorder recorder={status.recorder} />
      <Anchor witnesses={status.anchor.witnesses} />
      <Central central={status.central} />
      {status.lab ? (
        <span className={styles.fact} title="The practice lab: make-believe hosts on this machine. Nothing here reaches a real server.">
          <Tag tone="accent">lab</Tag>
        </span>
      ) : null}
    </>
  );
};

const Recorder = ({ recorder }: { recorder: Status["recorder"] }) => (
  <a className={styles.fact} href={toHash("audit")} title={recorder.say === "" ? "Every act is recorded before it happens." : recorder.say}>
    {recorder.state === "ok" ? (
      <>
        recorded{" "}
        <b className={classNames(styles.ok, styles.count)}>
          ✔ {plural(recorder.events, "event")}
        </b>
        {recorder.head === "" ? null : (
          <>
            <i className={classNames(styles.point, styles.head)}>·</i> <span className={classNames(styles.mono, styles.head)}>head {shortHash(recorder.head)}</span>
          </>
        )}
      </>
    ) : recorder.state === "starting" ? (
      <>
        recorder <b>starting</b>
      </>
    ) : (
      <b className={styles.bad}>✖ RECORDER FAILED · nothing runs</b>
    )}
  </a>
);

const Anchor = ({ witnesses }: { witnesses: number }) => (
  <a
    className={styles.fact}
    href={toHash("audit")}
    title={witnesses === 0 ? "Nobody outside this machine has signed the record yet: a bundle proves order, not that nothing was rewritten." : `${plural(witnesses, "witness", "witnesses")} outside this machine signed the record.`}
  >
    {witnesses === 0 ? <b className={styles.warn}>UNANCHORED</b> : <b className={styles.ok}>WITNESSED({formatCount(witnesses)})</b>}
  </a>
);

const CENTRAL: Readonly<Record<Exclude<Status["central"]["state"], "none">, { dot: DotState; text: string; says: string }>> = {
  "by-file": { dot: "ok", text: "by file", says: "The central server is reached by files that are carried." },
  connecting: { dot: "busy", text: "connecting", says: "The central server is being asked." },
  linked: { dot: "ok", text: "", says: "The central server keeps a verified copy of this record." },
  waiting: { dot: "warn", text: "away", says: "The central server does not answer. Nothing is lost, and four eyes at this desk still work." },
  refused: { dot: "bad", text: "not let in", says: "The central server does not let this desktop in." },
  alarm: { dot: "bad", text: "RECORD FORKED", says: "This record and the central server's copy exclude each other." },
};

/** A desktop without a server has no word about one here. */
const Central = ({ central }: { central: Status["central"] }) => {
  if (central.state === "none") return null;
  const look = CENTRAL[central.state];
  const words = [look.text, central.lag > 0 ? `${formatCount(central.lag)} to send` : look.text === "" ? "in step" : ""].filter(Boolean).join(", ");
  return (
    <a className={styles.fact} href={toHash("settings", ["central"])} title={central.say === "" ? `${look.says} (${central.orgName})` : central.say}>
      <Dot state={look.dot} /> central <b className={classNames(central.state === "alarm" && styles.bad)}>{words}</b>
    </a>
  );
};

const Counts = ({ status }: { status: Status }) => (
  <>
    <a className={classNames(styles.fact, status.waitingApprovals > 0 && styles.waiting)} href={toHash("approvals")}>
      {status.waitingApprovals === 0 ? "no approvals wait" : `${plural(status.waitingApprovals, "waiting approval")}`}
    </a>
    {status.keysToConfirm.length === 0 ? null : (
      <a className={classNames(styles.fact, styles.waiting)} href={toHash("approvals")}>
        {plural(status.keysToConfirm.length, "host key")} to confirm
      </a>
    )}
    {status.scheduleNotices === 0 ? null : (
      <a className={classNames(styles.fact, styles.waiting)} href={toHash("runbooks", [], { show: "schedules" })}>
        {plural(status.scheduleNotices, "schedule")} to look at
      </a>
    )}
    <a className={classNames(styles.fact, styles.hosts)} href={toHash("hosts")}>
      {plural(status.hostsConnected, "host")} connected
    </a>
    <span className={classNames(styles.fact, styles.who)} title={`Acting as ${status.principal.name}`}>
      {status.principal.name}
    </span>
  </>
);

/** The operator's wall clock, to the second: times in logs are compared with it. */
const Clock = () => {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    // Each wait ends just after the full second, so that the shown time is never a second late.
    let timer = setTimeout(function tick() {
      setNow(Date.now());
      timer = setTimeout(tick, 1005 - (Date.now() % 1000));
    }, 1005 - (Date.now() % 1000));
    return () => clearTimeout(timer);
  }, []);
  return (
    <time className={classNames(styles.fact, styles.mono)} dateTime={new Date(now).toISOString()}>
      {formatClock(now)}
    </time>
  );
};
