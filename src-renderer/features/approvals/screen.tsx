import { type ReactElement, useEffect, useState } from "react";
import type { ApprovalQueue, ApprovalView, KeyToConfirm } from "../../../src-main/contract/index.ts";
import { ScreenBar } from "../../app/screen-bar.tsx";
import { useApp, useFeed, useRoute, useStatus } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Spoken } from "../../ui/page.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { Count } from "../../ui/tag.tsx";
import { CalendarPane } from "./calendar-pane.tsx";
import { ForeignDialog } from "./foreign-dialog.tsx";
import { GlassPane } from "./glass-pane.tsx";
import { GrantsPane } from "./grants-pane.tsx";
import { KeysToConfirm } from "./keys-to-confirm.tsx";
import { LiveApproval, useNow } from "./live-approval.tsx";
import { PolicyPane } from "./policy-pane.tsx";
import { QueueList } from "./queue-list.tsx";
import { StandInsPane } from "./stand-ins-pane.tsx";
import places from "../../ui/place.module.css";
import styles from "./screen.module.css";

export const ApprovalsScreen = () => {
  const { client, navigate } = useApp();
  const { rest } = useRoute();
  const [queue, setQueue] = useState<ApprovalQueue>();
  const [past, setPast] = useState<readonly ApprovalView[]>([]);
  const [isForeignOpen, setForeignOpen] = useState(false);
  useFeed("approvals", (core, signal) => core.approvals.queue({}, { signal }), setQueue);
  useEffect(() => {
    if (queue === undefined) return;
    client.approvals.history({ limit: 60 }).then(({ requests }) => setPast(requests.filter(({ state }) => state !== "waiting")), () => {});
  }, [client, queue]);
  // A change of the policies waits for somebody too, and nobody would look for it on its third tab.
  const [proposals, setProposals] = useState(0);
  useFeed("policy-proposals", (core, signal) => core.policy.active({}, { signal }), ({ waiting }) => setProposals(waiting));
  const keys = useStatus((status) => status?.keysToConfirm) ?? NO_KEYS;
  const now = useNow(true);
  const place = PLACES.find(({ path }) => path !== "" && path === rest[0]);
  const selectedId = place === undefined ? rest[0] : undefined;
  // The first that waits is opened under its own name: once it is decided, or over, it stands there with what became of it, and not another in its place.
  const firstId = rest.length === 0 ? queue?.waiting[0]?.id : undefined;
  useEffect(() => {
    if (firstId !== undefined) navigate(`/approvals/${firstId}`, { replaces: true });
  }, [firstId, navigate]);
  if (queue === undefined) return <Skeleton lines={8} label="Loading what waits" />;
  const waiting = queue.waiting.length + keys.length;
  return (
    <div className={styles.screen}>
      <ScreenBar
        actions={
          <Button size="sm" kind="ghost" onClick={() => setForeignOpen(true)}>
            Open a request file…
          </Button>
        }
      />
      <div className={styles.side}>
        <nav className={styles.places} aria-label="Approvals">
          {PLACES.map(({ path, title, icon }) => {
            const count = path === "" ? waiting : path === "policy" ? proposals : 0;
            return (
              <a key={path} className={places.place} href={`#/approvals${path === "" ? "" : `/${path}`}`} aria-current={(place?.path ?? "") === path ? "page" : undefined}>
                <Icon name={icon} size={16} />
                {title}
                {count === 0 ? null : <Count value={count} />}
                {count === 0 ? null : <Spoken>{count} waiting</Spoken>}
              </a>
            );
          })}
        </nav>
        {keys.length === 0 ? null : <KeysToConfirm keys={keys} now={now} onOpen={(hostId) => navigate(`/hosts/${hostId}?do=key`)} />}
        {queue.waiting.length === 0 ? null : <QueueList title="Waiting" approvals={queue.waiting} selectedId={selectedId} now={now} onSelect={(id) => navigate(`/approvals/${id}`)} />}
        {past.length === 0 ? null : <QueueList title="Decided" approvals={past} selectedId={selectedId} now={now} onSelect={(id) => navigate(`/approvals/${id}`)} />}
      </div>
      {place?.draw?.() ?? (
        <div className={styles.main}>
          <div className={styles.inner}>
            <FatigueWarning fatigue={queue.fatigue} />
            {selectedId === undefined ? (
              <EmptyState icon="approvals" title={keys.length > 0 ? "No command waits for you" : "Nothing waits for you"} {...(proposals > 0 ? { actions: <Button onClick={() => navigate("/approvals/policy/versions")}>{proposals === 1 ? "Look at the proposed policies" : `Look at ${proposals} proposals of policies`}</Button> } : {})}>
                {keys.length > 0 ? "Another key of a host does: a second person names it too, as the host’s owner reads it there." : proposals > 0 ? "No command waits; a change of the policies does." : "When a command needs a second look, it appears here, byte for byte, with the reason and the way back."}
              </EmptyState>
            ) : (
              <LiveApproval key={selectedId} approvalId={selectedId} />
            )}
          </div>
        </div>
      )}
      <ForeignDialog isOpen={isForeignOpen} onClose={() => setForeignOpen(false)} />
    </div>
  );
};

const NO_KEYS: readonly KeyToConfirm[] = [];

type Place = { readonly path: string; readonly title: string; readonly icon: IconName; readonly draw?: () => ReactElement };
const PLACES: readonly Place[] = [
  { path: "", title: "Requests", icon: "approvals" },
  { path: "policy", title: "Policies", icon: "sealed", draw: () => <PolicyPane /> },
  { path: "calendar", title: "Change calendar", icon: "clock", draw: () => <CalendarPane /> },
  { path: "remembered", title: "Remembered runbooks", icon: "pin", draw: () => <GrantsPane /> },
  { path: "stand-ins", title: "Stand-ins", icon: "users", draw: () => <StandInsPane /> },
  { path: "glass", title: "Broken glass", icon: "warning", draw: () => <GlassPane /> },
];

const FatigueWarning = ({ fatigue }: Pick<ApprovalQueue, "fatigue">) =>
  fatigue.level === "calm" ? null : (
    <Banner tone={fatigue.level === "hasty" ? "warn" : "info"} title={fatigue.level === "hasty" ? "Quick decisions" : "Many decisions"}>
      {fatigue.say}
    </Banner>
  );
