import { useState } from "react";
import type { ApprovalView, ForeignView } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { useAct } from "../../app/use-act.ts";
import { useApp } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { EffectTag } from "../../ui/tag.tsx";
import { Facts, Untrusted } from "./approval-card.tsx";
import { CarriedText, OpenFile } from "./carried-text.tsx";
import styles from "./carried-text.module.css";
import { Countdown } from "./countdown.tsx";
import { useNow } from "./live-approval.tsx";
import { SegmentList } from "./segment-list.tsx";
import { WholeCommand } from "./whole-command.tsx";

/** A request that came as a file from another installation: read here with this one's own eyes, decided, signed, sent back. */
export const ForeignDialog = ({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) => {
  const { client } = useApp();
  const [text, setText] = useState("");
  const [read, setRead] = useState<ForeignView>();
  const [file, setFile] = useState<{ readonly name: string; readonly text: string }>();
  const [hasSeen, setSeen] = useState(false);
  const [note, setNote] = useState("");
  const now = useNow(isOpen && read !== undefined);
  const isLate = read !== undefined && now > read.view.notAfter;
  const { act: trying, problem, setProblem } = useAct();
  const told = read === undefined ? undefined : toldOf(read.view);
  const close = () => {
    setText("");
    setRead(undefined);
    setFile(undefined);
    setSeen(false);
    setNote("");
    setProblem("");
    onClose();
  };
  const decide = (decision: "approve" | "deny") =>
    trying(async () => {
      setFile(await client.approvals.signFile({ text, decision, note: note.trim() }));
    });
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title="A request from another installation"
      size="lg"
      footer={
        read === undefined ? (
          <Button kind="primary" disabled={text.trim() === ""} onClick={() => trying(async () => setRead(await client.approvals.readFile({ text })))}>
            Read it
          </Button>
        ) : file !== undefined ? (
          <Button onClick={close}>Close</Button>
        ) : (
          <>
            <Button onClick={() => decide("deny")}>Deny</Button>
            <Button kind="primary" disabled={!hasSeen || !read.isScriptTrue || isLate} onClick={() => decide("approve")}>
              Approve and write the decision
            </Button>
          </>
        )
      }
    >
      <div className={styles.stack}>
        {problem === "" ? null : <Banner tone="bad" title="Not decided">{problem}</Banner>}
        {file !== undefined ? (
          <>
            <Banner tone="ok" title="Signed">
              Carry it back to where it was asked.
            </Banner>
            <CarriedText label="The decision" name={file.name} text={file.text} />
          </>
        ) : read === undefined ? (
          <>
            <OpenFile onText={setText} />
            <Field label="The request file" hint="Opened, or pasted whole.">
              <TextArea isMono rows={8} value={text} onValue={setText} />
            </Field>
          </>
        ) : (
          <>
            {read.warnings.map((warning) => (
              <Banner key={warning} tone="bad" title="Look closely">
                {warning}
              </Banner>
            ))}
            <WholeCommand script={read.view.script} onSeenWhole={() => setSeen(true)} />
            <KeyValues
              items={[
                { key: "Read here as", value: <EffectTag effect={read.ownEffect} /> },
                { key: "For", value: renderedText(read.view.title) },
                { key: "Until", value: isLate ? "it has expired: it can be denied, not approved" : <Countdown notAfter={read.view.notAfter} now={now} /> },
              ]}
            />
            {/* The words about it are not under the signature: they stand with what nobody checked. */}
            <Facts approval={{ ...read.view, whyAsked: "" }} />
            <SegmentList segments={read.view.segments} />
            {told === undefined ? null : <Untrusted approval={told} />}
            <Field label="Note" hint="It goes back with the decision and is not signed." isOptional>
              <Input value={note} onValue={setNote} maxLength={500} />
            </Field>
          </>
        )}
      </div>
    </Dialog>
  );
};

/** What the file says beside what is signed; undefined when it says nothing. */
const toldOf = (view: ApprovalView): ApprovalView | undefined => {
  const reasons = [view.whyAsked, view.reasons].filter((words) => words !== "").join("\n");
  return reasons === "" && view.taint.length === 0 ? undefined : { ...view, reasons, reasonsFrom: view.reasonsFrom === "" ? "the file" : `the file and ${view.reasonsFrom}` };
};

