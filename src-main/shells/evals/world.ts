import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveLink } from "../../api/link/serve.ts";
import type { ChatItem, Client, SenaContract } from "../../contract/index.ts";
import { connect } from "../../contract/link/index.ts";
import { memoryPair } from "../../contract/link/memory.ts";
import type { LentModel } from "../../models/index.ts";
import { createInventory } from "../../inventory/index.ts";
import { composeCore } from "../core/compose.ts";
import { resourcesFolder } from "../process/places.ts";
import { startLab, type Lab } from "../lab/index.ts";
import { openStore } from "../../store/index.ts";
import { plainExec, type PlainHost } from "./plain-ssh.ts";
import { readTrace, type Trace } from "./judge.ts";
import type { Scenario } from "./scenario.ts";

/** The whole core with its practice lab, asked over the same contract as a screen. */
export type World = AsyncDisposable & {
  readonly client: Client<SenaContract>;
  /** The lab as on the morning of its story. */
  reset(): Promise<void>;
  /** Past SENA, by the lab's own door. */
  onHost(host: string, script: string): Promise<string>;
  try(scenario: Scenario, say: string): Promise<Trace>;
};

const TURN_MS = 90_000;

/** `under`: where its home lies while it lasts; a folder in memory where durability is not what is asked about. */
export async function openWorld({ under = tmpdir(), lent, signal = new AbortController().signal }: { readonly under?: string; readonly lent?: LentModel; readonly signal?: AbortSignal } = {}): Promise<World> {
  await using opening = new AsyncDisposableStack();
  const home = mkdtempSync(join(under, "sena-evals-"));
  opening.defer(() => rmSync(home, { recursive: true, force: true }));
  // In this process, so that scenes can be set and looked at past SENA; the core finds it as hosts of an operator.
  const lab = opening.use(await startLab({ home: join(home, "lab"), resources: join(resourcesFolder, "lab") }));
  addHosts(home, lab);
  const core = opening.use(await composeCore({ home, lab: false, ...(lent && { lent }) }));
  const { near, far } = memoryPair();
  serveLink(core.dispatch, far, core.principal);
  const { client } = await connect<SenaContract>(near);
  const hostOf = (name: string): PlainHost => {
    const host = lab.hosts.find((one) => one.name === name);
    if (!host) throw new Error(`the lab has no host ${name}`);
    return host;
  };
  const owned = opening.move();
  return {
    client,
    reset: () => lab.reset(),
    onHost: async (host, script) => (await plainExec(hostOf(host), lab.keyPath, script)).stdout.toString(),
    try: (scenario, say) => tryOnce(client, scenario, say, signal),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function addHosts(home: string, lab: Lab): void {
  using store = openStore({ path: join(home, "sena.db") });
  createInventory({ store, now: Date.now }).put(
    lab.hosts.map(({ name, address, port, user, environment, criticality, groups, tags, os }) => ({
      id: name, name, address, port, user, environment, criticality, groups, tags, os,
      jumps: [], credential: { kind: "key-file", path: lab.keyPath }, transport: "ssh2", legacyAlgorithms: false, keepShell: false, notes: "", favourite: false, source: "evals",
    })),
  );
  copyFileSync(lab.knownHostsPath, join(home, "known_hosts"));
}

async function tryOnce(client: Client<SenaContract>, scenario: Scenario, say: string, signal: AbortSignal): Promise<Trace> {
  let conversationId: string | undefined;
  let cursor = "0.0";
  for (const text of scenario.before ?? []) {
    const sent = await client.chat.send({ text, hosts: [], ...(conversationId !== undefined && { conversationId }) });
    conversationId = sent.conversationId;
    const items = await follow(client, conversationId, sent.turnId, sent.cursor, "leaves", signal);
    cursor = items.at(-1)?.cursor ?? cursor;
  }
  const from = performance.now();
  const sent = await client.chat.send({ text: say, hosts: [...(scenario.hosts ?? [])], ...(conversationId !== undefined && { conversationId }) });
  const items = await follow(client, sent.conversationId, sent.turnId, cursor, scenario.approver ?? "leaves", signal);
  const ms = performance.now() - from;
  // What waits must not hold the next trial's host: it is stopped, after its state was taken.
  await client.chat.stop({ conversationId: sent.conversationId });
  return readTrace(items, sent.turnId, ms);
}

/** Until the turn ends, or waits for somebody who does not come. */
async function follow(client: Client<SenaContract>, conversationId: string, turnId: string, after: string, approver: NonNullable<Scenario["approver"]>, signal: AbortSignal): Promise<ChatItem[]> {
  const items: ChatItem[] = [];
  const stop = AbortSignal.any([AbortSignal.timeout(TURN_MS), signal]);
  try {
    for await (const item of client.chat.follow({ conversationId, after }, { signal: stop })) {
      items.push(item);
      const { event } = item;
      if (event.kind === "run" && event.item.event.type === "waiting" && approver !== "leaves") await decide(client, event.item.event.approvalId, approver);
      if (event.kind !== "chat" || event.event.type !== "turn" || event.event.turnId !== turnId) continue;
      const { state } = event.event;
      if (state !== "working" && (state !== "waiting" || approver === "leaves")) return items;
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  }
  return items;
}

async function decide(client: Client<SenaContract>, id: string, approver: "approves" | "denies"): Promise<void> {
  const { scriptHash } = await client.approvals.show({ id });
  if (approver === "approves") await client.approvals.approve({ id, scriptHash, sawWhole: true });
  else await client.approvals.deny({ id, note: "not now" });
}
