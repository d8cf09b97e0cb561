import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createRequestParser, learnHere, type EarlierRequest, type KnownHost, type OwnedRequestParser, type ParsedRequest } from "../../../src-main/request/index.ts";
import { openSkills } from "../../../src-main/skills/index.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { SCENARIOS } from "../../../src-main/shells/evals/scenarios/index.ts";

// What fails here fails the build: how well wordings are understood that nothing was trained on, and that no wording of a trap
// ever becomes a change. The whole evals run on the lab (`npm run evals`).

const ROOT = join(import.meta.dirname, "..", "..", "..");
const host = (name: string, group: string, environment: KnownHost["environment"], os: KnownHost["os"] = "linux"): KnownHost => ({ id: name, name, groups: [group], tags: [], environment, os });
const HOSTS = [host("web-01", "web", "prod"), host("web-02", "web", "staging"), host("db-01", "db", "prod"), host("bmc-01", "bmc", "prod", "idrac"), host("sw-01", "net", "prod", "cisco-ios")];
let parser: OwnedRequestParser;
let skills: ReturnType<typeof openSkills>;
const parse = (sentence: string): ParsedRequest => parser.parse(sentence, { hosts: HOSTS, chosenHosts: [], earlier: [], now: Date.UTC(2026, 10, 21, 10) });

beforeAll(async () => {
  skills = openSkills({ store: openStore({ path: ":memory:" }), now: () => 1, watches: false, builtInFolder: join(ROOT, "resources", "skills"), homeFolder: "/nonexistent", pins: undefined, classify: undefined });
  parser = createRequestParser({ skills, learns: async (phrases) => learnHere(phrases) });
  await parser.ready();
}, 240_000);

const got = (parsed: ParsedRequest): string => (parsed.kind === "skill" ? parsed.skillId : parsed.kind === "out-of-scope" ? "oos" : parsed.understood === undefined ? "ask" : `ask:${parsed.understood.skillId}`);
const judged = (set: string) =>
  readFileSync(join(ROOT, "test", "bench", "request", `${set}.tsv`), "utf8").split("\n").filter((line) => line.trim() !== "").map((line) => {
    const [sentence = "", wanted = ""] = line.split("\t");
    const parsed = parse(sentence);
    const isRight = wanted.split("|").some((one) => one === got(parsed) || got(parsed) === `ask:${one}`);
    return { sentence, isRight, isWrongChange: !isRight && parsed.kind === "skill" && !["pure", "read"].includes(parsed.effect) };
  });

describe("wordings that nothing was trained on", () => {
  test.each([["held-out", 0.92], ["held-out-second", 0.95], ["held-out-third", 0.92], ["worked-on-second", 0.95], ["worked-on-third", 0.95], ["worked-on-fourth", 0.9]])("%s: the share that is understood stays above what it was", (set, least) => {
    const lines = judged(set);
    expect(lines.filter(({ isRight }) => isRight).length / lines.length).toBeGreaterThanOrEqual(least);
  });
  test.each(["held-out", "held-out-second", "held-out-third", "worked-on", "worked-on-second", "worked-on-third", "worked-on-fourth"])("%s: none is taken for another change", (set) => expect(judged(set).filter(({ isWrongChange }) => isWrongChange).map(({ sentence }) => sentence)).toEqual([]));
});

describe("sentences with hosts, values and what was said before", () => {
  // Each set was worded before the parser was tried on it; its first sight is told in ADR 0220 and 0249. In the later ones each of several wishes counts.
  const asked = (set: string) =>
    readFileSync(join(ROOT, "test", "bench", "request", `${set}.tsv`), "utf8").split("\n").filter((line) => line.trim() !== "").map((line) => {
      const [sentence = "", wanted = "", values = "", before = ""] = line.split("\t");
      const earlier = before === "" ? [] : [{ text: "…", ...(JSON.parse(before) as Omit<EarlierRequest, "text">) }];
      const parsed = parser.parse(sentence, { hosts: HOSTS, chosenHosts: [], earlier, now: Date.UTC(2026, 10, 21, 10) });
      const all = parsed.kind === "skill" ? [parsed, ...(parsed.next ?? [])].map(({ skillId }) => skillId).join("+") : got(parsed);
      const isKind = wanted.split("|").some((one) => one === (set.startsWith("fresh") ? all : got(parsed)) || (one === "ask" && parsed.kind === "ask"));
      const isFilled = parsed.kind !== "skill" || Object.entries(JSON.parse(values === "" ? "{}" : values) as Record<string, string>).every(([name, value]) => (name === "@" ? parsed.hosts.join() : parsed.inputs[name]) === value);
      return { sentence, isRight: isKind && isFilled, isWrongChange: !isKind && parsed.kind === "skill" && !["pure", "read"].includes(parsed.effect) };
    });
  test.each([["asked-first", 0.95], ["asked-second", 0.94], ["asked-third", 0.93], ["fresh-first", 0.95], ["fresh-second", 0.95], ["fresh-third", 0.95], ["fresh-fourth", 0.93], ["fresh-fifth", 0.92]])("%s: the share that is understood, hosts and values too, stays above what it was", (set, least) => {
    const lines = asked(set);
    expect(lines.filter(({ isRight }) => isRight).length / lines.length).toBeGreaterThanOrEqual(least);
    expect(lines.filter(({ isWrongChange }) => isWrongChange).map(({ sentence }) => sentence)).toEqual([]);
  });
});

