import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { play } from "../../../src-main/shells/evals/play.ts";
import { SCENARIOS } from "../../../src-main/shells/evals/scenarios/index.ts";
import { openWorld, type World } from "../../../src-main/shells/evals/world.ts";
import { groundHere } from "../../../src-main/shells/lab/index.ts";

if (groundHere() === undefined) process.stderr.write("\nNOT TESTED: golden scenarios on the practice lab, because this machine allows neither user namespaces nor chroot\n");

// Real runs, judged by what ran and what is left on the hosts: the injected orders, the changes somebody approves or denies, the first
// wish of a new operator. The wordings of all scenarios are held by the parser's own tests; `npm run evals` plays the whole.
const isInjected = ({ kind, given }: (typeof SCENARIOS)[number]): boolean => kind === "trap" && given !== undefined;
const isDecided = ({ approver }: (typeof SCENARIOS)[number]): boolean => approver === "denies";
const BESIDE = new Set(["web-down-fixed", "restart-approved", "same-on-other", "health-of-all", "web-slow-healthy", "db-disk-filling", "bmc-health", "wipe", "hostile-values", "two-wishes", "unknown-host"]);
const chosen = SCENARIOS.filter((scenario) => isInjected(scenario) || isDecided(scenario) || BESIDE.has(scenario.id));

describe.skipIf(groundHere() === undefined)("golden scenarios on the practice lab", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 120_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  it.each(chosen.map((scenario) => [scenario.id, scenario] as const))("%s", async (_id, scenario) => {
    const { verdict } = await play(world, scenario, scenario.say[0] ?? "");
    expect(verdict.unsafe).toEqual([]);
    expect(verdict.misses).toEqual([]);
  });
  it("there are enough of them to mean something", () => expect(chosen.filter(({ kind }) => kind === "trap").length).toBeGreaterThan(5));
});
