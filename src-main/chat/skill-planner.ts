import { Failure, failer, type Choice, type Proposal, type Slot, type Statement } from "../contract/index.ts";
import type { Guard } from "../guard/port.ts";
import type { Host, Inventory } from "../inventory/port.ts";
import type { Clock } from "../kernel/index.ts";
import type { ParsedRequest, RequestParser } from "../request/port.ts";
import { RUN_FAILURES, hostRef, planSkillRun, previewSkill, resolveHosts } from "../runs/index.ts";
import type { Skills } from "../skills/port.ts";
import { composeAnswer } from "./compose-answer.ts";
import { readExplicit } from "./explicit.ts";
import type { EarlierTurn, Offer, Plan, Planner, TurnRun, TurnView, Understood } from "./port.ts";

const fail = failer(RUN_FAILURES);

const NO_HOSTS = "There are no hosts in the inventory yet, so there is nothing to ask. Add one under Hosts, or import them there from your SSH configuration, an Ansible inventory or a table; then ask again.";

export type SkillPlannerNeeds = {
  readonly skills: Pick<Skills, "get" | "list" | "compile">;
  /** `ready` is waited for: right after a start it still learns the packs, once per change of them. */
  readonly parser: Pick<RequestParser, "parse" | "ready">;
  readonly inventory: Inventory;
  readonly guard: Pick<Guard, "preview">;
  readonly now: Clock;
  /** Somebody else takes what no skill fits: a model is set up. */
  readonly handsOn?: () => boolean;
};

