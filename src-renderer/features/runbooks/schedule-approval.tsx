import { useEffect, useRef, useState } from "react";
import type { HostRef, SchedulePlan, ScheduleView } from "../../../src-main/contract/index.ts";
import { timetableWords } from "../../../src-main/contract/timetable-words.ts";
import { useApp, useStatus } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Bytes } from "../../ui/bytes.tsx";
import { Chip } from "../../ui/chip.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { EffectTag, Tag } from "../../ui/tag.tsx";
import { approvalWords, hostsWords, lateWords, minute, turnsTitle } from "./schedule-words.ts";
import styles from "./screen.module.css";
import { TurnTimes } from "./timetable-field.tsx";

const DAY_MS = 86_400_000;

/** Whether its turns may run, by whose word, and the way to that word. */
export const ScheduleApproval = ({ schedule, onRevoke, onAsk, mayChange, mayApprove }: { schedule: ScheduleView; onRevoke: () => void; onAsk: () => void; mayChange: boolean; mayApprove: boolean }) => {
  const { approval, nextAt } = schedule;
  const ask = (
    <Button size="sm" icon="approvals" onClick={onAsk}>
      {mayApprove ? "Read and approve…" : "Read what it would run"}
    </Button>
  );
  if (approval.state === "holds") {
    const ends = nextAt !== null && nextAt > approval.untilAt ? "It ends before the next turn, which it does not cover." : "";
    const gap = [approval.say, ends].filter((part) => part !== "").join(" ");
    return (
      <Banner tone={gap === "" ? "ok" : "warn"} title={approvalWords(schedule)} actions={<>{gap === "" ? null : ask}<Button size="sm" disabled={!mayChange} onClick={onRevoke}>Take the approval back</Button></>}>
        {gap === "" ? "For exactly this runbook, these values, hosts and times; any change voids it." : gap}
      </Banner>
    );
  }
  return (
    <Banner tone="warn" title={approval.state === "none" ? "Its turns are not approved" : "Its approval does not hold"} actions={ask}>
      {approval.state === "none" ? "" : `${approval.say} `}Nobody is there when a turn runs, so the gate refuses what nobody with the approver role allowed beforehand.
    </Banner>
  );
};

type DialogProps = { schedule: ScheduleView; mayApprove: boolean; onClose: () => void };

/** Every command that is known beforehand, read to the end, then one signature for all turns until a day. */
export const ApproveDialog = ({ schedule, mayApprove, onClose }: DialogProps) => {
  const { client, toast } = useApp();
  const me = useStatus((status) => status?.principal.name ?? "");
  const [plan, setPlan] = useState<SchedulePlan>();
  const [shown] = useState(schedule);
  const [days, setDays] = useState(90);
  const [isSeen, setSeen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    client.schedules.plan({ scheduleId: shown.id }).then(setPlan, (error: Error) => setProblem(error.message));
  }, [client, shown.id]);
  const untilAt = Date.now() + days * DAY_MS;
  const approve = async () => {
    setBusy(true);
    try {
      await client.schedules.approve({ scheduleId: shown.id, digest: shown.digest, days });
      toast({ title: "Its turns are approved", text: "Signed with your approver key, and recorded.", tone: "ok" });
      onClose();
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="lg"
      title={`Approve the turns of ${shown.name}`}
      description="Nobody reads these commands when they run. Your yes is for exactly what stands here."
      footer={
        mayApprove ? (
          <>
            <span className={styles.note}>{isSeen ? `You sign as ${me}, until ${minute(untilAt).slice(0, 10)}.` : "Read to the end first."}</span>
            <span className={styles.grow} />
            <Field label="Holds for" layout="row">
              <NumberInput value={days} onValue={setDays} min={1} max={366} unit="days" label="Days" />
            </Field>
            <Button kind="primary" icon="approvals" disabled={!isSeen || plan === undefined} isBusy={isBusy} onClick={() => void approve()}>
              Approve its turns
            </Button>
          </>
        ) : (
          <span className={styles.note}>Approving needs the approver role.</span>
        )
      }
    >
      <div className={styles.stack}>
        {problem === "" ? null : <Banner tone="bad" title="Nothing was approved">{problem}</Banner>}
        {plan === undefined ? <Skeleton lines={6} label="Reading what it would run" /> : <ApprovedThing schedule={shown} plan={plan} untilAt={untilAt} onSeenWhole={() => setSeen(true)} />}
      </div>
    </Dialog>
  );
};

