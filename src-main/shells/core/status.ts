import type { KeyTrust } from "../../api/key-trust.ts";
import type { Principal, Status } from "../../contract/index.ts";
import { live, type Live } from "../../kernel/index.ts";
import type { LedgerState, SenaLedger } from "../../ledger/index.ts";
import type { SettingsRoom } from "../../settings/index.ts";
import type { composeCentralLink } from "./central-link.ts";
import type { Gate } from "./gate.ts";
import type { composeHosts } from "./hosts.ts";
import type { composeModels } from "./models.ts";
import type { composeSchedules } from "./schedules.ts";
import { VERSION } from "./version.ts";

type Needs = {
  readonly gate: Pick<Gate, "access" | "approvals">;
  readonly keys: Pick<KeyTrust, "changes" | "toConfirm">;
  readonly ledger: Pick<SenaLedger, "state" | "witness">;
  readonly settings: SettingsRoom;
  readonly models: ReturnType<typeof composeModels>;
  readonly ssh: Awaited<ReturnType<typeof composeHosts>>["ssh"];
  readonly link: Awaited<ReturnType<typeof composeCentralLink>>;
  readonly schedules: ReturnType<typeof composeSchedules>;
  readonly principal: () => Principal;
  readonly lab: boolean;
  readonly now: () => number;
  /** Whether this program was replaced on the disk since it started. */
  readonly replaced: Live<boolean>;
};

/** What the status bar tells, kept true until the signal aborts: each fact in the words of the room that knows it. */
export function followStatus({ gate, keys, ledger, settings, models, ssh, link, schedules, principal, lab, now, replaced }: Needs, signal: AbortSignal): Live<Status> {
  const whoActs = (): Status["principal"] => ({ ...principal(), permissions: [...principal().permissions], locked: gate.access.locked });
  const status = live<Status>({
    version: VERSION,
    startedAt: now(),
    principal: whoActs(),
    model: models.status(),
    network: settings.current.value.network,
    recorder: { state: "starting", events: 0, head: "", say: "" },
    anchor: { witnesses: 0 },
    central: centralOf(link.view.value),
    waitingApprovals: 0,
    keysToConfirm: [],
    scheduleNotices: schedules.notices(),
    hostsConnected: 0,
    lab,
    updated: replaced.value,
  });
  const keep = async <T>(changes: AsyncIterable<T>, facts: (latest: T) => Partial<Status>): Promise<void> => {
    for await (const latest of changes) status.update((before) => ({ ...before, ...facts(latest) }));
  };
  void keep(ledger.state.follow(signal), (state) => ({ recorder: recorderOf(state), anchor: { witnesses: ledger.witness.anchor().witnesses } }));
  // What may leave this machine: as it is now, not as it was at the start.
  void keep(settings.current.follow(signal), ({ network }) => ({ network }));
  void keep(models.follow(signal), () => ({ model: models.status() }));
  void keep(gate.access.state.follow(signal), ({ locked }) => ({ principal: { ...whoActs(), locked }, keysToConfirm: keys.toConfirm(principal()) }));
  void keep(keys.changes.follow(signal), () => ({ keysToConfirm: keys.toConfirm(principal()) }));
  void keep(gate.approvals.changes(signal), () => ({ waitingApprovals: gate.approvals.waiting() }));
  void keep(ssh.connectedHosts.follow(signal), (connected) => ({ hostsConnected: connected.length }));
  void keep(link.view.follow(signal), (view) => ({ central: centralOf(view) }));
  void keep(schedules.changes(signal), () => ({ scheduleNotices: schedules.notices() }));
  void keep(replaced.follow(signal), (updated) => ({ updated }));
  return status;
}

const centralOf = ({ state, orgName, lag, say }: Status["central"]): Status["central"] => ({ state, orgName, lag, say });
const recorderOf = ({ size, root, failure }: LedgerState): Status["recorder"] =>
  failure === undefined ? { state: "ok", events: size, head: root, say: "" } : { state: "failed", events: size, head: root, say: failure.message };
