import { useState } from "react";
import type { Explanation } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Code } from "../../ui/bytes.tsx";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { EffectTag } from "../../ui/tag.tsx";
import styles from "./policy-pane.module.css";

const ACTION_WORDS: Readonly<Record<Explanation["asked"][number]["action"], string>> = { run: "May it run?", "run-unasked": "Without asking?", "approve-alone": "One approval enough?", "approve-own": "Requester's own?" };

/** "Why was I asked?", and "what would change if…" for any command on any host, without running it. */
export const ExplainView = () => {
  const { client } = useApp();
  const [host, setHost] = useState("");
  const [script, setScript] = useState("");
  const [explanation, setExplanation] = useState<Explanation>();
  const [problem, setProblem] = useState("");
  const explain = () =>
    client.policy.explainCommand({ host, script }).then(
      (answer) => {
        setExplanation(answer);
        setProblem("");
      },
      (error: unknown) => setProblem((error as Error).message),
    );
  return (
    <div className={styles.explain}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void explain();
        }}
      >
        <Field label="Host">
          <Input value={host} onValue={setHost} />
        </Field>
        <Field label="Command">
          <Input isMono value={script} onValue={setScript} />
        </Field>
        <Button type="submit" kind="primary" disabled={host === "" || script === ""}>
          Explain
        </Button>
      </form>
      {problem === "" ? null : <Banner tone="bad" title="Nothing to explain">{problem}</Banner>}
      {explanation === undefined ? null : <Explained explanation={explanation} />}
    </div>
  );
};

export const Explained = ({ explanation: { decision, asked, variants, question } }: { explanation: Explanation }) => (
  <>
    <Banner tone={decision.verdict === "allow" ? "ok" : decision.verdict === "ask" ? "warn" : "bad"} title={decision.verdict === "allow" ? "It would run" : decision.verdict === "ask" ? `It would be asked about: ${decision.approvers.count === 2 ? "two approvals" : "one approval"}` : "It would not run"}>
      {decision.why}
    </Banner>
    <KeyValues
      keyWidth={180}
      items={[
        { key: "Read as", value: <EffectTag effect={question.effect} /> },
        ...asked.map((each) => ({ key: ACTION_WORDS[each.action], value: <>{each.decision === "allow" ? "yes" : "no"} {each.rules.map((rule) => <Code key={rule}>{rule} </Code>)}</> })),
      ]}
    />
    {variants.length === 0 ? null : (
      <KeyValues keyWidth={280} items={variants.map(({ says, decision: other }) => ({ key: `If ${says}`, value: `${other.verdict}: ${other.why}` }))} />
    )}
  </>
);
