import { spawn, type IPty } from "@lydell/node-pty";
import type { Host } from "../../src-main/inventory/port.ts";
import type { Ssh, SshShell } from "../../src-main/ssh/port.ts";

export const fakeHost = (id: string, over: Partial<Host> = {}): Host => ({
  id, name: id, address: "127.0.0.1", port: 22, user: "ops", environment: "dev", criticality: "normal", groups: [], tags: [], os: "linux", jumps: [],
  credential: { kind: "ask" }, transport: "ssh2", legacyAlgorithms: false, keepShell: false, notes: "", favourite: false, source: "test", ...over,
});

export type LocalShells = Pick<Ssh, "shell"> & {
  /** Cuts every connection as a dead network does. */
  dropAll(why?: string): void;
  /** The next tries to connect fail with this, until undefined. */
  refuse(error: Error | undefined): void;
  readonly opened: number;
  readonly commands: readonly (string | undefined)[];
  /** Bytes the program wrote that nobody pulled yet. */
  readonly unread: number;
  [Symbol.dispose](): void;
};

/**
 * A real shell in a real local PTY behind the port's manners: output is pulled, and a program that nobody reads blocks
 * once the kernel's buffer is full.
 */
export function localShells({ program = "/bin/bash", args = ["--noprofile", "--norc"], env = {} }: { program?: string; args?: string[]; env?: Record<string, string> } = {}): LocalShells {
  const live = new Set<{ pty: IPty; end(status: number | null, reason: string): void }>();
  const commands: (string | undefined)[] = [];
  let refusal: Error | undefined;
  let unread = 0;
  return {
    commands,
    get opened() {
      return commands.length;
    },
    get unread() {
      return unread;
    },
    refuse: (error) => void (refusal = error),
    dropAll(why = "the network dropped") {
      for (const it of live) {
        it.end(null, why);
        it.pty.kill("SIGKILL");
      }
    },
    [Symbol.dispose]() {
      for (const { pty } of live) pty.kill("SIGKILL");
    },
    async shell(hostId, { cols, rows, term, command }) {
      commands.push(command);
      if (refusal) throw refusal;
      const pty = spawn(program, command === undefined ? args : ["-c", command], { cols, rows, name: term, encoding: null, env: { PATH: process.env["PATH"] ?? "", HOME: "/tmp", PS1: "$ ", TERM: term, ...env } });
      const ended = Promise.withResolvers<{ status: number | null; reason: string }>();
      const queue: Uint8Array[] = [];
      let isOver = false;
      let wake = () => {};
      const end = (status: number | null, reason: string) => {
        isOver = true;
        live.delete(it);
        ended.resolve({ status, reason });
        wake();
      };
      const it = { pty, end };
      live.add(it);
      pty.onData((data: unknown) => {
        queue.push(data as Uint8Array);
        unread += (data as Uint8Array).byteLength;
        pty.pause(); // one chunk at a time: pulled, not pushed
        wake();
      });
      pty.onExit(({ exitCode }) => setTimeout(() => end(exitCode, ""), 20));
      return {
        identity: { hostId, user: "ops", fingerprint: "SHA256:local", keyType: "ed25519" },
        output: {
          async *[Symbol.asyncIterator]() {
            for (;;) {
              const next = queue.shift();
              if (next) {
                unread -= next.byteLength;
                yield next;
                if (queue.length === 0) pty.resume();
              } else if (isOver) return;
              else await new Promise<void>((resolve) => (wake = resolve));
            }
          },
        },
        write: async (bytes) => pty.write(Buffer.from(bytes) as never), // typed for text, takes bytes
        resize: (toCols, toRows) => {
          if (!isOver) pty.resize(toCols, toRows);
        },
        ended: ended.promise,
        close: () => {
          end(null, "closed");
          pty.kill("SIGKILL");
        },
      } satisfies SshShell;
    },
  };
}
