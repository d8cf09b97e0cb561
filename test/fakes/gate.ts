import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { openAccess, type AccessRoom, type SshAgent } from "../../src-main/access/index.ts";
import { createCircumstances, createQueue, createStanding, migrateApprovals, openPolicyBook, type ApprovalAsk } from "../../src-main/approvals/index.ts";
import type { Effect } from "../../src-main/contract/index.ts";
import { createGuard, type GuardEvent, type GuardRequest } from "../../src-main/guard/index.ts";
import type { Host } from "../../src-main/inventory/port.ts";
import type { Classification, Classify } from "../../src-main/shellcheck/port.ts";
import type { ExecOptions, ExecResult, HostIdentity } from "../../src-main/ssh/port.ts";
import { openStore, type Store } from "../../src-main/store/index.ts";
import { createVault } from "../../src-main/vault/index.ts";
import { fakeLedger } from "./ledger.ts";
import { sharedPolicyReader } from "./policy-reader.ts";

export const SCHEMA = readFileSync(new URL("../../resources/policy/sena.cedarschema", import.meta.url), "utf8");
export const DEFAULT_POLICY = readFileSync(new URL("../../resources/policy/default.cedar", import.meta.url), "utf8");
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export const PROD: Host = {
  id: "web-01", name: "web-01", address: "10.0.0.1", port: 22, user: "ops", environment: "prod", criticality: "normal", groups: [], tags: [], os: "linux", jumps: [], credential: { kind: "agent" }, transport: "ssh2",
  legacyAlgorithms: false, keepShell: false, notes: "", favourite: false, source: "test",
};
export const DEV: Host = { ...PROD, id: "dev-01", name: "dev-01", environment: "dev" };

/** A reader of commands by their first word, for tests of what is built above the real one. */
export const wordClassifier = (version = "fake-1"): Classify => (command) => {
  const word = command.split(/\s/)[0] ?? "";
  const effects: Readonly<Record<string, Effect>> = { ls: "read", uptime: "read", touch: "mutate", restart: "service-impact", wipe: "destructive", curl: "egress" };
  const effect = effects[word] ?? "unknown";
  const proved = effect === "read";
  const classification: Classification = { effect, proved, rule: `fake/${word}`, why: `${word} is ${effect}`, segments: [{ text: command, argv: command.split(" "), redirects: [], effect, proved, rule: `fake/${word}`, why: "" }], version };
  if (word === "forbidden") return { ...classification, refused: "It holds bytes nobody can read.", denied: true };
  return word === "odd" ? { ...classification, effect: "read", proved: true, refused: "Not plain ASCII." } : classification;
};

type ExecAnswer = Partial<ExecResult> & { readonly throws?: Error; readonly says?: readonly (readonly ["stdout" | "stderr", string])[]; readonly holds?: Promise<void> };

