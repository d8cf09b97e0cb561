import type { Pane } from "../../../src-main/contract/index.ts";
import { formatClock } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";

type Props = {
  pane: Pane;
  quietSince?: number | undefined;
  /** Milliseconds by the page's clock, for the seconds until the next try, and since the shell was opened. */
  now: number;
  isLinkUp: boolean;
  onReconnect: () => void;
  onRecordAgain: () => void;
  onClose: () => void;
};

/** A shell that has shown no prompt by then is told of; most need far less. */
const SILENT_AFTER_MS = 4000;

/** Why nothing can be typed, and what to do about it. Nothing at all while everything works. */
export const PaneNotice = ({ pane, quietSince, now, isLinkUp, onReconnect, onRecordAgain, onClose }: Props) => {
  const { state } = pane;
  if (!isLinkUp) return <Banner shape="strip" tone="warn" title="The core is not connected">The pane goes on when it is back; nothing you type is lost half-way, it is not taken.</Banner>;
  const connect = (text: string) => (
    <Button size="sm" icon="refresh" onClick={onReconnect}>
      {text}
    </Button>
  );
  switch (state.is) {
    case "connecting":
      return <Banner shape="strip" tone="info" title={`Connecting to ${pane.hostName}…`}>{state.attempt > 1 ? `try ${state.attempt}` : undefined}</Banner>;
    case "lost":
      return (
        <Banner shape="strip" tone={state.retryAt === null ? "bad" : "warn"} title="Not connected" actions={connect(state.retryAt === null ? "Connect again" : "Connect now")}>
          {state.why} {state.retryAt === null ? "" : `Trying again in ${Math.max(0, Math.ceil((state.retryAt - now) / 1000))} s.`}
        </Banner>
      );
    case "ended":
      return (
        <Banner
          shape="strip"
          tone="info"
          title={state.status === null ? "The shell ended" : `The shell ended with status ${state.status}`}
          actions={
            <>
              {connect("Start a new shell")}
              <Button size="sm" onClick={onClose}>
                Close pane
              </Button>
            </>
          }
        >
          {state.why}
        </Banner>
      );
    case "open":
      if (pane.readOnly === "" && quietSince !== undefined)
        return (
          <Banner shape="strip" tone="warn" title={`${pane.hostName} has not answered since ${formatClock(quietSince)}`}>
            What stands here is recorded. What you type reaches it if it answers again; after about a minute SENA gives this connection up and makes another by itself{pane.keepsShell ? ", to the same shell" : ", with a new shell"}.
          </Banner>
        );
      if (pane.readOnly === "" && !state.answers && now - state.since >= SILENT_AFTER_MS)
        return (
          <Banner shape="strip" tone="info" title={`Connected since ${formatClock(state.since)}; the shell has not answered yet`}>
            Signing in worked. What {pane.hostName} does for {pane.user} at login holds it up: a start-up file such as .bashrc or .profile, or a home folder on a share that is away. Wait, or press Ctrl+C here, which often ends what it waits for. What you type is read when it is ready.
          </Banner>
        );
      return pane.readOnly === "" ? null : (
        <Banner shape="strip" tone="bad" title="Read only" actions={pane.isRecorded ? undefined : <Button size="sm" icon="record" onClick={onRecordAgain}>Record again</Button>}>
          {pane.readOnly}
        </Banner>
      );
    default:
      return state satisfies never;
  }
};