/** Sentences become skills, skills become runs, findings become answers and offers. No model anywhere. */
export function createSkillPlanner(needs: SkillPlannerNeeds): Planner {
  const { skills, inventory } = needs;

  const parse = (turn: TurnView, chosen: readonly Host[]): ParsedRequest =>
    needs.parser.parse(turn.text, {
      hosts: inventory.all(),
      chosenHosts: chosen.map(({ id }) => id),
      earlier: turn.earlier.map(earlierOf),
      now: needs.now(),
      utcOffsetMinutes: -new Date(needs.now()).getTimezoneOffset(),
    });

  /** "all servers" means those of another kind as well: the answer says which of them it does not speak of. */
  function leftOutOf(turn: TurnView): Statement[] {
    if (readExplicit(turn.text)) return [];
    const parsed = parse(turn, resolveHosts(inventory, turn.hosts).hosts);
    const skill = parsed.kind === "skill" ? skills.get(parsed.skillId) : undefined;
    const hosts = parsed.kind === "skill" ? (parsed.leftOut ?? []).flatMap((id) => inventory.get(id) ?? []) : [];
    const [first] = hosts;
    if (skill === undefined || first === undefined) return [];
    const names = hosts.slice(0, 5).map(({ name }) => name).join(", ") + (hosts.length > 5 ? ` and ${hosts.length - 5} more` : "");
    const text = `${names} ${hosts.length === 1 ? "was" : "were"} left out: "${skill.title}" is made for ${skill.targets.os.join(" and ")} hosts, and ${hosts.length === 1 ? `this is ${first.os}` : `these are ${[...new Set(hosts.map(({ os }) => os))].join(" and ")}`}. Ask about ${hosts.length === 1 ? "it" : "them"} by name.`;
    return [{ text, tone: "unsure", cites: [] }];
  }

  function planSentence(turn: TurnView): Plan {
    const chosen = resolveHosts(inventory, turn.hosts);
    const [unknown] = chosen.unknown;
    if (unknown !== undefined) return { kind: "ask-back", question: `There is no host or group "${unknown}" in the inventory. Which one is meant?`, slot: "host", choices: similarHosts(unknown, turn.text), isFree: true };
    const explicit = readExplicit(turn.text);
    if (explicit) return planExplicit(turn, explicit, chosen.hosts);
    return planParsed(parse(turn, chosen.hosts));
  }

  function planParsed(parsed: ParsedRequest): Plan {
    switch (parsed.kind) {
      case "skill":
        return planRun(parsed.skillId, parsed.inputs, parsed.hosts.flatMap((id) => inventory.get(id) ?? []), parsed.slots, parsed.confidence, parsed.why);
      case "ask": {
        const skill = parsed.understood && skills.get(parsed.understood.skillId);
        const understood = parsed.understood && skill && { skill: skillRef(skill), title: skill.title, hosts: parsed.understood.hosts.flatMap((id) => inventory.get(id) ?? []).map(hostRef), slots: parsed.understood.slots, confidence: 0.5, why: parsed.why };
        return { kind: "ask-back", question: parsed.question, slot: parsed.slot, choices: parsed.choices, isFree: parsed.isFree, ...(understood && { understood }) };
      }
      case "out-of-scope":
        return { kind: "out-of-scope", say: parsed.say, nearest: parsed.nearest };
      default:
        return parsed satisfies never;
    }
  }

  /** `#skill @host key=value`: nothing to guess. */
  function planExplicit(turn: TurnView, explicit: NonNullable<ReturnType<typeof readExplicit>>, chosen: readonly Host[]): Plan {
    const known = skills.get(explicit.skillId);
    if (!known) {
      const nearest = skills.list().filter(({ id, title }) => id.includes(explicit.skillId) || title.toLowerCase().includes(explicit.skillId)).slice(0, 5);
      return { kind: "out-of-scope", say: `There is no active skill "${explicit.skillId}". Type # to see the skills there are.`, nearest: nearest.map(({ id, title, summary }, i): Choice => ({ id: `${i + 1}`, label: title, detail: summary.slice(0, 400), ask: turn.text.replace(`#${explicit.skillId}`, `#${id}`) })) };
    }
    const named = resolveHosts(inventory, explicit.hosts);
    const [missing] = named.unknown;
    if (missing !== undefined) throw fail("RUN_UNKNOWN_HOST", { name: missing });
    const hosts = named.hosts.length > 0 ? named.hosts : chosen;
    const fitting = inventory.all().filter((host) => known.targets.os.length === 0 || known.targets.os.includes(host.os));
    if (hosts.length === 0 && fitting.length !== 1) return { kind: "ask-back", question: `On which host should "${known.title}" run?`, slot: "host", choices: fitting.slice(0, 8).map((host, i) => ({ id: `${i + 1}`, label: host.name, detail: host.environment, ask: `${turn.text} @${host.name}` })), isFree: true };
    const slots = Object.entries(explicit.inputs).map(([name, value]): Slot => ({ name, value, from: "request" }));
    return planRun(known.id, explicit.inputs, hosts.length > 0 ? hosts : fitting, slots, 1, "the skill was named");
  }

  function planRun(skillId: string, inputs: Readonly<Record<string, string>>, hosts: readonly Host[], slots: readonly Slot[], confidence: number, why: string): Plan {
    const run = planSkillRun(needs, { skillId, inputs, hosts });
    const understood: Understood = { skill: run.skill, title: run.title, hosts: run.hosts, slots, confidence, why };
    return { kind: "run", understood, run };
  }

  async function offersOf(turn: TurnView, run: TurnRun): Promise<{ readonly offers: readonly Offer[]; readonly problems: readonly Statement[] }> {
    const offers: Offer[] = [];
    const problems: Statement[] = [];
    const proposals = run.items.flatMap(({ event }): Proposal[] => (event.type === "proposal" ? [event.proposal] : []));
    const alternatives = proposals.filter(({ isUndo }) => !isUndo).length;
    for (const proposal of proposals) {
      const host = inventory.get(proposal.hostId);
      if (!host) continue;
      try {
        const compiled = skills.compile(proposal.skillId, proposal.inputs, host);
        const { steps, verdict, say } = await previewSkill(needs.guard, compiled, host.id, turn.actor, proposal.taint);
        // Put forward only what was asked about: the one way out of a diagnosis, never an undo, never after a change.
        const isPutForward = verdict === "ask" && run.purpose === "answer" && !proposal.isUndo && alternatives === 1;
        offers.push({ proposal, runId: run.runId, host: hostRef(host), skill: compiled.skill, steps, verdict, say, isPutForward });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        problems.push({ text: `"${proposal.title}" would help, but cannot be prepared: ${error.message}`, tone: "unsure", cites: proposal.cites });
      }
    }
    return { offers, problems };
  }

  /** "How much memory is free and who is logged in": looks of one sentence, one run each, in their order. */
  function furtherLook(turn: TurnView, last: TurnRun): Plan | undefined {
    if (last.purpose !== "answer" || last.summary.state === "stopped" || readExplicit(turn.text)) return undefined;
    const parsed = parse(turn, resolveHosts(inventory, turn.hosts).hosts);
    const next = parsed.kind === "skill" ? parsed.next?.[turn.runs.filter(({ purpose }) => purpose === "answer").length - 1] : undefined;
    return next === undefined ? undefined : planParsed(next);
  }

  /** Of a fix, what it did; else everything this turn looked at. */
  async function answerOf(turn: TurnView, last: TurnRun): Promise<Plan> {
    const runs = last.purpose === "answer" ? turn.runs.filter(({ purpose }) => purpose === "answer") : [last];
    const answers = runs.map(({ summary, items }) => composeAnswer(summary, items));
    const found = await Promise.all(runs.map((run) => offersOf(turn, run)));
    const { state, say } = answers.at(-1) ?? composeAnswer(last.summary, last.items);
    const problems = found.flatMap((one) => one.problems);
    return {
      kind: "answer", state, say: runs.length > 1 && state === "done" ? `${runs.length} questions, one after the other.` : say,
      statements: [...answers.flatMap(({ statements }) => statements), ...(last.purpose === "answer" ? leftOutOf(turn) : []), ...problems],
      tables: answers.flatMap(({ tables }) => tables), series: answers.flatMap(({ series }) => series), offers: found.flatMap(({ offers }) => offers),
    };
  }

  const similarHosts = (typed: string, sentence: string): Choice[] =>
    inventory.all().filter(({ name }) => name.slice(0, 3) === typed.slice(0, 3) || name.includes(typed)).slice(0, 6)
      .map(({ name, environment }, i) => ({ id: `${i + 1}`, label: name, detail: environment, ask: `${sentence} @${name}` }));

  return {
    name: "skills",
    async next(turn) {
      const last = turn.runs.at(-1);
      if (!last) {
        await needs.parser.ready();
        const plan = planSentence(turn);
        // Whichever is named, there is none to choose: asked for one, a newcomer would go round in circles.
        if (plan.kind === "ask-back" && plan.slot === "host" && inventory.all().length === 0) return { ...plan, question: NO_HOSTS, choices: [], isFree: false };
        return plan.kind === "out-of-scope" && needs.handsOn?.() === true ? "not-mine" : plan;
      }
      const further = furtherLook(turn, last);
      if (further !== undefined) return further;
      return answerOf(turn, last);
    },
    async take(_turn, proposal) {
      const host = inventory.get(proposal.hostId);
      if (!host) throw fail("RUN_HOST_GONE");
      const plan = planSkillRun(needs, { skillId: proposal.skillId, inputs: proposal.inputs, hosts: [host], taint: proposal.taint });
      return { ...plan, title: proposal.title };
    },
  };
}

const skillRef = ({ id, version, signer, title }: { id: string; version: string; signer: string; title: string }) => ({ id, version, signer, title });
const earlierOf = ({ text, skillId, hosts, slots, question }: EarlierTurn) => ({ text, ...(skillId !== undefined && { skillId }), hosts: hosts.map(({ id }) => id), slots, ...(question && { question }) });
