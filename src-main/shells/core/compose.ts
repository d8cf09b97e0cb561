import { randomFillSync, randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { accessHandlers } from "../../api/access.ts";
import { appHandlers } from "../../api/app.ts";
import { approvalsHandlers } from "../../api/approvals.ts";
import { auditHandlers } from "../../api/audit.ts";
import { centralHandlers } from "../../api/central.ts";
import { createDispatch, type Dispatch } from "../../api/dispatch.ts";
import { chatHandlers } from "../../api/chat.ts";
import { filesHandlers } from "../../api/files.ts";
import { knowledgeHandlers } from "../../api/knowledge.ts";
import { guardHandlers } from "../../api/guard.ts";
import { hostsHandlers } from "../../api/hosts.ts";
import { keyTrust } from "../../api/key-trust.ts";
import { promptsHandlers } from "../../api/prompts.ts";
import { insightHandlers } from "../../api/insight.ts";
import { evalsHandlers } from "../../api/evals.ts";
import { modelsHandlers } from "../../api/models.ts";
import { runsHandlers } from "../../api/runs.ts";
import { schedulesHandlers } from "../../api/schedules.ts";
import { terminalsHandlers } from "../../api/terminals.ts";
import { createPaneGate } from "../../api/pane-gate.ts";
import { policyHandlers } from "../../api/policy.ts";
import { skillsHandlers } from "../../api/skills.ts";
import { vaultHandlers } from "../../api/vault.ts";
import { actorOf, contract, type Handlers, type Principal, type SenaContract, type Status } from "../../contract/index.ts";
import { createInsight, traceparentOf } from "../../insight/index.ts";
import { idMaker, type Live } from "../../kernel/index.ts";
import { createEvals } from "../../evals/index.ts";
import type { LentModel } from "../../models/index.ts";
import { barredBy, openKnowledge } from "../../knowledge/index.ts";
import { keepRecord, lentTo, type Lent } from "./record.ts";
import { openLedger } from "../../ledger/index.ts";
import { openLog } from "../../log/index.ts";
import { createClassifier } from "../../shellcheck/index.ts";
import { createRequestParser, learnApart } from "../../request/index.ts";
import { createSettings } from "../../settings/index.ts";
import { openSkills } from "../../skills/index.ts";
import { openStore } from "../../store/index.ts";
import { createTerminals } from "../../terminals/index.ts";
import { createFetch } from "../../vault/index.ts";
import { followOwnProgram } from "../process/own-program.ts";
import { entryFile, resourcesFolder } from "../process/places.ts";
import { loadSecondOpinion } from "../process/shell-reader.ts";
import { composeCentralLink } from "./central-link.ts";
import { createHouse } from "./house.ts";
import { embeddingModel, rerankerModel } from "./embedding-model.ts";
import { composeGate, type Gate } from "./gate.ts";
import { composeHosts, mayReadBy, mayWriteBy } from "./hosts.ts";
import { composeModels } from "./models.ts";
import { lockHome } from "./lock-home.ts";
import { measuredConnections } from "./measure.ts";
import { preparedKeep, preparedSkills } from "./prepared.ts";
import { composeSchedules } from "./schedules.ts";
import { followStatus } from "./status.ts";
import { takeUpWithRoom } from "./take-up.ts";
import { composeTraces } from "./traces.ts";
import { VERSION } from "./version.ts";
import { composeWork } from "./work.ts";

const PARTS_AFTER_MS = 60_000;

export type Core = AsyncDisposable & {
  readonly dispatch: Dispatch;
  readonly principal: () => Principal;
  readonly status: Live<Status>;
};
/** The ledger's own programs and what travels in a bundle: beside the source in a checkout, in dist/ and resources/ when built. */
const LEDGER_PLACES = {
  kit: join(resourcesFolder, "bundle-kit"),
  workers: { check: entryFile("ledger-check.mjs", "src-main/ledger/check-worker.ts"), structure: entryFile("ledger-structure.mjs", "src-main/ledger/structure-program.ts"), bundleCheck: entryFile("ledger-bundle-check.mjs", "src-main/ledger/bundle-check-worker.ts"), copy: entryFile("ledger-copy.mjs", "src-main/ledger/copy-worker.ts") },
};

export type CoreOptions = { readonly home: string; readonly lab: boolean; /** Takes the turns of schedules: not where it ends with the command that needed it. */ readonly followsClock?: boolean; /** A model of another core, for trials on practice hosts. */ readonly lent?: LentModel };

/** The only place that knows every room. Opens them bottom up and closes them top down, whatever fails on the way. */
export async function composeCore({ home, lab, followsClock = false, lent: borrowed }: CoreOptions): Promise<Core> {
  await using opening = new AsyncDisposableStack();
  const now = Date.now;
  const random = (into: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => randomFillSync(into);
  const newId = idMaker(now, random);

  const reading = loadSecondOpinion(); // compiles beside what follows
  reading.catch(() => {}); // told where it is awaited
  opening.use(lockHome(home));
  const log = opening.use(openLog({ folder: join(home, "logs"), now }));
  const store = opening.use(openStore({ path: join(home, "sena.db"), onSlow: (slow) => log.write("warn", "slow-sql", slow) }));
  const settings = createSettings({ store });
  // The record opens first, and rooms that open later lend it their knowledge: what to cut out, where copies may go.
  const lent: Lent = { isSealed: () => settings.current.value.network === "sealed" };
  const ledger = opening.use(await openLedger({ dir: join(home, "ledger"), now, newId, random, version: VERSION, ...LEDGER_PLACES, ...lentTo(lent), onSlow: (slow) => log.write("warn", "slow-sql", slow) }));
  opening.use(keepRecord({ ledger, log, now }));

  const classify = createClassifier({ secondOpinion: await reading });
  const gate = opening.use(await composeGate({ home, resources: resourcesFolder, store, ledger, settings, classify, fetch: createFetch({ isSealed: () => settings.current.value.network === "sealed" }), now, newId, random }));
  lent.vault = gate.vault;
  const principal = (): Principal => gate.access.principal();

  const insight = createInsight({ store });
  const house = createHouse();
  const models = opening.use(composeModels({ insight, home, store, ledger, vault: gate.vault, settings, log, now, newId, houseHosts: house.modelHosts, houseModels: house.models, lent: borrowed }));
  const evals = opening.use(createEvals({ store, models, entry: entryFile("evals.mjs", "src-main/shells/evals/main.ts"), folder: join(home, "evals"), now, newId, onLog: (line) => log.write("info", "evals", { line: line.slice(0, 400) }) }));
  const hosts = opening.use(await composeHosts({ home, lab, store, ledger, vault: gate.vault, sources: gate.sources, log, now, newId }));
  const { inventory, ssh } = hosts;
  const isShared = () => gate.access.state.value.mode === "several";
  const keys = keyTrust({ ...hosts, now, isShared });
  lent.isInventoryHost = (host) => inventory.all().some(({ name, address }) => name === host || address === host);
  const guard = gate.guardOf({ ssh: measuredConnections(ssh, { insight, now }), inventory });
  const acting = () => {
    const who = principal();
    return who.permissions.includes("operate") ? actorOf(who) : undefined;
  };
  const terminals = opening.use(createTerminals({ ssh, recordings: ledger.recordings, inventory, store, now, newId, random: Math.random, sleep: (ms, signal) => sleep(ms, undefined, { signal }), acting, isPasteGated: (environment) => gate.circumstances.paneGate().includes(environment), scrollback: () => settings.current.value.terminalScrollback }));
  const skills = opening.use(openSkills({ store, now, watches: true, builtInFolder: join(resourcesFolder, "skills"), homeFolder: join(home, "skills"), ...preparedSkills(), classify, onProblem: (pack, problems) => log.write("warn", "skill-pack", { pack, problems }) }));
  const parser = opening.use(createRequestParser({ skills, keep: preparedKeep(join(home, "cache")), learns: learnApart(entryFile("request-learn.mjs", "src-main/request/learn-worker.ts")) }));
  const knowledge = opening.use(openKnowledge({ dbPath: join(home, "knowledge.db"), embeddingFile: join(resourcesFolder, "embedding", "words.bin"), entry: entryFile("index-worker.mjs", "src-main/knowledge/index-worker.ts"), reveal: gate.vault.reveal, barred: barredBy({ isSealed: () => settings.current.value.network === "sealed", inventory }), model: embeddingModel(models, principal), rank: rerankerModel(models, principal) }));
  const work = opening.use(composeWork({ store, insight, ledger, guard, models, knowledge, approvals: gate.approvals, inventory, skills, parser, log, now, newId }));
  const schedules = opening.use(composeSchedules({ store, ledger, gate, guard, runs: work.runs, skills, inventory, log, now, newId }));
  const traces = opening.use(composeTraces({ store, ledger, vault: gate.vault, settings, insight, runs: work.runs, now }));

  const link = opening.use(await composeCentralLink({ home, ledger, approvals: gate.approvals, foreign: gate.foreign, access: gate.access, seat: house.seat({ policies: gate.policies, skills, imports: hosts.imports, inventory, models }), version: VERSION, now, traceOf: traceparentOf, isSealed: () => settings.current.value.network === "sealed" }));

  const closing = new AbortController();
  opening.defer(() => closing.abort());
  const status = followStatus({ gate, keys, ledger, settings, models, ssh, link, schedules, principal, lab, now, replaced: followOwnProgram(process.argv[1], closing.signal) }, closing.signal);
  // Not at the start, which it would make longer; but before an update may have taken the files away.
  setTimeout(() => void ssh.ready().catch((error: unknown) => log.write("error", "parts-missing", { why: (error as Error).message })), PARTS_AFTER_MS).unref();

  const handlers: Handlers<SenaContract> = {
    app: appHandlers({ status, settings, log }),
    audit: auditHandlers({ ledger, exportFolder: join(home, "exports"), now }),
    access: accessHandlers(gate),
    approvals: approvalsHandlers({ ...gate, queue: gate.approvals }),
    central: centralHandlers({ link }),
    policy: policyHandlers({ book: gate.policies, questionOf: (name, script, { id, name: operator }) => {
      const host = inventory.find(name);
      return host && guard.explain({ hostId: host.id, script, actor: { kind: "operator", id, name: operator }, attended: true }).question;
    } }),
    vault: vaultHandlers({ ...gate, now }),
    insight: insightHandlers({ insight, traces, runs: work.runs, now }),
    models: modelsHandlers({ models }),
    evals: evalsHandlers({ evals }),
    guard: guardHandlers({ guard, inventory, newId }),
    terminals: terminalsHandlers({ terminals, gate: createPaneGate({ guard, circumstances: gate.circumstances, newId }) }),
    hosts: hostsHandlers({ ...hosts, keys, ledger, newId, isShared }),
    files: filesHandlers({ ...hosts, ledger, mayWrite: mayWriteBy(guard), mayRead: mayReadBy(guard), now, newId }),
    prompts: promptsHandlers(hosts),
    runs: runsHandlers({ runs: work.runs, skills, inventory, guard }),
    schedules: schedulesHandlers({ schedules, zone: () => Intl.DateTimeFormat().resolvedOptions().timeZone }),
    knowledge: knowledgeHandlers({ knowledge }),
    chat: chatHandlers({ chat: work.chat, models }),
    skills: skillsHandlers({ skills, parser, inventory, now }),
  };
  const dispatch = createDispatch({ contract, handlers, record: ledger.append, report: (ref, error) => log.failure(ref, error), newRef: () => randomUUID().slice(0, 8), unlocked: (signal) => unlockedIn(gate.access, signal) });

  void (async () => {
    // Who may approve what waits may have changed with it: a role, a stand-in, somebody retired.
    for await (const _ of gate.access.state.follow(closing.signal)) gate.approvals.touched();
  })();
  void (async () => {
    for await (const known of inventory.hosts.follow(closing.signal)) keys.hostsAre(known);
  })();
  await takeUpWithRoom({
    async takeUp() {
      // What ran unattended does not go on by itself, at whatever hour SENA is started again: before the other runs do.
      await schedules.takeUp();
      await work.takeUp();
      if (followsClock) schedules.begin();
    },
    sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => {}),
    report: (event, error) => log.write(error === undefined ? "info" : "error", event, error === undefined ? {} : { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    signal: closing.signal,
  });

  log.write("info", "core-ready", { version: VERSION, node: process.version, home });
  const owned = opening.move();
  return {
    dispatch,
    principal,
    status,
    async [Symbol.asyncDispose]() {
      log.write("info", "core-closing");
      await owned.disposeAsync();
    },
  };
}

/** Whoever is unlocked; while nobody is, as soon as somebody is. */
async function unlockedIn(access: Pick<Gate["access"], "locked" | "principal" | "state">, signal: AbortSignal): Promise<Principal> {
  if (access.locked) for await (const { locked } of access.state.follow(signal)) if (!locked) break;
  return access.principal();
}
