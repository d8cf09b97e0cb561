import { type ReactNode, useState } from "react";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { CarriedText, OpenFile } from "./carried-text.tsx";
import styles from "./carried-text.module.css";
import { TextArea } from "../../ui/text-area.tsx";
import { WholeCommand } from "./whole-command.tsx";

export type Approver = { readonly id: string; readonly name: string; readonly may: boolean; readonly isHere: boolean; readonly isUnlocked: boolean; readonly say: string };
type Props = {
  isOpen: boolean;
  approvers: readonly Approver[];
  script: string;
  /** Where it would run. */
  where: ReactNode;
  isBusy: boolean;
  problem: string;
  onClose: () => void;
  onApproveAs: (operatorId: string, passphrase: string) => void;
  onFile: () => void;
  file: { readonly name: string; readonly text: string } | undefined;
  onAnswer: (text: string) => void;
};

/** A second person at this desk, or on another installation by file. No server is needed for four eyes. */
export const AskElseDialog = ({ isOpen, approvers, script, where, isBusy, problem, onClose, onApproveAs, onFile, file, onAnswer }: Props) => {
  const here = approvers.filter((each) => each.may && each.isHere && !each.isUnlocked);
  const [who, setWho] = useState<string | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const [answer, setAnswer] = useState("");
  // The second person looks at this dialog, not at what lies behind it: what was seen there was seen by somebody else.
  const [seen, setSeen] = useState("");
  const hasSeenWhole = seen === script;
  const chosen = here.find(({ id }) => id === who) ?? here[0];
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Ask someone else" description="They read the whole command, then approve with their own key." size="md" footer={<Button onClick={onClose}>Close</Button>}>
      <div className={styles.stack}>
        {problem === "" ? null : (
          <Banner tone="bad" title="Not approved">
            {problem}
          </Banner>
        )}
        <FieldGroup title="At this desk" hint={here.length === 0 ? "Nobody else who may approve this works at this machine. An admin adds operators under Settings → Operators." : "The passphrase unlocks only this one signature."}>
          {chosen === undefined ? null : (
            <form
              className={`${styles.stack} ${styles.inset}`}
              onSubmit={(event) => {
                event.preventDefault();
                onApproveAs(chosen.id, passphrase);
                setPassphrase("");
              }}
            >
              <p className={styles.where}>{where}</p>
              <WholeCommand script={script} onSeenWhole={() => setSeen(script)} />
              <Field label="Approver" layout="row">
                <Select value={chosen.id} onValue={setWho} choices={here.map(({ id, name }) => ({ value: id, text: name }))} />
              </Field>
              <Field label="Their passphrase" layout="row">
                <Input type="password" autoComplete="off" value={passphrase} onValue={setPassphrase} />
              </Field>
              <div className={styles.name}>
                <Button type="submit" kind="primary" isBusy={isBusy} disabled={passphrase === "" || !hasSeenWhole}>
                  {`Approve as ${chosen.name}`}
                </Button>
                {hasSeenWhole ? null : <span>Scroll to the end of the command first</span>}
              </div>
            </form>
          )}
        </FieldGroup>
        <FieldGroup title="On another installation" hint="A file goes there, a signed decision comes back. The countdown goes on meanwhile.">
          <div className={`${styles.stack} ${styles.inset}`}>
            {file === undefined ? (
              <div>
                <Button onClick={onFile} isBusy={isBusy}>
                  Write the request
                </Button>
              </div>
            ) : (
              <CarriedText label="The request" name={file.name} text={file.text} />
            )}
            <Field label="The decision that came back" hint="Opened, or pasted whole.">
              <TextArea isMono rows={3} value={answer} onValue={setAnswer} />
            </Field>
            <div className={styles.name}>
              <OpenFile onText={setAnswer} />
              <Button
                disabled={answer.trim() === ""}
                isBusy={isBusy}
                onClick={() => {
                  onAnswer(answer);
                  setAnswer("");
                }}
              >
                Take in the decision
              </Button>
            </div>
          </div>
        </FieldGroup>
      </div>
    </Dialog>
  );
};
