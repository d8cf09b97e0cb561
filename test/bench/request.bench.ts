import { randomUUID } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createRequestParser, learnHere, type EarlierRequest, type KnownHost, type ParsedRequest } from "../../src-main/request/index.ts";
import { openSkills, seeded, type SkillPhrases, type Skills } from "../../src-main/skills/index.ts";
import { openStore } from "../../src-main/store/index.ts";
import type { Flags } from "./options.ts";

// How well requests are understood. `held-out.tsv` and `held-out-second.tsv` were each written once, looked at once and are not used to better the packs or the parser;
// `worked-on.tsv` is the set both were bettered with, so its figures flatter. A line: sentence, wanted (alternatives with |), slots.
// Stability is measured on all sets but those with earlier turns: how many sentences are answered otherwise after an edit that is none of their business.

const host = (name: string, group: string, environment: KnownHost["environment"], os: KnownHost["os"] = "linux"): KnownHost => ({ id: name, name, groups: [group], tags: [], environment, os });
const HOSTS = [host("web-01", "web", "prod"), host("web-02", "web", "staging"), host("db-01", "db", "prod"), host("bmc-01", "bmc", "prod", "idrac"), host("sw-01", "net", "prod", "cisco-ios")];
const NOW = Date.UTC(2026, 10, 21, 10);

type Line = { readonly name: string; readonly value: number; readonly unit: string; readonly ratio?: number; readonly note?: string };

export const OPTIONS = { show: { type: "boolean" } } as const;

export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: (line: Line) => void): Promise<void> {
  const root = join(import.meta.dirname, "..", "..");
  const store = openStore({ path: ":memory:" });
  using skills = openSkills({ store, now: Date.now, watches: false, builtInFolder: join(root, "resources", "skills"), homeFolder: join("/tmp", `sena-bench-${randomUUID()}`), pins: undefined, classify: undefined });
  await using parser = createRequestParser({ skills, learns: async (phrases) => learnHere(phrases) });
  const began = performance.now();
  await parser.ready();
  report({ name: "training", value: performance.now() - began, unit: "ms", note: `${skills.list().length} skills, ${skills.phrases().reduce((sum, { say }) => sum + say.length, 0)} phrases` });
  for (const set of ["held-out", "held-out-second", "worked-on", "fresh-first", "fresh-second", "fresh-third", "fresh-fourth", "fresh-fifth"]) measure(set, readFileSync(join(import.meta.dirname, "request", `${set}.tsv`), "utf8"), parser, flags.show === true, report);
  await stability(skills, join(root, "test", "bench", "request"), report);
}

const EDITS = 6;
const LEFT_OUT = ["docker", "nginx", "cisco-ios"];

