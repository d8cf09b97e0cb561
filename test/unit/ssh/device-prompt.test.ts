import { describe, expect, it } from "vitest";
import { execAtPrompt } from "../../../src-main/ssh/device-prompt.ts";
import type { SshShell } from "../../../src-main/ssh/port.ts";

/** A device that acts on a line at Enter, with a prompt of its own. */
function device(name: string) {
  const typed: string[] = [];
  let prompt = `${name}#`;
  const queue: Uint8Array[] = [Buffer.from(`\r\n${prompt}`)];
  let wake = (): void => {};
  let isOver = false;
  const say = (text: string): void => void (queue.push(Buffer.from(text)), wake());
  const shell = {
    output: (async function* () {
      while (!isOver) {
        const next = queue.shift();
        if (next !== undefined) yield next;
        else await new Promise<void>((go) => (wake = go));
      }
    })(),
    async write(bytes: Uint8Array) {
      const line = Buffer.from(bytes).toString().replace(/\r$/, "");
      typed.push(line);
      if (line.startsWith("conf")) prompt = `${name.slice(0, 20)}(config)#`;
      else if (line.startsWith("hostname ")) prompt = `${line.slice(9)}(config)#`;
      else if (line === "end") prompt = prompt.replace("(config)", "");
      say(`${line}\r\n${line.startsWith("show") ? "one\r\ntwo\r\n" : ""}${prompt}`);
    },
    close() {
      isOver = true;
      wake();
    },
  } as unknown as SshShell;
  return { typed, open: () => Promise.resolve(shell) };
}

describe("a command at a device's prompt", () => {
  it.each(["reload ?", "show\tversion", "show version\rreload", "show version\u0003", "show \u202eversion"])("is not typed at all when it holds a key that acts at once: %j", async (wire) => {
    const { typed, open } = device("sw-01");
    await expect(execAtPrompt(open, "sw-01", { wire })).rejects.toMatchObject({ code: "SSH_NOT_TYPED" });
    expect(typed).toEqual([]);
  });

  it("goes on when the device gets another name, or cuts a long one short", async () => {
    const long = device("access-switch-building-seven-03");
    const result = await execAtPrompt(long.open, "sw-01", { wire: "configure terminal\nhostname core-1\nend\nshow clock" });
    expect(result.exitCode).toBe(0);
    expect(Buffer.from(result.stdout).toString()).toBe("one\ntwo\n");
    expect(long.typed).toEqual(["terminal length 0", "configure terminal", "hostname core-1", "end", "show clock"]);
  });
});
