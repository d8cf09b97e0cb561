import type { Pane } from "../../../src-main/contract/index.ts";
import { plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Icon } from "../../ui/icon.tsx";
import { EnvironmentTag } from "../../ui/tag.tsx";
import styles from "./screen.module.css";

type Props = { panes: readonly Pane[]; chosen: ReadonlySet<string>; onChosen: (ids: readonly string[]) => void; onEnd: () => void };

/** Which panes take what is typed into one of them. Stands over the panes for as long as it holds. */
export const BroadcastBar = ({ panes, chosen, onChosen, onEnd }: Props) => {
  const hasProd = panes.some(({ id, environment }) => chosen.has(id) && environment === "prod");
  return (
    <div className={styles.broadcast} role="group" aria-label="Broadcast">
      <Icon name="broadcast" />
      <strong role="status">{chosen.size > 1 ? `What you type goes into ${plural(chosen.size, "pane")}${hasProd ? ", production among them" : ""}` : "Choose at least two panes"}</strong>
      <div className={styles.chosen}>
        {panes.map(({ id, hostName, environment }, index) => (
          <span key={id} className={styles.choice}>
            <Checkbox label={panes.some((other) => other.id !== id && other.hostName === hostName) ? `${hostName}, pane ${index + 1}` : hostName} isChecked={chosen.has(id)} onChecked={(isChecked) => onChosen(isChecked ? [...chosen, id] : [...chosen].filter((other) => other !== id))} />
            <EnvironmentTag environment={environment} />
          </span>
        ))}
      </div>
      <Button size="sm" onClick={onEnd}>
        End broadcast
      </Button>
    </div>
  );
};
