import { plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Bytes } from "../../ui/bytes.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { EnvironmentTag } from "../../ui/tag.tsx";
import type { Pane } from "../../../src-main/contract/index.ts";
import { concernAbout } from "./paste.ts";

type Props = { text: string | undefined; pane: Pick<Pane, "hostName" | "environment" | "user">; broadcastTo: number; onPaste: () => void; onCancel: () => void };

/** Several lines, or characters nobody sees: shown byte for byte before a shell gets them. */
export const PasteDialog = ({ text, pane, broadcastTo, onPaste, onCancel }: Props) => {
  const concern = text === undefined ? undefined : concernAbout(text);
  if (text === undefined || concern === undefined) return null;
  const where = broadcastTo > 0 ? `${pane.hostName} and ${plural(broadcastTo - 1, "other pane")}` : `${pane.user}@${pane.hostName}`;
  return (
    <Dialog
      isOpen
      onClose={onCancel}
      size="lg"
      title={`Paste ${plural(concern.lines, "line")} into ${where}?`}
      lead={<EnvironmentTag environment={pane.environment} />}
      description={concern.hasControls ? "The text holds characters that would not be seen or that act as keys. They are named below." : "A shell may run each line as soon as it arrives."}
      footer={
        <>
          <Button onClick={onCancel}>Do not paste</Button>
          <Button kind="primary" onClick={onPaste}>
            {`Paste ${plural(concern.lines, "line")}`}
          </Button>
        </>
      }
    >
      <Bytes text={text} label="What would be pasted" canCopy={false} />
    </Dialog>
  );
};
