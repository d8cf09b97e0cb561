import { Readable, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { failer, LINK_FAILURES, type Client, type ExecEvent, type Prompt, type SenaContract } from "../../../src-main/contract/index.ts";
import { execUse } from "../../../src-main/shells/cli/commands/exec.ts";

const HOST_KEY: Prompt = { kind: "host-key", id: "q1", hostId: "h1", host: "web-01", askedAt: 0, keyType: "ssh-ed25519", fingerprint: "SHA256:abc", randomart: "", environment: "prod", otherTypes: [] };
const STARTED: ExecEvent = { type: "started", seq: 1, at: 0 };
const ENDED: ExecEvent = { type: "ended", exitCode: 3, signal: null, elapsedMs: 1, cutBytes: 0, seq: 2 };
const JUDGED: ExecEvent = { type: "judged", effect: "read", proved: true, rule: "", verdict: "allow", why: "", policyRules: [] };
const gone = failer(LINK_FAILURES)("DISCONNECTED");

/** `sena exec`, where the core tells `events` and then goes away, or ends; `asked` waits at the screens until it was told of. */
async function exec(events: readonly ExecEvent[], { asked = [], isLost = false, args = ["web-01"] }: { asked?: readonly Prompt[]; isLost?: boolean; args?: readonly string[] } = {}) {
  const said = { out: "", err: "" };
  const heard = Promise.withResolvers<void>();
  const keep = (where: "out" | "err") => new Writable({ write: (chunk, _encoding, done) => ((said[where] += String(chunk)), where === "err" && heard.resolve(), done()) });
  const followed: unknown[] = [];
  const client = {
    hosts: { find: async () => ({ host: { id: "h1", jumps: ["h2"] } }) },
    prompts: {
      async *pending(input: unknown, { signal }: { signal: AbortSignal }) {
        followed.push(input);
        yield { prompts: asked };
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      },
    },
    guard: {
      async *run() {
        if (asked.length > 0) await heard.promise;
        yield* events;
        if (isLost) throw gone;
      },
    },
  };
  const code = await execUse.run([...args, "--", "uptime"], { io: { stdin: Readable.from([]), stdout: keep("out"), stderr: keep("err") }, home: "", core: async () => client as unknown as Client<SenaContract> });
  return { code, followed, ...said };
}

describe("sena exec, while a host's question waits", () => {
  it("says what it waits for, where it is answered, and that nothing is run until then; it does not pass for somebody who could answer", async () => {
    const { code, err, followed } = await exec([JUDGED, STARTED, ENDED], { asked: [HOST_KEY] });
    expect(code).toBe(3);
    expect(err).toContain("waits: web-01 (prod) shows a host key that is not known yet, ssh-ed25519 SHA256:abc. Nothing is run until");
    expect(err).toContain("sena hosts trust web-01");
    expect(followed).toEqual([{ isOnlyWatching: true }]);
  });
  it("tells of a jump host's question too", async () => {
    const { err } = await exec([STARTED, ENDED], { asked: [{ kind: "secret", id: "q2", hostId: "h2", host: "jump", askedAt: 0, what: "password", detail: "ops@jump" }] });
    expect(err).toContain("jump asks for a password (ops@jump)");
  });
  it("says nothing of another host's question, and nothing where none waits", async () => {
    const other = { ...HOST_KEY, hostId: "h9" };
    expect((await exec([STARTED, ENDED], { asked: [other, HOST_KEY] })).err.match(/waits:/g)).toHaveLength(1);
    expect((await exec([STARTED, ENDED])).err).toBe("");
  });
});

describe("sena exec, when the core goes away", () => {
  it.each([
    [[], /NOT started, as far as was told/],
    [[JUDGED], /NOT started, as far as was told/],
    [[JUDGED, { type: "waiting", approvalId: "a1", notAfter: 1 }], /waiting for an approval, and no start was told: as far as is known here it was NOT run/],
    [[JUDGED, { type: "approved", approvalId: "a1", by: ["bob"] }], /approved, and no start was told: it is not certain/],
    [[JUDGED, STARTED], /STARTED there, once; how it ended is not known/],
    [[JUDGED, STARTED, { type: "output", stream: "stdout", text: "x" }], /STARTED there, once; how it ended is not known/],
  ] as [ExecEvent[], RegExp][])("after %j says whether the command ran, that nothing recorded is lost, and where to look", async (events, told) => {
    const { code, err } = await exec(events, { isLost: true });
    expect(code).toBe(1);
    expect(err).toMatch(told);
    expect(err).toContain("Nothing recorded is lost");
    expect(err).toContain("sena audit search --host web-01 --since 1h");
  });
  it("tells it to a program as the outcome that is unknown", async () => {
    const { out } = await exec([STARTED], { isLost: true, args: ["web-01", "--json"] });
    expect(JSON.parse(out.trim().split("\n").at(-1) ?? "")).toMatchObject({ type: "unknown", say: expect.stringContaining("STARTED there, once") as string });
  });
});
