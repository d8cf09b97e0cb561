import { type FormEvent, useEffect, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

type Props = { isOpen: boolean; error: string | undefined; isBusy: boolean; onOpen: (host: string) => void; onClose: () => void };

export const OpenDialog = ({ isOpen, error, isBusy, onOpen, onClose }: Props) => {
  const [host, setHost] = useState("");
  useEffect(() => {
    if (isOpen) setHost("");
  }, [isOpen]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (host.trim() !== "") onOpen(host.trim());
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      size="sm"
      title="Open a pane"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="open-pane" isBusy={isBusy} disabled={host.trim() === ""}>
            Open pane
          </Button>
        </>
      }
    >
      <form id="open-pane" onSubmit={submit}>
        <Field label="Host" hint="Its name in the inventory. What you do there is recorded from the first byte." {...(error === undefined ? {} : { error })}>
          <Input isMono icon="hosts" placeholder="web-01" value={host} onValue={setHost} />
        </Field>
      </form>
    </Dialog>
  );
};
