import type { Slot } from "../contract/index.ts";
import type { EarlierRequest, KnownHost } from "./port.ts";
import type { Read } from "./spans.ts";

// "the same on db-01", "and the other one?", "again", "there too": what leans on the turn before.

const LEANING = new Set("the same again too also and what about how other one ones others rest now do does it that this there here then repeat once more for on of at is are with please ok okay so well only just last first top latest lines entries since from no i we meant mean sorry actually same-thing thing another next else every each both all as instead but check try run look show me them box boxes server servers host hosts machine machines node nodes go ahead well and-then likewise ditto same-again switch over to compare with versus more fewer less older newer further question query request whole entire give me us want need see like would could can you please now one-more both-of the-one".split(" "));
const SAME = new Set(["same", "again", "repeat", "too", "also", "other", "others", "one", "rest", "about", "and", "instead", "now", "next", "another", "there", "only", "just", "top", "last", "meant", "mean", "ditto", "likewise", "them", "compare", "well", "more", "fewer", "less"]);
const BACK = /\b(it|its|there|that (?:host|server|machine|box|one)|this (?:host|server|machine|box|one)|the same (?:host|server|machine|box)|same (?:host|server|machine|box)|on it|those|these|them)\b/i;
const OTHER = /\b(the )?other(s| ones?| hosts?| servers?| machines?| box(?:es)?| nodes?)?\b|\bthe rest\b/i;

/** Nothing in the sentence says what to do, only where or when to do what was done before. */
export function leansOnEarlier({ tokens, spans }: Read): boolean {
  const rest = tokens.filter(({ start, end }) => !spans.some((span) => start >= span.start && end <= span.end));
  // "The other web server": which kind, between "other" and what it is one of.
  const isKind = (start: number): boolean => ["other", "others"].includes(tokens.findLast((token) => token.end <= start)?.lower ?? "");
  if (!rest.every(({ lower, start }) => LEANING.has(lower) || isKind(start))) return false;
  return rest.some(({ lower }) => SAME.has(lower)) || (spans.length > 0 && spans.every(({ kind }) => kind !== "thing" || rest.length > 0) && rest.length <= 2) || (spans.length > 0 && rest.length <= 4 && spans.every(({ kind }) => kind === "host") && !rest.some(({ lower }) => lower === "how"));
}

