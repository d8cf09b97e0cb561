import { useEffect, useState } from "react";
import type { PastDecisionView, PolicyDecisionView, PolicyProblem, PolicyVersionView } from "../../../src-main/contract/index.ts";
import { useApp, useDraftState, useFeed, useRoute, useStatus } from "../../app/use-app.ts";
import { plural, shortHash } from "../../lib/format.ts";
import { saveText } from "../../lib/save-text.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { ExplainView } from "./explain-view.tsx";
import { PaneGateView } from "./pane-gate-view.tsx";
import { draftOf, follow, hasChanged, isOvertaken, takeNote, write, type PolicyDraft } from "./policy-draft.ts";
import { PolicyOvertaken } from "./policy-overtaken.tsx";
import { PolicyVersions } from "./policy-versions.tsx";
import styles from "./policy-pane.module.css";

type Simulation = { readonly total: number; readonly differing: readonly { readonly past: PastDecisionView; readonly now: PolicyDecisionView }[] };

const PLACES = ["edit", "explain", "panes", "versions"] as const;

/** The policies in force, a place to write the next ones, and what they would change. */
export const PolicyPane = () => {
  const { client, toast, navigate } = useApp();
  const mayChange = useStatus((status) => status?.principal.permissions.includes("administer") === true);
  const meId = useStatus((status) => status?.principal.id ?? "");
  const [isAlone, setAlone] = useState(false);
  useFeed("policy-mode", (core, signal) => core.access.state({}, { signal }), ({ mode }) => setAlone(mode === "single"));
  const [hash, setHash] = useState("");
  const [active, setActive] = useState<string>();
  const [written, setDraft] = useDraftState<PolicyDraft | undefined>("policies", undefined);
  const [note, setNote] = useDraftState("policies-note", "");
  const { rest } = useRoute();
  const tab = PLACES.find((each) => each === rest[1]) ?? "edit";
  const [problems, setProblems] = useState<readonly PolicyProblem[]>([]);
  const [simulation, setSimulation] = useState<Simulation>();
  const [versions, setVersions] = useState<readonly PolicyVersionView[]>([]);
  const [failure, setFailure] = useState("");
  useFeed("policy", (core, signal) => core.policy.active({}, { signal }), (next) => {
    setHash(next.hash);
    setActive(next.text);
    setDraft((before) => before && follow(before, next.text));
  });
  // Whoever unlocks this window after somebody else has written nothing here yet, and the feed tells what is in force only when it changes.
  const draft = active === undefined ? undefined : follow(written, active);
  useEffect(() => {
    client.policy.versions({}).then(({ versions: all }) => setVersions(all), (error: unknown) => setFailure((error as Error).message));
  }, [client, hash, tab]);
  const text = draft?.text;
  useEffect(() => {
    if (text === undefined) return;
    const timer = setTimeout(() => void client.policy.check({ text }).then((answer) => setProblems(answer.problems), () => {}), 300);
    return () => clearTimeout(timer);
  }, [client, text]);
  const toTab = (next: (typeof PLACES)[number]) => navigate(`/approvals/policy/${next}`);
  const trying = (work: () => Promise<void>) => void work().then(() => setFailure(""), (error: unknown) => setFailure((error as Error).message));
  if (draft === undefined || text === undefined) return <Skeleton lines={10} label="Loading the policies" />;
  const isChanged = hasChanged(draft);
  const setText = (next: string) => setDraft(write(draft, next));
  const propose = () =>
    trying(async () => {
      const version = await client.policy.propose({ text, note });
      setNote("");
      setSimulation(undefined);
      toast({ tone: "ok", title: version.state === "active" ? `Version ${version.n} is in force` : `Version ${version.n} waits for another admin` });
    });
  return (
    <div className={styles.pane}>
      {failure === "" ? null : <Banner tone="bad" title="Nothing was changed">{failure}</Banner>}
      <Tabs
        label="Policies"
        value={tab}
        onValue={toTab}
        trailing={<span className={styles.hash}>in force {shortHash(hash, 12)}</span>}
        tabs={[
          {
            value: "edit",
            text: "Policies",
            content: (
              <>
                {isOvertaken(draft) ? <PolicyOvertaken draft={draft} onNoted={() => setDraft(takeNote(draft))} onBack={() => setDraft(draftOf(draft.active))} /> : null}
                <div className={styles.editor}>
                  <TextArea isMono aria-label="Policies in Cedar" className={styles.text ?? ""} spellCheck={false} value={text} onValue={setText} />
                  <aside className={styles.side}>
                    <Problems problems={problems} hasChanged={isChanged} />
                    <Button disabled={problems.length > 0} onClick={() => trying(async () => setSimulation(await client.policy.simulate({ text, limit: 1000 })))}>
                      Try on past decisions
                    </Button>
                    {simulation === undefined ? null : <SimulationView simulation={simulation} />}
                    <Field label="What changes, and why">
                      <Input value={note} onValue={setNote} maxLength={500} />
                    </Field>
                    <Button kind="primary" disabled={!mayChange || !isChanged || isOvertaken(draft) || problems.length > 0 || note.trim().length < 3} onClick={propose}>
                      {isAlone ? "Put in force" : "Propose"}
                    </Button>
                    <p className={styles.quiet}>{mayChange ? (isAlone ? "You work alone here, so it is in force at once. Where several people work, another admin confirms it first." : "Another admin confirms it before it is in force.") : "Only an admin proposes policies. Trying and explaining them is open to everyone."}</p>
                    <div className={styles.files}>
                      <label className={styles.open}>
                        Open a file… <input type="file" accept=".cedar,text/plain" className={styles.file} onChange={(event) => void event.target.files?.[0]?.text().then((opened) => setDraft((before) => write(follow(before, draft.active), opened)))} />
                      </label>
                      <Button size="sm" kind="ghost" onClick={() => trying(async () => void (await saveText(`policies-${shortHash(hash, 12).replace("…", "")}.cedar`, text)))}>
                        Save as a file
                      </Button>
                      {isChanged ? <Button size="sm" kind="ghost" onClick={() => setDraft(draftOf(draft.active))}>Back to what is in force</Button> : null}
                    </div>
                  </aside>
                </div>
              </>
            ),
          },
          { value: "explain", text: "Explain a command", content: <ExplainView /> },
          { value: "panes", text: "Panes", content: <PaneGateView mayChange={mayChange} /> },
          {
            value: "versions",
            text: "Versions",
            count: versions.filter(({ state }) => state === "proposed").length,
            content: <PolicyVersions versions={versions} active={draft.active} mayChange={mayChange} mayConfirm={({ byId }) => isAlone || byId !== meId} onConfirm={(n) => trying(async () => void (await client.policy.confirm({ n })))} onReject={(n) => trying(async () => void (await client.policy.reject({ n })))} onEdit={(version) => { setDraft(takeNote({ ...draft, text: version.text })); toTab("edit"); }} />,
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
