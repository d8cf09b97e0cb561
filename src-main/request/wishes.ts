import { ACTS, FORBIDS_ALL, NEGATED, NOUNS_TOO, POLITE } from "./acts.ts";
import type { ParsedRequest, UnderstoodRequest } from "./port.ts";
import type { Read } from "./spans.ts";

// "Check the config and then reload it": two wishes in one sentence. What is asked second would be lost if the sentence were
// taken as a whole, and an order in the second half must never be answered by a look.

/** Words a new wish begins with, beside the acts. */
const BEGINS = "is|are|was|were|does|do|did|has|have|how|what|what's|which|who|who's|why|where|when|show|list|check|tell|give|find|display|print|look|read|test|search|validate|verify|inspect|see|get|ping|whether";
const IF = String.raw`if (?:not|so|needed|necessary|it is (?:not|down|broken|ok|fine|low|full|high)|it isn't|that (?:works|fails|is ok))|when (?:done|it is \w+)`;
const JOIN = String.raw`(?:\s*[,;.]\s*|\s+)(?:(?:and|then|but|plus|also|afterwards|after that|next|finally|so|or)[\s,]+)*(?:and|then|plus|also|afterwards|after that|next|finally)[\s,]+(?:(?:please|then|also|just|now|${IF})[\s,]+)*`;
const STOPS = String.raw`\s*(?:;|[.!?](?=\s))\s*(?:(?:and|then|also|please|just|now)[\s,]+)*`;
/** "List the users, delete bob": a comma alone is enough before an act that is no noun as well. */
const COMMA = String.raw`\s*,\s*(?:(?:please|then|also|just|now)\s+)*(?=(?:${[...ACTS].filter((act) => !NOUNS_TOO.has(act)).join("|")})\s+[^\s,;.])`;
const OPENS = new RegExp(String.raw`${COMMA}|(?:${JOIN}|${STOPS})(?=(?:${[...ACTS].join("|")}|${BEGINS})\b)`, "gi");
const QUOTED = /"[^"]{0,300}"|'[^' ][^']{0,298}'(?![a-z])|`[^`]*`/g;

/** The wishes of a sentence in their order; one where it holds one. Quoted text is never cut. */
export function wishesIn(text: string): readonly string[] {
  const masked = text.replace(QUOTED, (quoted) => "_".repeat(quoted.length));
  const parts: string[] = [];
  let from = 0;
  for (const match of masked.matchAll(OPENS)) {
    const part = text.slice(from, match.index).trim();
    if (part.split(/\s+/).length < 2) continue;
    parts.push(part);
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from).trim());
  return parts.filter((part) => part !== "");
}

const FIRST_NOT = /^(?:please\s+)?(?:don'?t|do not|never|no need to)\s+([^,;.]+)[,;.:]\s*(?:(?:but|just|only|instead|rather|please|simply)\s+)*(\S.*)$/i;
const LAST_NOT = /^(\S.*?)[,;.]?\s+(?:(?:but|and|please)\s+)*(?:don'?t|do not|never)\s+([^,;.]+)[.!]*$/i;

/** "Don't restart nginx, just tell me whether it runs": the half that forbids nothing. "It" is what the other half named. */
export function lookBeside(text: string, { spans }: Read): string | undefined {
  const first = FIRST_NOT.exec(text);
  const rest = first?.[2] ?? LAST_NOT.exec(text)?.[1];
  if (rest === undefined || NEGATED.test(rest) || FORBIDS_ALL.test(text)) return undefined;
  const at = text.length - rest.length;
  const thing = first === null ? undefined : spans.find(({ kind, start }) => kind === "thing" && start < at);
  return thing === undefined || spans.some(({ kind, start }) => kind === "thing" && start >= at) ? rest : rest.replace(/\b(?:it|its|that)\b/i, thing.text);
}

export type Wish = { readonly text: string; readonly parsed: ParsedRequest };

export const looksOnly = (parsed: UnderstoodRequest): boolean => parsed.effect === "read" || parsed.effect === "pure";
export const isOrder = (text: string): boolean => ACTS.has(text.toLowerCase().split(/[^a-z']+/).find((word) => word !== "" && !POLITE.has(word)) ?? "");

/**
 * Looks are answered one after the other. A change is never begun out of a sentence that wishes for something else as well:
 * which of them, and in what order, is the operator's to say. `undefined`: the sentence is better taken as a whole.
 */
export function answerWishes(wishes: readonly Wish[], titleOf: (skillId: string) => string, explicit: (parsed: UnderstoodRequest) => string): ParsedRequest | undefined {
  const alien = wishes.find(({ text, parsed }) => parsed.kind === "out-of-scope" && isOrder(text));
  const choices = wishes.flatMap(({ text, parsed }) => {
    if (parsed.kind === "skill") return [{ label: titleOf(parsed.skillId), detail: looksOnly(parsed) ? "looks, changes nothing" : `changes the host (${parsed.effect})`, ask: explicit(parsed) }];
    return parsed.kind === "ask" && parsed.understood !== undefined ? [{ label: titleOf(parsed.understood.skillId), detail: parsed.question.slice(0, 400), ask: text }] : [];
  }).map((choice, at) => ({ id: `${at + 1}`, ...choice }));
  if (alien?.parsed.kind === "out-of-scope") return { kind: "out-of-scope", say: `Nothing of this was begun: no runbook is there to "${alien.text.slice(0, 120)}". ${choices.length > 0 ? "What can be done of it:" : "The nearest things that can be done:"}`, nearest: choices.length > 0 ? choices : alien.parsed.nearest };
  // An order that was heard but not understood: what is beside it is not done as if that were all.
  const unclear = wishes.find(({ text, parsed }) => parsed.kind === "ask" && parsed.understood === undefined && isOrder(text));
  if (unclear?.parsed.kind === "ask") return { kind: "ask", question: `"${unclear.text.slice(0, 120)}": ${unclear.parsed.question} Nothing of this was begun.`, slot: "skill", choices: [...unclear.parsed.choices, ...choices].slice(0, 8).map((choice, at) => ({ ...choice, id: `${at + 1}` })), isFree: true, why: "more than one thing was asked for" };
  if (choices.length < wishes.length) return undefined;
  const looks = wishes.flatMap(({ parsed }) => (parsed.kind === "skill" && looksOnly(parsed) ? [parsed] : []));
  const [first, ...rest] = looks.filter((look, at) => looks.findIndex((other) => isSame(look, other)) === at);
  if (first !== undefined && looks.length === wishes.length) return rest.length === 0 ? first : { ...first, next: rest };
  return { kind: "ask", question: `These are ${wishes.length} wishes, and not all of them only look. They are done one at a time. Which one first?`, slot: "skill", choices, isFree: true, why: "more than one thing was asked for" };
}

const isSame = (one: UnderstoodRequest, other: UnderstoodRequest): boolean => one.skillId === other.skillId && one.hosts.join() === other.hosts.join() && JSON.stringify(one.inputs) === JSON.stringify(other.inputs);
