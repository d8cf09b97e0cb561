import { createHash, randomBytes } from "node:crypto";
import type { AccessRoom } from "../access/port.ts";
import type { ApprovalAsk, Approvals, Facts } from "../approvals/port.ts";
import { Failure } from "../contract/failure.ts";
import type { PastDecision } from "../policy/index.ts";
import type { Json, Ledger, NewEntry, Receipt } from "../ledger/port.ts";
import type { ExecResult, HostIdentity, Ssh } from "../ssh/port.ts";
import { execute, reattached, type ExecuteNeeds, type Told } from "./execute.ts";
import { judge, type Judgement, type JudgeNeeds } from "./judge.ts";
import type { Guard, GuardEvent, GuardRequest } from "./port.ts";
import { createBatch, type Batch } from "./together.ts";
import { MAX_WIRE_BYTES, wireOf } from "./wire.ts";

export type GuardNeeds = JudgeNeeds & {
  readonly ledger: Pick<Ledger, "append" | "assertWritable" | "spentBy">;
  readonly approvals: Pick<Approvals, "request" | "settled" | "cancel" | "usable" | "used">;
  readonly access: Pick<AccessRoom, "principal" | "rolesOf" | "singleOperator">;
  readonly ssh: Pick<Ssh, "identify" | "exec">;
  /** Every decision, with everything it was made from: for "why was I asked?" and for what-if. */
  readonly noteDecision: (past: PastDecision) => void;
  readonly sleep: (ms: number) => Promise<void>;
};
type Refused = Extract<GuardEvent, { type: "refused" }>;
type Plan = { readonly request: GuardRequest; readonly judgement: Judgement; readonly identity: HostIdentity; readonly wire: string; readonly spoolId: string | undefined; /** A copy: what was hashed is what is sent, whoever holds the original. */ readonly stdin: Uint8Array | undefined };

const SHOWN_SCRIPT = 4096;
const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const refuse = (reason: Refused["reason"], say: string): Refused => ({ type: "refused", reason, say });
const stepName = ({ runId, stepId }: GuardRequest): string => `step:${runId}/${stepId}`;
const spoolIdOf = (request: GuardRequest): string => sha256(stepName(request)).slice(0, 32);
/** What cannot change anything is simply run again; what may have changed something is kept where it can be asked for. */
const spoolFor = (request: GuardRequest, { proved, dialect }: Judgement): string | undefined => (proved || dialect !== "posix" ? undefined : spoolIdOf(request));

