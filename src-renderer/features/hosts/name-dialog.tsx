import { useEffect, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

type Props = { isOpen: boolean; title: string; verb: string; start: string; onName: (name: string) => void; onClose: () => void };

export const NameDialog = ({ isOpen, title, verb, start, onName, onClose }: Props) => {
  const [name, setName] = useState(start);
  useEffect(() => {
    if (isOpen) setName(start);
  }, [isOpen, start]);
  const isBad = name.includes("/") || name === "." || name === "..";
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      size="sm"
      title={title}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="name-form" disabled={name.trim() === "" || isBad}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        id="name-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "" && !isBad) onName(name);
        }}
      >
        <Field label="Name" {...(isBad ? { error: "A name without slashes, other than . and .." } : {})}>
          <Input isMono value={name} onValue={setName} />
        </Field>
      </form>
    </Dialog>
  );
};
