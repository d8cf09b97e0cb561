import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, describe, expect, it } from "vitest";
import { loadSecondOpinion } from "../../../src-main/shells/process/shell-reader.ts";
import { classify, createClassifier, type Classify } from "../../../src-main/shellcheck/index.ts";
import { FAMILIES } from "../../../src-main/shellcheck/families/index.ts";
import { EFFECTS } from "../../../src-main/contract/terms.ts";
import { CISCO_IOS, RACADM } from "../../fixtures/shellcheck/devices.ts";
import { BYPASSES, LET_THROUGH } from "../../fixtures/shellcheck/bypasses.ts";

describe("the gate against our own bypasses", () => {
  it("has at least five hundred of them, each with its danger", () => {
    expect(new Set(BYPASSES.map(([command]) => command)).size).toBeGreaterThanOrEqual(500);
    expect(BYPASSES.filter(([, why]) => why.length < 3)).toEqual([]);
  });

  it("proves none of them", () => {
    expect(BYPASSES.filter(([command]) => classify(command).proved)).toEqual([]);
  });

  it("still proves their harmless twins", () => {
    expect(LET_THROUGH.filter((command) => !classify(command).proved)).toEqual([]);
  });

  it("does not ask the grammar of every word in every folder that was entered", { timeout: 15_000 }, () => {
    // It took three quarters of a minute, in which nothing else was answered.
    const entered = Array.from({ length: 7 }, (_, at) => `cd /srv/a${at}`).join(";");
    expect(classify(`${entered};${`cat ${"abc ".repeat(30)};`.repeat(400)}`).proved).toBe(true);
  });

  it.each([
    // Each doubled the folders it might be in: twenty took a minute and a half.
    ["folders entered one below the other", `${Array.from({ length: 60 }, (_, at) => `cd d${at}`).join(" && ")} && wc x`],
    ["patterns in folders that were entered", `${Array.from({ length: 8 }, (_, at) => `cd /srv/a${at}`).join(";")};${`cat ${Array.from({ length: 60 }, (_, at) => `a${at}*.log`).join(" ")};`.repeat(60)}`],
    ["patterns that are entered", `${Array.from({ length: 30 }, (_, at) => `cd /srv/a${at}`).join(";")};${`cd ${Array.from({ length: 60 }, (_, at) => `a${at}*`).join(" ")};`.repeat(60)}wc x`],
    ["the letters of a long option", `cd /srv; ${`grep -e${"a".repeat(4000)} x;`.repeat(10)}`],
    ["walks from many folders", `${Array.from({ length: 8 }, (_, at) => `cd /srv/a${at}`).join(";")};${`find ${Array.from({ length: 200 }, (_, at) => `a${at}`).join(" ")} -name x;`.repeat(40)}`],
  ])("follows %s for a while and then proves nothing more, instead of keeping everybody waiting", { timeout: 15_000 }, (_what, script) => {
    expect(classify(script)).toMatchObject({ proved: false, effect: "read" });
  });

  it("follows what a person at a host writes to its end", () => {
    expect(classify(Array.from({ length: 20 }, (_, at) => `cd /srv/app-${at} && wc -l access.log error.log; ls`).join("; ")).proved).toBe(true);
  });

  it("names a rule and a reason for each, of the whole and of every part", () => {
    const answers = [...BYPASSES.map(([command]) => command), ...LET_THROUGH, ...FAMILIES.flatMap(({ inside, aside }) => [...inside, ...aside.map(([command]) => command)])].map((command) => [command, classify(command)] as const);
    const isNamed = ({ rule, why }: { readonly rule: string; readonly why: string }): boolean => /^[a-z][a-z-]*\/\S+$/.test(rule) && /^\S.*\S.{3}/s.test(why);
    expect(answers.filter(([, answer]) => !isNamed(answer) || !answer.segments.every(isNamed)).map(([command, { rule, why }]) => [command, rule, why])).toEqual([]);
  });

  it("gives every payload an effect beyond reading, wherever it stands", () => {
    const mild = BYPASSES.filter(([command]) => /\brm -rf\b|\bcurl -s\b|\btouch \/tmp/.test(command)).filter(([command]) => ["pure", "read", "read-secret"].includes(classify(command).effect));
    expect(mild).toEqual([]);
  });
});

