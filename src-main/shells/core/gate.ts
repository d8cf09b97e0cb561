import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createSshAgent, openAccess, readDeviceKey, type AccessRoom } from "../../access/index.ts";
import { createCircumstances, createFatigueMeter, createForeign, createQueue, createStanding, migrateApprovals, openPolicyBook, type CircumstancesRoom, type Fatigue, type ForeignRoom, type PolicyBook, type Queue, type StandingRoom } from "../../approvals/index.ts";
import { createGuard } from "../../guard/index.ts";
import type { Inventory } from "../../inventory/port.ts";
import type { Clock, NewId } from "../../kernel/index.ts";
import type { Ledger } from "../../ledger/port.ts";
import { createPolicyReader } from "../../policy/index.ts";
import type { SettingsRoom } from "../../settings/index.ts";
import type { Classify } from "../../shellcheck/index.ts";
import type { Ssh } from "../../ssh/port.ts";
import type { Store } from "../../store/index.ts";
import { cedarEngine } from "../process/cedar.ts";
import { accountName } from "../process/home.ts";
import { VERSION } from "./version.ts";
import { createSourceBook, createVault, type Fetch, type SourceBook, type VaultRoom } from "../../vault/index.ts";

export type GateNeeds = {
  readonly home: string;
  readonly resources: string;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly settings: SettingsRoom;
  readonly classify: Classify;
  readonly fetch: Fetch;
  readonly now: Clock;
  readonly newId: NewId;
  readonly random: (into: Uint8Array<ArrayBuffer>) => Uint8Array;
};
export type Gate = AsyncDisposable & {
  readonly vault: VaultRoom;
  readonly sources: SourceBook;
  readonly access: AccessRoom;
  readonly policies: PolicyBook;
  readonly circumstances: CircumstancesRoom;
  readonly approvals: Queue;
  readonly standing: StandingRoom;
  readonly foreign: ForeignRoom;
  readonly fatigue: (operatorId: string) => Fatigue;
  guardOf(rooms: { readonly ssh: Ssh; readonly inventory: Inventory }): ReturnType<typeof createGuard>;
};

const MINUTE_MS = 60_000;

/** Everything that stands between a wish and a host, from the vault up to the guard. */
export async function composeGate(needs: GateNeeds): Promise<Gate> {
  const { store, ledger, now, newId, random, classify } = needs;
  await using opening = new AsyncDisposableStack();
  const vault = createVault({ store, now, newId, random });
  const sources = createSourceBook({ store, vault, fetch: needs.fetch, now });
  const access = opening.use(
    await openAccess({ store, ledger, vault, now, newId, random, deviceKey: readDeviceKey(join(needs.home, "device.key"), random), agent: createSshAgent(() => process.env["SSH_AUTH_SOCK"]), firstName: accountName(), idleLockMs: () => needs.settings.current.value.idleLockMinutes * MINUTE_MS }),
  );
  migrateApprovals(store);
  const text = (name: string) => readFileSync(join(needs.resources, "policy", name), "utf8");
  const policies = await openPolicyBook({ store, ledger, access, now, reader: createPolicyReader({ engine: cedarEngine, edition: VERSION }), schema: text("sena.cedarschema"), defaultText: text("default.cedar") });
  const circumstances = createCircumstances({ store, ledger, access, now, newId });
  const standing = createStanding({ store, ledger, access, now, newId });
  const approvals = opening.use(createQueue({ store, ledger, access, now, monotonicMs: () => performance.now(), newId, random }));
  const foreign = createForeign({ queue: approvals, access, ledger, classify, now });
  const fatigue = createFatigueMeter({ store, now });
  const owned = opening.move();
  return {
    vault, sources, access, policies, circumstances, approvals, standing, foreign, fatigue,
    guardOf: ({ ssh, inventory }) => createGuard({ classify, policy: policies, inventory, access, circumstances, standing, now, ledger, approvals, ssh, noteDecision: policies.note, sleep }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
