import { Failure, type Actor, Effect, type Statement } from "../contract/index.ts";
import type { Host } from "../inventory/port.ts";
import type { AskContext } from "../models/index.ts";
import type { Next, Program, RunSpec, StepResult, StepSpec } from "../runs/index.ts";
import { citationOf, statementsOf } from "./claims.ts";
import { citedOf, documentsOf, PASSAGES_ASKED } from "./documents.ts";
import { readApart, type Wanted } from "./apart.ts";
import { fail } from "./failures.ts";
import { fieldsOf } from "./fields.ts";
import type { AgentNeeds } from "./agent.ts";
import { messagesOf } from "./messages.ts";
import type { Call, Entry } from "./port.ts";
import { secondOpinion } from "./second-opinion.ts";
import { type Known, respelled, sayTaint, slotsOf, wordsOf } from "./slots.ts";
import { taintOf, type Source } from "./taint.ts";
import { SEARCH_KNOWLEDGE, TOOLS } from "./tools.ts";
import type { Transcripts } from "./transcript.ts";
import { line, linesOf, plain } from "./untrusted.ts";

/** Where an agent must come to an end, whatever its model wants. */
export const LIMITS = { steps: 16, calls: 28, tokens: 120_000, strikes: 4, outputTokens: 900, callMs: 600_000, stepMs: 60_000 } as const;

type Asking = { readonly context: Omit<AskContext, "task">; readonly signal: AbortSignal };
type Lane = { readonly runId: string; readonly hostId: string; readonly results: readonly StepResult[] };

