import { describe, expect, it } from "vitest";
import { applyBulk, createImports, createInventory, exportHosts, filterHosts, orderHosts, type Host } from "../../../src-main/inventory/index.ts";
import type { ImportFiles } from "../../../src-main/inventory/import/imported.ts";
import { planImport } from "../../../src-main/inventory/plan.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { fakeHost } from "../../fakes/hosts.ts";

const counter = () => {
  let n = 0;
  return (prefix: string) => `${prefix}_${(n += 1)}`;
};
const defaults = { environment: "prod", user: "ops", tags: [] } as const;
const plan = (read: Parameters<typeof planImport>[0]["read"], existing: readonly Host[] = []) => planImport({ read, problems: [], existing, source: "csv:x", defaults, newId: counter() });

describe("planning an import", () => {
  it("adds what is new, with the strict defaults", () => {
    expect(plan([{ name: "web", address: "10.0.0.1" }]).add).toMatchObject([{ name: "web", environment: "prod", user: "ops", port: 22, credential: { kind: "ask" }, source: "csv:x" }]);
  });
  it("shows what changes and keeps what a person set by hand", () => {
    const before = fakeHost({ id: "h1", name: "web", address: "old", environment: "staging", notes: "mine", tags: ["mine"], credential: { kind: "vault", secret: "s" } });
    const { change, add } = plan([{ name: "WEB", address: "new", environment: "prod", tags: ["theirs"], credential: { kind: "key-file", path: "/k" } }], [before]);
    expect(add).toEqual([]);
    expect(change[0]?.fields).toEqual(["address", "tags"]);
    expect(change[0]?.after).toMatchObject({ id: "h1", address: "new", environment: "staging", notes: "mine", tags: ["mine", "theirs"], credential: { kind: "vault", secret: "s" } });
  });
  it("keeps a certificate for each connection, and the transport it needs", () => {
    const before = fakeHost({ id: "h1", name: "web", address: "old", credential: { kind: "certificate", source: "bao", role: "ops" } });
    const read = { name: "web", address: "new", credential: { kind: "key-file", path: "/k" }, transport: "system" } as const;
    expect(plan([read], [before]).change[0]).toMatchObject({ fields: ["address"], after: { credential: { kind: "certificate" }, transport: "ssh2" } });
    expect(plan([read], [{ ...before, credential: { kind: "agent" } }]).change[0]?.after).toMatchObject({ credential: { kind: "key-file" }, transport: "system" });
  });
  it("counts what is the same and lists what its source no longer names", () => {
    const here = fakeHost({ id: "h1", name: "web", address: "a", source: "csv:x" });
    const gone = fakeHost({ id: "h2", name: "db", address: "b", source: "csv:x" });
    const other = fakeHost({ id: "h3", name: "else", source: "manual" });
    expect(plan([{ name: "web", address: "a" }], [here, gone, other])).toMatchObject({ add: [], change: [], same: 1, gone: [{ id: "h2" }] });
  });
  it("makes hosts of jump hosts nobody named, and links them in order", () => {
    const { add } = plan([{ name: "inner", address: "10.1.1.1", jumps: ["ops@bastion:2222", "second"] }]);
    const id = (name: string) => add.find((host) => host.name === name)?.id;
    expect(add.find((host) => host.name === "inner")?.jumps).toEqual([id("bastion"), id("second")]);
    expect(add.find((host) => host.name === "bastion")).toMatchObject({ user: "ops", port: 2222 });
  });
  it("leaves out what cannot be a host and says why", () => {
    const { add, problems } = plan([{ name: "ok", address: "a" }, { name: "bad", address: "-oX" }, { name: "ok", address: "b" }]);
    expect(add.map((host) => host.name)).toEqual(["ok"]);
    expect(problems.map(({ why }) => why)).toEqual([expect.stringContaining("is not a host name"), expect.stringContaining("named twice")]);
  });
});

