import { useEffect, useState } from "react";
import type { PastDecisionView, PolicyDecisionView, PolicyProblem, PolicyVersionView } from "../../../src-main/contract/index.ts";
import { useApp, useFeed, useStatus } from "../../app/use-app.ts";
import { formatInstant, plural, shortHash } from "../../lib/format.ts";
import { saveText } from "../../lib/save-text.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Tag } from "../../ui/tag.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { ExplainView } from "./explain-view.tsx";
import { PaneGateView } from "./pane-gate-view.tsx";
import { lineChanges } from "./line-changes.ts";
import styles from "./policy-pane.module.css";

type Simulation = { readonly total: number; readonly differing: readonly { readonly past: PastDecisionView; readonly now: PolicyDecisionView }[] };

/** The policies in force, a place to write the next ones, and what they would change. */
export const PolicyPane = () => {
  const { client, toast } = useApp();
  const mayChange = useStatus((status) => status?.principal.permissions.includes("administer") === true);
  const [isAlone, setAlone] = useState(false);
  useFeed("policy-mode", (core, signal) => core.access.state({}, { signal }), ({ mode }) => setAlone(mode === "single"));
  const [active, setActive] = useState<{ hash: string; text: string }>();
  const [text, setText] = useState<string>();
  const [note, setNote] = useState("");
  const [tab, setTab] = useState<"edit" | "explain" | "versions" | "panes">("edit");
  const [problems, setProblems] = useState<readonly PolicyProblem[]>([]);
  const [simulation, setSimulation] = useState<Simulation>();
  const [versions, setVersions] = useState<readonly PolicyVersionView[]>([]);
  const [failure, setFailure] = useState("");
  useFeed("policy", (core, signal) => core.policy.active({}, { signal }), (next) => {
    setActive(next);
    setText((before) => before ?? next.text);
  });
  // What is proposed or rejected changes nothing that is in force, and stands in the list all the same.
  const [round, setRound] = useState(0);
  useEffect(() => {
    client.policy.versions({}).then(({ versions: all }) => setVersions(all), (error: unknown) => setFailure((error as Error).message));
  }, [client, active, round, tab]);
  useEffect(() => {
    if (text === undefined) return;
    const timer = setTimeout(() => void client.policy.check({ text }).then((answer) => setProblems(answer.problems), () => {}), 300);
    return () => clearTimeout(timer);
  }, [client, text]);
  const trying = (work: () => Promise<void>) => void work().then(() => setFailure(""), (error: unknown) => setFailure((error as Error).message));
  if (active === undefined || text === undefined) return <Skeleton lines={10} label="Loading the policies" />;
  const hasChanged = text !== active.text;
  const propose = () =>
    trying(async () => {
      const version = await client.policy.propose({ text, note });
      setNote("");
      setSimulation(undefined);
      setRound((before) => before + 1);
      toast({ tone: "ok", title: version.state === "active" ? `Version ${version.n} is in force` : `Version ${version.n} waits for another admin` });
    });
  return (
    <div className={styles.pane}>
      {failure === "" ? null : <Banner tone="bad" title="Nothing was changed">{failure}</Banner>}
      <Tabs
        label="Policies"
        value={tab}
        onValue={setTab}
        trailing={<span className={styles.hash}>in force {shortHash(active.hash, 12)}</span>}
        tabs={[
          {
            value: "edit",
            text: "Policies",
            content: (
              <div className={styles.editor}>
                <TextArea isMono aria-label="Policies in Cedar" className={styles.text ?? ""} spellCheck={false} value={text} onValue={setText} />
                <aside className={styles.side}>
                  <Problems problems={problems} hasChanged={hasChanged} />
                  <Button disabled={problems.length > 0} onClick={() => trying(async () => setSimulation(await client.policy.simulate({ text, limit: 1000 })))}>
                    Try on past decisions
                  </Button>
                  {simulation === undefined ? null : <SimulationView simulation={simulation} />}
                  <Field label="What changes, and why">
                    <Input value={note} onValue={setNote} maxLength={500} />
                  </Field>
                  <Button kind="primary" disabled={!mayChange || !hasChanged || problems.length > 0 || note.trim().length < 3} onClick={propose}>
                    {isAlone ? "Put in force" : "Propose"}
                  </Button>
                  <p className={styles.quiet}>{mayChange ? (isAlone ? "You work alone here, so it is in force at once. Where several people work, another admin confirms it first." : "Another admin confirms it before it is in force.") : "Only an admin proposes policies. Trying and explaining them is open to everyone."}</p>
                  <div className={styles.files}>
                    <label className={styles.open}>
                      Open a file… <input type="file" accept=".cedar,text/plain" className={styles.file} onChange={(event) => void event.target.files?.[0]?.text().then(setText)} />
                    </label>
                    <Button size="sm" kind="ghost" onClick={() => trying(async () => void (await saveText(`policies-${shortHash(active.hash, 12).replace("…", "")}.cedar`, text)))}>
                      Save as a file
                    </Button>
                    {hasChanged ? <Button size="sm" kind="ghost" onClick={() => setText(active.text)}>Back to what is in force</Button> : null}
                  </div>
                </aside>
              </div>
            ),
          },
          { value: "explain", text: "Explain a command", content: <ExplainView /> },
          { value: "panes", text: "Panes", content: <PaneGateView mayChange={mayChange} /> },
          {
            value: "versions",
            text: "Versions",
            count: versions.filter(({ state }) => state === "proposed").length,
            content: <Versions versions={versions} active={active.text} mayChange={mayChange} onConfirm={(n) => trying(async () => void (await client.policy.confirm({ n })))} onReject={(n) => trying(async () => (await client.policy.reject({ n }), setRound((before) => before + 1)))} onEdit={(version) => { setText(version.text); setTab("edit"); }} />,
          },
        ]}
      />
    </div>
  );
};

