import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { randomBytes, randomFillSync } from "node:crypto";
import { join } from "node:path";
import { WebSocketServer } from "ws";
import { appHandlers } from "../../../src-main/api/app.ts";
import { createDispatch } from "../../../src-main/api/dispatch.ts";
import { serveLink } from "../../../src-main/api/link/serve.ts";
import { terminalsHandlers } from "../../../src-main/api/terminals.ts";
import { actorOf, contract, type Principal, type Status } from "../../../src-main/contract/index.ts";
import { createInventory } from "../../../src-main/inventory/index.ts";
import { idMaker, live } from "../../../src-main/kernel/index.ts";
import { openLedger } from "../../../src-main/ledger/index.ts";
import { createSettings } from "../../../src-main/settings/index.ts";
import { contentSecurityPolicy, filledPage, readScreenFiles } from "../../../src-main/shells/process/screen-files.ts";
import { createHostKeys, createSsh } from "../../../src-main/ssh/index.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { createTerminals } from "../../../src-main/terminals/index.ts";
import { wsTransport } from "../../fakes/carriers.ts";
import { fakeHost } from "../../fakes/local-shell.ts";

// The core of a bench, in a process of its own: real ledger and recorder, real SSH, the real screens, and of the other
// rooms only what the terminals screen asks for.
const { HOME = "", SSH_PORT = "", SSH_USER = "", SSH_KEY = "", SCREENS = "", KNOWN_HOSTS = "", HOSTS = "3" } = process.env;
const now = Date.now;
const random = (into: Uint8Array<ArrayBuffer>) => randomFillSync(into);
const newId = idMaker(now, random);
const store = openStore({ path: join(HOME, "sena.db") });
const settings = createSettings({ store });
settings.change({ onboarded: true, idleLockMinutes: 0 });
const ledger = await openLedger({ dir: join(HOME, "ledger"), now, newId, random, version: "bench", onSlow: () => {} });
const environments = ["prod", "staging", "dev"] as const;
const names = ["web-01", "db-01", "bmc-01"];
const hosts = Array.from({ length: Number(HOSTS) }, (_, i) => fakeHost(names[i] ?? `host-${i}`, { environment: environments[i % 3] ?? "dev", user: SSH_USER, port: Number(SSH_PORT), credential: { kind: "key-file", path: SSH_KEY } }));
const inventory = createInventory({ store, now });
inventory.put(hosts);
const ssh = createSsh({
  inventory,
  hostKeys: createHostKeys({ file: join(HOME, "known_hosts"), alsoRead: [KNOWN_HOSTS], ledger }),
  vault: { get: () => Promise.reject(new Error("no vault here")) } as never,
  certifier: { sign: () => Promise.reject(new Error("no authority here")), record: async () => {} },
  now,
  prompter: { ask: () => Promise.reject(new Error("nobody to ask")) } as never,
  agentSocket: () => undefined,
  userHome: HOME,
  system: { runFolder: join(HOME, "mux") },
});
const principal = (): Principal => ({ id: "local", name: "Bench", permissions: ["public", "view", "operate", "approve", "audit", "administer"] });
const terminals = createTerminals({
  ssh, recordings: ledger.recordings, inventory, store, now, newId, random: Math.random, acting: () => actorOf(principal()), isPasteGated: () => false,
  scrollback: () => settings.current.value.terminalScrollback,
  sleep: (ms, signal) => new Promise((go) => { const timer = setTimeout(go, ms); signal.addEventListener("abort", () => (clearTimeout(timer), go()), { once: true }); }),
});
const status = live<Status>({ version: "bench", startedAt: now(), principal: { ...principal(), permissions: [...principal().permissions], locked: false }, model: { state: "none", name: "" }, network: "lan", recorder: { state: "ok", events: 0, head: "", say: "" }, anchor: { witnesses: 0 }, central: { state: "none", orgName: "", lag: 0, say: "" }, waitingApprovals: 0, keysToConfirm: [], scheduleNotices: 0, hostsConnected: 0, lab: false, updated: false });
const dispatch = createDispatch({
  contract,
  handlers: { app: appHandlers({ status, settings, log: { write() {}, failure() {} } as never }), terminals: terminalsHandlers({ terminals, gate: (_line, type) => type(false) }) },
  record: ledger.append, report: (ref, error) => console.error(ref, error), newRef: () => randomBytes(4).toString("hex"),
});
const files = SCREENS === "" ? new Map<string, never>() : readScreenFiles(SCREENS);
const server = createServer((request, response) => {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const file = files.get(path === "/" ? "/index.html" : path);
  if (!file) return void response.writeHead(404).end();
  const nonce = randomBytes(16).toString("base64");
  response.writeHead(200, { "content-type": file.type, "content-security-policy": contentSecurityPolicy(nonce, "'self'") });
  response.end(path === "/" ? filledPage(file, { nonce, carrier: "socket" }) : file.body);
});
new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (ws) => serveLink(dispatch, wsTransport(ws), principal));
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on("message", (ask: { id: number; what: string; pane?: string }) => {
  const most = terminals.list().map(({ id }) => terminals.pane(id).most);
  if (ask.what === "collect") (globalThis as { gc?: () => void }).gc?.();
  process.send?.({ id: ask.id, rss: process.memoryUsage().rss, heap: process.memoryUsage().heapUsed, buffers: process.memoryUsage().arrayBuffers, pending: Math.max(0, ...most.map(({ pending }) => pending)), undrawn: Math.max(0, ...most.map(({ undrawn }) => undrawn)) });
});
process.on("disconnect", () => process.exit(0));
