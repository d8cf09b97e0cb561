import type { SkillOutline } from "../skills/index.ts";
import { scoresOf } from "./classifier.ts";
import { featuresOf } from "./features.ts";
import { labelsOf, lexicalScores } from "./lexical.ts";
import type { KnownHost } from "./port.ts";
import { programOfPack } from "./spans.ts";
import type { Trained } from "./train.ts";

/** One skill with what each of the two voices says for it. */
export type Ranked = { readonly skill: SkillOutline; readonly learned: number; readonly lexical: number; readonly score: number; /** The sentence holds every value it needs. */ readonly isFilled: boolean; /** Acts its own phrases open with. */ readonly opens: ReadonlySet<string> };
/** Best first. `outside`: how much speaks for none of them. `rival`: the next that is not the same wish on another kind of host. */
export type Ranking = { readonly ranked: readonly Ranked[]; readonly outside: number; readonly rival: Ranked | undefined };

/** A runbook that would first have to ask for a value is less likely meant than one that has all it needs. */
const UNFILLED = 0.88;
const LEARNED_SHARE = 0.55;
const scoreOf = (learned: number, lexical: number): number => LEARNED_SHARE * learned + (1 - LEARNED_SHARE) * lexical;

/** A skill for few of the hosts in question is less likely meant than one for most of them; one for none hardly ever. */
function fitOf({ os }: SkillOutline, hosts: readonly KnownHost[]): number {
  if (hosts.length === 0) return 1;
  const share = hosts.filter((host) => os.includes(host.os)).length / hosts.length;
  return share === 0 ? 0.15 : 0.8 + 0.2 * share;
}

const ANOTHERS = 0.15;
/** "postgres on db-01 quit working" is no question for the nginx pack, however near the words are. */
const isOfAnother = ({ skillId }: SkillOutline, programs: readonly string[], own: ReadonlySet<string>): boolean => {
  const program = programOfPack(skillId);
  return program !== undefined && programs.length > 0 && !programs.includes(program) && !own.has(packOf(skillId));
};
const packOf = (skillId: string): string => skillId.split(".")[0] ?? "";

/** Packs whose own words are said: "connections from grafana to the database" is for the pack that teaches "database" throughout. */
function ownWordsOf(words: readonly string[], { lexicon, skills }: Trained): ReadonlySet<string> {
  return new Set(words.filter((word) => !/^[<=#]/.test(word)).flatMap((word) => {
    const packs = labelsOf(lexicon, word).flatMap((label) => (skills[label] === undefined ? [] : [packOf(skills[label].skillId)]));
    const [pack = ""] = packs;
    return packs.length >= 3 && packs.every((other) => other === pack) ? [pack] : [];
  }));
}

const inherits = (fit: number, near: number): boolean => fit > 0.5 && near >= 0.3;

const NOTHING: ReadonlySet<string> = new Set();

export function rankSkills(words: readonly string[], hosts: readonly KnownHost[], trained: Trained, isFilled: (skill: SkillOutline) => boolean, programs: readonly string[]): Ranking {
  const scores = scoresOf(trained.model, featuresOf(words));
  const lexical = lexicalScores(trained.lexicon, words);
  const own = programs.length === 0 ? NOTHING : ownWordsOf(words, trained);
  const fits = trained.skills.map((skill) => fitOf(skill, hosts) * (isOfAnother(skill, programs, own) ? ANOTHERS : 1));
  const near = trained.skills.map((_skill, at) => (lexical[at] as number) * (fits[at] as number));
  // What training gave to runbooks that are not for these hosts goes to those that are, by how near their wording is.
  const lost = fits.reduce((sum, fit, at) => sum + (1 - fit) * (scores[at] as number), 0);
  const heirs = near.reduce((sum, one, at) => sum + (inherits(fits[at] as number, one) ? one ** 3 : 0), 0);
  const ranked = trained.skills
    .map((skill, at): Ranked => {
      const own = near[at] as number;
      const inherited = heirs > 0 && inherits(fits[at] as number, own) ? (lost * own ** 3) / heirs : 0;
      const learned = Math.min(1, (scores[at] as number) * (fits[at] as number) + inherited);
      const score = scoreOf(learned, own);
      const has = score < 0.1 || isFilled(skill);
      return { skill, learned, lexical: own, score: has || skill.kind === "change" ? score : score * UNFILLED, isFilled: has, opens: trained.opens[at] ?? NOTHING };
    })
    .sort((one, other) => other.score - one.score || (one.skill.skillId < other.skill.skillId ? -1 : 1));
  const outside = scores[trained.skills.length] as number;
  const word4word = ranked.find(({ lexical: wording }) => wording > 0.97);
  // Said exactly as taught: then training that leans elsewhere has no say.
  if (word4word !== undefined && (ranked[0]?.lexical ?? 0) < 0.85) ranked.unshift(...ranked.splice(ranked.indexOf(word4word), 1));
  const [first] = ranked;
  const twin = first === undefined ? undefined : ofOwnPack(first, ranked, programs) ?? twinOf(first, ranked, lexical, trained.skills, hosts);
  if (first === undefined) return { ranked, outside, rival: undefined };
  if (twin === undefined) return besideTwins(first, ranked, outside, lexical, trained.skills, hosts);
  const learned = Math.max(twin.learned, first.learned);
  const better: Ranked = { ...twin, learned, score: Math.max(twin.score, scoreOf(learned, twin.lexical)) };
  const others = ranked.filter((other) => other !== twin);
  return { ranked: [better, ...others], outside, rival: others[1] };
}

