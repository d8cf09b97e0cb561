import { useRef, useState } from "react";
import { formatCount } from "../../lib/format.ts";
import { saveText } from "../../lib/save-text.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Code } from "../../ui/bytes.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import styles from "../console.module.css";
import { SecretOnce } from "../secret-once.tsx";
import { useActing, useConsole, useOrg } from "../use-console.ts";
import { Problems } from "./problems.tsx";

type Took = { readonly size: number; readonly answer: string };

/** For a lab that no cable leads into: a file it wrote goes in, and the file to carry back comes out. */
export const ExchangeDialog = ({ onClose, onTaken }: { onClose: () => void; onTaken: () => void }) => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem, clear } = useActing();
  const chooser = useRef<HTMLInputElement>(null);
  const [took, setTook] = useState<Took>();
  const [line, setLine] = useState<string>();
  const take = (file: File) =>
    act(async () => {
      clear();
      setTook(await ask("POST /v1/orgs/:orgId/sync", { orgId, file: await file.text() }));
      onTaken();
    });
  const join = () => act(async () => setLine((await ask("POST /v1/orgs/:orgId/desktops", { orgId, byFile: true })).invitation));
  if (line !== undefined)
    return (
      <SecretOnce title="A desktop without a network joins" label="Line for sena sync enrol" secret={line} onClose={() => setLine(undefined)}>
        Good for one desktop and seven days. It names this organisation's key, so the answer that comes back proves where it is from.
      </SecretOnce>
    );
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Exchange by file"
      description="For desktops that no network leads to. Their files prove themselves: who carries them does not matter."
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button isBusy={isBusy} onClick={() => void join()}>
            Make a line to join with
          </Button>
          <Button kind="primary" icon="upload" isBusy={isBusy} onClick={() => chooser.current?.click()}>
            Take a file…
          </Button>
        </>
      }
    >
      <div className={styles.stack}>
        <Problems of={[problem]} />
        <p className={styles.words}>
          Over there: <Code>sena sync export</Code> writes files. Take them here one after the other, and carry each answer back: <Code>sena sync import</Code>.
        </p>
        <input
          ref={chooser}
          type="file"
          hidden
          accept=".jsonl,.json,text/plain"
          aria-label="File of a desktop"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            event.target.value = "";
            if (file !== undefined) void take(file);
          }}
        />
        {took === undefined ? null : (
          <Banner tone="ok" title="Taken, verified and cosigned">
            {formatCount(took.size)} entries of that desktop’s record are kept here now.{" "}
            <Button size="sm" icon="download" onClick={() => saveText("sena-sync-answer.json", took.answer)}>
              Save the answer
            </Button>
          </Banner>
        )}
      </div>
    </Dialog>
  );
};
