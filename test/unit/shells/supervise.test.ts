import { expect, it } from "vitest";
import { supervise } from "../../../src-main/shells/process/supervise.ts";

it.each([["is missing", "/nowhere/node"], ["is refused by the system at once", "no\0name"]])("a core whose program %s is told, and tried again; the shell lives on", async (_, file) => {
  const said: string[] = [];
  await using core = supervise({ command: { file, args: [] }, onLog: (line) => said.push(line) });
  let times = 0;
  for await (const state of core.state.follow(AbortSignal.timeout(20_000))) if (state.is === "down" && (times += 1) === 2) break;
  expect(said.join("\n")).toMatch(/could not be started/);
});