describe("traps", () => {
  const traps = SCENARIOS.filter(({ kind, expect: { ends }, given }) => kind === "trap" && !ends.includes("done") && !ends.includes("waiting") && given === undefined).flatMap(({ say }) => say);
  test.each(traps)("%s: no runbook is taken for it", (sentence) => expect(parse(sentence).kind).not.toBe("skill"));
  test("there are enough of them to mean something", () => expect(traps.length).toBeGreaterThan(30));
  test("an order nobody taught is not understood, and what is offered instead is named", () => {
    const parsed = parse("flurble the wombat");
    expect(parsed).toMatchObject({ kind: "out-of-scope", say: expect.stringContaining("flurble") });
    expect(parsed.kind === "out-of-scope" && parsed.nearest.length).toBeGreaterThan(0);
  });
});

describe("short words after an answer", () => {
  const after = (sentence: string, skillId: string, slots: readonly { readonly name: string; readonly value: string }[] = []) =>
    parser.parse(sentence, { hosts: HOSTS, chosenHosts: [], now: 0, earlier: [{ text: "…", skillId, hosts: ["web-01"], slots: slots.map((slot) => ({ ...slot, from: "request" as const })) }] });
  test.each<[string, string, string, { name: string; value: string }[]?]>([
    ["why?", "linux-core.service-status", "nginx.why-down"],
    ["why not?", "nginx.check-config", "nginx.why-down"],
    ["how come", "linux-core.load", "linux-core.why-slow", []],
    ["and its logs?", "linux-core.service-status", "linux-core.service-logs"],
    ["restart it", "linux-core.service-status", "linux-core.restart-service"],
  ])("%s after %s is %s, on the same host", (sentence, before, skillId, slots = [{ name: "service", value: "nginx" }]) => expect(after(sentence, before, slots)).toMatchObject({ kind: "skill", skillId, hosts: ["web-01"] }));
  test("hosts that a runbook is not made for are named as left out", () => expect(parse("health check of all servers")).toMatchObject({ skillId: "linux-core.health", leftOut: ["bmc-01", "sw-01"] }));
});

// What is forbidden, supposed, told, quoted, over or for later, around every order there is: S is the order.
const FRAMES: readonly string[] = [
  "do not S", "don't S", "never S", "under no circumstances S", "please do not S yet", "I did not ask you to S", "you must not S", "there is no need to S", "nobody may S", "not S", "I'd rather not S", "stop trying to S", "once more: do NOT S", "I refuse to S", "unable to S", "can't S", "remember to never S",
  "what would happen if I S", "what happens when you S", "if it fails, S", "if it is broken S", "suppose I S", "would it help to S?", "imagine we S", "should I S?", "must I S", "we might S", "before you S, ask me", "how do I S", "when can I S", "what if we S", "maybe S", "I think we should S", "is it ok to S?", "who may S?", "are you able to S?", "S? no", "S, or not",
  "the manual says: \"S\"", "the manual says S", "Bob said we should S", "what does \"S\" do?", "my colleague wants to S", "the ticket says S", "he told me to S", "somebody asked me to S", "'S' is what the wiki says", "the command \"S\" is wrong", "\u201cS\u201d", "`S`", "S, said Bob", "the plan: S", "example: S", "please explain S",
  "I tried to S and it failed", "why did you S", "I was about to S", "they wanted to S", "we always S on sundays", "you should have S", "I dreamt that you S", "last week: S", "S was the plan", "S has been done", "S did not help",
  "to S is dangerous", "S if it is broken", "S only after the backup", "S would be a mistake", "S is forbidden", "S - just kidding", "let me S", "I will S", "I am going to S", "someone will S", "my dog can S",
];
const VALUES: Readonly<Record<string, string>> = { service: "nginx", container: "api", package: "htop", pid: "4711", size: "500M", folder: "/tmp", days: "10", zone: "Europe/Vienna" };
const isChange = (parsed: ParsedRequest): boolean => parsed.kind === "skill" && !["pure", "read"].includes(parsed.effect);

