import { useEffect, useState } from "react";
import type { Client, RunSummary, SenaContract, SkillView as Skill } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { useApp } from "../../app/use-app.ts";
import { classNames } from "../../lib/class-names.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Card } from "../../ui/page.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { EffectTag, Tag } from "../../ui/tag.tsx";
import { History } from "./history.tsx";
import { HostPicker, usePickable } from "./host-picker.tsx";
import { InputForm } from "./input-form.tsx";
import { PlanView } from "./plan-view.tsx";
import { RunCard, type Started } from "./run-card.tsx";
import styles from "./screen.module.css";

type Plan = Awaited<ReturnType<Client<SenaContract>["skills"]["plan"]>>;

export const SkillPage = ({ skill, onFavourite }: { skill: Skill; onFavourite: (isFavourite: boolean) => void }) => {
  const { client, navigate, toast } = useApp();
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [hosts, setHosts] = useState<readonly string[]>([]);
  const [tab, setTab] = useState<"run" | "history" | "ask">("run");
  const [started, setStarted] = useState<Started>();
  const [runs, setRuns] = useState(0);
  const offers = usePickable(skill.targets.os);
  const plan = usePlan(skill.id, values);
  const isReady = plan !== undefined && plan.problem === undefined && hosts.length > 0;

  const start = async () => {
    try {
      const inputs = filledOf(values);
      const { runId } = await client.runs.start({ skillId: skill.id, hosts: [...hosts], inputs });
      const { run } = await client.runs.show({ runId });
      setStarted({ runId, hosts: run.hosts });
      setRuns((before) => before + 1);
    } catch (error) {
      toast({ title: "The run did not start", text: (error as Error).message, tone: "bad" });
    }
  };
  const open = (run: RunSummary) => {
    setStarted({ runId: run.id, hosts: run.hosts });
    setTab("run");
  };
  return (
    <div className={styles.inner}>
      <SkillHead skill={skill} onFavourite={onFavourite} />
      <Tabs
        label="About this runbook"
        value={tab}
        onValue={setTab}
        tabs={[
          {
            value: "run",
            text: "Run",
            content: (
              <div className={classNames(styles.packs, styles.panel)}>
                <Card title="With these values">
                  <div className={styles.stack}>
                  <HostPicker offers={offers} chosen={hosts} onChosen={setHosts} />
                  {skill.inputs.length === 0 ? null : <InputForm inputs={skill.inputs} values={values} onValue={(name, value) => setValues((before) => ({ ...before, [name]: value }))} />}
                  <div className={styles.row}>
                    <Button kind="primary" icon="play" disabled={!isReady} onClick={() => void start()}>
                      {skill.kind === "change" ? "Ask for it and run" : "Run"}
                    </Button>
                    <Button icon="clock" onClick={() => navigate(`/runbooks?show=schedules&new=${skill.id}&with=${encodeURIComponent(JSON.stringify({ hosts, inputs: filledOf(values) }))}`)}>
                      Schedule…
                    </Button>
                    <span className={styles.note}>{missingIn(plan) ?? (hosts.length === 0 ? "Choose at least one host." : skill.kind === "change" ? "The gate judges every command; what changes something waits for its approval." : "It only looks.")}</span>
                  </div>
                  </div>
                </Card>
                {started === undefined ? null : <RunCard key={started.runId} runId={started.runId} title={renderedText(skill.title)} hosts={started.hosts} onFollow={setStarted} />}
                {plan === undefined || plan.steps.length === 0 ? null : (
                  <Card title="Exactly this will run">
                    <PlanView steps={plan.steps} isTree={plan.isTree} />
                  </Card>
                )}
              </div>
            ),
          },
          { value: "history", text: "History", content: <div className={styles.panel}><History skillId={skill.id} version={runs} onOpen={open} /></div> },
          { value: "ask", text: "How to ask for it", content: <Examples skill={skill} /> },
        ]}
      />
    </div>
  );
};

/** What the form still lacks, without the words a failed start would need. */
const missingIn = (plan: Plan | undefined): string | undefined => plan?.problem?.replace(/^.* cannot start: /, "").replace(/ Nothing was run\.$/, "");

const filledOf = (values: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ""));

/** The plan for the values as they stand, asked for once they have stood still for a moment. */
function usePlan(skillId: string, values: Readonly<Record<string, string>>): Plan | undefined {
  const { client } = useApp();
  const [plan, setPlan] = useState<Plan>();
  const key = JSON.stringify(filledOf(values));
  useEffect(() => {
    const gone = new AbortController();
    const timer = setTimeout(() => {
      client.skills.plan({ skillId, inputs: JSON.parse(key) as Record<string, string> }, { signal: gone.signal }).then((found) => gone.signal.aborted || setPlan(found), () => {});
    }, 150);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [client, skillId, key]);
  return plan;
}

export const SkillHead = ({ skill, onFavourite }: { skill: Skill; onFavourite: (isFavourite: boolean) => void }) => (
  <header className={styles.head}>
    <div className={styles.headText}>
      <h2 className={styles.title}>{renderedText(skill.title)}</h2>
      <p className={styles.summary}>{renderedText(skill.summary)}</p>
      <div className={styles.marks}>
        <EffectTag effect={skill.effect} />
        <Tag>{skill.kind === "diagnosis" ? "diagnosis" : skill.topic}</Tag>
        <span className={styles.id}>{skill.id}</span>
        <span>
          version {skill.version} · {skill.trust === "built-in" ? "comes with SENA" : `signed by ${skill.signer}`} · for {skill.targets.os.join(", ")}
        </span>
      </div>
    </div>
    <IconButton icon="pin" label={skill.isFavourite ? "Remove from favourites" : "Add to favourites"} isPressed={skill.isFavourite} onClick={() => onFavourite(!skill.isFavourite)} />
  </header>
);

const Examples = ({ skill }: { skill: Skill }) => (
  <div className={styles.panel}>
    <ul className={styles.lines}>
      {skill.examples.map((example) => (
        <li key={example} className={styles.summary}>
          “{example}”
        </li>
      ))}
    </ul>
    {skill.kind === "change" ? <Banner tone="info" title="A change is only understood when it is asked for in so many words">A question, a “don't”, or a sentence without one of its verbs never starts it.</Banner> : null}
  </div>
);
