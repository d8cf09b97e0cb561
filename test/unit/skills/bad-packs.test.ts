import { existsSync, mkdtempSync, mkdirSync, writeFileSync, symlinkSync, rmSync, cpSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createClassifier } from "../../../src-main/shellcheck/index.ts";
import { lintPack } from "../../../src-main/skills/lint.ts";
import { loadPack } from "../../../src-main/skills/load.ts";
import { openSkills } from "../../../src-main/skills/index.ts";
import { newSigningKey, signPack } from "../../../src-main/skills/signature.ts";
import { digestOf, type PackFiles } from "../../../src-main/skills/load.ts";
import { compileParser } from "../../../src-main/skills/parsers.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { HEAD, HOST, filesOf, packOf, skill } from "./world.ts";

const classify = createClassifier();
const problemsOf = (files: PackFiles): readonly string[] => {
  const { pack, problems } = loadPack(files);
  return [...problems, ...(pack === undefined ? [] : lintPack(pack, { classify, others: () => undefined }))].filter(({ severity }) => severity === "error").map(({ file, line, message }) => `${file}:${line} ${message}`);
};
const good = `skills:\n${skill("    steps: [{ id: look, title: Look, run: [uptime] }]\n")}`;

test("a good pack has no errors", () => expect(problemsOf(packOf(good))).toEqual([]));

describe("a bad pack is refused with the line and the reason", () => {
  test.each([
    ["a wrong type", `skills:\n${skill("    steps: [{ id: look, title: 7, run: [uptime] }]\n")}`, /^part\.yaml:9 must be a text, and is 7$/m],
    ["an unknown effect", `skills:\n${skill("    effect: harmless\n    steps: [{ id: look, title: Look, run: [uptime] }]\n")}`, /^part\.yaml:9 must be one of pure, read, .*unknown, and is "harmless"$/m],
    ["a step with an unknown effect", `skills:\n${skill("    steps: [{ id: look, title: Look, effect: gentle, run: [uptime] }]\n")}`, /^part\.yaml:9 must be one of pure, read, .*, and is "gentle"$/m],
    ["an unknown field", `skills:\n${skill("    shell: true\n    steps: [{ id: look, title: Look, run: [uptime] }]\n")}`, /part\.yaml:9 there is no "shell" in the format/],
    ["a command as one string", `skills:\n${skill("    steps: [{ id: look, title: Look, run: \"df -h; rm -rf /\" }]\n")}`, /part\.yaml:9/],
    ["a step milder than its command", `skills:\n${skill("    steps: [{ id: look, title: Look, run: [systemctl, restart, nginx] }]\n")}`, /declares "read".*"service-impact"/],
    ["a reading step that is not proved", `skills:\n${skill("    steps: [{ id: look, title: Look, run: [frobnicate] }]\n")}`, /declares "read"/],
    ["a name that stands for nothing", `skills:\n${skill("    steps: [{ id: look, title: Look, run: [cat, \"/x/{nothing}\"] }]\n")}`, /"\{nothing\}" stands for nothing/],
    ["an input as the command", `skills:\n${skill("    inputs: { service: { type: service, title: S } }\n    steps: [{ id: look, title: Look, run: [\"{service}\"] }]\n")}`, /never an input/],
    ["an input inside a sed script", `skills:\n${skill("    inputs: { word: { type: text, title: W } }\n    steps: [{ id: look, title: Look, run: [sed, -n, \"/{word}/p\", /etc/hosts] }]\n")}`, /stands inside a script/],
    ["a parser that does not read its fixture", `parsers:\n  p: { kind: table, columns: [{ key: one }, { key: two }], fixtures: [{ name: f, output: \"a b\\n\", rows: [{ one: x }] }] }\n${good}`, /row 1: "one" is "a" instead of "x"/],
    ["a parser pattern with look-around", `parsers:\n  p: { kind: regex, pattern: \"(?=x)\", columns: [{ key: one }], fixtures: [{ name: f, output: x, rows: [] }] }\n${good}`, /look-around/],
    ["a tree in a circle", `skills:\n${skill("    tree:\n      start: one\n      nodes:\n        one: { branches: [{ go: two }] }\n        two: { branches: [{ go: one }] }\n")}`, /runs in a circle: one → two → one/],
    ["a tree that leads nowhere", `skills:\n${skill("    tree:\n      start: one\n      nodes:\n        one: { branches: [{ go: gone }] }\n")}`, /goes to "gone"/],
    ["a tree without a way out", `skills:\n${skill("    tree:\n      start: one\n      nodes:\n        one: { step: { title: T, run: [uptime] }, branches: [{ when: { exit: 0 }, say: x }] }\n")}`, /no last branch for everything else/],
    ["too few phrasings", `skills:\n  - { id: thing, title: T, summary: S, topic: tests, ask: { say: [show it], not: [one, two, three] }, steps: [{ title: L, run: [uptime] }] }\n`, /at least 30/],
    ["a change without a check", `skills:\n${skill("    effect: service-impact\n    steps: [{ id: act, title: Act, role: act, run: [systemctl, restart, nginx] }]\n")}`, /checks afterwards/],
    ["an alias bomb", "skills: &a [*a]\n", /alias/i],
    ["broken YAML", "skills: [\n", /part\.yaml:\d+/],
  ])("%s", (_name, part, expected) => {
    const found = problemsOf(packOf(part));
    expect(found.join("\n")).toMatch(expected);
  });
  test("a place in a skill is named by the skill's id, and what is missing is called missing", () => {
    const { problems } = loadPack(packOf("skills:\n  - { id: thing, title: [T], topic: tests, ask: { say: [x] } }\n"));
    const said = problems.map(({ where, message }) => `${where}: ${message}`);
    expect(said).toContain("thing.title: must be a text, and is a list");
    expect(said).toContain("thing.summary: is missing");
  });
  test("a pack without a head, a strange file name, a file too large", () => {
    expect(problemsOf(filesOf({ "part.yaml": good })).join()).toMatch(/pack\.yaml:1 is missing/);
    expect(problemsOf(filesOf({ "pack.yaml": HEAD, "../x.yaml": good })).join()).toMatch(/plain lower-case names/);
    expect(problemsOf(filesOf({ "pack.yaml": HEAD, "big.txt": "x".repeat(1024 * 1024 + 1) })).join()).toMatch(/at most 1024 KiB/);
  });
});

