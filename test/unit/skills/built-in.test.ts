import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createClassifier } from "../../../src-main/shellcheck/index.ts";
import { bookOf, lintPack, loadPack, readFolder, sayProblem } from "../../../src-main/skills/index.ts";
import { expandPhrase, phrasesIn } from "../../../src-main/skills/vocabulary.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "resources", "skills");
const packs = readdirSync(folder).map((name) => ({ name, ...loadPack(readFolder(join(folder, name))) }));
const books = packs.flatMap(({ pack }) => (pack === undefined ? [] : [bookOf(pack, () => undefined)]));
const others = (id: string) => books.map((book) => book.skill(id)).find((skill) => skill !== undefined);
const classify = createClassifier();

describe("the packs that come with SENA", () => {
  test("are six, with at least forty runbooks for Linux", () => {
    expect(packs.map(({ name }) => name)).toEqual(["cisco-ios", "dell-idrac", "docker", "linux-core", "nginx", "postgres"]);
    expect(packs.find(({ name }) => name === "linux-core")?.pack?.skills.length).toBeGreaterThanOrEqual(40);
  });
  test.each(packs)("$name: every reading step is proved, every declaration holds, every fixture is read, every change is checked and undone", ({ pack, problems }) => {
    expect(problems.map(sayProblem)).toEqual([]);
    expect(lintPack(pack as NonNullable<typeof pack>, { classify, others }).map(sayProblem)).toEqual([]);
  });
  test("cover disk, memory, CPU, processes, services, logs, network, users, certificates, time, kernel, hardware, packages and scheduled jobs", () => {
    const topics = new Set(packs.flatMap(({ pack }) => pack?.skills.map(({ data }) => data.topic) ?? []));
    for (const topic of ["disk", "memory", "cpu", "processes", "services", "logs", "network", "users", "certificates", "time", "kernel", "hardware", "packages", "scheduled jobs"]) expect(topics).toContain(topic);
  });
});

describe("phrases", () => {
  test("stand for every way through their brackets", () => {
    expect(phrasesIn("{x} [the] (a|b|c)", { x: ["show", "list"] })).toBe(12);
    expect(expandPhrase("(a|b) [c]", {}, 50).toSorted()).toEqual(["a", "a c", "b", "b c"]);
  });
  test("are always the same ones", () => expect(expandPhrase("{show} the (x|y|z)", {}, 8)).toEqual(expandPhrase("{show} the (x|y|z)", {}, 8)));
  test("with a bracket left open are refused", () => expect(() => phrasesIn("show (a|b", {})).toThrow("not closed"));
});
