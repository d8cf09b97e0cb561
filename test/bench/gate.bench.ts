import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "unbash";
import { createPolicyReader, type PolicyQuestion, type PolicySet } from "../../src-main/policy/index.ts";
import { FAMILIES } from "../../src-main/shellcheck/families/index.ts";
import { classify, createClassifier } from "../../src-main/shellcheck/index.ts";
import { cedarEngine } from "../../src-main/shells/process/cedar.ts";
import { loadSecondOpinion } from "../../src-main/shells/process/shell-reader.ts";
import type { Flags } from "./options.ts";

// What the gate costs per command: reading and judging, against reading alone.

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;

export const OPTIONS = { rounds: { type: "string" } } as const;

export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  const rounds = Number(flags.rounds ?? 60);
  const commands = FAMILIES.flatMap(({ inside, aside }) => [...inside, ...aside.map(([command]) => command)]).filter((command) => command.length < 2_000);
  const both = createClassifier({ secondOpinion: await loadSecondOpinion() });
  const alone = measure((command) => parse(command), commands, rounds);
  const judged = measure((command) => classify(command), commands, rounds);
  const twice = measure((command) => both(command), commands, rounds);
  const policies = hundredPolicies();
  const fresh = measure((command) => policies.explain(question(both(command), (asked += 1))), commands.slice(0, 60), 20);
  const decided = measure((command) => policies.explain(question(both(command), 0)), commands, rounds);
  report({ name: "gate_policy_fresh_p50", value: fresh.p50, unit: "us", note: "every question new, nothing remembered" });
  report({ name: "gate_policy_fresh_p99", value: fresh.p99, unit: "us" });
  report({ name: "gate_with_policy_p50", value: decided.p50, unit: "us", ratio: decided.p50 / alone.p50, note: `parse + effects + Cedar with ${policies.rules.length} policies` });
  report({ name: "gate_with_policy_p99", value: decided.p99, unit: "us", ratio: decided.p99 / alone.p99 });
  report({ name: "unbash_p50", value: alone.p50, unit: "us", note: `${commands.length} commands × ${rounds}, warm` });
  report({ name: "unbash_p99", value: alone.p99, unit: "us" });
  report({ name: "gate_p50", value: judged.p50, unit: "us", ratio: judged.p50 / alone.p50, note: "parse + effects; ratio: against unbash alone" });
  report({ name: "gate_p99", value: judged.p99, unit: "us", ratio: judged.p99 / alone.p99 });
  report({ name: "gate_two_readers_p50", value: twice.p50, unit: "us", ratio: twice.p50 / alone.p50, note: "with the second reader" });
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

/** The policies that come with the product, and as many more that never apply as make a hundred. */
function hundredPolicies(): PolicySet {
  const folder = resolve(import.meta.dirname, "../../resources/policy");
  const text = readFileSync(join(folder, "default.cedar"), "utf8");
  const schema = readFileSync(join(folder, "sena.cedarschema"), "utf8");
  const own = createPolicyReader({ engine: cedarEngine, edition: "bench" }).load({ schema, text, hash: "own" }).rules.length;
  const more = Array.from({ length: Math.max(0, 100 - own) }, (_, at) => `@id("bench-${at}")\n@says("bench")\nforbid (principal, action, resource) when { resource.tags.contains("bench-${at}") };\n`);
  return createPolicyReader({ engine: cedarEngine, edition: "bench" }).load({ schema, text: `${text}\n${more.join("\n")}`, hash: "bench" });
}

let asked = 0;

/** Questions of one operator about one host are alike; another number makes a question that nothing remembers. */
function question({ effect, proved }: { readonly effect: PolicyQuestion["effect"]; readonly proved: boolean }, who: number): PolicyQuestion {
  return {
    principal: { id: `operator-${who}`, roles: ["operator"], kind: "operator" },
    effect,
    proved,
    host: { id: `host-${who}`, environment: "prod", criticality: "normal", tags: ["web"] },
    context: { attended: true, tainted: false, inChangeWindow: true, frozen: false, breakGlass: false, hourOfDay: 10, dayOfWeek: 2 },
  };
}
