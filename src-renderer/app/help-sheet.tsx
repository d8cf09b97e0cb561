import { Dialog } from "../ui/dialog.tsx";
import { Keys } from "../ui/kbd.tsx";
import styles from "./help-sheet.module.css";
import { keysOf } from "./keymap.ts";
import type { Command } from "./screen.ts";

/** What every list, tree, table, dialog and split of the app understands; not commands, so no command book lists them. */
const WIDGET_KEYS: readonly { readonly keys: readonly string[]; readonly title: string }[] = [
  { keys: ["Tab"], title: "Next control; with Shift the one before" },
  { keys: ["ArrowUp", "ArrowDown"], title: "Move in a list, table, tree or menu" },
  { keys: ["Enter"], title: "Open or run what is marked" },
  { keys: ["Home", "End"], title: "First, last" },
  { keys: ["ArrowLeft", "ArrowRight"], title: "Close, open a branch; move a split's handle" },
  { keys: ["F6"], title: "To the notifications" },
  { keys: ["Escape"], title: "Close, clear, step back" },
];

type Props = { commands: readonly Command[]; onClose: () => void };

export const HelpSheet = ({ commands, onClose }: Props) => (
  <Dialog isOpen onClose={onClose} title="Keyboard map" size="lg">
    <KeyMap commands={commands} />
  </Dialog>
);

/** Also the body of the settings' keyboard section: one list, two places. */
export const KeyMap = ({ commands }: { commands: readonly Command[] }) => {
  const groups = Map.groupBy(
    commands.filter((command) => keysOf(command).length > 0),
    (command) => command.group ?? "Here",
  );
  return (
    <div className={styles.sheet}>
      {[...groups].map(([group, members]) => (
        <section key={group} className={styles.group}>
          <h3 className={styles.heading}>{group}</h3>
          <dl>
            {members.map((command) => (
              <div key={command.id} className={styles.row}>
                <dt>{command.title}</dt>
                <dd className={styles.keys}>
                  {keysOf(command).map((keys, index) => (
                    <span key={keys} className={styles.alternative}>
                      {index === 0 ? null : <i className={styles.or}>or</i>}
                      <Keys keys={keys} />
                    </span>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <section className={styles.group}>
        <h3 className={styles.heading}>Everywhere</h3>
        <dl>
          {WIDGET_KEYS.map(({ keys, title }) => (
            <div key={title} className={styles.row}>
              <dt>{title}</dt>
              <dd className={styles.keys}>
                {keys.map((key) => (
                  <Keys key={key} keys={key} />
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <p className={styles.note}>Inside a terminal every key belongs to the remote machine, except combinations of Ctrl and Shift and the F keys.</p>
    </div>
  );
};
