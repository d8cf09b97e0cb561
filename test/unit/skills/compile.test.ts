import { describe, expect, test } from "vitest";
import { HOST, compiled, done, skill } from "./world.ts";

const looks = `parsers:
  df:
    kind: table
    skip: 1
    columns: [{ key: size, kind: bytes }, { key: use, kind: percent }, { key: mount }]
    fixtures: [{ name: f, output: "h\\n10 96% /\\n", rows: [{ mount: / }] }]
skills:
${skill(`    inputs: { path: { type: path, title: Path, optional: true }, limit: { type: integer, title: Limit, default: 90 } }
    steps: [{ id: df, title: Disks, run: [df, -P, { given: path, use: ["{path}"] }], read: df }]
    tell:
      - { when: { rows: { use: { atLeast: "{limit}" } } }, say: "{mount} is {use} full.", tone: bad, each: true }
      - { say: All is well., tone: good }
`)}`;

describe("a skill that looks", () => {
  test("compiles values into quoted words, and leaves out what was not given", () => {
    expect(compiled(looks).steps[0]?.script).toBe("df -P");
    expect(compiled(looks, { path: "/srv/it's here" }).steps[0]?.script).toBe(`df -P '/srv/it'\\''s here'`);
  });
  test("refuses inputs that are missing, wrong, unknown or would turn into options", () => {
    expect(() => compiled(looks, { path: "-rf" })).toThrow(/option/);
    expect(() => compiled(looks, { path: "relative" })).toThrow(/absolute/);
    expect(() => compiled(looks, { colour: "red" })).toThrow(/no input "colour"/);
  });
  test("every statement names the lines it rests on", () => {
    const next = compiled(looks).next([done("df", "Size Use Mount\n100 96% /\n100 12% /boot\n100 91% /var\n")]);
    expect(next).toMatchObject({ kind: "end", state: "done" });
    if (next.kind !== "end") return;
    expect(next.findings.statements).toEqual([
      { text: "/ is 96 % full.", tone: "bad", cites: [{ key: "df", stream: "stdout", fromLine: 2, toLine: 2 }] },
      { text: "/var is 91 % full.", tone: "bad", cites: [{ key: "df", stream: "stdout", fromLine: 4, toLine: 4 }] },
    ]);
    expect(next.findings.tables[0]?.rows).toHaveLength(3);
  });
  test("says so when nothing is wrong, and rests that on the whole output", () => {
    const next = compiled(looks).next([done("df", "h\n1 5% /\n")]);
    expect(next).toMatchObject({ findings: { statements: [{ text: "All is well.", tone: "good", cites: [{ fromLine: 1, toLine: 2 }] }] } });
  });
  test.each([["refused", "refused"], ["unknown", "unknown"], ["stopped", "failed"]] as const)("a step that was %s ends it as %s", (state, end) => {
    expect(compiled(looks).next([{ key: "df", state, stdout: "", stderr: "", exitCode: null }])).toMatchObject({ kind: "end", state: end });
  });
  test("a host that answered nothing says why, not which question came first; one that answered before names the question", () => {
    const gone = (key: string) => ({ key, state: "failed" as const, stdout: "", stderr: "", exitCode: null, say: "web-01 does not answer." });
    expect(compiled(looks).next([gone("df")])).toMatchObject({ state: "failed", say: "web-01 does not answer." });
    expect(compiled(looks).next([done("before", "x\n"), gone("df")])).toMatchObject({ state: "failed", say: expect.stringMatching(/^".+" was not answered: web-01 does not answer\.$/) });
  });
  test("a missing program is said to be missing", () => {
    expect(compiled(looks).next([done("df", "", 127, "df: command not found\n")])).toMatchObject({ state: "failed", say: expect.stringContaining("a program this host does not have") });
  });
});

const changes = `skills:
${skill(`    effect: service-impact
    inputs: { service: { type: service, title: Service } }
    steps:
      - { id: before, title: Before, role: capture, run: [systemctl, is-active, "{service}"], ok: [0, 3], expect: { line: "^(active|inactive)$" }, else: "No {service}." }
      - { id: act, title: Act, role: act, run: [systemctl, restart, "{service}"] }
      - { id: after, title: After, role: verify, run: [systemctl, is-active, "{service}"], ok: [0, 3], expect: { line: "^active$" }, else: "{service} does not run." }
    tell: [{ when: { step: after, line: "^active$" }, say: "It runs.", tone: good }]
    undo: { skill: demo.stop, inputs: { service: "{service}" }, title: "Stop {service}", when: { step: before, line: "^inactive$" } }
