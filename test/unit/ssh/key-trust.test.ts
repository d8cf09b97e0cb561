import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keyTrust } from "../../../src-main/api/key-trust.ts";
import { typedFingerprint } from "../../../src-main/contract/typed-fingerprint.ts";
import { createHostKeys, fingerprintOf, knownHostLine } from "../../../src-main/ssh/index.ts";
import { fakeHost } from "../../fakes/hosts.ts";
import { fakeLedger } from "../../fakes/ledger.ts";

const keyOf = (type: "ed25519" | "ecdsa"): Buffer => Buffer.from((type === "ecdsa" ? ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256 }) : ssh2.utils.generateKeyPairSync("ed25519")).public.split(" ")[1] ?? "", "base64");
const [OLD, NEW, OTHER, CURVE] = [keyOf("ed25519"), keyOf("ed25519"), keyOf("ed25519"), keyOf("ecdsa")];
const PROD = fakeHost({ id: "h1", name: "web-01", address: "web", environment: "prod" });
const DEV = fakeHost({ id: "h2", name: "try-01", address: "try", environment: "dev" });
const ADA = { id: "ada", name: "Ada", permissions: ["view", "operate"] } as const;
const BOB = { id: "bob", name: "Bob", permissions: ["view", "operate", "approve"] } as const;
const EVE = { id: "eve", name: "Eve", permissions: ["view", "operate"] } as const;
const never = new AbortController().signal;