/** Plan, act, observe on one host. What it wants to run leaves here as a step of the run, and nowhere else. */
export function agentProgram(needs: AgentNeeds, transcripts: Transcripts, spec: RunSpec): Program {
  const request = String(spec.program.params["request"] ?? "");
  const chosen = spec.program.params["model"];
  const only = typeof chosen === "string" ? { only: chosen } : {};
  return {
    async next({ runId, hostId, results }, signal) {
      const host = needs.inventory.get(hostId);
      if (!host) throw fail("AGENT_HOST_GONE");
      const lane = { runId, hostId, results };
      for (;;) {
        const entries = transcripts.of(runId, hostId);
        const ended = entries.find((entry) => entry.kind === "end");
        if (ended?.kind === "end") return endOf(lane, ended, entries);
        const next = standing(needs, lane, host, request, actorOf(spec), entries) ?? (await decide(lane, host, entries, signal));
        if (Array.isArray(next)) transcripts.add(runId, hostId, next);
        else return next as Next;
      }
    },
  };

  /** One question to the model, and what its answer means for the story. */
  async function decide(lane: Lane, host: Host, entries: readonly Entry[], signal?: AbortSignal): Promise<Entry[]> {
    const over = overLimit(entries, lane.results);
    if (over !== undefined) return [{ kind: "end", state: "failed", say: over, statements: [] }];
    const messages = messagesOf({ request, host, skills: needs.skills.list(), entries, results: lane.results, marker: needs.newMarker() });
    const until = AbortSignal.any([...(signal ? [signal] : []), AbortSignal.timeout(LIMITS.callMs)]);
    const budgetTokens = LIMITS.tokens - spentIn(entries);
    const contextOf = (): Omit<AskContext, "task"> => ({ budgetTokens, actor: actorOf(spec), session: lane.runId, hasProtectedData: host.criticality === "high" || host.tags.includes("protected"), ...only });
    const tools = needs.knowledge ? [...TOOLS, SEARCH_KNOWLEDGE] : TOOLS;
    try {
      const answer = await needs.models.answer({ ...contextOf(), task: "plan" }, { messages, tools, maxTokens: LIMITS.outputTokens, temperature: 0, chatId: `${lane.runId}/${lane.hostId}` }, until);
      const spent: Entry = { kind: "spent", tokens: answer.usage.promptTokens + answer.usage.outputTokens, model: `${answer.model} (${answer.provider})` };
      // One call at a time: a flood of calls is one call.
      const [call] = answer.calls;
      if (!call) return [spent, { kind: "end", state: "done", say: "", statements: answer.text.trim() === "" ? [] : statementsOf(lane.runId, lane.results, [{ text: answer.text, cites: [] }]) }];
      return [spent, ...(await act(lane, host, entries, { name: call.name, args: isRecord(call.args) ? call.args : {} }, { context: contextOf(), signal: until }))];
    } catch (error) {
      if (signal?.aborted) throw error;
      if (until.aborted) return [{ kind: "end", state: "failed", say: `The model had not answered after ${LIMITS.callMs / 60_000} minutes and was left. What ran until then stands above.`, statements: [] }];
      if (!(error instanceof Failure)) throw error;
      if (error.code !== "MODEL_BAD_JSON") return [{ kind: "end", state: "failed", say: error.message, statements: [] }];
      return [{ kind: "reply", call: { name: "", args: {} }, reply: "Your answer did not fit. Answer with one call of one tool.", untrusted: false, strike: true }];
    }
  }

  async function act(lane: Lane, host: Host, entries: readonly Entry[], call: Call, asking: Asking): Promise<Entry[]> {
    const { args } = call;
    const reply = (text: string, more: { untrusted?: boolean; strike?: boolean } = {}): Entry[] => [{ kind: "reply", call, reply: text, untrusted: more.untrusted ?? false, strike: more.strike ?? false }];
    switch (call.name) {
      case "run_command": {
        const script = textOf(args["command"]);
        if (script.trim() === "") return reply("There is no command in it.", { strike: true });
        if (entries.some((entry) => entry.kind === "step" && entry.step.script === script)) return reply("That was put forward before; its result stands above. Do something else, or finish.", { strike: true });
        return reviewed(lane, host, { kind: "step", call, at: lane.results.length, step: stepOf(lane, host, script, args) }, asking);
      }
      case "use_skill": {
        const skillId = textOf(args["skill"]);
        const inputs = inputsOf(args["inputs"]);
        if (entries.some((entry) => entry.kind === "skill" && entry.skillId === skillId && JSON.stringify(entry.inputs) === JSON.stringify(inputs))) return reply("That skill ran before with these inputs; its result stands above.", { strike: true });
        const problem = slotsIn(lane, host, entries, skillId, inputs).problem ?? compileProblem(skillId, inputs, host);
        return problem === undefined ? [{ kind: "skill", call, at: lane.results.length, skillId, inputs }] : reply(problem, { strike: true });
      }
      case "propose_change": {
        const skillId = textOf(args["skill"]);
        const inputs = inputsOf(args["inputs"]);
        const { taint, problem } = slotsIn(lane, host, entries, skillId, inputs);
        const against = problem ?? compileProblem(skillId, inputs, host);
        if (against !== undefined) return reply(against, { strike: true });
        const scripts = needs.skills.compile(skillId, inputs, host).steps.map(({ script }) => script);
        const all = [...taint, ...respelled(scripts, trustedOf(request, host, needs), sourcesOf(lane.results, entries)).filter(({ token }) => taint.every((one) => one.token !== token))];
        return [{ kind: "proposal", call, title: line(args["title"], 120), why: line(args["why"], 600), skillId, inputs, taint: all }];
      }
      case "read_output": {
        const cite = citationOf(lane.runId, lane.results, args);
        const result = cite && lane.results.find(({ stepId }) => stepId === cite.stepId);
        return cite && result ? reply(linesOf(result[cite.stream]).slice(cite.fromLine - 1, cite.toLine).map((text, i) => `${cite.fromLine + i}: ${text}`).join("\n"), { untrusted: true }) : reply("There are no such lines.", { strike: true });
      }
      case "ask_output": {
        const text = textNamed(lane, entries, args);
        const question = line(args["question"], 300);
        const fields = args["fields"] === undefined ? undefined : fieldsOf(args["fields"]);
        if (typeof fields === "string") return reply(fields, { strike: true });
        if (text === undefined || (question === "" && fields === undefined)) return reply("There is no such step or passage, or nothing was asked.", { strike: true });
        const isAgain = entries.some((entry) => entry.kind === "reply" && entry.call.name === call.name && JSON.stringify(entry.call.args) === JSON.stringify(args));
        if (isAgain) return reply("That was asked before; the answer stands above.", { strike: true });
        return apart(lane, call, text, fields === undefined ? { question } : { fields }, asking);
      }
      case "search_knowledge":
        return [await searched(entries, call)];
      case "ask_operator":
        return [{ kind: "end", state: "done", say: "", question: line(args["question"], 400), statements: [] }];
      case "finish":
        return [{ kind: "end", state: "done", say: "", statements: statementsOf(lane.runId, lane.results, args["claims"], documentsOf(entries)) }];
      default:
        return reply("There is no such tool.", { strike: true });
    }
  }

  /** Before a command of the model's own is put forward: the opinion of another, where an admin wants one. It can only raise. */
  async function reviewed(lane: Lane, host: Host, entry: Extract<Entry, { kind: "step" }>, { context, signal }: Asking): Promise<Entry[]> {
    const reviewer = needs.models.reviewer();
    if (reviewer === undefined) return [entry];
    const { mustAsk, ...spent } = await secondOpinion(needs.models, { ...context, only: reviewer }, { request, host: `${host.name} (${host.os}, ${host.environment})`, script: entry.step.script }, signal);
    return [{ kind: "spent", ...spent }, mustAsk === undefined ? entry : { ...entry, step: { ...entry.step, mustAsk } }];
  }

  async function apart(lane: Lane, call: Call, text: string, wanted: Wanted, { context, signal }: Asking): Promise<Entry[]> {
    const of = textOf(call.args["step"]);
    const name = of.startsWith("d") ? "A passage of a document" : `Output of ${of}`;
    try {
      const { text: told, ...spent } = await readApart(needs.models, context, { text, wanted, name, marker: needs.newMarker(), chatId: `${lane.runId}/${lane.hostId}/apart` }, signal);
      return [{ kind: "spent", ...spent }, { kind: "reply", call, reply: told, untrusted: true, strike: false }];
    } catch (error) {
      if (signal.aborted || !(error instanceof Failure)) throw error;
      return [{ kind: "reply", call, reply: `It could not be read apart: ${error.message}`, untrusted: false, strike: true }];
    }
  }

  async function searched(entries: readonly Entry[], call: Call): Promise<Entry> {
    if (!needs.knowledge) return { kind: "reply", call, reply: "There are no documents.", untrusted: false, strike: true };
    const asked = line(call.args["query"], 200);
    const { passages } = await needs.knowledge.search(asked, { limit: PASSAGES_ASKED, filter: {}, remembersGap: true, isForAnswer: true });
    const { documents, text } = citedOf(passages, documentsOf(entries).length);
    // The same question twice is a circle; the same words from another corner are not.
    const isAgain = entries.some((entry) => entry.kind === "reply" && entry.call.name === call.name && line(entry.call.args["query"], 200) === asked);
    return { kind: "reply", call, reply: text, untrusted: true, strike: isAgain, documents };
  }

  function stepOf(lane: Lane, host: Host, script: string, args: Call["args"]): StepSpec {
    const taint = taintOf(script, trustedOf(request, host, needs), sourcesOf(lane.results, transcripts.of(lane.runId, lane.hostId)));
    return {
      key: `c${lane.results.length + 1}`,
      title: line(args["title"], 80) || line(script, 80),
      script,
      declaredEffect: Effect.safeParse(args["effect"]).data ?? "pure",
      dialect: host.os === "idrac" ? "racadm" : host.os === "cisco-ios" ? "cisco-ios" : "posix",
      role: "check",
      timeoutMs: LIMITS.stepMs,
      why: plain(line(args["why"], 400)),
      checksAfter: [],
      okExitCodes: [0],
      actedBy: actorOf(spec),
      ...(taint.length > 0 && { taint }),
    };
  }

  function slotsIn(lane: Lane, host: Host, entries: readonly Entry[], skillId: string, inputs: Readonly<Record<string, string>>): ReturnType<typeof slotsOf> {
    return slotsOf(needs.skills.list().find(({ id }) => id === skillId)?.inputs ?? [], inputs, knownOf(request, host, needs), sourcesOf(lane.results, entries));
  }

  function compileProblem(skillId: string, inputs: Readonly<Record<string, string>>, host: Host): string | undefined {
    try {
      needs.skills.compile(skillId, inputs, host);
      return undefined;
    } catch (error) {
      if (error instanceof Failure) return error.message;
      throw error;
    }
  }

  function endOf(lane: Lane, end: Extract<Entry, { kind: "end" }>, entries: readonly Entry[]): Next {
    const proposals = entries.flatMap((entry) => (entry.kind === "proposal" ? [{ title: entry.title, why: [entry.why, sayTaint(entry.taint ?? [])].join(" ").trim(), skillId: entry.skillId, inputs: entry.inputs, cites: [], isUndo: false, ...(entry.taint && entry.taint.length > 0 && { taint: entry.taint.map((one) => ({ ...one })) }) }] : []));
    return { kind: "end", state: end.state, say: end.say, findings: { statements: [...skillStatements(needs, lane, entries), ...end.statements], tables: [], series: [], proposals } };
  }
}