`)}  - id: stop
    title: Stop
    summary: Stops.
    topic: tests
    effect: service-impact
    inputs: { service: { type: service, title: Service } }
    ask: { say: ["stop <service>"], not: [a, b, c] }
    steps: [{ id: act, title: Stop, role: act, run: [systemctl, stop, "{service}"] }]
`.replaceAll("not: [a, b, c]", "not: [aa, bb, cc]");

describe("a skill that changes", () => {
  const run = (results: Parameters<ReturnType<typeof compiled>["next"]>[0]) => compiled(changes, { service: "cron" }).next(results);
  test("looks before it acts, and stops when what it expects is not there", () => {
    expect(run([])).toMatchObject({ kind: "step", step: { id: "before", role: "capture" } });
    expect(run([done("before", "unknown\n", 3)])).toMatchObject({ kind: "end", state: "failed", say: "No cron." });
  });
  test("shows the checks and the exact way back before it acts", () => {
    expect(run([done("before", "inactive\n", 3)])).toMatchObject({ kind: "step", step: { id: "act", script: "systemctl restart cron", checksAfter: ["systemctl is-active cron"], undo: "systemctl stop cron" } });
  });
  test("offers no way back when the state before was already so", () => {
    const next = run([done("before", "active\n")]);
    expect(next.kind === "step" && next.step.undo).toBe(undefined);
  });
  test("is done only when the check after it says so; else it fails and proposes the way back", () => {
    expect(run([done("before", "inactive\n", 3), done("act", ""), done("after", "active\n")])).toMatchObject({ state: "done", findings: { statements: [{ text: "It runs." }] } });
    expect(run([done("before", "inactive\n", 3), done("act", ""), done("after", "inactive\n", 3)])).toMatchObject({ state: "failed", say: "cron does not run.", findings: { proposals: [{ skillId: "demo.stop", inputs: { service: "cron" }, isUndo: true }] } });
  });
  test("the same results always lead to the same step", () => {
    const results = [done("before", "inactive\n", 3)];
    expect(run(results)).toEqual(run(structuredClone(results)));
  });
});

const tree = `skills:
${skill(`    tree:
      start: check
      nodes:
        check:
          step: { title: Check, run: [cat, /etc/hosts], ok: [0, 1] }
          branches:
            - { when: { line: 'unknown directive "(?<wrong>[a-z_]+)"' }, derive: { right: { nearest: "{wrong}", of: words } }, say: "{wrong} should be {right}.", tone: bad, go: look }
            - { say: Nothing., tone: good }
        look:
          step: { title: Look, run: [cat, "/etc/{wrong}"] }
          branches: [{ say: Seen., propose: [{ skill: demo.thing, title: "Fix {wrong}", why: because }] }]
`)}`;

describe("a diagnosis", () => {
  const parts = { lists: "lists: { words: [proxy_pass, listen] }\n" };
  test("follows what the output says, cites it, and marks values that came from a host", async () => {
    const { loadPack } = await import("../../../src-main/skills/load.ts");
    const { bookOf } = await import("../../../src-main/skills/lint.ts");
    const { compileSkill } = await import("../../../src-main/skills/compile-skill.ts");
    const { HEAD, packOf } = await import("./world.ts");
    const { pack } = loadPack(packOf(tree, HEAD + parts.lists));
    if (pack === undefined) throw new Error("bad");
    const book = bookOf(pack, () => undefined);
    const found = compileSkill(book.skill("demo.thing") as never, {}, HOST, book);
    const first = done("check", 'ok\nunknown directive "prox_pass"\n', 1);
    const second = found.next([first]);
    expect(second).toMatchObject({ kind: "step", step: { id: "look", script: "cat /etc/prox_pass", taint: [{ token: "prox_pass", from: 'output of "check" on web-01' }] } });
    expect(found.next([first, done("look", "x\n")])).toMatchObject({ kind: "end", findings: { statements: [{ text: "prox_pass should be proxy_pass.", cites: [{ key: "check", fromLine: 2, toLine: 2 }] }, { text: "Seen." }], proposals: [{ title: "Fix prox_pass" }] } });
    expect(found.next([done("check", "fine\n")])).toMatchObject({ kind: "end", findings: { statements: [{ text: "Nothing.", tone: "good" }], proposals: [] } });
  });
});
