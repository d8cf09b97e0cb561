import { useState } from "react";
import type { EvalComparison, EvalPart, EvalReport, EvalSummary, EvalsView } from "../../../src-main/contract/index.ts";
import { formatCount, formatDuration, formatInstant, plural } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Spoken } from "../../ui/page.tsx";
import { Progress } from "../../ui/progress.tsx";
import { Select } from "../../ui/select.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "./models.module.css";

const PARTS: Readonly<Record<EvalPart, string>> = { quick: "One wording of each", traps: "Traps and controls", all: "Every wording" };
export type OpenReport = { readonly report: EvalReport; readonly against: { readonly id: string; readonly comparison: EvalComparison } | undefined };
type Props = {
  view: EvalsView;
  models: readonly { readonly value: string; readonly text: string }[];
  mayStart: boolean;
  opened: OpenReport | undefined;
  onStart: (model: string, part: EvalPart) => void;
  onStop: () => void;
  onOpen: (id: string | undefined) => void;
  onCompare: (before: string) => void;
  onRemove: (id: string) => void;
};

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const nameOf = ({ model, at }: EvalSummary): string => `${model}, ${formatInstant(at)}`;

/** How a model does on the practice lab's scenarios, beside other models and earlier days. */
export const Evals = ({ view, models, mayStart, opened, onStart, onStop, onOpen, onCompare, onRemove }: Props) => {
  const [model, setModel] = useState("");
  const [part, setPart] = useState<EvalPart>("quick");
  const { running } = view;
  return (
    <FieldGroup title="Practice scenarios" hint="A model is tried on wishes with a known right answer, traps among them, on practice hosts made for it. None of your hosts is touched. What counts is which commands ran, what was said and what is left; no model judges.">
      {running === undefined ? (
        <div className={styles.form}>
          <Field label="Model">
            <Select value={model} onValue={setModel} isDisabled={!mayStart} choices={[{ value: "", text: "None: skills alone" }, ...models]} />
          </Field>
          <Field label="Scenarios">
            <Select value={part} onValue={(chosen) => setPart(chosen as EvalPart)} isDisabled={!mayStart} choices={Object.entries(PARTS).map(([value, text]) => ({ value, text }))} />
          </Field>
          <Button disabled={!mayStart} onClick={() => onStart(model, part)}>Try on the scenarios</Button>
        </div>
      ) : (
        <div className={styles.facts}>
          <Progress label={`${running.model}: ${running.step}`} fraction={running.total === 0 ? null : running.done / running.total} detail={running.total === 0 ? "" : `${formatCount(running.done)} of ${formatCount(running.total)}, ${formatCount(running.right)} right${running.unsafe === 0 ? "" : `, ${formatCount(running.unsafe)} unsafe`}`} onCancel={onStop} isStopping={running.step === "Stopping"} />
        </div>
      )}
      {view.problem === "" ? null : <Banner tone="warn" title="The last trial ended early">{view.problem}</Banner>}
      {view.reports.length === 0 ? <p className={styles.empty}>Nothing was tried yet. Reports stay here and can be laid side by side.</p> : <Reports reports={view.reports} openId={opened?.report.id} onOpen={onOpen} onRemove={onRemove} />}
      {opened === undefined ? null : <Opened opened={opened} others={view.reports.filter(({ id }) => id !== opened.report.id)} onCompare={onCompare} onClose={() => onOpen(undefined)} />}
    </FieldGroup>
  );
};

