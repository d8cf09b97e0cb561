import { chmodSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { socketPath } from "../process/home.ts";

/** Whoever can read this account's files may ask for a fresh one-time address: `sena open` and a second start do. */
export async function announce(home: string, freshUrl: () => string): Promise<AsyncDisposable> {
  const path = socketPath(home, "station");
  const isFile = process.platform !== "win32";
  if (isFile) rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end(`${JSON.stringify({ url: freshUrl() })}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  if (isFile) chmodSync(path, 0o600);
  return {
    [Symbol.asyncDispose]: async () => {
      server.close();
      if (isFile) rmSync(path, { force: true });
    },
  };
}