/** "Health check of all servers" says the same of servers and of controllers. It is no doubt between two wishes: what training gave to either counts for the one more hosts are for. */
function besideTwins(first: Ranked, ranked: readonly Ranked[], outside: number, lexical: Float32Array, skills: readonly SkillOutline[], hosts: readonly KnownHost[]): Ranking {
  const wordingOf = ({ skill }: Ranked): number => lexical[skills.indexOf(skill)] ?? 0;
  const isSame = (other: Ranked): boolean => hosts.length > 1 && first.skill.kind !== "change" && other.skill.kind !== "change" && !other.skill.os.some((os) => first.skill.os.includes(os)) && shareOf(first.skill, hosts) > shareOf(other.skill, hosts) && wordingOf(other) >= 0.55 && wordingOf(other) >= wordingOf(first) - 0.15;
  const same = ranked.slice(1, 4).filter(isSame);
  if (same.length === 0) return { ranked, outside, rival: ranked[1] };
  const learned = Math.min(1, same.reduce((sum, other) => sum + other.learned, first.learned));
  const others = ranked.slice(1).filter((other) => !same.includes(other));
  return { ranked: [{ ...first, learned, score: Math.max(first.score, scoreOf(learned, first.lexical)) }, ...others, ...same], outside, rival: others[0] };
}

const NEARLY = 0.12;
/** Of a general runbook and one of the very program that is named, both about as near: the latter knows more. Changes are told apart by their words alone. */
function ofOwnPack(best: Ranked, ranked: readonly Ranked[], programs: readonly string[]): Ranked | undefined {
  if (best.skill.kind === "change" || programs.length !== 1 || programOfPack(best.skill.skillId) !== undefined) return undefined;
  return ranked.slice(1, 8).find(({ skill, lexical, learned }) => skill.kind === "diagnosis" && programOfPack(skill.skillId) === programs[0] && lexical >= 0.6 && lexical >= best.lexical - NEARLY && learned > 0.01);
}

const shareOf = ({ os }: SkillOutline, hosts: readonly KnownHost[]): number => hosts.filter((host) => os.includes(host.os)).length;

/** The same words mean another runbook on another kind of host. Where both kinds are in question, the one that more of them are. */
function twinOf(best: Ranked, ranked: readonly Ranked[], lexical: Float32Array, skills: readonly SkillOutline[], hosts: readonly KnownHost[]): Ranked | undefined {
  const wordingOf = ({ skill }: Ranked): number => lexical[skills.indexOf(skill)] ?? 0;
  const own = wordingOf(best);
  return ranked.slice(1, 8).find((other) => (other.skill.kind === "change") === (best.skill.kind === "change") && !other.skill.os.some((os) => best.skill.os.includes(os)) && wordingOf(other) >= Math.max(0.6, own - 0.03) && shareOf(other.skill, hosts) > shareOf(best.skill, hosts));
}
