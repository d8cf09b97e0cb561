import type { Screen } from "./screen.ts";

type Told = readonly [atMs: number, message: string];
type InPage = { told: { sockets: { dispatchEvent(event: unknown): void }[]; feeds: Record<string, number>; status: object | undefined; tale: readonly Told[] } };

const STEPS = ["Load", "Processors", "Memory", "Disks", "Failed services", "Kernel errors"];
const OUTPUT = "Filesystem 1-blocks Used Available Capacity Mounted on\n/dev/sda1 20957446144 6353010688 13556562944 32% /\n/dev/sda2 12549758976 3493129216 8429140992 30% /var\n";
const AT_ONCE = 32;
/** A core says how it is ten times a second at most. */
const STATUS_EVERY_MS = 100;
const SKILL = { id: "linux-core.health", version: "1.0.0", signer: "SENA", title: "Health check" };

/** Lets the page's own link be told things no core said. To be called before the page is opened. */
export async function lendLink({ page }: Pick<Screen, "page">): Promise<void> {
  await page.addInitScript(() => {
    const scope = globalThis as never as InPage & { WebSocket: new (...given: never[]) => { send(message: unknown): void; addEventListener(type: "message", on: (event: { data: unknown }) => void): void; dispatchEvent(event: unknown): void } };
    const told: InPage["told"] = (scope.told = { sockets: [], feeds: {}, status: undefined, tale: [] });
    const Real = scope.WebSocket;
    scope.WebSocket = class extends Real {
      constructor(...given: never[]) {
        super(...given);
        told.sockets.push(this);
        this.addEventListener("message", ({ data }) => {
          const frame = typeof data === "string" && told.status === undefined ? (JSON.parse(data) as { id?: number; out?: object }) : undefined;
          if (frame?.out !== undefined && frame.id === told.feeds["app.status"]) told.status = frame.out;
        });
      }
      override send(message: unknown) {
        const frame = typeof message === "string" ? (JSON.parse(message) as { t: string; id: number; op?: string }) : undefined;
        if (frame?.t === "start" && frame.op !== undefined) told.feeds[frame.op] = frame.id;
        // The core is not asked for this conversation, and owes nothing for what it did not say.
        if (frame !== undefined && (frame.op === "chat.follow" || (frame.t === "credit" && (frame.id === told.feeds["chat.follow"] || frame.id === told.feeds["app.status"])))) return;
        super.send(message);
      }
    };
  });
}

/** "Health check of all servers" as a core tells it, so many hosts a second, without the hosts: what is late then is late by the page. Resolves when the page has the tale; what it resolves to tells it, to its end. */
export async function fleetTale({ page }: Pick<Screen, "page">, hosts: number, hostsPerSecond: number): Promise<() => Promise<void>> {
  const { feeds, status } = await page.evaluate(() => (globalThis as never as InPage).told);
  if (feeds["chat.follow"] === undefined || feeds["app.status"] === undefined || status === undefined) throw new Error("the page follows no conversation");
  const messages = tale(hosts, hostsPerSecond, { follow: feeds["chat.follow"], status: feeds["app.status"] }, status);
  await page.evaluate((tale) => void ((globalThis as never as InPage).told.tale = tale), messages);
  return () => page.evaluate(async () => {
    const scope = globalThis as never as InPage & { MessageEvent: new (type: string, init: { data: string }) => unknown; setTimeout(act: () => void, ms: number): void };
    const given = scope.told.tale;
    const from = performance.now();
    for (let next = 0; next < given.length; await new Promise<void>((wake) => scope.setTimeout(wake, 8)))
      for (let item = given[next]; item !== undefined && item[0] <= performance.now() - from; item = given[(next += 1)]) scope.told.sockets.at(-1)?.dispatchEvent(new scope.MessageEvent("message", { data: item[1] }));
  });
}

