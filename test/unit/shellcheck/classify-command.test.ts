import { PassThrough, Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { classifyCommand } from "../../../src-main/shells/cli/commands/classify.ts";

async function run(argv: readonly string[], input = ""): Promise<{ code: number; out: string; err: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const texts = Promise.all([stdout, stderr].map(async (stream) => (await stream.toArray()).map(String).join("")));
  const code = await classifyCommand(argv, { stdin: Readable.from([Buffer.from(input)]), stdout, stderr });
  stdout.end();
  stderr.end();
  const [out = "", err = ""] = await texts;
  return { code, out, err };
}

describe("sena classify", () => {
  it("answers each line with the same command, its effect, proof, rule, reason and parts", async () => {
    const { code, out } = await run(["--jsonl"], '{"command":"ls -la"}\n\n{"command":"rm -rf /"}\n');
    const answers = out.trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(code).toBe(0);
    expect(answers.map(({ command, effect, proved }) => [command, effect, proved])).toEqual([["ls -la", "read", true], ["rm -rf /", "destructive", false]]);
    expect(Object.keys(answers[0] ?? {})).toEqual(["command", "effect", "proved", "rule", "why", "segments"]);
  });

  it("answers a line that holds no command as unknown, says which, and goes on", async () => {
    const { code, out, err } = await run(["--jsonl"], 'nonsense\n{"command":5}\n{"command":"ls"}\n');
    expect(code).toBe(0);
    expect(out.trim().split("\n").map((line) => (JSON.parse(line) as { effect: string }).effect)).toEqual(["unknown", "unknown", "read"]);
    expect(err).toContain("line 1");
  });

  it("explains one command in words, with what hides in it drawn out", async () => {
    const { code, out } = await run(["ls", "\u202Ex;", "rm", "y"]);
    expect(code).toBe(0);
    expect(out).toContain("⟦U+202E⟧");
    expect(out).toContain("destructive");
  });

  it("reads one command from its input, in a device's language when told", async () => {
    expect((await run(["--dialect", "racadm"], "racadm getsysinfo\n")).out).toContain("yes, read-only");
    expect((await run([], "ls\n")).out).toContain("yes, read-only");
    expect((await run(["--", "--version"])).out).toContain("unknown");
  });

  it("tells how it is used when asked wrongly", async () => {
    for (const argv of [["--bogus"], ["--dialect", "perl"], ["--help"], ["--jsonl", "ls"]]) expect((await run(argv)).code).toBe(64);
  });

  it("gathers its answers, and loses none of many", async () => {
    const { out } = await run(["--jsonl"], '{"command":"ls -la /var/log"}\n'.repeat(3_000));
    expect(out.trim().split("\n")).toHaveLength(3_000);
  });
});