const Problems = ({ problems, hasChanged }: { problems: readonly PolicyProblem[]; hasChanged: boolean }) =>
  problems.length === 0 ? (
    <Banner tone="ok" title={hasChanged ? "These would load" : "In force"}>Every policy fits the schema.</Banner>
  ) : (
    <Banner tone="bad" title={plural(problems.length, "problem")}>
      {problems.slice(0, 8).map((problem, index) => (
        <span key={index} className={styles.problem}>
          line {problem.line}: {problem.rule === "" ? "" : `${problem.rule}: `}
          {problem.message}
        </span>
      ))}
    </Banner>
  );

const SimulationView = ({ simulation }: { simulation: Simulation }) => (
  <div>
    <p>
      {simulation.total === 0 ? "No decisions yet to try it on." : `${plural(simulation.differing.length, "decision")} of ${simulation.total} would be different.`}
    </p>
    <ul className={styles.plain}>
      {simulation.differing.slice(0, 50).map(({ past, now }, index) => (
        <li key={index}>
          <code>{past.title}</code> on {past.question.host.environment}: {past.verdict} → <strong>{now.verdict}</strong>
        </li>
      ))}
    </ul>
  </div>
);

const STATE_LOOK = { proposed: { tone: "warn", text: "proposed" }, active: { tone: "ok", text: "in force" }, past: { tone: "neutral", text: "past" }, rejected: { tone: "bad", text: "turned down" } } as const;
type VersionsProps = { versions: readonly PolicyVersionView[]; active: string; mayChange: boolean; onConfirm: (n: number) => void; onReject: (n: number) => void; onEdit: (version: PolicyVersionView) => void };
const Versions = ({ versions, active, mayChange, onConfirm, onReject, onEdit }: VersionsProps) => {
  const [openN, setOpenN] = useState<number>();
  return (
    <ul className={styles.plain}>
      {versions.map((version) => (
        <li key={version.n} className={styles.version}>
          <div className={styles.versionHead}>
            <strong className={styles.number}>{version.n}</strong> <Tag tone={STATE_LOOK[version.state].tone}>{STATE_LOOK[version.state].text}</Tag> <span>{version.note}</span>
            <span className={styles.quiet}>
              {version.byName}
              {version.confirmedBy === "" ? "" : `, confirmed by ${version.confirmedBy}`} · {formatInstant(version.at)}
            </span>
            <span className={styles.grow} />
            <Button size="sm" kind="ghost" onClick={() => setOpenN(openN === version.n ? undefined : version.n)}>Compare</Button>
            <Button size="sm" kind="ghost" onClick={() => onEdit(version)}>Edit from here</Button>
            {version.state === "proposed" && mayChange ? (
              <>
                <Button size="sm" kind="primary" onClick={() => onConfirm(version.n)}>Put in force</Button>
                <Button size="sm" onClick={() => onReject(version.n)}>Turn down</Button>
              </>
            ) : null}
          </div>
          {openN === version.n ? (
            <pre className={styles.diff} tabIndex={0} aria-label={`Version ${version.n} against what is in force`}>
              {lineChanges(active, version.text).map((line, index) => (
                <span key={index} className={styles[line.kind]}>{`${line.kind === "added" ? "+" : line.kind === "removed" ? "-" : " "} ${line.text}\n`}</span>
              ))}
            </pre>
          ) : null}
        </li>
      ))}
    </ul>
  );
};
