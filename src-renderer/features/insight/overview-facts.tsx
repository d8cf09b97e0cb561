import type { Overview } from "../../../src-main/contract/index.ts";
import { formatCost, formatCount, formatDuration, plural } from "../../lib/format.ts";
import styles from "./screen.module.css";

/** The last days in five figures; a dash where nothing was measured. */
export const OverviewFacts = ({ overview, days }: { overview: Overview; days: number }) => (
  <dl className={styles.facts} aria-label={`The last ${days} days`}>
    {factsOf(overview, days).map(({ name, value, note }) => (
      <div key={name} className={styles.fact}>
        <dt>{name}</dt>
        <dd>
          <b>{value}</b> <span>{note}</span>
        </dd>
      </div>
    ))}
  </dl>
);

const factsOf = ({ runs, successShare, medianMs, p95Ms, modelCalls, tokens, cost, questions, perResolution }: Overview, days: number) => [
  { name: "Runs", value: formatCount(runs), note: `in ${days} days${questions.asked === 0 ? "" : `; ${formatCount(questions.solved)} of ${plural(questions.asked, "question")} solved`}` },
  { name: "Worked", value: successShare === null ? "–" : `${Math.round(successShare * 100)} %`, note: "of those that ended" },
  { name: "Half took at most", value: medianMs === null ? "–" : formatDuration(medianMs), note: "" },
  { name: "95 % took at most", value: p95Ms === null ? "–" : formatDuration(p95Ms), note: "" },
  { name: "Tokens", value: modelCalls === 0 ? "0" : formatCount(tokens.prompt + tokens.output), note: modelCalls === 0 ? "no model was asked" : `${formatCount(tokens.output)} written, ${plural(modelCalls, "question")}` },
  { name: "Per question solved", value: perResolution === null ? "–" : perResolution.cost === null ? formatCount(perResolution.tokens) : formatCost(perResolution.cost), note: perResolution === null ? "" : perResolution.cost === null ? "tokens; no model has a price" : `${formatCount(perResolution.tokens)} tokens; ${formatCost(cost ?? 0)} in all` },
];
