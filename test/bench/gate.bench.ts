import { parse } from "unbash";
import { FAMILIES } from "../../src-main/shellcheck/families/index.ts";
import { classify, createClassifier } from "../../src-main/shellcheck/index.ts";
import { loadSecondOpinion } from "../../src-main/shells/process/shell-reader.ts";

// What the gate costs per command: reading and judging, against reading alone.

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;

export async function bench({ flags }: { flags: Record<string, string | boolean> }, report: Report): Promise<void> {
  const rounds = Number(flags["rounds"] ?? 60);
  const commands = FAMILIES.flatMap(({ inside, aside }) => [...inside, ...aside.map(([command]) => command)]).filter((command) => command.length < 2_000);
  const both = createClassifier({ secondOpinion: await loadSecondOpinion() });
  const alone = measure((command) => parse(command), commands, rounds);
  const judged = measure((command) => classify(command), commands, rounds);
  const twice = measure((command) => both(command), commands, rounds);
  report({ name: "unbash_p50", value: alone.p50, unit: "us", note: `${commands.length} commands × ${rounds}, warm` });
  report({ name: "unbash_p99", value: alone.p99, unit: "us" });
  report({ name: "gate_p50", value: judged.p50, unit: "us", ratio: judged.p50 / alone.p50, note: "parse + effects; ratio: against unbash alone" });
  report({ name: "gate_p99", value: judged.p99, unit: "us", ratio: judged.p99 / alone.p99 });
  report({ name: "gate_two_readers_p50", value: twice.p50, unit: "us", ratio: twice.p50 / alone.p50, note: "with the second reader, which only proofs ask" });
  report({ name: "gate_two_readers_p99", value: twice.p99, unit: "us", ratio: twice.p99 / alone.p99 });
}

function measure(act: (command: string) => unknown, commands: readonly string[], rounds: number): { readonly p50: number; readonly p99: number } {
  for (let round = 0; round < 10; round += 1) for (const command of commands) act(command);
  const took: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const command of commands) {
      const from = process.hrtime.bigint();
      act(command);
      took.push(Number(process.hrtime.bigint() - from) / 1_000);
    }
  }
  took.sort((a, b) => a - b);
  return { p50: took[Math.floor(took.length * 0.5)] ?? 0, p99: took[Math.floor(took.length * 0.99)] ?? 0 };
}
