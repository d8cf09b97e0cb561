import type { ModelRoute } from "../../../src-main/contract/index.ts";
import styles from "./models.module.css";

const TASK_WORDS: Readonly<Record<ModelRoute["task"], string>> = { extract: "Read values out of output", summarise: "Summarise", plan: "Plan the next step", answer: "Answer a question", embed: "Search by meaning" };

/** Who would be asked for what, now, in the words of the rules that choose. */
export const RouteTable = ({ routes }: { routes: readonly ModelRoute[] }) => (
  <table className={styles.routes}>
    <thead>
      <tr>
        <th scope="col">To</th>
        <th scope="col">Data of protected hosts</th>
        <th scope="col">Asked first, and why</th>
      </tr>
    </thead>
    <tbody>
      {routes.map(({ task, hasProtectedData, order, why, left }) => (
        <tr key={`${task} ${hasProtectedData}`}>
          <th scope="row">{TASK_WORDS[task]}</th>
          <td>{hasProtectedData ? "yes" : "no"}</td>
          <td>
            {order.length === 0 ? "Nobody. " : ""}
            {why}
            {order.length > 1 ? ` Then ${order.slice(1).join(", ")}, if that fails.` : ""}
            {left.length === 0 ? null : <span className={styles.quiet}> Left out: {left.map(({ id, why: reason }) => `${id} (${reason})`).join("; ")}.</span>}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