const Reports = ({ reports, openId, onOpen, onRemove }: { reports: readonly EvalSummary[]; openId: string | undefined; onOpen: (id: string) => void; onRemove: (id: string) => void }) => (
  <table className={styles.routes} aria-label="Reports">
    <thead>
      <tr>
        <th scope="col">Model</th>
        <th scope="col">Right</th>
        <th scope="col">Traps, controls held</th>
        <th scope="col">Unsafe</th>
        <th scope="col">Median</th>
        <th scope="col">
          <Spoken>What to do</Spoken>
        </th>
      </tr>
    </thead>
    <tbody>
      {reports.map((report) => (
        <tr key={report.id} aria-current={report.id === openId}>
          <th scope="row">
            {report.model}
            <span className={styles.under}>
              {formatInstant(report.at)}; {PARTS[report.part].toLowerCase()}, {plural(report.totals.trials, "trial")}
              {report.isWhole ? "" : "; stopped before its end"}
              {report.failedCalls === 0 ? "" : `; the model failed ${plural(report.failedCalls, "time")}`}
            </span>
          </th>
          <td className={styles.figure}>{percent(report.totals.right)}</td>
          <td className={styles.figure}>
            {percent(report.totals.traps)}, {percent(report.totals.controls)}
          </td>
          <td>{report.totals.unsafe === 0 ? "none" : <Tag tone="bad">{formatCount(report.totals.unsafe)}</Tag>}</td>
          <td className={styles.figure}>{formatDuration(report.totals.medianMs)}</td>
          <td>
            <div className={styles.pairOfActs}>
              <Button size="sm" onClick={() => onOpen(report.id)} aria-label={`Open the report of ${nameOf(report)}`}>Open</Button>
              <Button size="sm" kind="ghost" onClick={() => onRemove(report.id)} aria-label={`Delete the report of ${nameOf(report)}`}>Delete</Button>
            </div>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const FIGURES: Readonly<Record<string, readonly [words: string, draw: (value: number) => string]>> = {
  trials: ["Trials", formatCount], right: ["Right", percent], tasks: ["Tasks right", percent], traps: ["Traps held", percent], controls: ["Controls held", percent], passAll: ["Right in every wording", percent], unsafe: ["Unsafe acts", formatCount],
  unapproved: ["Changes without approval", formatCount], asksPerTask: ["Asked back", percent], medianSteps: ["Steps, median", formatCount], medianMs: ["Time, median", formatDuration], p95Ms: ["Time, 95 of 100", formatDuration], modelCalls: ["Calls of the model", formatCount], tokens: ["Tokens", formatCount],
};

const Opened = ({ opened: { report, against }, others, onCompare, onClose }: { opened: OpenReport; others: readonly EvalSummary[]; onCompare: (before: string) => void; onClose: () => void }) => {
  const before = others.find(({ id }) => id === against?.id);
  const wrong = report.trials.filter(({ right }) => !right);
  const figures = Object.entries(FIGURES).map(([name, [words, draw]]) => {
    const key = name as keyof typeof report.totals;
    // Of traps and controls alone, no task was tried: a share of nothing is no share.
    const told = ({ part, totals }: EvalSummary) => (key === "tasks" && part === "traps" ? "none tried" : draw(Number(totals[key])));
    return { words, after: told(report), before: before && told(before) };
  });
  return (
    <section className={styles.report} aria-label={`Report of ${nameOf(report)}`}>
      <div className={styles.acts}>
        <span className={styles.name}>{nameOf(report)}</span>
        <span className={styles.grow} />
        {others.length === 0 ? null : <Select label="Beside" placeholder="Lay another beside it" value={against?.id ?? null} onValue={onCompare} choices={others.map((other) => ({ value: other.id, text: nameOf(other) }))} />}
        <Button size="sm" kind="ghost" onClick={onClose}>Close</Button>
      </div>
      <table className={styles.routes}>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            {before === undefined ? null : <th scope="col">{nameOf(before)}</th>}
            <th scope="col">{before === undefined ? "Value" : nameOf(report)}</th>
          </tr>
        </thead>
        <tbody>
          {figures.map(({ words, before: was, after }) => (
            <tr key={words}>
              <th scope="row">{words}</th>
              {was === undefined ? null : <td className={styles.figure}>{was}</td>}
              <td className={styles.figure}>{was === undefined || was === after ? after : <strong>{after}</strong>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {against === undefined ? null : <Turned comparison={against.comparison} />}
      {wrong.length === 0 ? <p className={styles.empty}>Every trial was right.</p> : <p className={styles.empty}>{plural(wrong.length, "trial")} not right:</p>}
      <ul className={styles.list}>
        {wrong.map((trial) => (
          <li key={`${trial.scenario} ${trial.say}`} className={styles.row}>
            <div className={styles.head}>
              {trial.unsafe.length === 0 ? null : <Tag tone="bad">unsafe</Tag>}
              <Tag>{trial.kind}</Tag>
              <span>{trial.say}</span>
            </div>
            {[...trial.unsafe, ...trial.misses].map((what) => (
              <span key={what} className={styles.quiet}>{what}</span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
};

const Turned = ({ comparison: { turned, onlyOne } }: { comparison: EvalComparison }) => (
  <>
    <p className={styles.empty}>
      {turned.length === 0 ? "No trial is judged otherwise." : `${plural(turned.length, "trial")} judged otherwise:`}
      {onlyOne === 0 ? "" : ` ${plural(onlyOne, "trial")} tried in one of them alone.`}
    </p>
    <ul className={styles.list}>
      {turned.map(({ scenario, say, isNowRight }) => (
        <li key={`${scenario} ${say}`} className={styles.row}>
          <div className={styles.head}>
            <Tag tone={isNowRight ? "ok" : "warn"}>{isNowRight ? "now right" : "now wrong"}</Tag>
            <span>{say}</span>
          </div>
        </li>
      ))}
    </ul>
  </>
);
