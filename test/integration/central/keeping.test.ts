import { createHmac } from "node:crypto";
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { checkFolder, exportWorm, readConfig } from "../../../src-main/central/index.ts";
import { PROOF_TYPES } from "../../../src-main/contract/leaf-types.ts";
import { binaries, member, organisation, signIn, testCentral, type Browser, type TestCentral } from "../../fakes/central.ts";
import { linkedDesktop } from "../../fakes/linked-desktop.ts";
import { throwawayFolders } from "../../harness/folders.ts";

// Each file makes a database cluster; on a busy machine that alone takes most of a minute.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const DAY_MS = 86_400_000;
const newFolder = throwawayFolders("sena-worm-");

describe.skipIf(!binaries)("what is kept of records", () => {
  let world: TestCentral;
  let orgId: string;
  let admin: Browser;
  let email: string;
  let desk: Awaited<ReturnType<typeof linkedDesktop>>;
  beforeAll(async () => {
    world = await testCentral({ retentionEveryMs: 40 });
    ({ orgId, admin, email } = await organisation(world, "Harbour"));
    desk = await linkedDesktop(String((await admin.ask("POST", `/v1/orgs/${orgId}/desktops`, {})).body["invitation"]));
  });
  afterAll(async () => {
    await desk?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
  });
  const needs = () => ({ home: world.home, config: readConfig(world.home, {}, { ...(binaries && { postgresBinaries: binaries.folder }) }), packs: "/nowhere", version: "test", now: Date.now, isRunning: true, log: () => {}, isThrowaway: true });
  /** The number of a message that was told and handed to a desktop. */
  const handed = async (desktopId: string): Promise<string> => {
    const { body: inlet } = await admin.ask("POST", `/v1/orgs/${orgId}/inlets`, { name: "Alerts" });
    const seconds = String(Math.floor(Date.now() / 1000));
    const text = JSON.stringify({ title: "DiskFull" });
    const mac = createHmac("sha256", Buffer.from(String(inlet["secret"]).replace("whsec_", ""), "base64")).update(`m1.${seconds}.${text}`).digest("base64");
    const told = await world.browser().ask("POST", new URL(String(inlet["address"])).pathname, text, { "webhook-id": "m1", "webhook-timestamp": seconds, "webhook-signature": `v1,${mac}` });
    expect((await admin.ask("POST", `/v1/orgs/${orgId}/inbox/${String(told.body["itemId"])}/question`, { desktopId, question: "why?" })).status).toBe(200);
    return String(told.body["itemId"]);
  };
  const grow = async (count: number): Promise<void> => {
    await desk.write(count);
    await desk.until("kept", () => desk.link.state.value.lag === 0);
  };

  it("goes part by part into a folder that only grows, and holds there without the server; every change of it is found", async () => {
    const root = newFolder();
    await grow(300);
    const first = await exportWorm(needs(), root);
    expect(first).toMatchObject({ problems: [], wrote: [{ from: 0 }] });
    await grow(40);
    const second = await exportWorm(needs(), root);
    expect(second.wrote[0]?.from).toBe(first.wrote[0]?.to);
    const folder = join(root, orgId, desk.membership.desktopId);
    const files = readdirSync(folder).sort();
    expect(files.length).toBe(4);
    for (const file of files) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o444);
    // What was committed to, and no value: an erasure is not undone by this folder.
    for (const file of files) expect(readFileSync(join(folder, file), "latin1")).not.toContain("echo 299");
    expect(checkFolder(root)).toMatchObject({ problems: [], desktops: 1, parts: 2, entries: second.wrote[0]?.to });

    const tampered = (change: (folder: string) => void): string => {
      const copy = newFolder();
      cpSync(root, copy, { recursive: true });
      const inside = join(copy, orgId, desk.membership.desktopId);
      for (const file of files) chmodSync(join(inside, file), 0o644);
      change(inside);
      return copy;
    };
    const file = (end: string, at: number): string => files.filter((name) => name.endsWith(end))[at] as string;
    const alter = (name: string, from: string, to: string) => (inside: string) => writeFileSync(join(inside, name), readFileSync(join(inside, name), "latin1").replace(from, to), "latin1");
    const problems = (copy: string): string => checkFolder(copy).problems.join("\n");
    expect(problems(tampered(alter(file(".leaves", 0), '"intent"', '"intenT"')))).toMatch(/its entries were changed/);
    expect(problems(tampered(alter(file(".head", 0), '"at":"2', '"at":"3')))).toMatch(/the part before it was changed/);
    expect(problems(tampered((inside) => rmSync(join(inside, file(".head", 0)))))).toMatch(/a part before it is missing/);
    expect(problems(tampered(alter(file(".head", 1), '"to":', '"to":1')))).toMatch(/do not give the signed root/);
    expect(problems(tampered((inside) => writeFileSync(join(inside, file(".head", 1)), readFileSync(join(inside, file(".head", 1)), "utf8").replace(/(sena-central [A-Za-z0-9+/]{20})./, "$1A")))).trim()).not.toBe("");
    // A part that broke off is said and harms nothing; the next goes beside it.
    const broken = tampered((inside) => writeFileSync(join(inside, "000003-000000000999-dead.leaves"), "half"));
    expect(checkFolder(broken)).toMatchObject({ problems: [], notes: [expect.stringMatching(/broke off/) as string] });
    // A database that does not continue what was written is told of, and nothing is added.
    const other = tampered((inside) => writeFileSync(join(inside, file(".head", 1)), readFileSync(join(inside, file(".head", 1)), "utf8").replace(/"frontier":"./, (text) => `${text.slice(0, -1)}${text.endsWith("A") ? "B" : "A"}`)));
    await grow(5);
    const refused = await exportWorm(needs(), other);
    expect(refused).toMatchObject({ wrote: [], problems: [expect.stringMatching(/one of the two was changed/) as string] });
    expect(readdirSync(join(other, orgId, desk.membership.desktopId))).toHaveLength(4);
    // The twin.
    expect((await exportWorm(needs(), root)).wrote).toHaveLength(1);
    expect((await exportWorm(needs(), root)).wrote).toEqual([]);
    expect(checkFolder(root).problems).toEqual([]);
  });

  it("loses its values when their days are over, by type, and none of its proofs", async () => {
    await grow(10);
    const auditor = await member(world, admin, orgId, "aud@example.org", "auditor");
    const path = `/v1/orgs/${orgId}/retention`;
    const rules = [{ type: "intent", days: 30 }, { type: "*", days: 400 }, { type: "inbox", days: 2 }];
    // One that nobody needs before it was fetched, one that waits for a desktop which is off, and one whose desktop left.
    const waits = await linkedDesktop(String((await admin.ask("POST", `/v1/orgs/${orgId}/desktops`, {})).body["invitation"]));
    const left = await linkedDesktop(String((await admin.ask("POST", `/v1/orgs/${orgId}/desktops`, {})).body["invitation"]));
    for (const each of [waits, left]) await each.stop();
    const [done, waiting] = [await handed(waits.membership.desktopId), await handed(waits.membership.desktopId)];
    await handed(left.membership.desktopId);
    expect((await admin.ask("POST", `/v1/orgs/${orgId}/inbox/${done}/done`, {})).status).toBe(200);
    expect((await admin.ask("DELETE", `/v1/orgs/${orgId}/desktops/${left.membership.desktopId}`)).status).toBe(200);
    const intents = async (): Promise<{ values: unknown }[]> => (await auditor.ask("GET", `/v1/orgs/${orgId}/entries?type=intent&limit=200`)).body["items"] as { values: unknown }[];
    expect((await auditor.ask("PUT", path, { was: [], rules })).body["code"]).toBe("NOT_ALLOWED");
    for (const wrong of [[{ type: "*", days: 0 }], [{ type: "inbox", days: 1 }], [...rules, { type: "*", days: 3 }], [{ type: "intents", days: 9 }], [{ type: "key", days: 9 }]]) expect((await admin.ask("PUT", path, { was: [], rules: wrong })).status).toBe(400);
    const unmade = await admin.ask("PUT", path, { rules });
    expect({ status: unmade.status, detail: unmade.body["detail"] }).toEqual({ status: 400, detail: expect.stringMatching(/Say which rules your change was made from: .* beside "rules", as in "was": \[\{"type": "\*", "days": 730\}\], or "was": \[\] .*Nothing was set/) });
    // Two at once: one is set, and the other is told what stands now and sets nothing.
    const both = await Promise.all([admin.ask("PUT", path, { was: [], rules }), admin.ask("PUT", path, { was: [], rules: [{ type: "*", days: 900 }] })]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const [first, second] = both[0].status === 200 ? ["\\* 400 days, inbox 2 days, intent 30 days", both[1]] : ["\\* 900 days", both[0]];
    expect(second.body).toMatchObject({ code: "RETENTION_OTHER", detail: expect.stringMatching(new RegExp(`now it is: ${first}\\. Nothing was set`)) as string });
    const stands = async () => ((await auditor.ask("GET", path)).body["items"] as { type: string; days: number }[]).map(({ type, days }) => ({ type, days }));
    // Made from what stands it is set; said again it is no change, and no line in the list.
    const lines = async () => ((await admin.ask("GET", `/v1/orgs/${orgId}/events?kind=retention`)).body["items"] as unknown[]).length;
    expect((await admin.ask("PUT", path, { was: await stands(), rules })).status).toBe(200);
    const before = await lines();
    expect((await admin.ask("PUT", path, { was: [], rules })).status).toBe(200);
    expect(await lines()).toBe(before);
    const { userId } = (await admin.ask("GET", "/v1/session")).body;
    expect((await auditor.ask("GET", path)).body["items"]).toMatchObject([{ type: "*", days: 400, setBy: userId, setAt: expect.any(Number) as number }, { type: "inbox" }, { type: "intent", days: 30 }]);
    expect((await intents()).every(({ values }) => values !== null)).toBe(true);
    const size = desk.ledger.head().size;
    const key = String((await admin.ask("POST", `/v1/orgs/${orgId}/keys`, { name: "reader", scopes: ["audit:read", "inbox:read"], days: 365 })).body["key"]);
    const later = { ask: (method: string, path: string, body?: unknown) => world.browser().ask(method, path, body, { authorization: `Bearer ${key}` }) };
    const inbox = async (): Promise<string[]> => ((await later.ask("GET", `/v1/orgs/${orgId}/inbox`)).body["items"] as { itemId: string }[]).map(({ itemId }) => itemId);
    expect((await inbox()).length).toBe(3);
    world.clock.value = 3 * DAY_MS;
    await vi.waitFor(async () => expect(await inbox()).toEqual([waiting]), { timeout: 20_000, interval: 50 });
    // Thirty-one days later every session is over, and the desktop, whose clock did not move, waits.
    world.clock.value = 31 * DAY_MS;
    const now = async (): Promise<{ type: string; values: unknown }[]> => (await later.ask("GET", `/v1/orgs/${orgId}/entries?limit=200`)).body["items"] as { type: string; values: unknown }[];
    await vi.waitFor(async () => expect((await now()).filter(({ type }) => type === "intent").every(({ values }) => values === null)).toBe(true), { timeout: 20_000, interval: 50 });
    await vi.waitFor(async () => expect(await inbox()).toEqual([]), { timeout: 20_000, interval: 50 });
    expect((await now()).some(({ type, values }) => type !== "intent" && values !== null)).toBe(true);
    const events = (await later.ask("GET", `/v1/orgs/${orgId}/events?limit=200`)).body["items"] as { kind: string; actor: string; detail: Record<string, unknown> }[];
    const gone = events.filter(({ kind }) => kind === "values.retired");
    expect(gone[0]).toMatchObject({ actor: "retention", detail: { type: "intent", days: 30 } });
    expect(gone.reduce((sum, { detail }) => sum + Number(detail["entries"]), 0)).toBeGreaterThanOrEqual(10);
    // Now everything: what would go is told before, goes then, and what is a proof itself stays.
    const all = { rules: [{ type: "*", days: 30 }] };
    const wouldGo = (await later.ask("POST", `${path}/preview`, all)).body["rules"] as { entries: number }[];
    const isProof = ({ type }: { type: string }): boolean => (PROOF_TYPES as readonly string[]).includes(type);
    const standing = await every(later, orgId);
    expect(wouldGo).toEqual([{ type: "*", days: 30, entries: standing.filter((row) => row.values !== null && !isProof(row)).length }]);
    expect(wouldGo[0]?.entries).toBeGreaterThan(0);
    expect(standing.some(isProof)).toBe(true);
    world.clock.value = 0;
    await signIn(admin, email);
    expect((await admin.ask("PUT", path, { was: [{ type: "*", days: 400 }], ...all })).status).toBe(409);
    expect((await admin.ask("PUT", path, { was: rules, ...all })).status).toBe(200);
    world.clock.value = 31 * DAY_MS;
    await vi.waitFor(async () => expect((await every(later, orgId)).every((row) => isProof(row) === (row.values !== null))).toBe(true), { timeout: 20_000, interval: 50 });
    const keyEntry = standing.find((row) => isProof(row) && row.desktopId === desk.membership.desktopId);
    const changes = (await later.ask("GET", `/v1/orgs/${orgId}/events?kind=retention`)).body["items"] as { kind: string; actor: string; detail: Record<string, unknown> }[];
    expect(changes.map(({ kind, actor, detail }) => [kind, actor, detail["rules"]]).slice(0, 2)).toEqual([["retention.set", userId, ["* 30 days"]], ["retention.set", userId, ["intent 30 days", "* 400 days", "inbox 2 days"]]]);
    expect((await later.ask("GET", `/v1/orgs/${orgId}/events?kind=retention&actor=somebody`)).body["items"]).toEqual([]);
    expect((await later.ask("GET", `/v1/orgs/${orgId}/events?kind=reten`)).body["items"]).toEqual([]);
    const { body } = await later.ask("GET", `/v1/orgs/${orgId}/desktops/${desk.membership.desktopId}/record`);
    expect((body["entries"] as unknown[]).length).toBeGreaterThanOrEqual(size);
    const root = newFolder();
    expect((await exportWorm(needs(), root)).problems).toEqual([]);
    expect(checkFolder(root).problems).toEqual([]);
    world.clock.value = 0;
    expect((await admin.ask("POST", `/v1/orgs/${orgId}/erasures`, { desktopId: keyEntry?.desktopId, seqs: [keyEntry?.seq], why: "asked by hand" })).body).toEqual({ erased: 0, kept: 1 });
  });
});

type Row = { readonly desktopId: string; readonly seq: number; readonly type: string; readonly values: unknown };
/** Every entry of every desktop, page by page. */
async function every(asker: { ask(method: string, path: string): Promise<{ readonly body: Record<string, unknown> }> }, orgId: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: unknown = ""; typeof cursor === "string"; ) {
    const { body } = await asker.ask("GET", `/v1/orgs/${orgId}/entries?limit=200${cursor === "" ? "" : `&cursor=${cursor}`}`);
    rows.push(...(body["items"] as Row[]));
    cursor = body["next"];
  }
  return rows;
}
