import { useEffect, useState } from "react";
import type { ApprovalQueue, ApprovalView } from "../../../src-main/contract/index.ts";
import { ScreenBar } from "../../app/screen-bar.tsx";
import { useApp, useFeed, useRoute } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { BreakGlassDialog } from "./break-glass-dialog.tsx";
import { ForeignDialog } from "./foreign-dialog.tsx";
import { LiveApproval, useNow } from "./live-approval.tsx";
import { PolicyPane } from "./policy-pane.tsx";
import { QueueList } from "./queue-list.tsx";
import styles from "./screen.module.css";

export const ApprovalsScreen = () => {
  const { client, navigate } = useApp();
  const { rest } = useRoute();
  const [queue, setQueue] = useState<ApprovalQueue>();
  const [past, setPast] = useState<readonly ApprovalView[]>([]);
  const [dialog, setDialog] = useState<"" | "glass" | "foreign">("");
  useFeed("approvals", (core, signal) => core.approvals.queue({}, { signal }), setQueue);
  useEffect(() => {
    if (queue === undefined) return;
    client.approvals.history({ limit: 60 }).then(({ requests }) => setPast(requests.filter(({ state }) => state !== "waiting")), () => {});
  }, [client, queue]);
  const now = useNow(true);
  const isPolicy = rest[0] === "policy";
  const selectedId = isPolicy ? undefined : (rest[0] ?? queue?.waiting[0]?.id);
  if (queue === undefined) return <Skeleton lines={8} label="Loading what waits" />;
  return (
    <div className={styles.screen}>
      <ScreenBar
        actions={
          <>
            <Button size="sm" kind="ghost" onClick={() => setDialog("foreign")}>
              Open a request file…
            </Button>
            <Button size="sm" kind="ghost" onClick={() => setDialog("glass")}>
              Break glass…
            </Button>
            <Button size="sm" onClick={() => navigate(isPolicy ? "/approvals" : "/approvals/policy")}>
              {isPolicy ? "Back to the queue" : "Policies"}
            </Button>
          </>
        }
      />
      {isPolicy ? (
        <PolicyPane />
      ) : (
        <>
          <nav className={styles.side} aria-label="Requests">
            {queue.waiting.length === 0 ? null : <QueueList title="Waiting" approvals={queue.waiting} selectedId={selectedId} now={now} onSelect={(id) => navigate(`/approvals/${id}`)} />}
            {past.length === 0 ? null : <QueueList title="Decided" approvals={past} selectedId={selectedId} now={now} onSelect={(id) => navigate(`/approvals/${id}`)} />}
          </nav>
          <div className={styles.main}>
            <div className={styles.inner}>
              <Warnings queue={queue} now={now} onClose={() => void client.approvals.closeBreakGlass({})} />
              {selectedId === undefined ? (
                <EmptyState icon="approvals" title="Nothing waits for you">
                  When a command needs a second look, it appears here, byte for byte, with the reason and the way back.
                </EmptyState>
              ) : (
                <LiveApproval key={selectedId} approvalId={selectedId} />
              )}
            </div>
          </div>
        </>
      )}
      <BreakGlassDialog isOpen={dialog === "glass"} onClose={() => setDialog("")} />
      <ForeignDialog isOpen={dialog === "foreign"} onClose={() => setDialog("")} />
    </div>
  );
};

const Warnings = ({ queue, now, onClose }: { queue: ApprovalQueue; now: number; onClose: () => void }) => (
  <>
    {queue.breakGlass === undefined || queue.breakGlass.untilAt <= now ? null : (
      <Banner tone="bad" title={`The glass is broken until ${new Date(queue.breakGlass.untilAt).toLocaleTimeString()}`} actions={<Button size="sm" onClick={onClose}>Close it now</Button>}>
        {queue.breakGlass.byName}: {queue.breakGlass.reason} One person may approve alone and freezes do not hold. Everything is in the record and will be reviewed.
      </Banner>
    )}
    {queue.fatigue.level === "calm" ? null : (
      <Banner tone={queue.fatigue.level === "hasty" ? "warn" : "info"} title={queue.fatigue.level === "hasty" ? "Quick decisions" : "Many decisions"}>
        {queue.fatigue.say}
      </Banner>
    )}
  </>
);