const WHY = /^(?:(?:and|but|so|ok|hm+) )*(?:why(?: not| so| is that| did (?:it|that) (?:happen|fail|stop|crash|die|quit|break|exit|hang|restart|go down|fall over|go away))?|how come|what (?:happened|is the (?:reason|cause)|caused (?:it|that|this)|(?:is causing|causes) (?:it|that|this)|(?:is )?behind (?:it|that|this))|where does (?:it|that|this|all that) come from|what's the (?:reason|cause)|what is wrong(?: with it)?|what's wrong(?: with it)?)\s*[?.!]*$/i;
const LOGS = /^(?:(?:and|ok|now|please) )*(?:(?:show|see|get|give|check|read)(?: me)? )?(?:(?:its|the|their) )?(?:last |latest |recent )?(?:log(?:s| lines| entries)?|journal)(?: too| please| of it)?\s*[?.!]*$|^(?:(?:and|ok|so|but) )*what (?:does|do|did|is in) (?:its|the|their) (?:own )?(?:logs?|journal)(?: say| tell| show)?\s*[?.!]*$|^(?:(?:and|ok|so) )*what (?:did|does) it (?:log|write|print|say|complain about)\s*[?.!]*$/i;
const LOGS_OF = /^(?:(?:and|ok|now|please) )*(?:(?:show|see|get|give|check|read)(?: me)? )?(?:the )?(?:last |latest |recent )?logs? (?:of|from|for) (?:the )?(?:container )?([\w.-]+)(?: please| too)?\s*[?.!]*$/i;
const ORDER_OF = /^(?:(?:please|and|then|now|ok|so|just) )*(restart|start|stop) (?:the )?(?:container )?(?!(?:it|that|the|this|them|all|everything|docker|container|containers|service|one)\b)([\w.-]+)(?: again| now| please| then)*\s*[.!]*$/i;
const ORDER = /^(?:(?:please|and|then|now|ok|so|just|can you|go ahead and) )*(restart|start|stop|reload) (?:it|that|(?:the|that|this) (?:service|container|one))(?: again| now| please| then| (?:on|at) [a-z][\w.-]*\d| as well| too| also)*\s*[.!]*$/i;
/** "Who uses most of it": what there is so much of was said before. */
const TAKER = /^(?:(?:and|but|so|ok) )*(?:who|what|which (?:one|process(?:es)?|program|ones|folders?|director(?:y|ies)|files?|queries|query))(?:'s| is| are)? (?:us|tak|eat|hogg?|fill|consum|occup|burn)\w*(?: (?:up|the|most|much|so|it|all|that|this|of|there|space|memory|cpu|on|now|up))*\s*[?.!]*$|^(?:(?:and|but|so|ok) )*what (?:is|sits|lies|lives|hides) (?:in|on) (?:there|it|that) (?:that|which) (?:is|takes|uses|eats|needs|fills)\b[^,;]*$/i;
const WORKED = /^(?:(?:and|so|ok) )*(?:did (?:it|that|this) (?:work|help|succeed|do it)|has (?:it|that) worked|is (?:it|that|everything) (?:ok|okay|fine|up|running|back|alive|better|good|gone|solved|fixed|still (?:so|there|down|slow|full|high|the case))(?: now| again)?|(?:any )?better now|all good now|still (?:so|that|down|slow|full|high|bad|the same)|how (?:is|does) it (?:look|looking)? ?now)\s*[?.!]*$/i;
const LOOKS_THERE = /^(?:(?:and|so|ok) )*how (?:does|do|is|are) (?:it|that|this|things) (?:look|looking|doing|going)? ?(?:on|at|for) \S+\s*[?.!]*$/i;
const SINCE = /^(?:(?:and|ok|so) )*(?:since when|for how long|how long(?: already| now)?|since what time)(?: is (?:it|that)(?: (?:up|down|running|so))?)?\s*[?.!]*$/i;
const TAKERS: Readonly<Record<string, string>> = { "linux-core.memory": "linux-core.top-memory", "linux-core.load": "linux-core.top-cpu", "linux-core.disk-usage": "linux-core.biggest-dirs", "linux-core.log-sizes": "linux-core.biggest-dirs", "postgres.sizes": "linux-core.biggest-dirs" };
/** Looks at a state that may have changed since. */
const LOOKED_AGAIN = new Set(["linux-core.load", "linux-core.health", "linux-core.memory", "linux-core.why-slow", "linux-core.top-cpu", "linux-core.top-memory", "linux-core.disk-usage", "linux-core.failed-services", "linux-core.disk-activity", "linux-core.time", "linux-core.raid", "nginx.why-down", "nginx.check-config", "postgres.activity", "postgres.locks", "postgres.replication", "docker.containers", "docker.container-use", "dell-idrac.health", "dell-idrac.sensors", "dell-idrac.disks", "cisco-ios.cpu", "cisco-ios.interfaces", "cisco-ios.environment"]);
const ABOUT_HOST = new Set(["linux-core.load", "linux-core.health", "linux-core.memory", "linux-core.top-cpu", "linux-core.top-memory"]);

/** "why?", "its logs": a short word that means something else after each answer. */
export function followUp(sentence: string, { skillId = "", slots }: EarlierRequest): { readonly skillId: string; readonly why: string; readonly slots?: readonly Slot[] } | undefined {
  const service = slots.find(({ name }) => name === "service")?.value ?? (skillId.startsWith("nginx.") ? "nginx" : undefined);
  if (WHY.test(sentence)) {
    if (service === "nginx" || skillId.startsWith("nginx.") || skillId === "linux-core.failed-services") return { skillId: "nginx.why-down", why: "why, of what was said before" };
    if (service !== undefined) return { skillId: "linux-core.service-logs", why: "why, of what was said before: its log says" };
    if (skillId === "linux-core.disk-usage") return { skillId: "linux-core.biggest-dirs", why: "why, of what was said before" };
    if (ABOUT_HOST.has(skillId)) return { skillId: "linux-core.why-slow", why: "why, of what was said before" };
  }
  const container = slots.find(({ name }) => name === "container");
  const named = skillId.startsWith("docker.") ? LOGS_OF.exec(sentence)?.[1] : undefined;
  if (named !== undefined && !/^(?:it|that|this|the)$/i.test(named)) return { skillId: "docker.container-logs", why: "the containers asked about before", slots: [{ name: "container", value: named, from: "request" }] };
  if (container !== undefined && (LOGS.test(sentence) || LOGS_OF.test(sentence))) return { skillId: "docker.container-logs", why: "the log of what was asked about before", slots: [container] };
  const wanted = container === undefined ? undefined : ORDER.exec(sentence)?.[1]?.toLowerCase();
  if (container !== undefined && wanted !== undefined && wanted !== "reload") return { skillId: `docker.${wanted}-container`, why: "the container asked about before", slots: [container] };
  const listed = skillId.startsWith("docker.") ? ORDER_OF.exec(sentence) : null;
  if (listed?.[1] !== undefined && listed[2] !== undefined) return { skillId: `docker.${listed[1].toLowerCase()}-container`, why: "the containers asked about before", slots: [{ name: "container", value: listed[2], from: "request" }] };
  if (WORKED.test(sentence) && skillId.startsWith("docker.") && container !== undefined) return { skillId: "docker.containers", why: "the containers that were asked about before" };
  if (service === undefined && WORKED.test(sentence) && LOOKED_AGAIN.has(skillId)) return { skillId, why: "the same look again", slots };
  if (service !== undefined && (WORKED.test(sentence) || SINCE.test(sentence))) return { skillId: "linux-core.service-status", why: "the service that was asked about before", slots: [{ name: "service", value: service, from: "conversation" }] };
  if (LOOKS_THERE.test(sentence) && LOOKED_AGAIN.has(skillId)) return { skillId, why: "the same look elsewhere", slots };
  const takers = TAKER.test(sentence) ? TAKERS[skillId] : undefined;
  if (takers !== undefined) return { skillId: takers, why: "what takes most of what was asked about before" };
  const order = service === undefined ? undefined : ORDER.exec(sentence)?.[1]?.toLowerCase();
  if (order !== undefined && service !== undefined) return { skillId: `linux-core.${order}-service`, why: "the service asked about before", slots: [{ name: "service", value: service, from: "conversation" }] };
  return service !== undefined && LOGS.test(sentence) ? { skillId: "linux-core.service-logs", why: "the log of what was asked about before" } : undefined;
}

export const pointsBack = (sentence: string): boolean => BACK.test(sentence);

/** "the other one": a host beside those of the turn before, in the same group. */
export function otherHosts(sentence: string, earlier: EarlierRequest | undefined, hosts: readonly KnownHost[]): readonly KnownHost[] | undefined {
  if (earlier === undefined || earlier.hosts.length === 0 || !OTHER.test(sentence)) return undefined;
  const before = hosts.filter(({ id }) => earlier.hosts.includes(id));
  const groups = new Set(before.flatMap(({ groups: own }) => own));
  const kind = (name: string) => name.replace(/[-_]?\d+.*$/, "");
  const near = hosts.filter((host) => !earlier.hosts.includes(host.id) && (host.groups.some((group) => groups.has(group)) || before.some(({ name }) => kind(name) === kind(host.name))));
  return near.length > 0 ? near : hosts.filter((host) => !earlier.hosts.includes(host.id) && before.some(({ os }) => os === host.os));
}

export const lastWithSkill = (earlier: readonly EarlierRequest[]): EarlierRequest | undefined => earlier.findLast(({ skillId, question }) => skillId !== undefined && question === undefined) ?? earlier.findLast(({ skillId }) => skillId !== undefined);
