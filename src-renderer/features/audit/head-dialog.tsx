import { useState } from "react";
import type { AuditHead } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";
import { formatCount, formatInstant } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Bytes } from "../../ui/bytes.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import styles from "./dialogs.module.css";
import { Qr } from "./qr.tsx";
import { saveText } from "../../lib/save-text.ts";

type Props = { isOpen: boolean; onClose: () => void; head: AuditHead | undefined };
type Side = "head" | "ask" | "answer";

/** The head somebody else can remember: on paper, in a camera, or in another installation that cosigns it. */
export const HeadDialog = ({ isOpen, onClose, head }: Props) => {
  const [side, setSide] = useState<Side>("head");
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Head of the record" size="lg" footer={<Button onClick={onClose}>Close</Button>}>
      {head === undefined ? null : (
        <Tabs
          label="Head"
          value={side}
          onValue={setSide}
          tabs={[
            { value: "head", text: "Head", content: <HeadSide head={head} /> },
            { value: "ask", text: "Be witnessed", content: <AskSide head={head} /> },
            { value: "answer", text: "Witness another", content: <AnswerSide head={head} /> },
          ]}
        />
      )}
    </Dialog>
  );
};

export const HeadSide = ({ head }: { head: AuditHead }) => (
  <div className={styles.side}>
    {head.anchor.witnesses === 0 ? (
      <Banner tone="warn" title="UNANCHORED">
        Nobody outside this machine remembers a head of this record. Its owner could put an old copy back and nobody could tell. Print or photograph the head, or have another installation witness it.
      </Banner>
    ) : (
      <Banner tone="ok" title={`WITNESSED(${head.anchor.witnesses}) up to ${formatCount(head.anchor.size)} entries`}>
        {head.anchor.names.join(", ")}, last at {formatInstant(head.anchor.time)}.
      </Banner>
    )}
    <div className={styles.head}>
      <Qr text={head.note} label={`QR code of the signed head of ${head.size} entries`} />
      <div className={styles.note}>
        <p>A photograph of this code, or this page on paper, proves later that the record had exactly these {formatCount(head.size)} entries.</p>
        <Bytes text={head.note} label="signed head" wraps />
        {head.keys.map((key) => (
          <Bytes key={key} text={key} label="the log's verifier key" wraps />
        ))}
      </div>
    </div>
  </div>
);

const AskSide = ({ head }: { head: AuditHead }) => {
  const { client, toast } = useApp();
  const [answer, setAnswer] = useState("");
  const [witnessKey, setWitnessKey] = useState("");
  const tell = (failure: unknown) => toast({ tone: "warn", title: "Not done", text: (failure as Error).message });
  const save = () =>
    client.audit
      .witnessRequest({ old: head.anchor.size })
      .then(async ({ text }) => toast({ tone: "ok", title: (await saveText("sena-witness-request.txt", text)) === "file" ? "The request is saved" : "The request is in the clipboard" }))
      .catch(tell);
  const take = () =>
    client.audit
      .takeCosignature({ answer, ...(witnessKey.trim() === "" ? {} : { witnessKey: witnessKey.trim() }) })
      .then(({ witness, size }) => {
        setAnswer("");
        toast({ tone: "ok", title: `${witness} witnessed ${formatCount(size)} entries` });
      })
      .catch(tell);
  return (
    <div className={styles.side}>
      <p>
        <b>1.</b> Carry this request to the witness (file, USB stick). It holds the head and the proof that the record only grew since the witness last looked.
      </p>
      <Button icon="download" onClick={save}>
        Save the request
      </Button>
      <p>
        <b>2.</b> Bring its answer back.
      </p>
      <Field label="Answer of the witness">
        <TextArea value={answer} onValue={setAnswer} rows={3} isMono placeholder="— name base64…" />
      </Field>
      <Field label="The witness's key" hint="Needed the first time; it is remembered." isOptional>
        <Input value={witnessKey} onValue={setWitnessKey} isMono placeholder="NAME+ID+KEY" />
      </Field>
      <Button kind="primary" disabled={answer.trim() === ""} onClick={take}>
        Take the cosignature
      </Button>
    </div>
  );
};

const AnswerSide = ({ head }: { head: AuditHead }) => {
  const { client, toast } = useApp();
  const [request, setRequest] = useState("");
  const [logKey, setLogKey] = useState("");
  const [answer, setAnswer] = useState("");
  const cosign = () =>
    client.audit.witnessAnswer({ request, ...(logKey.trim() === "" ? {} : { logKey: logKey.trim() }) }).then(
      ({ text, origin, size }) => {
        setAnswer(text);
        toast({ tone: "ok", title: `Cosigned ${formatCount(size)} entries of ${origin}` });
      },
      (failure: Error) => toast({ tone: "bad", title: "Not cosigned", text: failure.message }),
    );
  return (
    <div className={styles.side}>
      <p>Another installation asks this one to remember its head. It is cosigned only if its record continues what was seen here before.</p>
      <Field label="Its request">
        <TextArea value={request} onValue={setRequest} rows={5} isMono placeholder="old 0 …" />
      </Field>
      <Field label="Its key" hint="Needed the first time, as you got it from its owner." isOptional>
        <Input value={logKey} onValue={setLogKey} isMono placeholder="NAME+ID+KEY" />
      </Field>
      <Button kind="primary" disabled={request.trim() === ""} onClick={cosign}>
        Cosign the head
      </Button>
      {answer === "" ? null : <Bytes text={answer} label="answer to bring back" wraps />}
      <Field label="This installation's key as a witness">
        <Bytes text={head.witnessKey} label="witness key" wraps />
      </Field>
    </div>
  );
};
