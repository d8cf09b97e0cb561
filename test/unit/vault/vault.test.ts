import { describe, expect, it } from "vitest";
import { openStore } from "../../../src-main/store/index.ts";
import { createVault, seal, unseal } from "../../../src-main/vault/index.ts";

const vector = (key: number, plain: string, aad: string) => Buffer.from(seal(Buffer.alloc(32, key), Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWX"), Buffer.from(plain), Buffer.from(aad))).subarray(24).toString("hex");

describe("XAES-256-GCM", () => {
  it("gives what the specification's vectors give", () => {
    expect(vector(1, "XAES-256-GCM", "")).toBe("ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271");
    expect(vector(3, "XAES-256-GCM", "c2sp.org/XAES-256-GCM")).toBe("986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d");
  });
  it("opens with its key and its place only, and not when any bit was turned", () => {
    const [key, aad] = [Buffer.alloc(32, 5), Buffer.from("here")];
    const box = Buffer.from(seal(key, Buffer.alloc(24, 1), Buffer.from("value"), aad));
    expect(unseal(key, box, aad)?.toString()).toBe("value");
    expect(unseal(Buffer.alloc(32, 6), box, aad)).toBeUndefined();
    expect(unseal(key, box, Buffer.from("there"))).toBeUndefined();
    expect(unseal(key, box.subarray(0, 30), aad)).toBeUndefined();
    for (let bit = 0; bit < box.length * 8; bit += 1) {
      const turned = Buffer.from(box);
      turned[bit >> 3]! ^= 1 << (bit & 7);
      expect(unseal(key, turned, aad)).toBeUndefined();
    }
    expect(() => seal(Buffer.alloc(16), Buffer.alloc(24), aad, aad)).toThrow(RangeError);
    expect(() => unseal(Buffer.alloc(16), box, aad)).toThrow(RangeError);
  });
});

function world() {
  const store = openStore({ path: ":memory:" });
  const clock = { now: 1_000_000 };
  let n = 0;
  const vault = createVault({ store, now: () => clock.now, newId: (p) => `${p}_${(n += 1)}`, random: (into) => crypto.getRandomValues(into) });
  const root = vault.newRoot();
  vault.unlock(root);
  return { store, clock, vault, root };
}

describe("the vault", () => {
  it("gives a secret back, logs the use, counts versions, and keeps it out of its file", async () => {
    const { store, vault, clock } = world();
    await vault.put("db/root", "canary-4711");
    await vault.put("db/root", "canary-4712");
    expect(await vault.reveal("db/root", { for: "ssh web-01" })).toBe("canary-4712");
    expect(vault.list()).toMatchObject([{ name: "db/root", version: 2, lastUsedAt: clock.now }]);
    expect(vault.uses(5)).toEqual([{ at: clock.now, name: "db/root", for: "ssh web-01" }]);
    expect(store.raw.serialize().includes("canary")).toBe(false);
  });
  it("lists what must be cut out of the record: every value while unlocked, the same list until one changes, nothing while locked", async () => {
    const { vault, root } = world();
    await vault.put("db/root", "canary-1");
    await vault.put("mail", "canary-2");
    const first = vault.knownValues();
    expect(first).toEqual(["canary-1", "canary-2"]);
    expect(vault.knownValues()).toBe(first);
    await vault.put("mail", "canary-3");
    await vault.remove("db/root");
    expect(vault.knownValues()).toEqual(["canary-3"]);
    vault.useSources([{ id: "bao", read: async () => "canary-4", check: async () => "" }]);
    await vault.reveal("bao:kv/web", { for: "ssh web-01" });
    expect(vault.knownValues()).toEqual(["canary-3", "canary-4"]);
    vault.lock();
    expect(vault.knownValues()).toEqual([]);
    vault.unlock(root);
    expect(vault.knownValues()).toEqual(["canary-3"]);
  });
  it("gives nothing while locked, and nothing to another root", async () => {
    const { vault, root } = world();
    await vault.put("a", "x");
    vault.lock();
    await expect(vault.reveal("a", { for: "t" })).rejects.toMatchObject({ code: "VAULT_LOCKED" });
    await expect(vault.put("a", "y")).rejects.toMatchObject({ code: "VAULT_LOCKED" });
    expect(() => vault.unlock(vault.newRoot())).toThrow(expect.objectContaining({ code: "VAULT_DAMAGED" }));
    vault.unlock(root);
    expect(await vault.reveal("a", { for: "t" })).toBe("x");
  });
  it("notices a value put back from an older version or another record", async () => {
    const { store, vault } = world();
    await vault.put("a", "old");
    const old = store.raw.prepare("SELECT key_box, value_box FROM secrets WHERE name = 'a'").get() as { key_box: Buffer; value_box: Buffer };
    await vault.put("a", "new");
    await vault.put("b", "other");
    store.raw.prepare("UPDATE secrets SET key_box = ?, value_box = ?").run(old.key_box, old.value_box);
    await expect(vault.reveal("a", { for: "t" })).rejects.toMatchObject({ code: "VAULT_DAMAGED" });
    await expect(vault.reveal("b", { for: "t" })).rejects.toMatchObject({ code: "VAULT_DAMAGED" });
  });
  it("refuses bad names, unknown names, values too long, and sources nobody set up", async () => {
    const { vault } = world();
    await expect(vault.put("a b", "x")).rejects.toMatchObject({ code: "VAULT_BAD_NAME" });
    await expect(vault.put("a", "x".repeat(70_000))).rejects.toMatchObject({ code: "VAULT_TOO_LONG" });
    await expect(vault.reveal("none", { for: "t" })).rejects.toMatchObject({ code: "VAULT_NO_SECRET" });
    await expect(vault.reveal("bao:x", { for: "t" })).rejects.toMatchObject({ code: "VAULT_SOURCE_NOT_SET_UP" });
  });
  it("reminds to rotate, and forgets what is removed", async () => {
    const { vault, clock } = world();
    await vault.put("a", "x");
    vault.setRotation("a", 30);
    expect(vault.list()[0]?.isDue).toBe(false);
    clock.now += 30 * 86_400_000;
    expect(vault.list()[0]?.isDue).toBe(true);
    await vault.remove("a");
    expect(vault.list()).toEqual([]);
  });
  it("travels in a file that only its own passphrase opens", async () => {
    const { vault } = world();
    await vault.put("a", "canary-1");
    await expect(vault.exportSealed("short")).rejects.toMatchObject({ code: "VAULT_WEAK_PASSPHRASE" });
    const file = await vault.exportSealed("four words for travel");
    expect(file).not.toContain("canary");
    const other = world().vault;
    await expect(other.importSealed(file, "four words for trovel")).rejects.toMatchObject({ code: "VAULT_BAD_EXPORT" });
    await expect(other.importSealed("{}", "x")).rejects.toMatchObject({ code: "VAULT_BAD_EXPORT" });
    expect(await other.importSealed(file, "four words for travel")).toBe(1);
    expect(await other.reveal("a", { for: "t" })).toBe("canary-1");
  });
});

describe("what people bring along", () => {
  const read = async (text: string) => {
    const { vault } = world();
    await vault.importPlain(text);
    return Object.fromEntries(await Promise.all(vault.list().map(async ({ name }) => [name, await vault.reveal(name, { for: "t" })] as const)));
  };
  it("is taken in as lines, JSON and the CSV of password managers", async () => {
    expect(await read('# comment\nexport DB_PASSWORD="a b=c"\n\nTOKEN=x#y\n')).toEqual({ DB_PASSWORD: "a b=c", TOKEN: "x#y" });
    expect(await read('{"db/root": "x", "api": "y"}')).toEqual({ "db/root": "x", api: "y" });
    expect(await read('\uFEFF"Group","Title","Username","Password","Notes"\r\n"Root/Intranet","Müller DB","sa","p""w,1\nx","long"\r\n"","web","","",""\r\n')).toEqual({ "Root/Intranet/Muller-DB": 'p"w,1\nx' });
    expect(await read("name,value\na,1\nb,2")).toEqual({ a: "1", b: "2" });
  });
  it.each([
    ["nothing", "  ", /no names and values/],
    ["broken JSON", '{"a":', /begins like JSON/],
    ["a number", '{"a": 4}', /"a" is no text/],
    ["a line that is none", "A=1\nhello", /line 2 is not NAME=VALUE/],
    ["an empty value", "A=", /line 1/],
    ["a name twice", "A=1\nA=2", /twice/],
    ["a name nobody can refer to", '{"a b": "x"}', /letters, digits/],
    ["too many", Array.from({ length: 10_001 }, (_, n) => `A${n}=1`).join("\n"), /more than 10000/],
  ])("is refused whole: %s", async (_what, text, words) => {
    const { vault } = world();
    await expect(vault.importPlain(text)).rejects.toThrow(words);
    expect(vault.list()).toEqual([]);
  });
  it("stores nothing of a file whose last secret cannot be stored", async () => {
    const { vault } = world();
    await expect(vault.importPlain(`A=1\nB=${"x".repeat(70_000)}`)).rejects.toMatchObject({ code: "VAULT_TOO_LONG" });
    expect(vault.list()).toEqual([]);
    vault.lock();
    await expect(vault.importPlain("A=1")).rejects.toMatchObject({ code: "VAULT_LOCKED" });
  });
});