/** Trains anew with one wording of a runbook gone, and with a pack gone, and counts answers that turned although they name neither. */
async function stability(skills: Pick<Skills, "outlines" | "phrases">, folder: string, report: (line: Line) => void): Promise<void> {
  const sentences = readdirSync(folder).filter((name) => name.endsWith(".tsv")).sort().flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n")).filter((line) => line.trim() !== "" && !(line.split("\t")[3] ?? "").startsWith("{")).map((line) => line.split("\t")[0] ?? "");
  const [outlines, phrases] = [skills.outlines(), skills.phrases()];
  const changes = new Set(outlines.filter(({ kind }) => kind === "change").map(({ skillId }) => skillId));
  const answersOf = async (isKept: (skillId: string) => boolean, edited: readonly SkillPhrases[], digest: string): Promise<readonly string[]> => {
    const source = { outlines: () => outlines.filter(({ skillId }) => isKept(skillId)), phrases: () => edited.filter(({ skillId }) => isKept(skillId)), digest, changes: async function* () {} };
    await using parser = createRequestParser({ skills: source, learns: async (phrases) => learnHere(phrases) });
    await parser.ready();
    return sentences.map((sentence) => nameOf(parser.parse(sentence, { hosts: HOSTS, chosenHosts: [], earlier: [], now: NOW })));
  };
  const before = await answersOf(() => true, phrases, "whole");
  const turned = { edits: 0, packs: 0, changes: 0 };
  const countTurned = (after: readonly string[], isConcerned: (answer: string) => boolean): number => {
    const flips = after.flatMap((answer, at) => (answer !== before[at] && !isConcerned(answer) && !isConcerned(before[at] ?? "") ? [[answer, before[at] ?? ""]] : []));
    turned.changes += flips.filter((pair) => pair.some((answer) => changes.has(answer))).length;
    return flips.length;
  };
  const next = seeded(99);
  for (let edit = 0; edit < EDITS; edit += 1) {
    const place = Math.floor(next() * phrases.length);
    const gone = Math.floor(next() * 12);
    const own = phrases[place]?.skillId ?? "";
    turned.edits += countTurned(await answersOf(() => true, phrases.map((skill, at) => (at === place ? { ...skill, say: skill.say.filter((_say, nth) => nth % 12 !== gone) } : skill)), `edit ${edit}`), (answer) => answer.includes(own));
  }
  for (const pack of LEFT_OUT) turned.packs += countTurned(await answersOf((skillId) => !skillId.startsWith(`${pack}.`), phrases, `without ${pack}`), (answer) => answer.includes(`${pack}.`));
  report({ name: "stability: answers turned by a wording taken out of another runbook", value: (100 * turned.edits) / (EDITS * sentences.length), unit: "%", note: `${sentences.length} sentences, ${EDITS} edits` });
  report({ name: "stability: answers turned by another pack left out", value: (100 * turned.packs) / (LEFT_OUT.length * sentences.length), unit: "%", note: LEFT_OUT.join(", ") });
  report({ name: "stability: of all these, to or from a change", value: turned.changes, unit: "count" });
}

const nameOf = (parsed: ParsedRequest): string => (parsed.kind === "skill" ? parsed.skillId : parsed.kind === "ask" ? (parsed.understood === undefined ? "ask" : `ask:${parsed.understood.skillId}`) : "oos");

function measure(set: string, text: string, parser: { parse: (sentence: string, context: Parameters<ReturnType<typeof createRequestParser>["parse"]>[1]) => ParsedRequest }, shows: boolean, report: (line: Line) => void): void {
  let [right, wrongRun, wrongChange, slotsRight, slots, asked] = [0, 0, 0, 0, 0, 0];
  const times: number[] = [];
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  for (const line of lines) {
    const [sentence = "", wanted = "", wantedSlots, before = ""] = line.split("\t");
    const earlier = before.startsWith("{") ? [{ text: "…", ...(JSON.parse(before) as Omit<EarlierRequest, "text">) }] : [];
    const from = performance.now();
    const parsed = parser.parse(sentence, { hosts: HOSTS, chosenHosts: [], earlier, now: NOW });
    times.push(performance.now() - from);
    const got = nameOf(parsed);
    const isRight = wanted.split("|").some((one) => one.split("+")[0] === got || got === `ask:${one}` || (one === "ask" && parsed.kind === "ask"));
    right += isRight ? 1 : 0;
    asked += !isRight && parsed.kind !== "skill" ? 1 : 0;
    wrongRun += !isRight && parsed.kind === "skill" ? 1 : 0;
    wrongChange += !isRight && parsed.kind === "skill" && parsed.effect !== "read" ? 1 : 0;
    if (wantedSlots !== undefined && wantedSlots !== "" && parsed.kind === "skill") {
      slots += 1;
      slotsRight += Object.entries(JSON.parse(wantedSlots) as Record<string, string>).every(([name, value]) => (name === "@" ? parsed.hosts.join() : parsed.inputs[name]) === value) ? 1 : 0;
    }
    if (shows && !isRight) console.error(`${set}: ${sentence} → ${got}, wanted ${wanted}`);
  }
  times.sort((one, other) => one - other);
  const share = (count: number, of: number) => (of === 0 ? 0 : (100 * count) / of);
  report({ name: `${set}: understood`, value: share(right, lines.length), unit: "%", note: `${lines.length} sentences` });
  report({ name: `${set}: asked back or declined instead`, value: share(asked, lines.length), unit: "%" });
  report({ name: `${set}: another runbook`, value: share(wrongRun, lines.length), unit: "%" });
  report({ name: `${set}: another change`, value: wrongChange, unit: "count" });
  if (slots > 0) report({ name: `${set}: slots exact`, value: share(slotsRight, slots), unit: "%", note: `${slots} sentences with values or hosts that were taken` });
  report({ name: `${set}: p95`, value: times[Math.floor(times.length * 0.95)] ?? 0, unit: "ms" });
}
