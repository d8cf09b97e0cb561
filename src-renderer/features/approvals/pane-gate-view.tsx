import { useCallback } from "react";
import type { Environment } from "../../../src-main/contract/index.ts";
import { ENVIRONMENTS } from "../../../src-main/contract/words.ts";
import { useApp } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Switch } from "../../ui/switch.tsx";
import styles from "./policy-pane.module.css";
import { useLoaded } from "./use-loaded.ts";

/** Interactive panes are recorded rather than gated; what is pasted into them can be gated too, per environment. */
export const PaneGateView = ({ mayChange }: { mayChange: boolean }) => {
  const { client } = useApp();
  const { value: gated, problem, act } = useLoaded(useCallback(async () => (await client.approvals.paneGate({})).environments, [client]));
  if (gated === undefined) return problem === "" ? <Skeleton lines={3} label="Loading" /> : <Banner tone="bad" title="This cannot be shown">{problem}</Banner>;
  const set = (environment: Environment, isOn: boolean) => act(() => client.approvals.setPaneGate({ environments: isOn ? [...gated, environment] : gated.filter((each) => each !== environment) }));
  return (
    <div className={styles.explain}>
      {problem === "" ? null : <Banner tone="bad" title="Nothing was changed">{problem}</Banner>}
      <FieldGroup title="Pasted lines in panes" hint="What is typed by hand into a pane is recorded, not gated. Where this is on, a pasted line, a snippet or a line typed by an agent goes the way of a command first: where the policies ask, it waits for an approval and is then typed once, exactly as shown. None counts as a proved read, since the history, aliases and pager of a pane decide what its words mean.">
        {ENVIRONMENTS.map((environment) => (
          <Field key={environment} layout="row" label={`${environment} hosts`}>
            <Switch isOn={gated.includes(environment)} isDisabled={!mayChange} onChange={(isOn) => void set(environment, isOn)} />
          </Field>
        ))}
      </FieldGroup>
    </div>
  );
};
