import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { binaries } from "../fakes/central.ts";
import { freshBuild } from "../harness/fresh-build.ts";
import { ROOT } from "./station.ts";

// What somebody looks at once leaves nothing: no folder, no database that goes on.
it.runIf(binaries)("the demonstration stands with a linked desktop, and all of it is gone when it was told to end", async () => {
  await freshBuild();
  const env = { ...process.env, SENA_CENTRAL_POSTGRES: binaries?.folder, DATABASE_URL: "postgres://nobody@db.example/of-the-house" };
  const child = spawn(process.execPath, [join(ROOT, "dist/central.mjs"), "--demo", "--port", "0"], { stdio: ["ignore", "pipe", "pipe"], env });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  let said = "";
  const stands = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes("The demonstration stands")) resolve();
      });
    }
  });
  await Promise.race([stands, ended]);
  const folder = /lies in (\S+) and goes when it ends/.exec(said)?.[1] ?? "";
  expect(said).toMatch(/linked: Harbour Lab/);
  expect(said).toContain(`in ${folder}/`);
  expect(existsSync(folder)).toBe(true);
  // As from a terminal, where whoever started it hands the signal on besides.
  child.kill("SIGINT");
  child.kill("SIGINT");
  expect({ code: await ended, isThere: existsSync(folder) }).toEqual({ code: 0, isThere: false });
  expect(said).toContain(`${folder} is removed.`);
}, 180_000);
