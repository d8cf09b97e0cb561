import { randomFillSync } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAccess } from "../../src-main/access/index.ts";
import { createForeign, createQueue, migrateApprovals } from "../../src-main/approvals/index.ts";
import { createSync, enrol, openLink, readMembership, trustApprover, type CentralLink } from "../../src-main/central-link/index.ts";
import type { ApprovedList } from "../../src-main/contract/index.ts";
import { idMaker } from "../../src-main/kernel/index.ts";
import { traceparentOf } from "../../src-main/insight/index.ts";
import { openLedger } from "../../src-main/ledger/index.ts";
import { openStore } from "../../src-main/store/index.ts";
import { createVault } from "../../src-main/vault/index.ts";
import { sha256, wordClassifier } from "./gate.ts";

/** The rooms of a desktop that the link needs, all real, in a folder of their own. */
async function openRooms(dir: string) {
  await using opening = new AsyncDisposableStack();
  const now = Date.now;
  const random = (into: Uint8Array<ArrayBuffer>) => randomFillSync(into);
  const newId = idMaker(now, random);
  const store = opening.use(openStore({ path: join(dir, "sena.db") }));
  const ledger = opening.use(await openLedger({ dir: join(dir, "ledger"), now, newId, random }));
  const vault = createVault({ store, now, newId, random });
  const never = { [Symbol.dispose]() {} };
  const access = opening.use(await openAccess({ store, ledger, vault, deviceKey: new Uint8Array(32).fill(9), firstName: "ada", agent: { keys: async () => [], sign: () => Promise.reject(new Error("none")) }, now, newId, random, idleLockMs: () => 900_000, passphraseParams: { memoryKiB: 64, passes: 1, lanes: 1 }, every: () => never }));
  migrateApprovals(store);
  const queue = opening.use(createQueue({ store, ledger, access, now, monotonicMs: () => performance.now(), newId, random }));
  const foreign = createForeign({ queue, access, ledger, classify: wordClassifier(), now });
  const house = testHouse();
  const person = access.operators()[0]?.id ?? "";
  const owned = opening.move();
  return {
    now, ledger, access, queue, foreign, house, person, owned,
    ask: (script = "restart nginx") => queue.request({
      title: "Restart it", script: sha256(script), wire: sha256("wire"), stdin: null, dialect: "posix", hosts: [{ id: "web-01", name: "web-01", environment: "prod", user: "ops", fingerprint: "SHA256:first" }], cwd: "~", effect: "service-impact", classifier: "fake-1", policy: sha256("p"), rules: ["prod-change-asks"], checks: [], undo: null, ticket: null,
      requester: { kind: "operator", id: person, name: "ada" }, person, approvals: 1, own: false, approvers: null, run: newId("run"), step: "s1", shown: { script, segments: [], rule: "", whyEffect: "", whyAsked: "prod asks", reasons: "", reasonsFrom: "", taint: [] },
    }),
    write: async (count: number, mark = "") => {
      for (let n = 0; n < count; n += 1) await ledger.append({ type: "intent", actor: { kind: "operator", id: person, name: "ada" }, fields: { script: `echo ${mark}${n}` } });
    },
  };
}

export async function linkedDesktop(invitation: string | undefined, dir = mkdtempSync(join(tmpdir(), "sena-desk-"))) {
  const rooms = await openRooms(dir);
  await using opening = new AsyncDisposableStack();
  opening.use(rooms.owned);
  const { now, ledger, access, queue, foreign, house, person, ask, write } = rooms;
  const folder = join(dir, "central-link");
  const signal = AbortSignal.timeout(60_000);
  const membership = invitation === undefined ? readMembership(folder) : await enrol({ folder, invitation, name: "desk", version: "test", logOrigin: ledger.origin, logKey: ledger.copySource.logKey(), now, signal });
  if (!membership) throw new Error("this desktop has no membership");
  const link: CentralLink = openLink({ folder, membership, ledger, approvals: queue, foreign, access, seat: house.seat, version: "test", now, chance: () => 0, isSealed: () => false, traceOf: traceparentOf, pollMs: 2000, receiptEveryMs: 0 });
  opening.use(link);
  const owned = opening.move();
  return {
    dir, ledger, access, queue, house, link, membership, person, ask, write,
    until: async (what: string, isSo: () => boolean | Promise<boolean>, limitMs = 30_000) => {
      const until = performance.now() + limitMs;
      while (!(await isSo())) {
        if (performance.now() > until) throw new Error(`never: ${what}; ${JSON.stringify(link.state.value)}`);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    },
    copyTo(other: string) {
      cpSync(dir, other, { recursive: true });
    },
    stop: () => owned.disposeAsync(),
    async [Symbol.asyncDispose]() {
      await owned.disposeAsync();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
export type LinkedDesktop = Awaited<ReturnType<typeof linkedDesktop>>;

/** The same rooms, and no network: what goes to a server and comes back are files. */
export async function isolatedDesktop(dir = mkdtempSync(join(tmpdir(), "sena-island-"))) {
  const { now, ledger, access, queue, foreign, house, ask, write, owned } = await openRooms(dir);
  const folder = join(dir, "central-link");
  const sync = createSync({ folder, ledger, approvals: queue, foreign, access, seat: house.seat, version: "test", now, logOrigin: ledger.origin });
  return {
    dir, ledger, queue, house, sync, ask, write,
    membership() {
      const found = readMembership(folder);
      if (!found) throw new Error("this desktop has no membership");
      return found;
    },
    trust: (userId: string) => trustApprover(access, sync.approvers(), userId),
    stop: () => owned.disposeAsync(),
    async [Symbol.asyncDispose]() {
      await owned.disposeAsync();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Takes what an organisation sets and keeps it to be looked at; a policy that says so does not load. */
function testHouse() {
  const taken: { policy: string | undefined; packs: string[]; hosts: string; modelHosts: readonly string[] | undefined; models: ApprovedList | undefined } = { policy: undefined, packs: [], hosts: "", modelHosts: undefined, models: undefined };
  return {
    taken,
    seat: {
      policy(text: string | undefined) {
        if (text?.includes("does-not-load")) throw new Error("line 1: it does not load here");
        taken.policy = text;
      },
      packs(packs: readonly { readonly id: string }[]) {
        taken.packs = packs.map(({ id }) => id);
        return packs.filter(({ id }) => id.startsWith("stranger")).map(({ id }) => `The pack ${id}: signed by nobody this desk trusts.`);
      },
      hosts(csv: string) {
        taken.hosts = csv;
        return [];
      },
      modelHosts: (hosts: readonly string[] | undefined) => void (taken.modelHosts = hosts),
      models: (list: ApprovedList | undefined) => void (taken.models = list),
    },
  };
}