export const ApprovedThing = ({ schedule, plan, untilAt, onSeenWhole }: { schedule: ScheduleView; plan: SchedulePlan; untilAt: number; onSeenWhole: () => void }) => (
  <>
    <KeyValues
      items={[
        { key: "Runbook", value: `${schedule.skill.title} (${schedule.skill.id} ${schedule.skill.version}, signed by ${schedule.skill.signer})` },
        { key: "Values", value: Object.keys(schedule.inputs).length === 0 ? "none given: the runbook's own" : Object.entries(schedule.inputs).map(([name, value]) => `${name} = ${value}`).join(", ") },
        { key: "When", value: timetableWords(schedule.timetable) },
        { key: turnsTitle(schedule), value: <TurnTimes label={turnsTitle(schedule)} turns={plan.turns} timetable={schedule.timetable} untilAt={untilAt} /> },
        { key: "A missed turn", value: lateWords(schedule) },
        { key: "Owner", value: schedule.owner.name },
      ]}
    />
    {alikeOf(plan).map(({ hosts, steps, problem }) => (
      <section key={hosts[0]?.id} className={styles.stack} aria-label={`On ${hostsWords(namesOf(hosts))}`}>
        <h3 className={styles.partTitle}>On <HostChips hosts={hosts} /></h3>
        {problem === "" ? null : <p className={styles.note}>{problem}</p>}
        {steps.map((step, at) => (
          <div key={at} className={styles.step}>
            <div className={styles.stepHead}>
              <span className={styles.stepNumber}>{at + 1}</span>
              <span className={styles.grow}>{step.title}</span>
              {step.verdict === "allow" ? null : <Tag tone="warn">refused all the same</Tag>}
              <EffectTag effect={step.effect} />
            </div>
            <Bytes text={step.script} label={`Command ${at + 1} on ${hostsWords(namesOf(hosts))}: ${step.title}`} wraps />
            {step.verdict === "allow" ? null : <p className={styles.note}>{step.why}</p>}
          </div>
        ))}
      </section>
    ))}
    {plan.leftOut === 0 ? null : <p className={styles.note}>And {plan.leftOut} hosts more, with the same runbook.</p>}
    {plan.isTree ? <p className={styles.note}>It goes on by what these say: further commands of this runbook may follow, each through the gate.</p> : null}
    <EndMark onSeen={onSeenWhole} />
  </>
);

const namesOf = (hosts: readonly HostRef[]): readonly string[] => hosts.map(({ name }) => name);

/** Hosts by name, each with its environment as a coloured edge. */
export const HostChips = ({ hosts }: { hosts: readonly HostRef[] }) => (
  <span className={styles.hostChips}>
    {hosts.map(({ id, name, environment }) => (
      <Chip key={id} isMono environment={environment} title={environment}>
        {name}
      </Chip>
    ))}
  </span>
);

/** Hosts with the same commands stand together: a fleet is read once. */
function alikeOf({ hosts }: SchedulePlan): readonly { readonly hosts: readonly HostRef[]; readonly steps: SchedulePlan["hosts"][number]["steps"]; readonly problem: string }[] {
  const groups = new Map<string, { hosts: HostRef[]; steps: SchedulePlan["hosts"][number]["steps"]; problem: string }>();
  for (const { host, steps, problem } of hosts) {
    const key = JSON.stringify([steps, problem]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { hosts: [host], steps, problem });
    else known.hosts.push(host);
  }
  return [...groups.values()];
}

/** Says once that the end of what stands before it has been on the screen. */
const EndMark = ({ onSeen }: { onSeen: () => void }) => {
  const end = useRef<HTMLSpanElement>(null);
  const tell = useRef(onSeen);
  tell.current = onSeen;
  useEffect(() => {
    const mark = end.current;
    if (mark === null) return;
    const watch = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && tell.current(), { threshold: 1 });
    watch.observe(mark);
    return () => watch.disconnect();
  }, []);
  return <span ref={end} className={styles.end} />;
};