/** SSH over make-believe hosts: what was sent, and a key that can change. */
export function fakeSsh(answer: (hostId: string, options: ExecOptions) => ExecAnswer | Promise<ExecAnswer> = () => ({})) {
  const sent: { readonly hostId: string; readonly wire: string; readonly stdin: Uint8Array | undefined }[] = [];
  const identity = { user: "ops", fingerprint: "SHA256:first", keyType: "ssh-ed25519" };
  const state = { identity, identifyThrows: undefined as Error | undefined };
  return {
    sent,
    state,
    ssh: {
      async identify(hostId: string): Promise<HostIdentity> {
        if (state.identifyThrows) throw state.identifyThrows;
        return { hostId, ...state.identity };
      },
      async exec(hostId: string, options: ExecOptions): Promise<ExecResult> {
        sent.push({ hostId, wire: options.wire, stdin: options.stdin });
        const { throws, says = [], holds, ...rest } = await answer(hostId, options);
        for (const [stream, text] of says) options.onOutput?.(stream, Buffer.from(text));
        if (holds) await Promise.race([holds, new Promise<never>((_, reject) => options.signal?.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError"))))]);
        if (throws) throw throws;
        return { stdout: Buffer.from(says.filter(([s]) => s === "stdout").map(([, t]) => t).join("")), stderr: new Uint8Array(), exitCode: 0, signal: null, cut: { stdout: 0, stderr: 0 }, elapsedMs: 3, ...rest };
      },
    },
  };
}

export const PASS = { ada: "correct horse battery", bob: "staple moth lantern", cyd: "quiet ember orchard" };

const NO_AGENT: SshAgent = { keys: async () => [], sign: () => Promise.reject(new Error("this world has no agent")) };

/** Two worlds are two installations: their keys differ. */
let worlds = 1;

/** The whole gate over an in-memory store, a fake ledger, a hand-turned clock and make-believe hosts. */
export async function gateWorld(of: { readonly several?: boolean; readonly ssh?: ReturnType<typeof fakeSsh>; readonly policy?: string; readonly agent?: SshAgent; readonly store?: Store } = {}) {
  const { agent = NO_AGENT } = of;
  const clock = { now: Date.UTC(2026, 10, 21, 9, 0), mono: 1000 };
  const now = () => clock.now;
  let n = 0;
  const newId = (prefix: string) => `${prefix}_${String((n += 1)).padStart(4, "0")}`;
  let seed = (worlds += 7919);
  const random = (into: Uint8Array<ArrayBuffer>) => into.map(() => (seed = (seed * 16807) % 2147483647) & 0xff);
  const store = of.store ?? openStore({ path: ":memory:" });
  const ledger = fakeLedger();
  const vault = createVault({ store, now, newId, random });
  const never = { [Symbol.dispose]() {} };
  const access: AccessRoom = await openAccess({ store, ledger, vault, deviceKey: new Uint8Array(32).fill(9), firstName: "ada", agent, now, newId, random, idleLockMs: () => 900_000, passphraseParams: { memoryKiB: 64, passes: 1, lanes: 1 }, every: () => never });
  const ada = access.operators()[0]!.id;
  let bob = "";
  let cyd = "";
  if (of.several) {
    await access.setPassphrase(ada, PASS.ada);
    await access.setMode("several");
    bob = (await access.add({ name: "bob", roles: ["approver"], passphrase: PASS.bob })).id;
    cyd = (await access.add({ name: "cyd", roles: ["operator"], passphrase: PASS.cyd })).id;
  }
  migrateApprovals(store);
  const policies = await openPolicyBook({ store, ledger, access, now, reader: sharedPolicyReader, schema: SCHEMA, defaultText: of.policy ?? DEFAULT_POLICY });
  const circumstances = createCircumstances({ store, ledger, access, now, newId });
  const standing = createStanding({ store, ledger, access, now, newId });
  const queueNeeds = { store, ledger, access, now, monotonicMs: () => clock.mono, newId, random, every: () => never };
  const queue = createQueue(queueNeeds);
  const hosts = new Map<string, Host>([[PROD.id, PROD], [DEV.id, DEV]]);
  const remote = of.ssh ?? fakeSsh();
  const reader = { classify: wordClassifier() };
  const guard = createGuard({ classify: (command, options) => reader.classify(command, options), policy: policies, inventory: { get: (id) => hosts.get(id) }, access, circumstances, standing, now, ledger, approvals: queue, ssh: remote.ssh, noteDecision: policies.note, sleep: async () => {} });
  const request = (more: Partial<GuardRequest> = {}): GuardRequest => ({ runId: "run_1", stepId: `s${(n += 1)}`, hostId: PROD.id, script: "touch /etc/motd", actor: { kind: "operator", id: ada, name: "ada" }, attended: true, why: "because", title: "Touch it", ...more });
  return {
    clock, store, ledger, vault, access, policies, circumstances, standing, queue, queueNeeds, hosts, remote, reader, guard, request, ada, bob, cyd, newId, random,
    /** Another request comes and goes, so that whoever waits reads the table again. */
    nudge: () => void queue.request(askOf()),
    pass(ms: number) {
      clock.now += ms;
      clock.mono += ms;
    },
    /** Runs to the end; `onWaiting` stands for what people do meanwhile. */
    async run(of: GuardRequest, onWaiting: (approvalId: string) => unknown = () => {}, signal?: AbortSignal) {
      const events: GuardEvent[] = [];
      for await (const event of guard.run(of, signal)) {
        events.push(event);
        if (event.type === "waiting") await onWaiting(event.approvalId);
      }
      return events;
    },
  };
}
export type GateWorld = Awaited<ReturnType<typeof gateWorld>>;

export const lastOf = (events: readonly { readonly type: string }[]) => events.at(-1) as { readonly type: string; readonly reason?: string; readonly say?: string };

export const askOf = (more: Partial<ApprovalAsk> = {}): ApprovalAsk => ({
  title: "Touch it", script: sha256("touch /etc/motd"), wire: sha256("wire"), stdin: null, dialect: "posix", hosts: [{ id: "web-01", name: "web-01", environment: "prod", user: "ops", fingerprint: "SHA256:first" }], cwd: "~", effect: "mutate",
  classifier: "fake-1", policy: sha256("policy"), rules: ["prod-change-asks"], checks: [], undo: null, ticket: null, requester: { kind: "operator", id: "op_x", name: "x" }, person: "op_x", approvals: 1, own: false, approvers: null, run: "run_1", step: "s1",
  shown: { script: "touch /etc/motd", segments: [], rule: "", whyEffect: "", whyAsked: "", reasons: "", reasonsFrom: "", taint: [] }, ...more,
});
