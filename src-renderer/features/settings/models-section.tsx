import type { Status } from "../../../src-main/contract/index.ts";
import { useStatus } from "../../app/use-app.ts";
import { FieldGroup } from "../../ui/field.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { type DotState, StatusDot } from "../../ui/status-dot.tsx";
import styles from "./screen.module.css";

export const ModelsSection = () => {
  const model = useStatus((status) => status?.model);
  return model === undefined ? <Skeleton lines={2} label="Waiting for the core" /> : <ModelFacts model={model} />;
};

const STATES: Readonly<Record<Status["model"]["state"], { dot: DotState; text: string }>> = {
  none: { dot: "idle", text: "No model is loaded. Checks, terminals, runbooks and the record work without one." },
  loading: { dot: "busy", text: "Loading" },
  ready: { dot: "ok", text: "Ready" },
  failed: { dot: "bad", text: "Could not be loaded. The log says why; SENA goes on with its skills." },
};

export const ModelFacts = ({ model }: { model: Status["model"] }) => (
  <FieldGroup title="Models">
    <div className={styles.facts}>
      <KeyValues
        items={[
          { key: "State", value: <StatusDot state={STATES[model.state].dot} label={STATES[model.state].text} /> },
          ...(model.name === "" || model.state === "none" ? [] : [{ key: "Model", value: model.name }]),
        ]}
      />
    </div>
  </FieldGroup>
);
