import { useState } from "react";
import { useApp } from "../../app/use-app.ts";
import { Bytes } from "../../ui/bytes.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import styles from "./dialogs.module.css";

type Step = "begin" | "end";

const AUDITOR_KEY = /^sena-auditor1[\w-]{43}$/;

/** The log's own keys turn by overlap: both sign, verifiers learn the new one, then the old one goes. */
export const KeysSide = ({ mayChange, keys: given }: { mayChange: boolean; keys: readonly string[] }) => {
  const { client, toast } = useApp();
  const [after, setAfter] = useState<readonly string[]>();
  const [asking, setAsking] = useState<Step>();
  const [auditor, setAuditor] = useState("");
  const keys = after ?? given;
  const isTurning = keys.length > 1;
  const told = (failure: Error) => toast({ tone: "warn", title: "Not changed", text: failure.message });
  const turn = (step: Step) =>
    client.audit
      .rotateKey({ step })
      .then((now) => {
        setAfter(now.keys);
        toast({ tone: "ok", title: step === "begin" ? "Both keys sign from now on" : "The old key signs no more" });
      }, told)
      .finally(() => setAsking(undefined));
  const seal = (key: string) => client.audit.auditorKey({ key }).then(() => (setAuditor(""), toast({ tone: "ok", title: key === "" ? "What is cut out is gone for good" : "What is cut out is sealed to this auditor" })), told);
  return (
    <div className={styles.side}>
      <p>{isTurning ? "Two keys sign the head: give the newer one, the last, to everybody who verifies, then let the older one go." : "This key signs the head. To turn it, a second one signs beside it until everybody who verifies has it."}</p>
      {keys.map((key) => (
        <Bytes key={key} text={key} label="the log's verifier key" wraps />
      ))}
      {mayChange ? (
        <div className={styles.pair}>
          <Button icon="key" disabled={isTurning} onClick={() => setAsking("begin")}>
            Begin a rotation
          </Button>
          <Button disabled={!isTurning} onClick={() => setAsking("end")}>
            Let the old key go
          </Button>
        </div>
      ) : null}
      <hr className={styles.rule} />
      <p>Secrets are cut out before anything is recorded. With an auditor's public key they are sealed to it, so that a court can still have them and nobody here can.</p>
      <Field label="The auditor's public key" isOptional error={auditor.trim() === "" || AUDITOR_KEY.test(auditor.trim()) ? undefined : "A public key begins with sena-auditor1. The auditor makes a pair with “sena audit auditor-key new” and keeps the secret one."}>
        <Input value={auditor} onValue={setAuditor} isMono placeholder="sena-auditor1…" disabled={!mayChange} />
      </Field>
      {mayChange ? (
        <div className={styles.pair}>
          <Button disabled={!AUDITOR_KEY.test(auditor.trim())} onClick={() => void seal(auditor.trim())}>
            Seal to this auditor
          </Button>
          <Button kind="ghost" onClick={() => void seal("")}>
            Seal to nobody
          </Button>
        </div>
      ) : null}
      <ConfirmDialog isOpen={asking !== undefined} title={asking === "end" ? "Let the old key go?" : "Begin a rotation?"} confirmText={asking === "end" ? "Let it go" : "Begin"} isDanger={asking === "end"} onCancel={() => setAsking(undefined)} onConfirm={() => void turn(asking ?? "begin")}>
        {asking === "end" ? "From the next head on, who only knows the old key can check no new head. Heads it signed before stay valid." : "A new key is made here and signs every head beside the old one. The record says so."}
      </ConfirmDialog>
    </div>
  );
};