/** The only way to run anything on a host. */
export function createGuard(needs: GuardNeeds): Guard & { explain(request: Parameters<Guard["preview"]>[0]): Judgement } {
  const { ledger, approvals, ssh } = needs;
  const executing: ExecuteNeeds = { ssh, sleep: needs.sleep };

  const judgedEvent = ({ effect, proved, rule, decision, bytes, whyEffect }: Judgement): Extract<GuardEvent, { type: "judged" }> =>
    bytes === undefined
      ? { type: "judged", effect, proved, rule, verdict: decision.verdict, why: `${decision.why} ${whyEffect}`.trim(), policyRules: decision.rules }
      : { type: "judged", effect, proved: false, rule, verdict: "deny", why: bytes, policyRules: [] };

  const entry = (request: GuardRequest, type: NewEntry["type"], fields: Record<string, Json>, more: Partial<NewEntry> = {}): NewEntry => ({ type, actor: request.actor, host: request.hostId, session: request.runId, fields: { step: request.stepId, ...fields }, ...more });
  const scriptField = (script: string): string => (script.length <= SHOWN_SCRIPT ? script : `sha256:${sha256(script)}`);

  /** Recorded where it can be; a refusal needs no record to be a refusal. */
  async function refused(request: GuardRequest, intent: Receipt, refusal: Refused): Promise<Refused> {
    await ledger.append(entry(request, "decision", { decision: "refused", result: refusal.reason, say: refusal.say }, { refs: { intent: intent.seq } })).catch(() => {});
    return refusal;
  }

  function recordIntent(request: GuardRequest, judgement: Judgement): Promise<Receipt> {
    const { decision, effect, bytes, rule, classification } = judgement;
    return ledger.append(
      entry(request, "intent", {
        title: request.title, why: request.why, script: scriptField(request.script), scriptHash: sha256(request.script), effect, verdict: bytes === undefined ? decision.verdict : "deny", rule, rules: decision.rules, policy: decision.policyHash,
        classifier: classification.version, skill: request.skill ? `${request.skill.id}@${request.skill.version}` : "", taint: (request.taint ?? []).map(({ token, from }) => `${token} ← ${from}`), checks: request.checksAfter ?? [], undo: request.undo ?? "", ticket: request.ticket ?? "",
      }, { blobs: [{ role: "script", bytes: Buffer.from(request.script) }] }),
    );
  }

  const factsOf = ({ request, judgement, identity, wire, stdin }: Plan): Facts => ({
    script: sha256(request.script),
    wire: sha256(wire),
    stdin: stdin ? sha256(stdin) : null,
    dialect: judgement.dialect,
    hosts: [{ id: judgement.host.id, name: judgement.host.name, environment: judgement.host.environment, user: identity.user, fingerprint: identity.fingerprint }],
    effect: judgement.effect,
    classifier: judgement.classification.version,
    policy: judgement.decision.policyHash,
  });
  const plan = async (request: GuardRequest, judgement: Judgement, signal: AbortSignal | undefined): Promise<Plan> => {
    const identity = await ssh.identify(request.hostId, signal);
    if (request.isTyped) return { request, judgement, identity, wire: request.script, spoolId: undefined, stdin: undefined };
    const spoolId = spoolFor(request, judgement);
    return { request, judgement, identity, wire: wireOf(request.script, judgement.dialect, spoolId), spoolId, stdin: request.stdin && Uint8Array.from(request.stdin) };
  };

  function askFor(planned: Plan): ApprovalAsk {
    const { request, judgement } = planned;
    const { decision, classification } = judgement;
    const { hosts, ...facts } = factsOf(planned);
    return {
      ...facts, hosts, title: request.title, cwd: "~", rules: [...decision.rules], checks: [...(request.checksAfter ?? [])], undo: request.undo ?? null, ticket: request.ticket ?? null,
      requester: request.actor, person: request.actor.kind === "operator" ? request.actor.id : needs.access.principal().id,
      approvals: decision.approvers.count === 2 ? 2 : 1, own: decision.approvers.mayBeRequester, approvers: request.approvers ? [...request.approvers] : null, run: request.runId, step: request.stepId,
      shown: {
        script: request.script, segments: classification.segments, rule: judgement.rule, whyEffect: judgement.whyEffect, whyAsked: decision.why,
        reasons: request.why, reasonsFrom: request.skill ? `skill ${request.skill.id} ${request.skill.version}` : request.actor.kind, taint: request.taint ?? [],
      },
    };
  }

  /** Until enough people said yes, one said no, or time ran out. */
  async function* ask(planned: Plan, signal: AbortSignal | undefined): AsyncGenerator<GuardEvent, { readonly id: string } | Refused> {
    const asked = await approvals.request(askFor(planned));
    yield { type: "waiting", approvalId: asked.id, notAfter: asked.object.not_after };
    try {
      const settled = await approvals.settled(asked.id, signal);
      if (settled.state === "approved") {
        yield { type: "approved", approvalId: asked.id, by: settled.by };
        return { id: asked.id };
      }
      return refuse(settled.state === "denied" ? "denied-by-person" : settled.state, settled.say);
    } catch (error) {
      if (!signal?.aborted) throw error;
      await approvals.cancel(asked.id, planned.request.actor, "Whoever asked stopped it.");
      return refuse("cancelled", "Stopped while it waited for an approval. It was not run.");
    }
  }

  /** Everything once more, then the record that spends the approval and this step, in one transaction. */
  async function begin(planned: Plan, intent: Receipt, approvalId: string | undefined, signal: AbortSignal | undefined, sent?: string): Promise<Receipt | Refused> {
    const { request } = planned;
    const again = await plan(request, judge(needs, request), signal);
    const facts = factsOf(again);
    const { decision, bytes } = again.judgement;
    if (bytes !== undefined) return refuse("bytes", bytes);
    if (decision.verdict === "deny") return refuse("denied-by-policy", decision.why);
    if (JSON.stringify(facts) !== JSON.stringify(factsOf(planned))) return refuse("changed", "The host, its key, its user, the policy or the command changed in the meantime. It was not run; look at it again and ask anew.");
    // Whoever is asked now and was not then is covered by the count; were it not, nobody's yes is no yes.
    const isUnasked = decision.verdict === "ask" && approvalId === undefined;
    if (isUnasked || isStricter(decision.approvers, planned.judgement.decision.approvers)) return refuse("changed", "Since it was asked, it needs more people than that, or others: a glass was closed, or how many work here changed. It was not run; ask anew.");
    const usable = approvalId === undefined ? undefined : approvals.usable(approvalId, facts);
    if (usable?.ok === false) return refuse(usable.reason, usable.say);
    signal?.throwIfAborted();
    try {
      return await ledger.append(
        entry(request, "start", { script: scriptField(request.script), scriptHash: facts.script, wire: sent === undefined ? facts.wire : sha256(sent), effect: facts.effect, verdict: decision.verdict, policy: facts.policy, user: again.identity.user, hostKey: again.identity.fingerprint, approval: approvalId ?? "", by: usable?.by ?? [], spool: planned.spoolId ?? "" }, {
          refs: { intent: intent.seq, ...(usable && { approval: usable.approvalSeq }) },
          once: [stepName(request), ...(usable ? [`approval:${usable.nonce}`] : [])],
        }),
      );
    } catch (error) {
      if (error instanceof Failure && error.code === "LEDGER_SPENT") return refuse("changed", "This step, or its approval, was used once already. It was not run again.");
      return refuse("ledger", sayLedger(error));
    }
  }

  const recordOutcome = (request: GuardRequest, start: number, result: ExecResult, isReattached: boolean): Promise<Receipt> =>
    ledger.append(
      entry(request, "outcome", { result: result.exitCode === 0 ? "ok" : "failed", exitCode: result.exitCode, signal: result.signal, elapsedMs: Math.round(result.elapsedMs), cut: result.cut.stdout + result.cut.stderr, reattached: isReattached }, {
        refs: { start }, blobs: [{ role: "stdout", bytes: result.stdout }, { role: "stderr", bytes: result.stderr }],
      }),
    );
  /** What it says about the step that it checks. Its own outcome is on record already: where this cannot follow, the recorder shows that it stopped, and nothing is said against the outcome. */
  async function recordCheck(request: GuardRequest, start: number, { exitCode }: ExecResult): Promise<void> {
    const checked = request.checks === undefined ? undefined : ledger.spentBy(stepName({ ...request, stepId: request.checks }));
    if (checked !== undefined) await ledger.append(entry(request, "check", { title: request.title, result: exitCode === 0 ? "ok" : "failed", exitCode }, { refs: { start: checked, by: start } })).catch(() => undefined);
  }
  /** Where even this cannot be written, the record has a start without an outcome, and the next start of SENA says so in it. */
  const noteUnknown = (request: GuardRequest, start: number, reason: string): Promise<Error | undefined> =>
    ledger.append(entry(request, "outcome-unknown", { reason }, { refs: { start } })).then(() => undefined, (error: Error) => error);

  async function recordedUnknown(request: GuardRequest, start: number, say: string): Promise<GuardEvent> {
    const unwritten = await noteUnknown(request, start, say);
    return { type: "unknown", say: unwritten === undefined ? say : `${say} ${UNRECORDED}` };
  }

  /** It ran, and its end is told only where it is on record; otherwise that, and never that nothing was run. */
  async function recordedEnd(request: GuardRequest, start: number, result: ExecResult, isReattached: boolean): Promise<GuardEvent> {
    try {
      const { seq } = await recordOutcome(request, start, result, isReattached);
      await recordCheck(request, start, result);
      return { type: "ended", result, seq };
    } catch {
      const how = result.exitCode === null ? "it ended without a status" : `it ended with status ${result.exitCode}`;
      await noteUnknown(request, start, `It was run, ${how}, and what it printed could not be recorded.`);
      return { type: "unknown", say: `The command WAS run on the host and ${how}, but that could not be recorded. ${UNRECORDED}` };
    }
  }

  /** The command ended, or nobody knows: either way the record says so before anyone is told. */
  async function* outcomes(request: GuardRequest, start: number, events: AsyncIterable<Told>, isReattached: boolean): AsyncGenerator<GuardEvent> {
    let isTold = false;
    try {
      for await (const event of events) {
        if (event.type === "output") {
          yield event;
          continue;
        }
        const told = event.type === "result" ? await recordedEnd(request, start, event.result, isReattached) : await recordedUnknown(request, start, event.say);
        isTold = true;
        yield told;
      }
    } catch (error) {
      if (!isTold) await noteUnknown(request, start, "It was interrupted after it was started.");
      throw error;
    }
  }

  /** A plain look that nobody is asked about may travel with others. */
  const mayTravel = ({ judgement: { proved, effect, dialect, decision, bytes }, request }: Plan): boolean =>
    proved && (effect === "pure" || effect === "read") && dialect === "posix" && decision.verdict === "allow" && bytes === undefined && request.stdin === undefined && request.isTyped !== true;

  async function* step(request: GuardRequest, signal: AbortSignal | undefined, batch: Batch | undefined): AsyncGenerator<GuardEvent> {
    let place: number | undefined;
    // Whatever becomes of this step, the others of its batch must not wait for it.
    const leave = () => {
      batch?.leave();
      batch = undefined;
    };
    try {
      const judgement = judge(needs, request);
      yield judgedEvent(judgement);
      let intent: Receipt;
      try {
        needs.noteDecision({ at: needs.now(), title: request.title, question: judgement.question, verdict: judgement.decision.verdict, rules: judgement.decision.rules });
        ledger.assertWritable();
        intent = await recordIntent(request, judgement);
      } catch (error) {
        return yield refuse("ledger", sayLedger(error));
      }
      if (judgement.bytes !== undefined) return yield await refused(request, intent, refuse("bytes", judgement.bytes));
      if (judgement.decision.verdict === "deny") return yield await refused(request, intent, refuse("denied-by-policy", judgement.decision.why));
      if (signal?.aborted) return yield await refused(request, intent, refuse("cancelled", "Stopped before it was run."));

      let start: Receipt | Refused;
      let planned: Plan;
      try {
        planned = await plan(request, judgement, signal);
        if (!mayTravel(planned)) leave();
        let approvalId: string | undefined;
        if (judgement.decision.verdict === "ask") {
          const answer = yield* ask(planned, signal);
          if ("type" in answer) return yield await refused(request, intent, answer);
          approvalId = answer.id;
        }
        const shared = await batch?.join({ script: request.script, timeoutMs: request.timeoutMs });
        place = shared?.place;
        start = await begin(planned, intent, approvalId, signal, shared?.wire);
        if (shared !== undefined) batch?.begun(!("type" in start));
        if ("type" in start) return yield await refused(request, intent, start);
        if (approvalId !== undefined) approvals.used(approvalId);
      } catch (error) {
        // It joined, and nothing behind that can fail but what begins it.
        if (place !== undefined) batch?.begun(false);
        const known = refusalOf(error, signal);
        if (known) return yield await refused(request, intent, known);
        await refused(request, intent, refuse("cancelled", error instanceof Failure ? error.message : "Something failed before it was run."));
        throw error;
      }
      yield { type: "started", seq: start.seq, at: needs.now() };
      if (request.isTyped) {
        await ledger.append(entry(request, "outcome", { result: "typed" }, { refs: { start: start.seq } }));
        return;
      }
      const told = batch === undefined ? execute(executing, { ...planned, timeoutMs: request.timeoutMs }, signal) : batch.events(place as number);
      yield* outcomes(request, start.seq, told, false);
    } finally {
      if (place === undefined) leave();
    }
  }

  return {
    run: (request, signal) => step(request, signal, undefined),

    runTogether(requests, signal) {
      const [first] = requests;
      const fits = requests.reduce((bytes, { script }) => bytes + Math.ceil(script.length / 3) * 4 + 1, 2048) < MAX_WIRE_BYTES;
      if (first === undefined || requests.length < 2 || !fits || requests.some(({ hostId }) => hostId !== first.hostId)) return requests.map((request) => step(request, signal, undefined));
      const batch = createBatch({ ssh, hostId: first.hostId, nonce: `sena-${randomBytes(16).toString("hex")}`, size: requests.length, signal });
      return requests.map((request) => step(request, signal, batch));
    },

    async *reattach(request, signal) {
      const start = ledger.spentBy(stepName(request));
      if (start === undefined) return yield { type: "never-started", say: "Nothing had been sent to the host." };
      const judgement = judge(needs, request);
      yield judgedEvent(judgement);
      yield { type: "started", seq: start, at: needs.now() };
      yield* outcomes(request, start, reattached(executing, { hostId: request.hostId, spoolId: spoolFor(request, judgement), timeoutMs: request.timeoutMs }, signal), true);
    },

    explain: (request) => judge(needs, request),
    preview: async (request) => judgedEvent(judge(needs, request)),
  };
}

/** Whether what sufficed then would not suffice now. */
const isStricter = (now: Judgement["decision"]["approvers"], then: Judgement["decision"]["approvers"]): boolean => now.count > then.count || (then.mayBeRequester && !now.mayBeRequester);

const UNRECORDED = "The record cannot be written just now, so nothing more is run; that this was started is on record. Look at the host before it is done again, and free or mend the disk that holds the record: recording resumes by itself.";
const sayLedger = (error: unknown): string => (error instanceof Failure ? error.message : "The record cannot be written, so nothing was run.");

/** What is an answer rather than a fault of the way there. */
function refusalOf(error: unknown, signal: AbortSignal | undefined): Refused | undefined {
  if (signal?.aborted) return refuse("cancelled", "Stopped before it was run.");
  if (!(error instanceof Failure)) return undefined;
  if (error.code === "VAULT_LOCKED") return refuse("locked", error.message);
  if (error.code.startsWith("LEDGER_")) return refuse("ledger", error.message);
  return undefined;
}