describe("imports against the inventory", () => {
  const setUp = (text: { value: string }) => {
    const store = openStore({ path: ":memory:" });
    const inventory = createInventory({ store, now: () => 5 });
    const files: ImportFiles = { home: "/h", read: () => text.value, list: () => [] };
    return { inventory, imports: createImports({ inventory, store, files, now: () => 5, newId: counter() }) };
  };
  const request = { kind: "csv", path: "/hosts.csv", defaults } as const;

  it("changes nothing until the preview is done, then everything it showed", () => {
    const { inventory, imports } = setUp({ value: "name,address\na,1\nb,2\n" });
    const { id } = imports.preview(request);
    expect(inventory.all()).toHaveLength(0);
    imports.prepare(id, { skip: ["b"], removeGone: false }).commit();
    expect(inventory.all().map((host) => host.name)).toEqual(["a"]);
    expect(imports.sources()).toMatchObject([{ source: "csv:/hosts.csv", hosts: 1 }]);
  });
  it("refuses a preview made before the inventory changed", () => {
    const { inventory, imports } = setUp({ value: "name\na\n" });
    const { id } = imports.preview(request);
    inventory.put([fakeHost({ id: "x" })]);
    expect(() => imports.prepare(id, { skip: [], removeGone: false })).toThrow(expect.objectContaining({ code: "IMPORT_STALE" }));
  });
  it("reads a source again and removes what is gone only when asked", () => {
    const text = { value: "name\na\nb\n" };
    const { inventory, imports } = setUp(text);
    imports.prepare(imports.preview(request).id, { skip: [], removeGone: false }).commit();
    text.value = "name\na\n";
    expect(imports.again("csv:/hosts.csv").plan.gone.map((host) => host.name)).toEqual(["b"]);
    imports.prepare(imports.again("csv:/hosts.csv").id, { skip: [], removeGone: true }).commit();
    expect(inventory.all().map((host) => host.name)).toEqual(["a"]);
  });
  it("refuses what is not text", () => {
    expect(() => setUp({ value: "\0\0" }).imports.preview(request)).toThrow(expect.objectContaining({ code: "IMPORT_UNREADABLE" }));
  });
});

describe("finding hosts", () => {
  const hosts = [fakeHost({ id: "1", name: "web-10", environment: "prod", groups: ["web"], tags: ["nginx"], favourite: true }), fakeHost({ id: "2", name: "web-2", environment: "prod", groups: ["web"], user: "root" }), fakeHost({ id: "3", name: "db-1", environment: "dev", notes: "the old web database" })];
  const names = (text: string) => filterHosts(hosts, { text }).map((host) => host.name);
  it("finds words anywhere, narrows by field and excludes", () => {
    expect(names("web")).toEqual(["web-10", "web-2", "db-1"]);
    expect(names("group:web")).toEqual(["web-10", "web-2"]);
    expect(names("web -env:prod")).toEqual(["db-1"]);
    expect(names("tag:nginx user:ops")).toEqual(["web-10"]);
    expect(names("nothing-of-it")).toEqual([]);
  });
  it("orders names as people count, favourites first", () => {
    expect(orderHosts(hosts, { by: "name", down: false }).map((host) => host.name)).toEqual(["web-10", "db-1", "web-2"]);
  });
  it("changes many at once and leaves the rest of each alone", () => {
    expect(applyBulk(hosts[0] as Host, { addTags: ["x"], removeGroups: ["web"], environment: "staging" })).toMatchObject({ tags: ["nginx", "x"], groups: [], environment: "staging", favourite: true, name: "web-10" });
  });
  it("never lets a host jump through itself in a bulk change", () => {
    expect(applyBulk(hosts[0] as Host, { jumps: ["1", "3"] }).jumps).toEqual(["3"]);
  });
});

describe("writing hosts out", () => {
  const hosts = [fakeHost({ id: "b", name: "bastion", address: "10.0.0.1" }), fakeHost({ id: "w", name: "web", address: "10.0.0.2", port: 2222, jumps: ["b"], credential: { kind: "key-file", path: "/k" }, groups: ["web"] })];
  it("writes an SSH configuration that says the way", () => {
    expect(exportHosts(hosts, "ssh-config")).toContain('Host web\n    HostName 10.0.0.2\n    Port 2222\n    User ops\n    IdentityFile "/k"\n    ProxyJump bastion\n');
  });
  it("writes CSV and Ansible that its own importers read back", async () => {
    const { readCsv } = await import("../../../src-main/inventory/import/csv.ts");
    const { readAnsible } = await import("../../../src-main/inventory/import/ansible.ts");
    expect(readCsv(exportHosts(hosts, "csv"), "x").hosts[1]).toMatchObject({ name: "web", address: "10.0.0.2", port: 2222, jumps: ["bastion"], groups: ["web"], environment: "dev" });
    expect(readAnsible(exportHosts(hosts, "ansible"), "x").hosts.find((host) => host.name === "web")).toMatchObject({ address: "10.0.0.2", port: 2222, environment: "dev" });
  });
});

describe("the inventory's store", () => {
  it("keeps hosts over a restart, and refuses two of one name and a way in a circle", () => {
    const store = openStore({ path: ":memory:" });
    const inventory = createInventory({ store, now: () => 1 });
    inventory.put([fakeHost({ id: "a", name: "web" }), fakeHost({ id: "b", name: "db", jumps: ["a"] })]);
    expect(createInventory({ store, now: () => 1 }).find("DB")?.jumps).toEqual(["a"]);
    expect(() => inventory.put([fakeHost({ id: "c", name: "WEB" })])).toThrow(expect.objectContaining({ code: "HOST_NAME_TAKEN" }));
    expect(() => inventory.put([fakeHost({ id: "a", name: "web", jumps: ["b"] })])).toThrow(expect.objectContaining({ code: "HOST_LOOP" }));
    expect(inventory.get("a")?.jumps).toEqual([]);
  });
});