describe.each(FAMILIES)("the $name family", ({ inside, aside, commands }) => {
  it("proves its own cases", () => {
    expect(inside.map((command) => [command, classify(command).proved])).toEqual(inside.map((command) => [command, true]));
  });

  it("does not prove what stands aside", () => {
    expect(aside.filter(([command]) => classify(command).proved)).toEqual([]);
  });

  it("lets no free word stand where an optional verb was left out", () => {
    // "[list]? word*" would take any other verb for a word.
    const operands = commands.flatMap((command) => ("shapes" in command ? (command.shapes ?? []) : []).map(([, shape = ""]) => `${command.names}: ${shape}`));
    expect(operands.filter((shape) => /\]\? (word|text|setting|name)/.test(shape))).toEqual([]);
  });
  it("lists no shape that overrules one of its traps", () => {
    for (const { names } of commands) for (const name of names.split(" ")) expect(() => classify(`${name} --not-an-option`)).not.toThrow();
  });
});

describe.each([["racadm", RACADM], ["cisco-ios", CISCO_IOS]] as const)("the device language %s", (dialect, { inside, aside, effects }) => {
  const read = (command: string) => classify(command, { dialect });

  it("proves its reads and nothing else", () => {
    expect(inside.filter((command) => !read(command).proved)).toEqual([]);
    expect([...aside.map(([command]) => command), ...EFFECTS.filter((effect) => effect !== "pure" && effect !== "read").flatMap((effect) => effects[effect] ?? [])].filter((command) => read(command).proved)).toEqual([]);
  });

  it.each(Object.entries(effects))("tells that %s is what these do", (effect, commands) => {
    expect(commands.map((command) => [command, read(command).effect])).toEqual(commands.map((command) => [command, effect]));
  });

  it("names a rule of its own and a reason for each", () => {
    const answers = [...inside, ...aside.map(([command]) => command), ...Object.values(effects).flat()].filter((command) => command !== "").map((command) => [command, read(command)] as const);
    expect(answers.filter(([, { rule, why }]) => !/^(racadm|cisco-ios|secret|trap|caps)\/[\w:|.-]*[^-]$/.test(rule) || !/^\S.*\s.{3}/s.test(why)).map(([command, { rule, why }]) => [command, rule, why])).toEqual([]);
  });

  it("lists every line as a part, with its words as typed", () => {
    const line = inside[0] as string;
    const part = { text: line, argv: line.split(" "), redirects: [], proved: true };
    expect(read(`${line}\n\n  ${line} `).segments.map(({ text, argv, redirects, proved }) => ({ text, argv, redirects, proved }))).toEqual([part, part]);
  });
});

describe("the devices' hardware", () => {
  it("names the declared hardware effects", () => {
    expect(classify("racadm serveraction powercycle", { dialect: "racadm" }).effect).toBe("service-impact");
    expect(classify("racadm update -f x", { dialect: "racadm" }).effect).toBe("service-impact");
    // What is destroyed is named behind a colon.
    expect(classify("racadm storage deletevd:Disk.Virtual.0", { dialect: "racadm" }).effect).toBe("destructive");
    expect(classify("racadm diagnostics run", { dialect: "racadm" }).effect).toBe("service-impact");
    expect(classify("interface shutdown", { dialect: "cisco-ios" }).effect).toBe("service-impact");
    expect(classify("ipmitool power cycle")).toMatchObject({ effect: "service-impact", rule: "trap/ipmi-power" });
    expect(classify("ipmitool hpm upgrade x")).toMatchObject({ effect: "service-impact", rule: "trap/ipmi-firmware" });
  });
});

describe("the second reader", () => {
  let both: Classify;
  beforeAll(async () => {
    both = createClassifier({ secondOpinion: await loadSecondOpinion() });
  });

  it("agrees with the first on nearly all that is let through", () => {
    const lost = LET_THROUGH.filter((command) => !both(command).proved);
    expect(lost.length).toBeLessThan(LET_THROUGH.length * 0.06);
    expect(lost.every((command) => both(command).rule === "parse/second-opinion")).toBe(true);
  });

  it("takes a proof away when it sees other commands, or abstains", () => {
    expect(createClassifier({ secondOpinion: () => [["rm", "x"]] })("ls")).toMatchObject({ proved: false, rule: "parse/second-opinion" });
    expect(createClassifier({ secondOpinion: () => undefined })("ls")).toMatchObject({ proved: false, rule: "parse/second-opinion" });
    expect(createClassifier({ secondOpinion: () => [["ls"]] })("ls").proved).toBe(true);
  });

  it("never gives a proof the first did not give", () => {
    expect(BYPASSES.filter(([command]) => both(command).proved)).toEqual([]);
  });

  it("is the grammar the lock file names", () => {
    const require = createRequire(import.meta.url);
    expect(readFileSync(require.resolve("@lumis-sh/wasm-bash/tree-sitter-bash.wasm")).subarray(0, 4)).toEqual(Buffer.from("\0asm"));
  });
});
