import { type FormEvent, useState } from "react";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

type Props = { isOpen: boolean; isBusy: boolean; problem: string; onClose: () => void; onDeny: (note: string) => void };

export const DenyDialog = ({ isOpen, isBusy, problem, onClose, onDeny }: Props) => {
  const [note, setNote] = useState("");
  const deny = (event: FormEvent) => {
    event.preventDefault();
    if (!isBusy) onDeny(note);
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Deny this command"
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" type="submit" form="deny" isBusy={isBusy}>
            Deny
          </Button>
        </>
      }
    >
      {problem === "" ? null : (
        <Banner tone="bad" title="Not denied">
          {problem}
        </Banner>
      )}
      <form id="deny" onSubmit={deny}>
        <Field label="Why" hint="Whoever asked reads it, and it stays in the record." isOptional>
          <Input value={note} onValue={setNote} maxLength={500} />
        </Field>
      </form>
    </Dialog>
  );
};
