import { createHash } from "node:crypto";
import { closeSync, cpSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseLeaf, type Leaf } from "../../../src-main/ledger/leaf.ts";
import type { SenaLedger } from "../../../src-main/ledger/index.ts";
import { operator, workplace } from "./harness.ts";

const of = { session: "ses_1", host: "host_web01", actor: operator, cols: 80, rows: 24, title: "web-01", term: "xterm-256color" };
const castOf = (dir: string): string => {
  const [name] = readdirSync(join(dir, "recordings"));
  return readFileSync(join(dir, "recordings", name as string), "utf8");
};
const lines = (cast: string): unknown[] => cast.trimEnd().split("\n").filter((line) => !line.startsWith("#")).map((line) => JSON.parse(line) as unknown);
const typesOf = (ledger: SenaLedger): string[] => Array.from({ length: ledger.head().size }, (_, seq) => parseLeaf(ledger.writer.book.leaf(seq) as Buffer)).map((leaf: Leaf) => leaf.type);

describe("a recording", () => {
  it("is asciicast v3 with what came out, went in and changed, tied to its session's entries", async () => {
    using place = workplace();
    let steady = 1000;
    await using ledger = await place.open({ monotonicMs: () => steady });
    const recording = await ledger.recordings.open(of);
    steady += 500;
    recording.output(Buffer.from("hello "));
    recording.output(Buffer.from("world\r\n"));
    steady += 250;
    recording.input(Buffer.from("exit\r"));
    recording.resize(100, 30);
    recording.marker("step 2");
    await recording.close({ status: 3, reason: "the shell ended" });
    const [header, ...events] = lines(castOf(place.dir));
    expect(header).toMatchObject({ version: 3, term: { cols: 80, rows: 24, type: "xterm-256color" }, title: "web-01" });
    expect(events).toEqual([[0.5, "o", "hello world\r\n"], [0.25, "i", "exit\r"], [0, "r", "100x30"], [0, "m", "step 2"], [0, "x", "3"]]);
    expect(typesOf(ledger).slice(-3)).toEqual(["session-open", "recording", "session-close"]);
  });

  it("keeps split UTF-8 whole and bytes that are no text in full", async () => {
    using place = workplace();
    await using ledger = await place.open();
    const recording = await ledger.recordings.open(of);
    const euro = Buffer.from("€");
    recording.output(euro.subarray(0, 2));
    await recording.flush();
    recording.output(euro.subarray(2));
    await recording.flush();
    recording.output(Buffer.from([0x66, 0xff, 0x6f]));
    await recording.close({ status: 0, reason: "done" });
    const cast = castOf(place.dir);
    expect(lines(cast).slice(1).map((event) => (event as string[])[2])).toEqual(["€", "f\ufffdo", "0"]);
    expect(cast).toContain(`# raw ${Buffer.from([0x66, 0xff, 0x6f]).toString("base64")}\n`);
  });

  it("takes a flood as it comes, however much of it at once, and loses no character between two events", async () => {
    using place = workplace();
    await using ledger = await place.open();
    const recording = await ledger.recordings.open(of);
    const flood = Buffer.from("\u001b[31m日志 «ünïcödé» 🎉\u001b[0m\r\n".repeat(40_000));
    const cuts = [0, 1, 700, 100_001, 400_000, 400_003, 1_200_001, flood.byteLength];
    cuts.slice(1).forEach((to, n) => recording.output(flood.subarray(cuts[n], to)));
    await recording.close({ status: 0, reason: "done" });
    const shown = lines(castOf(place.dir)).slice(1).filter((event) => (event as string[])[1] === "o").map((event) => (event as string[])[2] as string);
    expect(shown.join("")).toBe(flood.toString("utf8"));
    expect(castOf(place.dir)).not.toContain("# raw");
    expect(Math.max(...shown.map((text) => Buffer.byteLength(text)))).toBeLessThanOrEqual(256 * 1024);
  });

  it("never keeps what is typed at a password prompt, and keeps what is typed elsewhere", async () => {
    using place = workplace();
    await using ledger = await place.open();
    const recording = await ledger.recordings.open(of);
    recording.output(Buffer.from("[sudo] password for ops: "));
    recording.input(Buffer.from("hunter2\r"));
    recording.output(Buffer.from("\r\n$ "));
    recording.input(Buffer.from("ls\r"));
    await recording.close({ status: 0, reason: "done" });
    expect(castOf(place.dir)).not.toContain("hunter2");
    expect(castOf(place.dir)).toContain('"i","ls\\r"');
  });

  it("commits to the bytes of the file, so that a swapped one does not fit", async () => {
    using place = workplace();
    await using ledger = await place.open();
    const recording = await ledger.recordings.open(of);
    recording.output(Buffer.from("uid=0(root)"));
    await recording.close({ status: 0, reason: "done" });
    const row = ledger.writer.book.entry(ledger.head().size - 2);
    const text = (await import("../../../src-main/ledger/sealing.ts")).unsealText(ledger.writer.book.subjectKey(row!.subject)!, row!.nonce!, row!.sealed!);
    expect(text).toContain(createHash("sha256").update(castOf(place.dir)).digest("hex"));
  });

  it("stops taking anything when the disk refuses it, and says so", async () => {
    using place = workplace();
    await using ledger = await place.open();
    const recording = await ledger.recordings.open(of);
    recording.output(Buffer.from("before"));
    await recording.flush();
    // The descriptor vanishing under it is what a dying disk looks like from here.
    const { readlinkSync, readdirSync: list } = await import("node:fs");
    const fd = list("/proc/self/fd").map(Number).find((one) => {
      try {
        return readlinkSync(`/proc/self/fd/${one}`).endsWith(".cast");
      } catch {
        return false;
      }
    }) as number;
    closeSync(fd);
    recording.output(Buffer.from("lost"));
    await expect(recording.flush()).rejects.toMatchObject({ code: "RECORDING_FAILED" });
    expect(() => recording.output(Buffer.from("more"))).toThrow(expect.objectContaining({ code: "RECORDING_FAILED" }));
  });

  it("left open by a crash is closed at the next start, with a gap that says so", async () => {
    using place = workplace();
    using crashed = workplace();
    {
      await using ledger = await place.open();
      const recording = await ledger.recordings.open(of);
      recording.output(Buffer.from("half a line"));
      await recording.flush();
      // What a kill leaves behind is what lies on the disk at that moment.
      cpSync(place.dir, crashed.dir, { recursive: true });
      await recording.close({ status: 0, reason: "done" });
    }
    await using again = await crashed.open();
    expect(typesOf(again).slice(-4)).toEqual(["boot", "gap", "recording", "session-close"]);
  });
});
