import { useEffect, useState } from "react";
import { useApp } from "../../app/use-app.ts";
import { formatDuration, formatInstant } from "../../lib/format.ts";
import { FieldGroup } from "../../ui/field.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "./access.module.css";

export type Session = { readonly operatorId: string; readonly name: string; readonly from: number; readonly to: number | null; readonly ended: string };
const SHOWN = 30;
const ENDED_WORDS: Readonly<Record<string, string>> = { asked: "locked", idle: "locked after nobody touched it", closing: "SENA was closed", stopped: "SENA stopped" };

/** Who was unlocked here. Wrong passphrases and every unlock are in the record; this is the short list. */
export const SessionList = ({ version }: { /** Read again when it changes. */ version: unknown }) => {
  const { client, navigate } = useApp();
  const [sessions, setSessions] = useState<readonly Session[]>([]);
  useEffect(() => void client.access.sessions({ limit: SHOWN }).then((answer) => setSessions(answer.sessions), () => {}), [client, version]);
  return (
    <FieldGroup title="Sessions" hint={<>The newest {SHOWN}. Unlocking, locking and wrong passphrases are all <button type="button" className={styles.link} onClick={() => navigate("/audit?types=login")}>in the record</button>.</>}>
      <SessionRows sessions={sessions} />
    </FieldGroup>
  );
};

export const SessionRows = ({ sessions }: { sessions: readonly Session[] }) => (
  <ul className={styles.list}>
    {sessions.map((session) => (
      <li key={`${session.operatorId}-${session.from}`} className={styles.row}>
        <span className={styles.name}>{session.name}</span>
        <span className={styles.quiet}>{formatInstant(session.from)}</span>
        <span className={styles.grow} />
        {session.to === null ? <Tag tone="ok">unlocked now</Tag> : <span className={styles.quiet}>{formatDuration(session.to - session.from)}, then {ENDED_WORDS[session.ended] ?? session.ended}</span>}
      </li>
    ))}
  </ul>
);
