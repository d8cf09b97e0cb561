import { Suspense, useEffect, useRef, useState } from "react";
import type { ExecEvent, FileChange, Host } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { useApp } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { EnvironmentTag } from "../../ui/tag.tsx";
import { LiveApproval } from "../approvals/index.ts";
import styles from "./files.module.css";
import { failureText } from "./words.ts";

type Props = { host: Host; change: FileChange; onClose: (isDone: boolean) => void };
type Told = { readonly approvalId?: string; readonly output: string; /** Why it did not happen, when it is over and did not. */ readonly problem?: string };

/** A change the policies want to be asked about: it stands here as the command it is, until somebody decided. */
export const ChangeApproval = ({ host, change, onClose }: Props) => {
  const { client, toast } = useApp();
  const [told, setTold] = useState<Told>({ output: "" });
  const over = useRef(onClose);
  over.current = onClose;
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const ask = async () => {
      const { script, undo, why } = await client.files.asCommand({ change }, { signal });
      for await (const event of client.guard.run({ host: host.name, script, why, ...(undo !== "" && { undo }) }, { signal })) {
        if (event.type === "ended" && event.exitCode === 0) {
          toast({ title: `Done on ${host.name}`, text: renderedText(change.path), tone: "ok" });
          return over.current(true);
        }
        setTold((before) => after(before, event, host.name));
      }
    };
    ask().catch((error: unknown) => signal.aborted || setTold((before) => ({ ...before, problem: failureText(error) })));
    return () => stop.abort();
  }, [client, change, host.name, toast]);
  return (
    <Dialog
      isOpen
      size="lg"
      onClose={() => onClose(false)}
      lead={<EnvironmentTag environment={host.environment} />}
      title="This change needs an approval"
      footer={told.problem === undefined ? undefined : <Button onClick={() => onClose(false)}>Close</Button>}
    >
      {told.problem === undefined ? null : (
        <Banner tone="bad" title="The file was not changed">
          {told.problem}
        </Banner>
      )}
      {told.output === "" ? null : <pre className={styles.said}>{renderedText(told.output)}</pre>}
      {told.problem !== undefined ? null : told.approvalId === undefined ? (
        <Skeleton lines={6} label="Asking for an approval" />
      ) : (
        <Suspense fallback={<Skeleton lines={6} label="Loading the request" />}>
          <LiveApproval approvalId={told.approvalId} hasKeys={false} />
        </Suspense>
      )}
    </Dialog>
  );
};

function after(before: Told, event: ExecEvent, host: string): Told {
  switch (event.type) {
    case "waiting":
      return { ...before, approvalId: event.approvalId };
    case "output":
      return { ...before, output: `${before.output}${event.text}`.slice(-4000) };
    case "refused":
    case "unknown":
      return { ...before, problem: event.say };
    case "ended":
      return { ...before, problem: `${host} answered with ${event.exitCode === null ? `signal ${event.signal ?? "unknown"}` : `status ${event.exitCode}`}. What it said stands below; the record has all of it.` };
    case "judged":
    case "approved":
    case "started":
      return before;
    default:
      return event satisfies never;
  }
}
