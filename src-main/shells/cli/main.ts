import { commandLine } from "./command-line.ts";
import { coreOf } from "./core-client.ts";

// `sena`: the command line over the same contract.

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0); // `sena … | head`
  throw error;
});
await using owned = new AsyncDisposableStack();
let connection: ReturnType<typeof coreOf> | undefined;
process.exitCode = await commandLine(process.argv.slice(2), { io: process, core: async (home) => (await (connection ??= coreOf(home, owned))).client });
