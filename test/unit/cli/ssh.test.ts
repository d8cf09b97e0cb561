import { Readable, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Client, Pane, SenaContract } from "../../../src-main/contract/index.ts";
import { sshCommand } from "../../../src-main/shells/cli/commands/ssh.ts";

const CTRL_D = "\u0004";

/** A core with one pane that opens when told, and whose shell ends with Ctrl-D. */
function core() {
  const typed: string[] = [];
  const closed = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  let isClosed = false;
  const pane = (state: Pane["state"]) => ({ panes: [{ id: "pane_1", state, readOnly: "" }] });
  const terminals = {
    open: async () => ({ pane: { id: "pane_1" } }),
    async *desk() {
      yield pane({ is: "connecting", attempt: 1 });
      await opened.promise;
      yield pane({ is: "open", since: 0, fingerprint: "", answers: true });
      await closed.promise;
      yield pane({ is: "ended", status: 7, why: "" });
    },
    attach: () => ({
      onChunk() {},
      async write(bytes: Uint8Array) {
        typed.push(Buffer.from(bytes).toString());
        if (typed.at(-1) === CTRL_D) closed.resolve();
      },
      closed: new Promise<void>(() => {}),
    }),
    resize: async () => {},
    close: async () => (isClosed = true),
  };
  return { client: { terminals } as unknown as Client<SenaContract>, typed, open: () => opened.resolve(), isClosed: () => isClosed };
}
const io = (input: string) => ({ stdin: Readable.from([Buffer.from(input)]), stdout: new Writable({ write: (_chunk, _encoding, done) => done() }), stderr: new Writable({ write: (_chunk, _encoding, done) => done() }) });

describe("sena ssh", () => {
  it("keeps what is piped into it until the shell is there, says when it is over, and ends as the shell did", async () => {
    const { client, typed, open, isClosed } = core();
    const ended = sshCommand(["web-01"], { io: io("uptime\n"), home: "", core: async () => client } as never);
    await new Promise((next) => setImmediate(next));
    expect(typed).toEqual([]);
    open();
    expect(await ended).toBe(7);
    expect(typed).toEqual(["uptime\n", CTRL_D]);
    expect(isClosed()).toBe(true);
  });

  it("takes its pane along when it is told to go", async () => {
    const { client, isClosed } = core();
    const ended = sshCommand(["web-01"], { io: io(""), home: "", core: async () => client } as never);
    await new Promise((next) => setImmediate(next));
    process.emit("SIGHUP", "SIGHUP");
    expect(await ended).toBe(255);
    expect(isClosed()).toBe(true);
  });
});
