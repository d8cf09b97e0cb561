import { useState } from "react";
import { useApp } from "../../app/use-app.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

/** A folder or file of the machine SENA runs on. */
export const AddDialog = ({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) => {
  const { client, toast } = useApp();
  const [path, setPath] = useState("");
  const [name, setName] = useState("");
  const [product, setProduct] = useState("");
  const [isBusy, setBusy] = useState(false);
  const add = () => {
    setBusy(true);
    client.knowledge
      .add({ path, name, product })
      .then(
        (source) => {
          toast({ tone: "ok", title: `${source.name} is being taken in` });
          setPath("");
          setName("");
          setProduct("");
          onClose();
        },
        (failure: Error) => toast({ tone: "warn", title: "Not added", text: failure.message }),
      )
      .finally(() => setBusy(false));
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Add a source"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isBusy={isBusy} disabled={path.trim() === ""} onClick={add}>
            Add source
          </Button>
        </>
      }
    >
      <Field label="Folder or file" hint="On this machine, or a share mounted on it. It is read, never written.">
        <Input value={path} onValue={setPath} isMono placeholder="/srv/runbooks" />
      </Field>
      <Field label="Name" isOptional>
        <Input value={name} onValue={setName} maxLength={120} />
      </Field>
      <Field label="Product" hint="To narrow searches to it." isOptional>
        <Input value={product} onValue={setProduct} maxLength={120} placeholder="iDRAC 9" />
      </Field>
    </Dialog>
  );
};
