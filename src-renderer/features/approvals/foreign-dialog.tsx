import { useState } from "react";
import type { ForeignView } from "../../../src-main/contract/index.ts";
import { useAct } from "../../app/use-act.ts";
import { useApp } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { EffectTag } from "../../ui/tag.tsx";
import { CarriedText } from "./carried-text.tsx";
import { SegmentList } from "./segment-list.tsx";
import { WholeCommand } from "./whole-command.tsx";

/** A request that came as a file from another installation: read here with this one's own eyes, decided, signed, sent back. */
export const ForeignDialog = ({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) => {
  const { client } = useApp();
  const [text, setText] = useState("");
  const [read, setRead] = useState<ForeignView>();
  const [file, setFile] = useState<{ readonly name: string; readonly text: string }>();
  const [hasSeen, setSeen] = useState(false);
  const { act: trying, problem, setProblem } = useAct();
  const close = () => {
    setText("");
    setRead(undefined);
    setFile(undefined);
    setSeen(false);
    setProblem("");
    onClose();
  };
  const decide = (decision: "approve" | "deny") =>
    trying(async () => {
      setFile(await client.approvals.signFile({ text, decision }));
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
            <Button kind="primary" disabled={!hasSeen || !read.isScriptTrue} onClick={() => decide("approve")}>
              Approve and write the decision
            </Button>
          </>
        )
      }
    >
      {problem === "" ? null : <Banner tone="bad" title="Not decided">{problem}</Banner>}
      {file !== undefined ? (
        <>
          <Banner tone="ok" title="Signed">
            Carry it back to where it was asked.
          </Banner>
          <CarriedText label="The decision" name={file.name} text={file.text} />
        </>
      ) : read === undefined ? (
        <Field label="The request file" hint="Paste the whole file.">
          <TextArea isMono rows={8} value={text} onValue={setText} />
        </Field>
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
              { key: "Would run on", value: read.view.hosts.map(({ name, user, fingerprint }) => `${name} as ${user}, host key ${fingerprint}`).join("; ") },
              { key: "Asked by", value: read.view.requester.name },
            ]}
          />
          <SegmentList segments={read.view.segments} />
        </>
      )}
    </Dialog>
  );
};
