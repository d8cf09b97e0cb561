import type { Status } from "../../../src-main/contract/index.ts";
import { formatInstant } from "../../lib/format.ts";
import { useStatus } from "../../app/use-app.ts";
import { Code, CopyButton } from "../../ui/bytes.tsx";
import { FieldGroup } from "../../ui/field.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import styles from "./screen.module.css";

export const AboutSection = () => {
  const status = useStatus((now) => now);
  return status === undefined ? <Skeleton lines={4} label="Waiting for the core" /> : <AboutFacts status={status} />;
};

export const AboutFacts = ({ status }: { status: Pick<Status, "version" | "startedAt" | "principal" | "recorder"> }) => (
  <FieldGroup title="About this SENA">
    <div className={styles.facts}>
      <KeyValues
        items={[
          { key: "Version", value: status.version },
          { key: "Core started", value: formatInstant(status.startedAt) },
          { key: "You", value: `${status.principal.name} (${status.principal.permissions.join(", ")})` },
          {
            key: "Record's head",
            value:
              status.recorder.head === "" ? (
                "none yet"
              ) : (
                <span className={styles.copied}>
                  <Code>{status.recorder.head}</Code> <CopyButton text={status.recorder.head} label="Copy the head" />
                </span>
              ),
          },
          { key: "Licence", value: "Apache-2.0. SENA calls nobody: no account, no telemetry, no update check." },
        ]}
      />
    </div>
  </FieldGroup>
);
