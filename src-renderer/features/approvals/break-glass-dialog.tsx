import { useState } from "react";
import { useApp } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { TextArea } from "../../ui/text-area.tsx";

const MINUTES = ["15", "30", "60"] as const;

export const BreakGlassDialog = ({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) => {
  const { client } = useApp();
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState<(typeof MINUTES)[number]>("15");
  const [problem, setProblem] = useState("");
  const breakIt = async () => {
    try {
      await client.approvals.breakGlass({ reason, minutes: Number(minutes) });
      setReason("");
      setProblem("");
      onClose();
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Break the glass"
      description="For an emergency with nobody to ask. For this while one approval suffices, yours counts, and freezes do not hold. It is recorded, shown to everyone here, and reviewed afterwards by somebody else."
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" disabled={reason.trim().length < 10} onClick={() => void breakIt()}>
            Break the glass
          </Button>
        </>
      }
    >
      {problem === "" ? null : <Banner tone="bad" title="Not opened">{problem}</Banner>}
      <Field label="What is happening" hint="At least ten letters; the reviewer reads it first.">
        <TextArea rows={3} value={reason} onValue={setReason} maxLength={500} />
      </Field>
      <Field label="For" layout="row">
        <Select value={minutes} onValue={setMinutes} choices={MINUTES.map((value) => ({ value, text: `${value} minutes` }))} />
      </Field>
    </Dialog>
  );
};
