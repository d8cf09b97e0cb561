import { Readable, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { commandLine } from "../../../src-main/shells/cli/command-line.ts";
import { COMMANDS } from "../../../src-main/shells/cli/commands.ts";
import { verbsOf } from "../../../src-main/shells/cli/use.ts";

/** A command line whose core must not be asked for: what is tested here is answered before anything runs. */
async function sena(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: "", err: "" };
  const keep = (where: "out" | "err") => new Writable({ write: (chunk, _encoding, done) => ((said[where] += String(chunk)), done()) });
  const core = () => Promise.reject(new Error("the core was asked for"));
  return { code: await commandLine(args, { io: { stdin: Readable.from([]), stdout: keep("out"), stderr: keep("err") }, core }), ...said };
}
const names = Object.keys(COMMANDS);
const helps = await Promise.all(names.map(async (name) => [name, (await COMMANDS[name]!.load()).help] as const));

describe("--help", () => {
  it.each(helps)("of sena %s tells its use on stdout and does nothing else", async (name, help) => {
    expect(await sena(name, "--help")).toEqual({ code: 0, out: help, err: "" });
    expect(await sena("help", name)).toEqual({ code: 0, out: help, err: "" });
    expect(help).toMatch(new RegExp(`^sena ${name}\\b`));
  });
  it.each(helps.flatMap(([name, help]) => verbsOf(help).map((verb) => [name, verb] as const)))("of sena %s %s tells about that word", async (name, verb) => {
    const { code, out, err } = await sena(name, verb, "--help");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(new RegExp(`^sena ${name} \\[?${verb}\\b`));
    expect(out.split("\n").filter((line) => line.startsWith("sena") && !line.includes(verb))).toEqual([]);
  });
  it("names every verb: none is known to a command alone", () => {
    const verbs = Object.fromEntries(helps.map(([name, help]) => [name, verbsOf(help).length]));
    expect(verbs).toMatchObject({ hosts: 12, audit: 9, kb: 7, skill: 9, models: 15, vault: 9, policy: 8, runs: 5, evals: 6, link: 4, sync: 3, central: 5, ask: 0, exec: 0, approve: 0, call: 0 });
  });
  it("stays a word of the command that is classified or run on a host", async () => {
    expect((await sena("classify", "--", "ls --help")).out).toContain("effect");
    expect((await sena("classify", "ls", "--help")).out).toContain("ls --help");
    expect((await sena("exec", "web-01", "--", "ls", "--help")).err).toContain("the core was asked for");
  });
  it("may stand behind words that are wrong, but not behind a verb that is none", async () => {
    expect(await sena("hosts", "add", "--port", "--help")).toMatchObject({ code: 0, err: "" });
    expect(await sena("hosts", "ad", "--help")).toMatchObject({ code: 64, out: "" });
  });
});

describe("a word that is none", () => {
  it.each([
    [["aprove", "x"], /There is no command "aprove"\. Did you mean approve\?/],
    [["hosts", "lst"], /There is no "sena hosts lst"\. Did you mean list\?/],
    [["hosts", "list", "--jsn"], /"sena hosts list" has no option --jsn\. Did you mean --json\?\n\nsena hosts list /],
    [["approve", "a1", "--yess"], /has no option --yess\. Did you mean --yes\?\n\nsena approve ID/],
    [["deny", "a1", "--frobnicate"], /"sena deny" has no option --frobnicate\.\n/],
    [["vault", "list", "--json"], /"sena vault list" has no option --json/],
    [["ask", "why", "--hots=web-01"], /has no option --hots\. Did you mean --host\?/],
    [["exec", "web-01", "--tiket", "4", "--", "uptime"], /Did you mean --ticket\?/],
    [["hosts"], /sena hosts needs a word more\./],
    [["runs", "list", "--limit"], /'--limit <value>' argument missing\. Nothing was done\.\n\nsena runs list/],
    [["open", "--home"], /--home needs the folder behind it/],
    [["hosts", "l\u001b[31m"], /There is no "sena hosts l<U\+001B>\[31m"/],
  ] as const)("in %j is told with the nearest and the use, and nothing is run", async (args, told) => {
    const { code, out, err } = await sena(...args);
    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(err).toMatch(told);
  });
  it("lets everything through that the help names", async () => {
    for (const args of [["hosts", "list", "-web", "--json"], ["approve", "a1", "--yes", "--note=x"], ["vault", "import", "--plain"], ["audit", "witness", "--key"]]) expect((await sena(...args)).err).toContain("the core was asked for");
  });
});
