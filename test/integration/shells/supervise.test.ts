import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SenaContract } from "../../../src-main/contract/index.ts";
import { connect, type Transport } from "../../../src-main/contract/link/index.ts";
import { KIND } from "../../../src-main/shells/process/channel.ts";
import { coreCommand } from "../../../src-main/shells/process/core-command.ts";
import { supervise, type Supervisor } from "../../../src-main/shells/process/supervise.ts";

function dial(supervisor: Supervisor): Transport {
  let on: Parameters<Transport["receive"]>[0] | undefined;
  const line = supervisor.open({ frame: (kind, payload) => on?.frame(kind === KIND.bytes ? payload : JSON.parse(payload.toString())), close: (code) => on?.close({ code, say: "" }) });
  if (!line) throw new Error("no core");
  return { send: (frame) => line.send(frame instanceof Uint8Array ? KIND.bytes : KIND.text, frame instanceof Uint8Array ? frame : JSON.stringify(frame)), receive: (ears) => void (on = ears), close: () => line.close() };
}

describe("the supervised core", () => {
  let home: string;
  let log: string[];
  const start = (more: Partial<Parameters<typeof supervise>[0]> = {}) => supervise({ command: coreCommand({ home, lab: false }), onLog: (line) => void log.push(line), ...more });

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "sena-home-"));
    log = [];
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it("starts, answers, and stops cleanly when told to", async () => {
    const supervisor = start();
    await supervisor.ready(AbortSignal.timeout(20_000));
    const { client } = await connect<SenaContract>(dial(supervisor));
    expect(await client.app.ping({ text: "hello" })).toEqual({ text: "hello" });
    await supervisor[Symbol.asyncDispose]();
    expect(log.join("")).not.toContain("stopped");
  });

  it("keeps every file to this account, also in a home that others can look into", async () => {
    chmodSync(home, 0o755);
    const before = process.umask(0o022);
    try {
      await using supervisor = start();
      await supervisor.ready(AbortSignal.timeout(20_000));
      const files = readdirSync(home, { recursive: true }).map(String);
      expect(files).toContain("sena.db-wal");
      expect(files.filter((name) => (statSync(join(home, name)).mode & 0o077) !== 0)).toEqual([]);
    } finally {
      process.umask(before);
    }
  });

  it("comes back after kill -9, tells connections they are down, and keeps what was acknowledged", async () => {
    await using supervisor = start();
    await supervisor.ready(AbortSignal.timeout(20_000));
    const first = await connect<SenaContract>(dial(supervisor));
    await first.client.app.changeSettings({ terminalFontSize: 17 });
    const before = supervisor.state.value;
    process.kill(before.is === "ready" ? before.pid : 0, "SIGKILL");
    expect(await first.closed).toMatchObject({ code: 4100 });
    await vi.waitFor(() => expect(supervisor.state.value).toMatchObject({ is: "ready", generation: 2 }), { timeout: 20_000 });
    const { client } = await connect<SenaContract>(dial(supervisor));
    for await (const settings of client.app.settings({})) {
      expect(settings.terminalFontSize).toBe(17);
      break;
    }
  });

  it("kills and restarts a core that stopped answering", async () => {
    await using supervisor = start({ heartbeatMs: 100, silenceMs: 1500 });
    await supervisor.ready(AbortSignal.timeout(20_000));
    const before = supervisor.state.value;
    process.kill(before.is === "ready" ? before.pid : 0, "SIGSTOP");
    await vi.waitFor(() => expect(supervisor.state.value).toMatchObject({ is: "ready", generation: 2 }), { timeout: 20_000 });
  });

  it("kills and restarts a core that does not come to an end of starting, and leaves one alone that takes its time", async () => {
    // Stands for a core that opens its rooms for so long and answers nobody meanwhile.
    const opening = (ms: number) => ({ file: process.execPath, args: ["-e", `setTimeout(() => { const said = Buffer.from('{"pid":1}'); const head = Buffer.from([0, 0, 0, 5 + said.length, ${KIND.ready}, 0, 0, 0, 0]); require("fs").writeSync(3, Buffer.concat([head, said])); }, ${ms}); setInterval(() => {}, 1000)`] });
    await using slow = start({ command: opening(1500), heartbeatMs: 50, silenceMs: 400, startMs: 30_000 });
    await vi.waitFor(() => expect(slow.state.value).toMatchObject({ is: "ready", generation: 1 }), { timeout: 20_000, interval: 5 });
    await using hanging = start({ command: opening(60_000), heartbeatMs: 50, silenceMs: 100, startMs: 600 });
    await vi.waitFor(() => expect(hanging.state.value).toMatchObject({ is: "down", say: expect.stringContaining("SIGKILL") }), { timeout: 20_000, interval: 5 });
  });

  it("leaves a core alone that answers, however short the patience", async () => {
    await using supervisor = start({ heartbeatMs: 50, silenceMs: 2000 });
    await supervisor.ready(AbortSignal.timeout(20_000));
    await new Promise((wake) => setTimeout(wake, 2500));
    expect(supervisor.state.value).toMatchObject({ is: "ready", generation: 1 });
  });

  it("comes back where its home was taken by another program for a while, once it has had it", async () => {
    const times = join(home, "times");
    // Stands for a core that is killed, finds its home taken, and then free again.
    const program = `const fs = require("fs"); const frame = (kind, said) => { const body = Buffer.from(JSON.stringify(said)); fs.writeSync(3, Buffer.concat([Buffer.from([0, 0, 0, 5 + body.length, kind, 0, 0, 0, 0]), body])); };
      fs.appendFileSync(${JSON.stringify(times)}, "x"); const nth = fs.statSync(${JSON.stringify(times)}).size;
      if (nth === 2) { frame(${KIND.fatal}, { say: "SENA already runs", permanent: true }); } else { frame(${KIND.ready}, { pid: process.pid }); if (nth > 2) setInterval(() => {}, 1000); }`;
    await using supervisor = start({ command: { file: process.execPath, args: ["-e", program] } });
    await vi.waitFor(() => expect(supervisor.state.value).toMatchObject({ is: "ready", generation: 3 }), { timeout: 20_000, interval: 5 });
    expect(log.join("")).toContain("SENA already runs");
  });

  it("says in words that the home is in use, and does not try again", async () => {
    await using first = start();
    await first.ready(AbortSignal.timeout(20_000));
    await using second = start();
    await expect(second.ready(AbortSignal.timeout(20_000))).rejects.toThrow(/already runs/);
  });

  it("backs off when the core cannot start, and says why", async () => {
    const file = join(home, "broken.mjs");
    writeFileSync(file, "throw new Error('no such luck')");
    await using supervisor = supervise({ command: { file: process.execPath, args: [file] }, onLog: (line) => void log.push(line) });
    await vi.waitFor(() => expect(log.filter((line) => line.includes("Next start in")).length).toBeGreaterThanOrEqual(2), { timeout: 10_000 });
    expect(log.join("")).toMatch(/Next start in 50 ms[\s\S]*Next start in 250 ms/);
    expect(supervisor.open({ frame() {}, close() {} })).toBeUndefined();
  });
});
