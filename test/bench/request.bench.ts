import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRequestParser, type KnownHost, type ParsedRequest } from "../../src-main/request/index.ts";
import { openSkills } from "../../src-main/skills/index.ts";
import { openStore } from "../../src-main/store/index.ts";

// How well requests are understood. `held-out.tsv` and `held-out-second.tsv` were each written once, looked at once and are not used to better the packs or the parser;
// `worked-on.tsv` is the set both were bettered with, so its figures flatter. A line: sentence, wanted (alternatives with |), slots.

const host = (name: string, group: string, environment: KnownHost["environment"], os: KnownHost["os"] = "linux"): KnownHost => ({ id: name, name, groups: [group], tags: [], environment, os });
const HOSTS = [host("web-01", "web", "prod"), host("web-02", "web", "staging"), host("db-01", "db", "prod"), host("bmc-01", "bmc", "prod", "idrac"), host("sw-01", "net", "prod", "cisco-ios")];
const NOW = Date.UTC(2026, 10, 21, 10);

type Line = { readonly name: string; readonly value: number; readonly unit: string; readonly ratio?: number; readonly note?: string };

export async function bench({ flags }: { readonly flags: Readonly<Record<string, string | boolean>> }, report: (line: Line) => void): Promise<void> {
  const root = join(import.meta.dirname, "..", "..");
  const store = openStore({ path: ":memory:" });
  using skills = openSkills({ store, now: Date.now, watches: false, builtInFolder: join(root, "resources", "skills"), homeFolder: join("/tmp", `sena-bench-${randomUUID()}`), pins: undefined, classify: undefined });
  await using parser = createRequestParser({ skills, breathe: () => new Promise((resolve) => setImmediate(resolve)), clock: () => performance.now() });
  const began = performance.now();
  await parser.ready();
  report({ name: "training", value: performance.now() - began, unit: "ms", note: `${skills.list().length} skills, ${skills.phrases().reduce((sum, { say }) => sum + say.length, 0)} phrases` });
  for (const set of ["held-out", "held-out-second", "worked-on"]) measure(set, readFileSync(join(import.meta.dirname, "request", `${set}.tsv`), "utf8"), parser, flags["show"] === true, report);
}

function measure(set: string, text: string, parser: { parse: (sentence: string, context: Parameters<ReturnType<typeof createRequestParser>["parse"]>[1]) => ParsedRequest }, shows: boolean, report: (line: Line) => void): void {
  let [right, wrongRun, wrongChange, slotsRight, slots, asked] = [0, 0, 0, 0, 0, 0];
  const times: number[] = [];
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  for (const line of lines) {
    const [sentence = "", wanted = "", wantedSlots] = line.split("\t");
    const from = performance.now();
    const parsed = parser.parse(sentence, { hosts: HOSTS, chosenHosts: [], earlier: [], now: NOW });
    times.push(performance.now() - from);
    const got = parsed.kind === "skill" ? parsed.skillId : parsed.kind === "ask" ? (parsed.understood === undefined ? "ask" : `ask:${parsed.understood.skillId}`) : "oos";
    const isRight = wanted.split("|").some((one) => one === got || got === `ask:${one}`);
    right += isRight ? 1 : 0;
    asked += !isRight && parsed.kind !== "skill" ? 1 : 0;
    wrongRun += !isRight && parsed.kind === "skill" ? 1 : 0;
    wrongChange += !isRight && parsed.kind === "skill" && parsed.effect !== "read" ? 1 : 0;
    if (wantedSlots !== undefined) {
      slots += 1;
      const inputs = parsed.kind === "skill" ? parsed.inputs : {};
      slotsRight += Object.entries(JSON.parse(wantedSlots) as Record<string, string>).every(([name, value]) => inputs[name] === value) ? 1 : 0;
    }
    if (shows && !isRight) console.error(`${set}: ${sentence} → ${got}, wanted ${wanted}`);
  }
  times.sort((one, other) => one - other);
  const share = (count: number, of: number) => (of === 0 ? 0 : (100 * count) / of);
  report({ name: `${set}: understood`, value: share(right, lines.length), unit: "%", note: `${lines.length} sentences` });
  report({ name: `${set}: asked back or declined instead`, value: share(asked, lines.length), unit: "%" });
  report({ name: `${set}: another runbook`, value: share(wrongRun, lines.length), unit: "%" });
  report({ name: `${set}: another change`, value: wrongChange, unit: "count" });
  if (slots > 0) report({ name: `${set}: slots exact`, value: share(slotsRight, slots), unit: "%", note: `${slots} sentences with values` });
  report({ name: `${set}: p95`, value: times[Math.floor(times.length * 0.95)] ?? 0, unit: "ms" });
}