/** What follows from the story without asking anyone: a step chosen earlier, or the next one of a skill under way. */
function standing(needs: AgentNeeds, lane: Lane, host: Host, request: string, actedBy: Actor, entries: readonly Entry[]): Next | Entry[] | undefined {
  const chosen = entries.findLast((entry) => entry.kind === "step" || entry.kind === "skill" || entry.kind === "skill-ended");
  if (chosen?.kind === "step") return chosen.at === lane.results.length ? { kind: "step", step: chosen.step } : undefined;
  if (chosen?.kind !== "skill") return undefined;
  const compiled = needs.skills.compile(chosen.skillId, chosen.inputs, host);
  const next = compiled.next(lane.results.slice(chosen.at).map((result) => ({ key: result.key.replace(/^u\d+\./, ""), state: result.state, stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode })));
  if (next.kind === "end") return [{ kind: "skill-ended", at: lane.results.length, reply: next.findings.statements.map(({ text }) => text).join("\n") || next.say || "It found nothing to say." }];
  const { id, reads: _reads, ...step } = next.step;
  const taint = [...(step.taint ?? []), ...taintOf(step.script, [...trustedOf(request, host, needs), ...(Object.keys(chosen.inputs).length === 0 ? compiled.steps.map(({ script }) => script) : [])], sourcesOf(lane.results, entries))];
  return { kind: "step", step: { ...step, key: `u${chosen.at + 1}.${id}`, actedBy, ...(taint.length > 0 && { taint }) } };
}

