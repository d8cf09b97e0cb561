import { chmodSync, rmSync } from "node:fs";
import { createServer, Socket } from "node:net";
import { parseArgs } from "node:util";
import { diskTroubleOf } from "../../kernel/index.ts";
import { openChannel, KIND } from "../process/channel.ts";
import { composeCore, type Core } from "./compose.ts";
import { homeFolder, socketPath } from "../process/home.ts";
import { HomeInUse } from "./lock-home.ts";
import { serveChannel } from "./serve-channel.ts";

// The core's process: spawned by a shell with a socketpair on fd 3, or by the command line the same way. It ends when
// it is told to, or when the channel closes because the shell died.

// Whatever is made from here on is this account's alone, also in a home that somebody else made and others can look into.
process.umask(0o077);

const { values } = parseArgs({ options: { home: { type: "string" }, lab: { type: "boolean", default: false }, passing: { type: "boolean", default: false } } });
const home = homeFolder(values.home);
const stream = new Socket({ fd: 3, readable: true, writable: true });

try {
  await run(await composeCore({ home, lab: values.lab, followsClock: !values.passing }));
} catch (error) {
  const channel = openChannel(stream, { frame() {}, close() {} });
  channel.send(KIND.fatal, 0, JSON.stringify({ say: sayWhyNot(error), permanent: error instanceof HomeInUse }));
  console.error(error);
  process.exitCode = error instanceof HomeInUse ? 3 : 1;
  channel.end();
}

function sayWhyNot(error: unknown): string {
  if (error instanceof HomeInUse) return error.message;
  const disk = diskTroubleOf(error);
  if (disk === undefined) return `The core could not start: ${(error as Error).message}`;
  // SQLite calls a full disk so only where it writes; what it needs beside a database to open one, it calls a failure.
  return `SENA could not open what it keeps in ${home}: the disk it lies on is full, or fails (${disk.code}). Nothing was lost. Make some room there (a megabyte is enough to start); if there is room, look at the disk.`;
}

async function run(core: Core): Promise<void> {
  await using owned = new AsyncDisposableStack();
  owned.use(core);
  const over = Promise.withResolvers<void>();
  const { channel, closed } = serveChannel(core, stream, () => over.resolve());
  void closed.then(() => over.resolve());
  owned.use(await listenForCommandLine(core));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => over.resolve());
  process.on("uncaughtException", (error) => fatal(core, error));
  process.on("unhandledRejection", (error) => fatal(core, error));
  channel.send(KIND.ready, 0, JSON.stringify({ pid: process.pid, ms: Math.round(performance.now()) }));
  await over.promise;
  setTimeout(() => process.exit(0), 5000).unref(); // a room that does not close must not keep the core alive for ever
  await owned.disposeAsync();
  process.exit(0);
}

/** State is unknown after an error nobody caught: say it, stop, and let the shell start afresh from what is durable. */
function fatal(core: Core, error: unknown): void {
  core.dispatch.failureOf(error);
  console.error(error);
  process.exit(70);
}

async function listenForCommandLine(core: Core): Promise<AsyncDisposable> {
  const path = socketPath(home, "core");
  if (process.platform !== "win32") rmSync(path, { force: true }); // we hold the home's lock: whatever lies there is dead
  const server = createServer((socket) => void serveChannel(core, socket, () => {}));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  if (process.platform !== "win32") chmodSync(path, 0o600);
  return {
    [Symbol.asyncDispose]: async () => {
      server.close();
      if (process.platform !== "win32") rmSync(path, { force: true });
    },
  };
}