function tale(count: number, perSecond: number, ids: { readonly follow: number; readonly status: number }, status: object): Told[] {
  const told: Told[] = [];
  let chatN = 0;
  let runN = 0;
  let statusAt = Number.NEGATIVE_INFINITY;
  const put = (at: number, event: object) => told.push([at, JSON.stringify({ t: "item", id: ids.follow, out: { cursor: `${chatN}.${runN}`, at: Date.now(), event } })]);
  const chat = (at: number, event: object) => put(at, { kind: "chat", n: (chatN += 1), event });
  const run = (at: number, event: object) => put(at, { kind: "run", item: { n: (runN += 1), runId: "run_1", at: Date.now(), event } });
  const hosts = Array.from({ length: count }, (_, i) => ({ id: `srv-${i + 1}`, name: `srv-${i + 1}`, environment: "prod" }));
  chat(0, { type: "message", turnId: "turn_1", text: "health check of all servers", hosts: [], attachments: [] });
  chat(0, { type: "turn", turnId: "turn_1", state: "working", say: "" });
  chat(0, { type: "understood", turnId: "turn_1", planner: "skills", skill: SKILL, title: "Health check", hosts, slots: [], confidence: 1, why: "the words and the classifier agree" });
  chat(0, { type: "run", turnId: "turn_1", runId: "run_1", title: "Health check", purpose: "answer" });
  run(0, { type: "planned", title: "Health check", skill: SKILL, hosts, steps: STEPS.map((title) => ({ title, effect: "read" })), inputs: {}, tree: false });
  const lanes = hosts.flatMap(({ id }, i) => lane(id, i).map((events, part, all) => ({ at: ((i + (part / all.length) * AT_ONCE) / perSecond) * 1000, events })));
  for (const { at, events } of lanes.toSorted((a, b) => a.at - b.at)) {
    for (const event of events) run(at, event);
    if (at - statusAt < STATUS_EVERY_MS) continue;
    statusAt = at;
    told.push([at, JSON.stringify({ t: "item", id: ids.status, out: { ...status, recorder: { state: "ok", events: runN, head: `${runN}`.padStart(64, "0"), say: "" } } })]);
  }
  const end = told.at(-1)?.[0] ?? 0;
  run(end, { type: "state", state: "done", say: "" });
  chat(end, { type: "answer", turnId: "turn_1", statements: [{ text: `Health check on ${count} hosts.`, tone: "good", cites: [] }], tables: [{ title: "Hosts", columns: [{ key: "host", title: "Host", kind: "text" }], rows: hosts.map(({ name }) => ({ cells: [name] })), leftOut: 0 }], series: [] });
  chat(end, { type: "turn", turnId: "turn_1", state: "done", say: "" });
  return told;
}

/** What one host's part of the run tells, in the portions it comes in. */
function lane(hostId: string, i: number): object[][] {
  const ids = STEPS.map((_, step) => `h${i + 1}-s${step + 1}`);
  const hasTrouble = i % 9 === 4;
  return [
    [{ type: "host", hostId, state: "running", say: "" }, ...ids.map((stepId, step) => ({ type: "queued", stepId, hostId, title: STEPS[step], script: "df -B 1 -P", dialect: "posix", why: "", role: "check" }))],
    ids.map((stepId) => ({ type: "judged", stepId, effect: "read", proved: true, rule: "coreutils/df", verdict: "allow", why: "proved read-only" })),
    ids.map((stepId) => ({ type: "started", stepId, at: Date.now(), reattached: false })),
    ids.map((stepId) => ({ type: "output", stepId, stream: "stdout", text: OUTPUT })),
    ids.map((stepId) => ({ type: "ended", stepId, exitCode: 0, signal: null, elapsedMs: 80, cutBytes: 0, succeeded: true, say: "" })),
    [{ type: "statement", hostId, statement: { text: hasTrouble ? "`/var` is 95 % full." : "Load, memory and disks are fine.", tone: hasTrouble ? "attention" : "good", cites: [] } }, { type: "host", hostId, state: "done", say: "" }],
  ];
}
