import type { Preview } from "../lib/preview.ts";
import { Bytes } from "./bytes.tsx";
import { Button } from "./button.tsx";
import { ConfirmDialog, Dialog } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { Input } from "./input.tsx";
import { KeyValues } from "./key-values.tsx";
import { Stack } from "./preview-row.tsx";
import { EffectTag } from "./tag.tsx";

const nothing = () => {};

export const previews: readonly Preview[] = [
  {
    name: "Form",
    isOverlay: true,
    draw: () => (
      <Dialog
        isOpen
        onClose={nothing}
        title="Add a host"
        description="SENA connects once to learn the host key and shows it to you before anything is kept."
        footer={
          <>
            <Button>Cancel</Button>
            <Button kind="primary">Add host</Button>
          </>
        }
      >
        <Stack>
          <Field label="Address">
            <Input isMono placeholder="10.0.4.12 or web-01" />
          </Field>
          <Field label="User" isOptional>
            <Input isMono />
          </Field>
        </Stack>
      </Dialog>
    ),
  },
  {
    name: "To read, with a lead",
    isOverlay: true,
    draw: () => (
      <Dialog isOpen onClose={nothing} size="lg" lead={<EffectTag effect="service-impact" />} title="Fix line 14 and start nginx" footer={<Button kind="primary">Approve and run</Button>}>
        <Stack>
          <Bytes look="strong" label="Command" text={"sed -i '14s/proxy_passs/proxy_pass/' /etc/nginx/conf.d/intranet.conf\nnginx -t && systemctl start nginx"} />
          <KeyValues items={[{ key: "Runs on", value: "web-01 as ops" }, { key: "Undo", value: "a copy of intranet.conf is kept" }]} />
        </Stack>
      </Dialog>
    ),
  },
  {
    name: "Question",
    isOverlay: true,
    draw: () => (
      <ConfirmDialog isOpen isDanger title="Remove db-01?" confirmText="Remove host" onConfirm={nothing} onCancel={nothing}>
        Its record stays. Open terminals to it are closed; its host key is forgotten.
      </ConfirmDialog>
    ),
  },
];
