import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client, ScheduleTurn, SenaContract } from "../../../src-main/contract/index.ts";
import { openWorld, type World } from "../../../src-main/shells/evals/world.ts";
import { groundHere } from "../../../src-main/shells/lab/index.ts";

if (groundHere() === undefined) process.stderr.write("\nNOT TESTED: schedules on the practice lab, because this machine allows neither user namespaces nor chroot\n");

/** Asked over the contract, as a screen asks. */
async function turnOf(client: Client<SenaContract>, scheduleId: string): Promise<ScheduleTurn> {
  const { turn } = await client.schedules.run({ scheduleId });
  for await (const { schedules } of client.schedules.live({})) {
    const last = schedules.find(({ id }) => id === scheduleId)?.last;
    if (last?.id === turn.id && last.state !== "running") return last;
  }
  throw new Error("the schedules are not told any more");
}

describe.skipIf(groundHere() === undefined)("schedules on the practice lab", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 120_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  it("run real runbooks on real hosts once they are approved, refuse them before, and tell what changed", async () => {
    const { client } = world;
    const { schedule } = await client.schedules.add({ name: "disks", skillId: "linux-core.disk-usage", hosts: ["web-01", "db-01"], timetable: { kind: "daily", at: "02:30", zone: "Europe/Berlin" } });
    expect(await turnOf(client, schedule.id)).toMatchObject({ state: "refused", hosts: [{ outcome: "refused" }, { outcome: "refused" }] });

    const plan = await client.schedules.plan({ scheduleId: schedule.id });
    expect(plan.hosts.flatMap(({ steps }) => steps.map(({ verdict }) => verdict))).toEqual(["allow", "allow"]);
    await client.schedules.approve({ scheduleId: schedule.id, digest: schedule.digest, days: 30 });
    const turn = await turnOf(client, schedule.id);
    expect(turn.hosts.map(({ host, outcome }) => `${host.name} ${outcome}`)).toEqual(["web-01 ok", "db-01 trouble"]);
    const { run } = await client.runs.show({ runId: turn.runId ?? "" });
    expect(run).toMatchObject({ state: "done", actor: { kind: "schedule", id: schedule.id, name: "disks" } });

    const { schedules } = await client.schedules.list({});
    expect(schedules[0]?.notice?.say).toMatch(/refused before; now: trouble/);
  }, 60_000);
  it("never restart a service that policy asks a person about, though somebody approved the schedule", async () => {
    const { client } = world;
    const before = await world.onHost("web-01", "systemctl show -p ActiveEnterTimestamp nginx; ps -C nginx -o pid=");
    const { schedule } = await client.schedules.add({ name: "restarts", skillId: "linux-core.restart-service", inputs: { service: "nginx" }, hosts: ["web-01"], timetable: { kind: "every", minutes: 60 } });
    await client.schedules.approve({ scheduleId: schedule.id, digest: schedule.digest, days: 1 });
    const turn = await turnOf(client, schedule.id);
    expect(turn).toMatchObject({ state: "refused", say: expect.stringContaining("it needs a person") });
    expect(await world.onHost("web-01", "systemctl show -p ActiveEnterTimestamp nginx; ps -C nginx -o pid=")).toBe(before);
    for await (const { waiting } of client.approvals.queue({})) {
      expect(waiting).toEqual([]);
      break;
    }
  }, 60_000);
});
