import { useEffect, useState } from "react";
import type { ApprovalView } from "../../../src-main/contract/index.ts";
import { useApp, useCommands, useFeed, useStatus } from "../../app/use-app.ts";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ApprovalCard, RunsOn } from "./approval-card.tsx";
import { AskElseDialog, type Approver } from "./ask-else-dialog.tsx";
import { DenyDialog } from "./deny-dialog.tsx";

/** One approval, followed: the card with its acts. Screens and conversations embed this by the request's id. */
export const LiveApproval = ({ approvalId, hasKeys = true }: { approvalId: string; hasKeys?: boolean }) => {
  const { client, toast } = useApp();
  const operatorId = useStatus((status) => status?.principal.id ?? "");
  const [approval, setApproval] = useState<ApprovalView>();
  const [approvers, setApprovers] = useState<readonly Approver[]>([]);
  const [seenHash, setSeenHash] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [file, setFile] = useState<{ readonly name: string; readonly text: string }>();
  const [open, setOpen] = useState<"" | "else" | "deny">("");
  const now = useNow(approval?.state === "waiting");

  const load = async () => {
    const [view, people] = await Promise.all([client.approvals.show({ id: approvalId }), client.approvals.approvers({ id: approvalId })]);
    setApproval(view);
    setApprovers(people.approvers);
  };
  const failed = (error: unknown) => setProblem(error instanceof Error ? error.message : "It did not work. Nothing was run.");
  // The queue moves whenever any request does: the request itself is read anew, nothing is guessed.
  useFeed(`approval ${approvalId}`, (core, signal) => core.approvals.queue({}, { signal }), () => void load().catch(failed));

  const act = async (work: () => Promise<unknown>, staysOpen = false) => {
    setBusy(true);
    setProblem("");
    try {
      await work();
      await load();
      if (!staysOpen) setOpen("");
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  const me = approvers.find(({ isUnlocked }) => isUnlocked);
  const mayNotSay = me === undefined ? "Nobody is unlocked." : me.may ? "" : me.say;
  const hasSeenWhole = approval !== undefined && seenHash === approval.scriptHash;
  const approve = (by?: { operatorId: string; passphrase: string }) =>
    approval === undefined ? undefined : act(() => client.approvals.approve({ id: approval.id, scriptHash: approval.scriptHash, sawWhole: true, ...by }));
  const isDecidable = hasKeys && approval?.state === "waiting" && hasSeenWhole && mayNotSay === "" && !isBusy;
  const [isRested, setRested] = useState(false);
  useEffect(() => {
    setRested(false);
    if (!isDecidable) return undefined;
    const timer = setTimeout(() => setRested(true), RESTS_MS);
    return () => clearTimeout(timer);
  }, [isDecidable]);
  useCommands(
    isDecidable && isRested
      ? [{ id: `approvals.approve-${approvalId}`, title: "Approve and run this command", keys: "Mod+Enter", icon: "approvals", run: () => void approve() }]
      : [],
  );
  if (approval === undefined) return problem === "" ? <Skeleton lines={6} label="Loading the request" /> : <p role="alert">{problem}</p>;
  return (
    <>
      <ApprovalCard
        approval={approval}
        now={now}
        mayNotSay={mayNotSay}
        isBusy={isBusy}
        hasKeys={hasKeys}
        problem={open === "" ? problem : ""}
        hasSeenWhole={hasSeenWhole}
        onSeenWhole={() => setSeenHash(approval.scriptHash)}
        acts={{ onApprove: () => void approve(), onDeny: () => setOpen("deny"), onAskElse: () => setOpen("else"), onWithdraw: approval.personId === operatorId ? () => void act(() => client.approvals.withdraw({ id: approval.id })) : undefined }}
      />
      <DenyDialog isOpen={open === "deny"} isBusy={isBusy} problem={problem} onClose={() => setOpen("")} onDeny={(note) => void act(() => client.approvals.deny({ id: approval.id, note }))} />
      <AskElseDialog
        isOpen={open === "else"}
        approvers={approvers}
        script={approval.script}
        where={<RunsOn approval={approval} />}
        isBusy={isBusy}
        problem={problem}
        onClose={() => setOpen("")}
        onApproveAs={(id, passphrase) => void approve({ operatorId: id, passphrase })}
        onFile={() => void act(async () => {
          setFile(await client.approvals.requestFile({ id: approval.id }));
        }, true)}
        file={file}
        onAnswer={(text) => void act(async () => {
          const { id, title, decisions } = await client.approvals.acceptFile({ text });
          const last = decisions.at(-1);
          // A file names its own request: it need not be the one this dialog is about.
          if (last !== undefined) toast({ tone: "ok", title: `${last.name} ${last.decision === "approve" ? "approved" : "denied"}${id === approval.id ? "" : ` another request: ${title}`}` });
        })}
      />
    </>
  );
};

const SECOND_MS = 1000;
/** As long as a request has stood whole on the screen before a key may approve it: a key meant for what stood there before does nothing. */
const RESTS_MS = 600;
/** The time to the second, ticking only while it counts down. On the second: two countdowns side by side say the same. */
export function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(wholeSecond);
  useEffect(() => {
    setNow(wholeSecond());
    if (!isTicking) return;
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      setNow(wholeSecond());
      timer = setTimeout(tick, SECOND_MS - (Date.now() % SECOND_MS));
    };
    tick();
    return () => clearTimeout(timer);
  }, [isTicking]);
  return now;
}

const wholeSecond = (): number => Math.floor(Date.now() / SECOND_MS) * SECOND_MS;