/** `s3` is the third result of this lane, `d2` the second passage it has read. */
function textNamed({ results }: Lane, entries: readonly Entry[], args: Call["args"]): string | undefined {
  const named = textOf(args["step"]);
  const passage = documentsOf(entries).find(({ id }) => id === named);
  if (passage) return passage.text;
  return results[Number(/^s(\d{1,4})$/.exec(named)?.[1] ?? 0) - 1]?.[args["stream"] === "stderr" ? "stderr" : "stdout"];
}

/** What the skills found, with the lines it rests on: said by signed skills, not by the model. */
function skillStatements(needs: AgentNeeds, { runId, results, hostId }: Lane, entries: readonly Entry[]): Statement[] {
  const host = needs.inventory.get(hostId);
  if (!host) return [];
  return entries.flatMap((entry, i): Statement[] => {
    if (entry.kind !== "skill") return [];
    const end = entries.slice(i).find((later) => later.kind === "skill-ended");
    if (end?.kind !== "skill-ended") return [];
    const mine = results.slice(entry.at, end.at);
    const next = needs.skills.compile(entry.skillId, entry.inputs, host).next(mine.map((result) => ({ key: result.key.replace(/^u\d+\./, ""), state: result.state, stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode })));
    if (next.kind !== "end") return [];
    return next.findings.statements.map(({ text, tone, cites }) => ({ text, tone, cites: cites.flatMap(({ key, ...lines }) => mine.filter((result) => result.key.endsWith(`.${key}`)).slice(-1).map(({ stepId }) => ({ runId, stepId, ...lines }))) }));
  });
}

const knownOf = (request: string, host: Host, needs: AgentNeeds): Known => {
  const hosts = needs.inventory.all();
  return { request, hosts: hosts.flatMap(({ name, address }) => [name, address]), others: [...hosts.map(({ user }) => user), host.os] };
};
const trustedOf = (request: string, host: Host, needs: AgentNeeds): string[] => wordsOf(knownOf(request, host, needs));
const sourcesOf = (results: readonly StepResult[], entries: readonly Entry[]): Source[] => [
  ...results.flatMap(({ stdout, stderr }, i) => [{ from: `output of step ${i + 1}`, text: `${stdout}\n${stderr}` }]),
  ...entries.flatMap((entry) => (entry.kind === "reply" && entry.untrusted ? [{ from: entry.call.name === "search_knowledge" ? "a document" : entry.call.name === "ask_output" ? "what a model read in output" : "output read again", text: entry.reply }] : [])),
];
/** What is no text is nothing: arguments are a model's, whatever a schema promised. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const inputsOf = (value: unknown): Record<string, string> => (typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([key, of]) => [key.slice(0, 64), textOf(of).slice(0, 4000)])) : {});

/** The model acts for the person who asked, under its own kind: policies may tell them apart. */
const actorOf = ({ actor }: RunSpec) => ({ kind: "model", id: actor.id, name: `a model, for ${actor.name}`.slice(0, 128) }) as const;

const spentIn = (entries: readonly Entry[]): number => entries.reduce((sum, entry) => sum + (entry.kind === "spent" ? entry.tokens : 0), 0);

function overLimit(entries: readonly Entry[], results: readonly StepResult[]): string | undefined {
  const count = (is: (entry: Entry) => boolean) => entries.filter(is).length;
  if (results.length >= LIMITS.steps) return `Stopped after ${LIMITS.steps} commands without an answer.`;
  if (count(({ kind }) => kind === "spent") >= LIMITS.calls) return `Stopped after ${LIMITS.calls} questions to the model without an answer.`;
  if (spentIn(entries) >= LIMITS.tokens) return `Stopped: the budget of ${LIMITS.tokens} tokens is used up.`;
  if (count((entry) => entry.kind === "reply" && entry.strike) >= LIMITS.strikes) return "Stopped: the model went round in circles.";
  if (results.filter(({ state }) => state === "refused").length >= 3) return "Stopped: three of its commands were refused.";
  return undefined;
}