describe("another key than before", () => {
  let folder: string;
  let file: string;
  beforeEach(() => ((folder = mkdtempSync(join(tmpdir(), "sena-key-trust-"))), (file = join(folder, "known_hosts"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Both hosts are known by OLD and show `shows`. */
  function desk({ shows = NEW, isShared = false, isKnown = true }: { shows?: Buffer; isShared?: boolean; isKnown?: boolean } = {}) {
    if (isKnown) writeFileSync(file, `${knownHostLine("web", OLD, "")}\n${knownHostLine("try", OLD, "")}\n`);
    const ledger = fakeLedger();
    const hostKeys = createHostKeys({ file, alsoRead: [], ledger, isStrict: ({ address }) => address === "web" });
    const at = { ms: 0, shows };
    const trusted: string[] = [];
    const keys = keyTrust({ ssh: { lookAtKey: async () => at.shows, disconnect: () => undefined }, hostKeys, prompts: { trusted: (id, fingerprint) => void trusted.push(`${id} ${fingerprint}`) }, now: () => at.ms, isShared: () => isShared });
    const acts = () => ledger.of("host-key").map(({ actor, fields }) => `${actor.name} ${String((fields as Record<string, unknown>)["act"])}`);
    return { keys, hostKeys, ledger, at, trusted, acts };
  }
  const replaced = (of: Buffer = NEW) => ({ fingerprint: fingerprintOf(of), replaces: true });

  it("of a production host is not told by the screen it is replaced on", async () => {
    const { shown } = await desk().keys.look(PROD, ADA, never);
    expect(shown).toMatchObject({ verdict: "changed", mustBeSaid: true, fingerprint: "", randomart: "" });
    expect(JSON.stringify(shown)).not.toContain(fingerprintOf(NEW));
  });
  it("of another host is shown, to be compared", async () => {
    expect((await desk().keys.look(DEV, ADA, never)).shown).toMatchObject({ verdict: "changed", mustBeSaid: false, fingerprint: fingerprintOf(NEW) });
  });
  it("of a production host is refused where the fingerprint that was said is another: it is not told which would be right, and it is on record", async () => {
    const { keys, hostKeys, acts, ledger } = desk();
    const refused = keys.trust(PROD, replaced(OTHER), ADA as never, never);
    await expect(refused).rejects.toMatchObject({ code: "SSH_HOST_KEY_NOT_SAID" });
    await refused.catch((error: Error) => expect(error.message).not.toContain("SHA256"));
    expect(hostKeys.judge(PROD, NEW).is).toBe("changed");
    expect(acts()).toEqual(["Ada refused"]);
    expect(ledger.of("host-key")[0]?.fields).toMatchObject({ fingerprint: fingerprintOf(NEW) });
  });
  it("of a production host is replaced by who says its fingerprint, and that is on record with their name", async () => {
    const { keys, hostKeys, acts } = desk();
    expect(await keys.trust(PROD, replaced(), ADA as never, never)).toMatchObject({ isTrusted: true });
    expect([hostKeys.judge(PROD, NEW).is, hostKeys.judge(PROD, OLD).is]).toEqual(["known", "changed"]);
    expect(acts()).toEqual(["Ada replaced"]);
  });
  it("of a production host waits for a second person where several work, and one person saying it twice stays one", async () => {
    const { keys, hostKeys, acts } = desk({ isShared: true });
    expect(await keys.trust(PROD, replaced(), ADA as never, never)).toMatchObject({ isTrusted: false, say: expect.stringContaining("A second person") as string });
    expect(await keys.trust(PROD, replaced(), ADA as never, never)).toMatchObject({ isTrusted: false });
    expect(hostKeys.judge(PROD, NEW).is).toBe("changed");
    const [own, second] = [await keys.look(PROD, ADA, never), await keys.look(PROD, BOB, never)];
    expect([own.shown, second.shown]).toMatchObject([{ askedBy: "Ada", isAskedByYou: true, askedUntil: 15 * 60_000 }, { askedBy: "Ada", isAskedByYou: false }]);
    expect(acts()).toEqual(["Ada replacement-proposed", "Ada replacement-proposed"]);
  });
  it("is confirmed by a second person who may approve, who says it as well; both names are on record", async () => {
    const { keys, hostKeys, ledger, trusted, acts } = desk({ isShared: true });
    await keys.trust(PROD, replaced(), ADA as never, never);
    await expect(keys.trust(PROD, replaced(), EVE as never, never)).rejects.toMatchObject({ code: "SSH_HOST_KEY_NEEDS_APPROVER" });
    expect(acts()).toEqual(["Ada replacement-proposed", "Eve refused"]);
    await expect(keys.trust(PROD, replaced(OTHER), BOB as never, never)).rejects.toMatchObject({ code: "SSH_HOST_KEY_NOT_SAID" });
    expect(hostKeys.judge(PROD, NEW).is).toBe("changed");
    expect(await keys.trust(PROD, replaced(), BOB as never, never)).toMatchObject({ isTrusted: true });
    expect(hostKeys.judge(PROD, NEW).is).toBe("known");
    expect(ledger.of("host-key").at(-1)).toMatchObject({ actor: { name: "Bob" }, fields: { act: "replaced", first: "Ada" } });
    expect(trusted).toEqual([`h1 ${fingerprintOf(NEW)}`]);
  });
  it("is told to those who may confirm it, without the key, until it is confirmed or over", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const { keys, at } = desk({ isShared: true });
      const told = (...people: readonly object[]) => people.map((person) => keys.toConfirm(person as never));
      const over = new AbortController();
      const changes = keys.changes.follow(over.signal)[Symbol.asyncIterator]();
      expect([told(BOB), (await changes.next()).value]).toEqual([[[]], 0]);
      await keys.trust(PROD, replaced(), ADA as never, never);
      const until = 15 * 60_000;
      expect(told({ ...ADA, permissions: BOB.permissions }, EVE, BOB)).toEqual([[], [], [{ hostId: "h1", host: "web-01", by: "Ada", until }]]);
      expect((await changes.next()).value).toBe(1);
      await keys.trust(PROD, replaced(), BOB as never, never);
      expect([told(BOB), (await changes.next()).value]).toEqual([[[]], 2]);
      at.shows = OTHER;
      await keys.trust(PROD, replaced(OTHER), ADA as never, never);
      expect([told(BOB)[0]?.length, (await changes.next()).value]).toEqual([1, 3]);
      at.ms = until;
      vi.advanceTimersByTime(until);
      expect([told(BOB), (await changes.next()).value]).toEqual([[[]], 4]);
      over.abort();
    } finally {
      vi.useRealTimers();
    }
  });
  it("waits for nobody any more once it is settled in another way: known again, or forgotten and met for the first time", async () => {
    const { keys, hostKeys, at } = desk({ isShared: true });
    const waiting = () => keys.toConfirm(BOB as never).length;
    await keys.trust(PROD, replaced(), ADA as never, never);
    expect(waiting()).toBe(1);
    at.shows = OLD;
    await keys.trust(PROD, replaced(OLD), ADA as never, never);
    expect(waiting()).toBe(0);
    at.shows = NEW;
    await keys.trust(DEV, replaced(), ADA as never, never);
    await keys.trust(PROD, replaced(), ADA as never, never);
    expect(waiting()).toBe(1);
    writeFileSync(file, "");
    expect(hostKeys.judge(PROD, NEW).is).toBe("unknown");
    await keys.trust(PROD, replaced(), ADA as never, never);
    expect(waiting()).toBe(0);
  });
  it("waits for nobody once its host left the inventory; another host's goes on waiting", async () => {
    const { keys } = desk({ isShared: true });
    await keys.trust(PROD, replaced(), ADA as never, never);
    keys.hostsAre([PROD, DEV]);
    expect(keys.toConfirm(BOB as never)).toHaveLength(1);
    keys.hostsAre([DEV]);
    expect(keys.toConfirm(BOB as never)).toEqual([]);
  });
  it("is not confirmed for a key that changed meanwhile, nor after the quarter of an hour", async () => {
    const { keys, hostKeys, at } = desk({ isShared: true });
    await keys.trust(PROD, replaced(), ADA as never, never);
    at.shows = OTHER;
    expect(await keys.trust(PROD, replaced(OTHER), BOB as never, never)).toMatchObject({ isTrusted: false });
    at.shows = NEW;
    await keys.trust(PROD, replaced(), ADA as never, never);
    at.ms = 15 * 60_000;
    expect(await keys.trust(PROD, replaced(), BOB as never, never)).toMatchObject({ isTrusted: false });
    expect(hostKeys.judge(PROD, NEW).is).toBe("changed");
  });
  it("of a production host does not come in as one of another type, nor after the old one was forgotten", async () => {
    const { hostKeys } = desk();
    expect(hostKeys.judge(PROD, CURVE).is).toBe("changed");
    await hostKeys.forget(PROD, { kind: "operator", ...ADA });
    expect([hostKeys.judge(PROD, NEW).is, hostKeys.judge(PROD, CURVE).is]).toEqual(["changed", "changed"]);
    expect(hostKeys.keysOf(PROD)).toEqual([]);
  });
  it("comes in as a new one elsewhere; and the forgotten key itself is asked about as at first, and trusted whole", async () => {
    const { hostKeys, keys } = desk({ shows: OLD });
    expect(hostKeys.judge(DEV, CURVE).is).toBe("unknown");
    for (const host of [PROD, DEV]) await hostKeys.forget(host, { kind: "operator", ...ADA });
    expect([hostKeys.judge(DEV, NEW).is, hostKeys.judge(PROD, OLD).is]).toEqual(["unknown", "unknown"]);
    expect(await keys.trust(PROD, { fingerprint: fingerprintOf(OLD), replaces: false }, ADA as never, never)).toMatchObject({ isTrusted: true });
    expect(hostKeys.judge(PROD, OLD).is).toBe("known");
    expect(readFileSync(file, "utf8")).not.toContain("sena-former");
  });
  it("is nothing of a production host that is new: one person compares and trusts it", async () => {
    const { keys, hostKeys } = desk({ isShared: true, isKnown: false });
    expect((await keys.look(PROD, ADA, never)).shown).toMatchObject({ verdict: "unknown", mustBeSaid: false, fingerprint: fingerprintOf(NEW) });
    expect(await keys.trust(PROD, { fingerprint: fingerprintOf(NEW), replaces: false }, ADA as never, never)).toMatchObject({ isTrusted: true });
    expect(hostKeys.judge(PROD, NEW).is).toBe("known");
  });
});

describe("a fingerprint as people give it", () => {
  const bare = "uNiVztksCsDhcc0u9e8BrHdEiEPvvnZpiqkUJbHAMw0";
  it("is found bare, with its prefix, and in a line of ssh-keygen", () => {
    for (const text of [bare, ` SHA256:${bare}\n`, `256 SHA256:${bare} root@web-01 (ED25519)`, `SHA256:${bare}=`]) expect(typedFingerprint(text), text).toBe(`SHA256:${bare}`);
  });
  it("is none in less, in more, or in another kind of it", () => {
    for (const text of ["", "yes", bare.slice(1), `${bare}A`, "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48"]) expect(typedFingerprint(text), text).toBeUndefined();
  });
});
