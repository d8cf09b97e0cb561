import { useState } from "react";
import type { PolicyVersionView } from "../../../src-main/contract/index.ts";
import { formatInstant } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Tag } from "../../ui/tag.tsx";
import { lineChanges } from "../../../src-main/contract/line-changes.ts";
import styles from "./policy-pane.module.css";

const STATE_LOOK = { proposed: { tone: "warn", text: "proposed" }, active: { tone: "ok", text: "in force" }, past: { tone: "neutral", text: "past" }, rejected: { tone: "bad", text: "turned down" } } as const;

type Props = {
  versions: readonly PolicyVersionView[];
  /** The text in force. */
  active: string;
  mayChange: boolean;
  /** Whether this one is somebody else's, or nobody else is there to confirm it. */
  mayConfirm: (version: PolicyVersionView) => boolean;
  onConfirm: (n: number) => void;
  onReject: (n: number) => void;
  onEdit: (version: PolicyVersionView) => void;
};

/** Every version, the newest first. What waits shows what it would change: nobody puts in force what they have not had before them. */
export const PolicyVersions = ({ versions, active, mayChange, mayConfirm, onConfirm, onReject, onEdit }: Props) => {
  const inForce = versions.find(({ state }) => state === "active")?.n ?? 0;
  const [turned, setTurned] = useState<readonly number[]>([]);
  const turn = (n: number) => setTurned(turned.includes(n) ? turned.filter((each) => each !== n) : [...turned, n]);
  return (
    <ul className={styles.plain}>
      {versions.map((version) => {
        const isProposed = version.state === "proposed";
        const isOpen = isProposed !== turned.includes(version.n);
        const isOvertaken = isProposed && version.base !== 0 && version.base !== inForce;
        return (
          <li key={version.n} className={styles.version}>
            <div className={styles.versionHead}>
              <strong className={styles.number}>{version.n}</strong> <Tag tone={STATE_LOOK[version.state].tone}>{STATE_LOOK[version.state].text}</Tag> <span>{version.note}</span>
              <span className={styles.quiet}>
                {version.byName}
                {version.confirmedBy === "" ? "" : `, ${version.state === "rejected" ? "turned down" : "confirmed"} by ${version.confirmedBy}`} · {formatInstant(version.at)}
              </span>
              <span className={styles.grow} />
              {version.state === "active" ? null : (
                <Button size="sm" kind="ghost" aria-expanded={isOpen} onClick={() => turn(version.n)}>
                  Compare
                </Button>
              )}
              <Button size="sm" kind="ghost" onClick={() => onEdit(version)}>
                Edit from here
              </Button>
            </div>
            {isOpen && version.state !== "active" ? <Difference before={active} after={version.text} label={`Version ${version.n} against what is in force`} /> : null}
            {isProposed ? (
              <div className={styles.decide}>
                {isOvertaken || !mayChange || !mayConfirm(version) || !isOpen ? null : (
                  <Button size="sm" kind="primary" onClick={() => onConfirm(version.n)}>
                    Put in force
                  </Button>
                )}
                {mayChange ? (
                  <Button size="sm" onClick={() => onReject(version.n)}>
                    {mayConfirm(version) ? "Turn down" : "Take back"}
                  </Button>
                ) : null}
                <span className={styles.quiet}>{sayWaiting(version, { isOvertaken, inForce, mayChange, isTheirs: mayConfirm(version) })}</span>
              </div>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
};

const sayWaiting = ({ n, base }: PolicyVersionView, of: { readonly isOvertaken: boolean; readonly inForce: number; readonly mayChange: boolean; readonly isTheirs: boolean }): string => {
  if (of.isOvertaken) return `Written from version ${base}; version ${of.inForce} is in force since and would be taken back. Propose it anew from what is in force.`;
  if (!of.mayChange) return "It waits for an admin other than whoever proposed it.";
  return of.isTheirs ? "" : `You proposed version ${n}: it waits for another admin.`;
};

export const Difference = ({ before, after, label }: { before: string; after: string; label: string }) => {
  const changes = lineChanges(before, after);
  return changes.length === 0 ? (
    <p className={styles.quiet}>Word for word what is in force.</p>
  ) : (
    <pre className={styles.diff} tabIndex={0} aria-label={label}>
      {changes.map((line, index) => (
        <span key={index} className={styles[line.kind]}>{`${line.kind === "added" ? "+" : line.kind === "removed" ? "-" : " "} ${line.text}\n`}</span>
      ))}
    </pre>
  );
};