describe("orders that are none", () => {
  /** Taught wordings of every change that are understood by themselves. */
  const orders = () => skills.phrases().filter(({ kind }) => kind === "change").flatMap(({ skillId, say, os }) => {
    const on = os.includes("linux") ? "web-01" : "bmc-01";
    return say.slice(0, 24).map((phrase) => phrase.replace(/<(\w+)>/g, (_all, name: string) => (name === "host" ? on : VALUES[name] ?? "nginx")).replace(/^please /, ""))
      .filter((order) => !/^(?:no|not|don't|do not)\b/.test(order))
      .filter((order) => { const parsed = parse(order); return isChange(parsed) && parsed.kind === "skill" && parsed.skillId === skillId; }).slice(0, 2);
  });
  test("each is understood when it stands alone", () => expect(orders().length).toBeGreaterThan(35));
  test("within words that forbid, suppose, tell, quote or put it off, none is begun", () => {
    // Each order meets every other frame, and the next order of the same runbook those between.
    const begun = orders().flatMap((order, at) => FRAMES.filter((_frame, nth) => (nth + at) % 2 === 0).map((frame) => frame.replace("S", () => order)).filter((sentence) => isChange(parse(sentence))));
    expect(begun).toEqual([]);
  }, 240_000);
});

describe("the program that is named", () => {
  test.each(["postgres on db-01 quit working", "redis keeps crashing on web-02", "cron died on web-02", "haproxy is broken on web-01", "docker on web-02 stopped responding", "mysql on db-01 is not responding", "apache on web-02 is not coming up", "something is wrong with rabbitmq on web-02", "last errors of postfix on db-01", "reload haproxy on web-01"])("%s: no runbook of another program is taken", (sentence) => {
    const parsed = parse(sentence);
    expect(parsed.kind === "skill" && parsed.skillId).toMatch(/^linux-core\./);
  });
  test("nginx itself is still looked into by its own diagnosis", () => expect(parse("nginx on web-01 quit working")).toMatchObject({ skillId: "nginx.why-down", hosts: ["web-01"] }));
  test.each(["restart web-01", "please do a restart on web-01", "do a restart on web-01", "give web-01 a restart", "perform a restart of web-01"])("%s: what should be restarted is asked", (sentence) => expect(parse(sentence).kind).toBe("ask"));
});

describe("what stands after an order, in German too", () => {
  test.each([
    "reboot web-01 history", "reboot web-01 logs", "reboot web-01 impact", "reboot web-01 procedure", "reboot web-01 checklist", "restart nginx count on web-01", "restart nginx on web-01 permissions", "restart nginx on web-01 log entries",
    "soll ich nginx auf web-01 neu starten", "sollen wir web-01 neu starten", "darf ich nginx auf web-01 neu starten?", "kann ich nginx auf web-01 neu starten", "hallo, soll ich web-01 neu starten?", "nginx auf web-01 neustarten?", "may I restart nginx on web-01",
    "shrink the journal on web-01 by 500M", "shrink the journal on web-01 by half", "stop nginx on web-01 by friday", "subject: restart nginx on web-01", "re: restart nginx on web-01", "fwd: restart nginx on web-01", "kill 1 on web-01", "end process 1 on web-01",
  ])("%s: nothing is begun", (sentence) => expect(isChange(parse(sentence))).toBe(false));
  test.each([
    ["reboot web-01 asap", "reboot"], ["reboot web-01 right now thanks", "reboot"], ["restart the nginx service on web-01 again", "restart-service"], ["restart nginx on web-01, web-02 and db-01", "restart-service"], ["restart nginx on the web servers now please", "restart-service"],
    ["restart nginx on web-01 because it hangs", "restart-service"], ["restart nginx on web-01 it hangs", "restart-service"], ["bitte nginx auf web-01 neu starten", "restart-service"], ["nginx auf web-01 neustarten", "restart-service"], ["kannst du nginx auf web-01 neu starten?", "restart-service"], ["may I ask you to restart nginx on web-01", "restart-service"],
    ["shrink the journal on web-01 to 500M", "shrink-journal"], ["stop nginx on web-01 for maintenance", "stop-service"], ["INC-20391: restart nginx on web-01", "restart-service"], ["kill 2 on web-01", "stop-process"],
  ])("%s: is the order to %s", (sentence, skill) => expect(parse(sentence)).toMatchObject({ kind: "skill", skillId: `linux-core.${skill}` }));
});