test("a pack of 500 skills is taken, and one of 501 is not, with the reason", () => {
  const part = (file: number, count: number) => `skills:\n${Array.from({ length: count }, (_, at) => skill("    steps: [{ id: look, title: Look, run: [uptime] }]\n").replace("id: thing", `id: thing-${file}-${at}`)).join("")}`;
  const files = (last: number) => filesOf({ "pack.yaml": HEAD, "a.yaml": part(1, 200), "b.yaml": part(2, 200), "c.yaml": part(3, last) });
  expect(loadPack(files(100)).pack?.skills).toHaveLength(500);
  expect(loadPack(files(101))).toMatchObject({ pack: undefined, problems: [{ severity: "error", file: "c.yaml", message: expect.stringMatching(/^a pack has at most 500 skills/) }] });
});

describe("the shelf", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  function shelf() {
    const root = mkdtempSync(join(tmpdir(), "sena-skills-"));
    folders.push(root);
    const builtIn = join(root, "built-in");
    const home = join(root, "home", "skills");
    mkdirSync(home, { recursive: true });
    cpSync(join(import.meta.dirname, "..", "..", "..", "resources", "skills", "nginx"), join(builtIn, "nginx"), { recursive: true });
    cpSync(join(import.meta.dirname, "..", "..", "..", "resources", "skills", "linux-core"), join(builtIn, "linux-core"), { recursive: true });
    const open = (pins?: Readonly<Record<string, string>>) => openSkills({ store: openStore({ path: ":memory:" }), now: () => 1, watches: false, builtInFolder: builtIn, homeFolder: home, pins, classify });
    return { root, builtIn, home, open };
  }
  const key = newSigningKey();
  const signed = (files: PackFiles, by = key): PackFiles => {
    const { pack } = loadPack(files);
    if (pack === undefined) throw new Error("bad");
    return new Map([...files, ["pack.sig", signPack({ pack: pack.data.id, version: pack.data.version, digest: digestOf(files) }, by.privatePem)]]);
  };

  test("one bad pack never takes the others down", () => {
    const { builtIn, home, open } = shelf();
    mkdirSync(join(builtIn, "broken"));
    writeFileSync(join(builtIn, "broken", "pack.yaml"), "sena: 1\nid: [");
    mkdirSync(join(home, "link", "1.0.0"), { recursive: true });
    symlinkSync("/etc/passwd", join(home, "link", "1.0.0", "pack.yaml"));
    using skills = open();
    expect(skills.get("nginx.why-down")).toBeDefined();
    expect(skills.packs().find(({ id }) => id === "broken")?.problems[0]).toMatchObject({ severity: "error", file: "pack.yaml", line: 2 });
    expect(skills.packs().find(({ folder }) => folder.includes("link"))?.problems[0]?.message).toMatch(/not a plain file/);
  });

  test("a link to nothing is a problem of that name alone, at the start and later", () => {
    const { builtIn, home, open } = shelf();
    for (const [folder, name] of [[home, "gone"], [builtIn, "gone-too"]] as const) symlinkSync("/nowhere/at/all", join(folder, name));
    mkdirSync(join(home, "demo"));
    symlinkSync("/nowhere/at/all", join(home, "demo", "1.0.0"));
    using skills = open();
    skills.refresh();
    expect(skills.get("nginx.why-down")).toBeDefined();
    const bad = skills.packs().filter(({ problems }) => problems.length > 0);
    expect(bad.map(({ id }) => id)).toEqual(["gone-too", "demo", "gone"]);
    for (const { problems } of bad) expect(problems[0]?.message).toMatch(/cannot be opened: it is a link to nothing/);
  });

  test("what was dropped without a folder of its version is said, not passed over", () => {
    const { home, open } = shelf();
    mkdirSync(join(home, "flat"));
    writeFileSync(join(home, "flat", "pack.yaml"), HEAD);
    writeFileSync(join(home, "demo.tgz"), "x");
    mkdirSync(join(home, "left-empty"));
    mkdirSync(join(home, ".incoming-demo-1.0.0"));
    using skills = open();
    const said = skills.packs().filter(({ origin }) => origin === "installed").map(({ id, problems }) => [id, problems[0]?.message]);
    expect(said).toEqual([["demo.tgz", expect.stringMatching(/^is a file: a pack lies in folders/)], ["flat", expect.stringMatching(/lie in skills\/flat itself: .* skills\/flat\/1\.0\.0$/)]]);
  });

  test("a stray head beside good versions is said, and the versions stay in use", () => {
    const { home, open } = shelf();
    using skills = open();
    skills.trust(key.publicPem, "Vendor");
    skills.install(signed(packOf(good)));
    writeFileSync(join(home, "demo", "pack.yaml"), HEAD);
    skills.refresh();
    expect(skills.get("demo.thing")).toBeDefined();
    expect(skills.packs().filter(({ origin }) => origin === "installed").map(({ folder, isActive }) => [folder, isActive])).toEqual([[join(home, "demo", "1.0.0"), true], [join(home, "demo", "pack.yaml"), false]]);
  });

  const put = (folder: string, files: PackFiles): void => {
    mkdirSync(folder, { recursive: true });
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
  };

  test("a trusted pack laid by hand does not stand in for a built-in one of its id, however high its version", () => {
    const { home, open } = shelf();
    using skills = open();
    skills.trust(key.publicPem, "Vendor");
    const before = skills.list().filter(({ pack }) => pack === "nginx");
    put(join(home, "nginx", "99.0.0"), signed(packOf(good, HEAD.replace("id: demo", "id: nginx").replace("1.0.0", "99.0.0"))));
    put(join(home, "nginx-more", "99.0.0"), signed(packOf(good, HEAD.replace("id: demo", "id: nginx-more").replace("1.0.0", "99.0.0"))));
    skills.refresh();
    expect(skills.list().filter(({ pack }) => pack === "nginx")).toEqual(before);
    expect(skills.packs().find(({ id, version }) => id === "nginx" && version === "99.0.0")).toMatchObject({ isActive: false, problems: [{ severity: "error", message: expect.stringMatching(/comes with SENA has the id "nginx"/) }] });
    expect(() => skills.activate("nginx", "99.0.0")).toThrow(/comes with SENA/);
    expect(skills.get("nginx-more.thing")?.version).toBe("99.0.0");
  });

  test("of one version lying here twice one counts, and the other says which and why", () => {
    const { home, open } = shelf();
    using skills = open();
    skills.trust(key.publicPem, "Vendor");
    const installed = () => skills.packs().filter(({ origin }) => origin === "installed").map(({ folder, isActive, problems }) => [folder.slice(home.length + 1), isActive, problems[0]?.message]);
    put(join(home, "copy-a", "1.0.0"), packOf(good));
    put(join(home, "copy-b", "1.0.0"), signed(packOf(good)));
    skills.refresh();
    expect(installed()).toEqual([["copy-a/1.0.0", false, expect.stringMatching(/^copy-b\/1\.0\.0 holds demo 1\.0\.0 too, and that one counts: it is the only one that may be used/)], ["copy-b/1.0.0", true, undefined]]);
    put(join(home, "copy-a", "1.0.0"), signed(packOf(good)));
    skills.refresh();
    expect(installed()).toEqual([["copy-a/1.0.0", true, undefined], ["copy-b/1.0.0", false, expect.stringMatching(/that one counts: the name of its folder comes first/)]]);
    put(join(home, "demo", "1.0.0"), signed(packOf(good)));
    put(join(home, "demo", "1.1.0"), signed(packOf(good, HEAD.replace("1.0.0", "1.1.0"))));
    skills.refresh();
    expect(installed()).toEqual([["copy-a/1.0.0", false, expect.stringMatching(/^demo\/1\.0\.0 holds .*it lies in the folder of its own name/)], ["copy-b/1.0.0", false, expect.any(String)], ["demo/1.0.0", false, undefined], ["demo/1.1.0", true, undefined]]);
    expect(skills.pack("demo", "1.0.0").folder).toBe(join(home, "demo", "1.0.0"));
  });

  test("whoever follows the packs hears of one that cannot be used, and of nothing when nothing changed", async () => {
    const { home, open } = shelf();
    using skills = open();
    const over = new AbortController();
    let [ofShelf, ofUse] = [0, 0];
    const counting = [
      (async () => { for await (const _change of skills.packChanges(over.signal)) ofShelf += 1; })(),
      (async () => { for await (const _digest of skills.changes(over.signal)) ofUse += 1; })(),
    ];
    await expect.poll(() => [ofShelf, ofUse]).toEqual([1, 1]);
    const look = async () => {
      skills.refresh();
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      return [ofShelf, ofUse];
    };
    expect(await look()).toEqual([1, 1]);
    put(join(home, "demo", "1.0.0"), filesOf({ "pack.yaml": "sena: 1\nid: [" }));
    expect(await look()).toEqual([2, 1]);
    put(join(home, "demo", "1.0.0"), packOf(good));
    expect(await look()).toEqual([3, 1]);
    put(join(home, "demo", "1.0.0"), packOf(good.replace("uptime", "whoami")));
    expect(await look()).toEqual([4, 1]);
    over.abort();
    await Promise.all(counting);
  });

  test("what cannot be read is removed by its place alone, and a place nobody holds removes nothing", () => {
    const { root, home, open } = shelf();
    put(join(home, "garbage", "1.0.0"), filesOf({ "pack.yaml": "[" }));
    put(join(home, "garbage", "2.0.0"), filesOf({ "pack.yaml": "{" }));
    put(join(root, "kept"), filesOf({ "pack.yaml": HEAD }));
    symlinkSync(join(root, "kept"), join(home, "garbage", "3.0.0"));
    using skills = open();
    const places = () => skills.packs().flatMap(({ origin, place }) => (origin === "installed" ? [place] : []));
    expect(() => skills.remove("garbage", "", "../kept")).toThrow(/There is no pack/);
    expect(() => skills.remove("nginx", skills.packs().find(({ id }) => id === "nginx")?.version ?? "", "")).toThrow(/cannot be removed/);
    skills.remove("garbage", "", "garbage/2.0.0");
    expect(places()).toEqual(["garbage/1.0.0", "garbage/3.0.0"]);
    skills.remove("demo", "1.0.0", "garbage/3.0.0");
    expect(places()).toEqual(["garbage/1.0.0"]);
    expect(existsSync(join(root, "kept", "pack.yaml"))).toBe(true);
  });

  test("a pack with an unknown effect is taken out alone, with the line and what there is instead", () => {
    const { builtIn, open } = shelf();
    mkdirSync(join(builtIn, "demo"));
    writeFileSync(join(builtIn, "demo", "pack.yaml"), HEAD);
    writeFileSync(join(builtIn, "demo", "part.yaml"), `skills:\n${skill("    effect: harmless\n    steps: [{ id: look, title: Look, run: [uptime] }]\n")}`);
    using skills = open();
    expect(skills.get("demo.thing")).toBeUndefined();
    expect(skills.packs().find(({ id }) => id === "demo")?.problems[0]).toMatchObject({ severity: "error", file: "part.yaml", line: 9, message: expect.stringMatching(/^must be one of pure, read, .* and is "harmless"$/) });
    expect(skills.get("nginx.why-down")).toBeDefined();
    expect(skills.get("linux-core.disk-usage")).toBeDefined();
  });

  test("a parser that runs away is stopped at a line, what is read by others stays whole", () => {
    const heavy = `parsers:\n  p: { kind: regex, pattern: "^(?<x>(a?){200}(b?){200}(a?){200}(b?){200}[ab]*z)$", columns: [{ key: x }], fixtures: [{ name: f, output: "az\\n", rows: [{ x: az }] }] }\n`;
    const { builtIn, open } = shelf();
    mkdirSync(join(builtIn, "demo"));
    writeFileSync(join(builtIn, "demo", "pack.yaml"), HEAD);
    writeFileSync(join(builtIn, "demo", "part.yaml"), `${heavy}skills:\n${skill("    steps: [{ id: look, title: Look, run: [uptime], read: p }]\n    tell: [{ when: { line: \"^(a?){200}(b?){200}(a?){200}[ab]*z$\" }, say: Bad, tone: bad }, { say: All is well, tone: good }]\n")}`);
    using skills = open();
    const results = [{ key: "look", state: "done" as const, exitCode: 0, stdout: `${"ab".repeat(8000)}zab\n`.repeat(200), stderr: "" }];
    const next = skills.compile("demo.thing", {}, HOST).next(results);
    // It does not go on to the last branch, which would call it well.
    expect(next).toMatchObject({ kind: "end", state: "failed", say: expect.stringMatching(/a pattern of this runbook takes too many steps on this output/) });
    expect(skills.compile("linux-core.load", {}, HOST).next([])).toMatchObject({ kind: "step" });
  });

  test("where it stopped is told with what was read of the output", () => {
    const read = compileParser({ kind: "regex", pattern: "^(?<x>(a?){200}(b?){200}(a?){200}(b?){200}[ab]*z)$", ignoreCase: false, columns: [{ key: "x", kind: "text" }], fixtures: [] }).read(`az\n${`${"ab".repeat(8000)}zab\n`.repeat(200)}`);
    expect(read.rows).toHaveLength(1);
    expect(read.problem).toMatch(/^Not all of the output was read: .*too many steps.*\(stopped at line \d+\)/);
  });

  test("an unsigned pack, and one of a stranger, is not installed; a trusted one is, and can be gone back from", () => {
    using skills = shelf().open();
    expect(() => skills.install(packOf(good))).toThrow(/is not signed/);
    expect(() => skills.install(signed(packOf(good)))).toThrow(/not on the trust list/);
    skills.trust(key.publicPem, "Vendor");
    expect(skills.install(signed(packOf(good)))).toMatchObject({ id: "demo", trust: "trusted", signer: "Vendor" });
    expect(skills.get("demo.thing")?.version).toBe("1.0.0");
    skills.install(signed(packOf(good, HEAD.replace("1.0.0", "1.1.0"))));
    expect(skills.get("demo.thing")?.version).toBe("1.1.0");
    skills.activate("demo", "1.0.0");
    expect(skills.get("demo.thing")?.version).toBe("1.0.0");
    skills.distrust(skills.keys()[0]?.id ?? "");
    expect(skills.get("demo.thing")).toBeUndefined();
  });

  test("a pack changed after signing is refused, and taken out when it lies on the disk", () => {
    const { home, open } = shelf();
    const files = signed(packOf(good));
    const spoiled = new Map([...files, ["part.yaml", new TextEncoder().encode(good.replace("uptime", "whoami"))] as const]);
    using skills = open();
    skills.trust(key.publicPem, "Vendor");
    expect(() => skills.install(spoiled)).toThrow(/not those that were signed/);
    skills.install(files);
    writeFileSync(join(home, "demo", "1.0.0", "part.yaml"), good.replace("uptime", "whoami"));
    skills.refresh();
    expect(skills.get("demo.thing")).toBeUndefined();
    expect(skills.packs().find(({ id }) => id === "demo")).toMatchObject({ trust: "tampered", isActive: false });
  });

  test("a built-in pack whose bytes differ from those the program was built with is taken out, alone", () => {
    const { builtIn, open } = shelf();
    using first = open();
    const pins = Object.fromEntries(first.packs().map(({ id, pack }) => [id, pack?.digest ?? ""]));
    writeFileSync(join(builtIn, "nginx", "note.txt"), "x");
    using skills = open(pins);
    expect(skills.get("nginx.why-down")).toBeUndefined();
    expect(skills.get("linux-core.disk-usage")).toBeDefined();
  });

  test("built-in packs stay as they were read, while an update of SENA puts others in their place", () => {
    const { builtIn, open } = shelf();
    using first = open();
    using skills = open(Object.fromEntries(first.packs().map(({ id, pack }) => [id, pack?.digest ?? ""])));
    writeFileSync(join(builtIn, "nginx", "pack.yaml.dpkg-tmp"), "");
    rmSync(join(builtIn, "linux-core"), { recursive: true });
    skills.refresh();
    first.refresh();
    expect(skills.packs().flatMap(({ problems }) => problems)).toEqual([]);
    expect(skills.get("nginx.why-down")).toBeDefined();
    expect(skills.get("linux-core.disk-usage")).toBeDefined();
    expect(first.get("nginx.why-down")).toBeUndefined(); // a checkout reads them anew
  });

  test("the same version with other contents is not taken", () => {
    using skills = shelf().open();
    skills.trust(key.publicPem, "Vendor");
    skills.install(signed(packOf(good)));
    expect(() => skills.install(signed(packOf(good.replace("uptime", "whoami"))))).toThrow(/needs a new version/);
  });

  test("a pack written here is signed with this installation's own key", () => {
    using skills = shelf().open();
    expect(skills.publish(packOf(good))).toMatchObject({ trust: "trusted", signer: "Written here" });
    expect(() => skills.publish(packOf(good.replace("[uptime]", "[frobnicate]")))).toThrow(/part\.yaml:9/);
  });
});
