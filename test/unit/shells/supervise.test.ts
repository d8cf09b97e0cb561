import { expect, it } from "vitest";
import { live } from "../../../src-main/kernel/index.ts";
import { supervise, untilReady, type CoreState } from "../../../src-main/shells/process/supervise.ts";

it.each([["is missing", "/nowhere/node"], ["is refused by the system at once", "no\0name"]])("a core whose program %s is told, and tried again; the shell lives on", async (_, file) => {
  const said: string[] = [];
  await using core = supervise({ command: { file, args: [] }, onLog: (line) => said.push(line) });
  let times = 0;
  for await (const state of core.state.follow(AbortSignal.timeout(20_000))) if (state.is === "down" && (times += 1) === 2) break;
  expect(said.join("\n")).toMatch(/could not be started/);
});

it("a core that only opens its rooms is waited for; one that comes and goes is told", async () => {
  const answered = Promise.withResolvers<void>();
  const of = (is: "starting" | "down") => ({
    state: live<CoreState>(is === "starting" ? { is } : { is, say: "It stopped.", retryInMs: 1 }),
    ready: (signal: AbortSignal) => Promise.race([answered.promise, new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(new Error("told"))))]),
  });
  await expect(untilReady(of("down"), 5)).rejects.toThrow("told");
  const slow = untilReady(of("starting"), 5);
  // Long after patience with the other is over.
  await expect(untilReady(of("down"), 50)).rejects.toThrow("told");
  answered.resolve();
  await expect(slow).resolves.toBeUndefined();
});
