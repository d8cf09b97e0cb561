import type { CommandContext } from "../io.ts";

const ENDED = new Set(["done", "failed", "refused", "stopped", "unknown"]);
const SAMPLES: Readonly<Record<string, string>> = { service: "cron", path: "/var/log", size: "100M", duration: "24h", time: "2026-01-01 00:00:00", integer: "20", port: "22", user: "root", package: "openssh-server", process: "sshd", interface: "eth0", host: "127.0.0.1", domain: "example", database: "app", container: "session-cache", pattern: "error", boolean: "true", text: "vm.swappiness" };

/** Every skill that only looks, on the first practice host it is made for; what changes a host is only planned, step by step. */
export async function testOnLab(skillIds: readonly string[], { io, core }: CommandContext): Promise<number> {
  const client = await core();
  const { skills } = await client.skills.list({});
  const { rows } = await client.hosts.list({ filter: { text: "web-01" }, order: { by: "name", down: false }, offset: 0, limit: 5 });
  if (!rows.some(({ name }) => name === "web-01")) {
    io.stderr.write("sena: no practice hosts here. Start them with: npm start -- --lab (the same --home), then run this again.\n");
    return 1;
  }
  const hosts = { linux: ["web-01", "db-01"], idrac: ["bmc-01"], "cisco-ios": ["sw-01"] } as const;
  let failed = 0;
  for (const id of skillIds) {
    const skill = skills.find((known) => known.id === id);
    const names = skill === undefined ? undefined : hosts[skill.targets.os[0] as "linux"];
    if (skill === undefined || names === undefined) {
      io.stdout.write(`skip ${id}: ${skill === undefined ? "it is not in use in the running core" : "there is no practice host for it"}\n`);
      continue;
    }
    const inputs = Object.fromEntries(skill.inputs.filter(({ isRequired }) => isRequired).map(({ name, type, choices }) => [name, choices[0] ?? SAMPLES[type] ?? "x"]));
    const host = id.includes("postgres") ? names.at(-1) ?? names[0] : names[0];
    if (skill.kind === "change") {
      const plan = await client.skills.plan({ skillId: id, inputs });
      failed += plan.problem === undefined ? 0 : 1;
      io.stdout.write(`${plan.problem === undefined ? "plan" : "FAIL"} ${id}: ${plan.problem ?? plan.steps.map(({ script }) => script).join(" · ")}\n`);
      continue;
    }
    const { runId } = await client.runs.start({ skillId: id, hosts: [host], inputs });
    let state = "running";
    let say = "";
    for await (const { event } of client.runs.follow({ runId })) {
      if (event.type === "state") ({ state, say } = event);
      if (ENDED.has(state) || state === "waiting") break;
    }
    if (state === "waiting") {
      await client.runs.stop({ runId });
      io.stdout.write(`asks ${id} on ${host}: an approval would be needed; it was stopped\n`);
      continue;
    }
    const passed = state === "done";
    failed += passed ? 0 : 1;
    io.stdout.write(`${passed ? "ok  " : "FAIL"} ${id} on ${host}${passed ? "" : `: ${state}: ${say}`}\n`);
  }
  return failed;
}
