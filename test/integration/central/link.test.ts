import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ownAuthority } from "../../../src-main/central/http/certificates.ts";
import { otlpOf } from "../../../src-main/insight/otlp.ts";
import { binaries, member, organisation, PASSWORD, testCentral, type Browser, type TestCentral } from "../../fakes/central.ts";
import { linkedDesktop } from "../../fakes/linked-desktop.ts";

// Each file makes a database cluster; on a busy machine that alone takes most of a minute.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

type ToldSpan = { readonly traceId: string; readonly parentSpanId: string; readonly name: string; readonly attributes: readonly { readonly key: string; readonly value: Record<string, string> }[] };
/** A LOCAL FAKE of a collector of traces: keeps the spans it was sent. */
async function fakeCollector() {
  const spans: ToldSpan[] = [];
  const server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString())).on("end", () => {
      const { resourceSpans } = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: ToldSpan[] }[] }[] };
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.end("{}");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { spans, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

describe.skipIf(!binaries)("a desktop that belongs to an organisation", () => {
  let world: TestCentral;
  let orgId: string;
  let admin: Browser;
  let collector: Awaited<ReturnType<typeof fakeCollector>>;
  beforeAll(async () => {
    collector = await fakeCollector();
    world = await testCentral({}, { traces: collector.url });
    ({ orgId, admin } = await organisation(world, "Harbour"));
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    collector?.close();
  });
  const invitation = async (): Promise<string> => String((await admin.ask("POST", `/v1/orgs/${orgId}/desktops`, {})).body["invitation"]);
  const kept = async (desktopId: string): Promise<{ keptSize: number; forkedAt: number | null }> =>
    ((await admin.ask("GET", `/v1/orgs/${orgId}/desktops`)).body["items"] as { desktopId: string; keptSize: number; forkedAt: number | null }[]).find((each) => each.desktopId === desktopId) ?? { keptSize: -1, forkedAt: null };
  const alarms = async (): Promise<unknown[]> => (await admin.ask("GET", `/v1/orgs/${orgId}/alarms`)).body["items"] as unknown[];

  it("enrols once with a token, pins the authority the line names, and is refused by the token's second use", async () => {
    const line = await invitation();
    await using desk = await linkedDesktop(line);
    await desk.until("linked", () => desk.link.state.value.state === "linked");
    await expect(linkedDesktop(line)).rejects.toThrow(/one-time code was used/);
    const other = line.replace(/#.*/, `#${"0".repeat(64)}`);
    await expect(linkedDesktop(other)).rejects.toThrow(/shows another authority/);
    const events = (await admin.ask("GET", `/v1/orgs/${orgId}/events?limit=200`)).text;
    expect(events).toContain('"desktop.enrolled"');
    expect(events).toContain('"CODE_SPENT"');
  });

  it.each(["with its chain", "alone"])("enrols with a server that has a certificate of the house, %s", async (how) => {
    const folder = mkdtempSync(join(tmpdir(), "sena-house-"));
    const house = ownAuthority(folder, ["localhost", "127.0.0.1"], Date.now());
    const certificate = join(folder, "house.pem");
    const [leaf = ""] = house.cert.split(/(?<=-----END CERTIFICATE-----\n)/);
    writeFileSync(certificate, how === "alone" ? leaf : house.cert);
    await using other = await testCentral({}, { certificate, key: join(folder, "server.key") });
    const there = await organisation(other, "House");
    await using desk = await linkedDesktop(String((await there.admin.ask("POST", `/v1/orgs/${there.orgId}/desktops`, {})).body["invitation"]));
    await desk.until("linked", () => desk.link.state.value.state === "linked");
  });

  it("has every entry of its record kept, verified and cosigned, and the receipt in its own record", async () => {
    await using desk = await linkedDesktop(await invitation());
    await desk.write(300);
    await desk.until("all kept", async () => (await kept(desk.membership.desktopId)).keptSize >= 300);
    await desk.until("a receipt", () => desk.ledger.witness.anchor().witnesses === 1);
    expect(desk.ledger.witness.anchor().size).toBeGreaterThan(0);
    await desk.until("quiet", () => desk.link.state.value.lag === 0);
    const found = await admin.ask("GET", `/v1/orgs/${orgId}/entries?text=echo%20299&desktopId=${desk.membership.desktopId}`);
    expect(found.body["items"]).toMatchObject([{ type: "intent", values: { script: "echo 299" } }]);
  });

  it("carries a request to an approver, and their signed decision back to a desktop that trusts their key", async () => {
    const approver = await member(world, admin, orgId, "grace@example.org", "approver");
    await using desk = await linkedDesktop(await invitation());
    expect((await approver.ask("POST", `/v1/orgs/${orgId}/approvers`, {})).status).toBe(200);
    await desk.until("the approver is told", () => desk.link.state.value.approvers.length > 0);
    const { id } = await desk.ask();
    const path = `/v1/orgs/${orgId}/approvals/${desk.membership.desktopId}/${id}`;
    await desk.until("the request is there", async () => (await approver.ask("GET", path)).status === 200);
    const whole = await approver.ask("GET", path);
    expect(whole.body).toMatchObject({ state: "waiting", script: "restart nginx", desktop: "desk" });
    // Before somebody at the desk trusted the key, a decision counts for nothing.
    expect((await approver.ask("POST", `${path}/decision`, { decision: "approve" })).status).toBe(200);
    await desk.until("it was looked at", async () => JSON.stringify((await approver.ask("GET", path)).body["decisions"]).includes("belongs to nobody"));
    expect(desk.queue.get(id).state).toBe("waiting");
    await desk.link.trust(desk.link.state.value.approvers[0]?.userId ?? "");
    const second = await desk.ask("restart mysql");
    const next = `/v1/orgs/${orgId}/approvals/${desk.membership.desktopId}/${second.id}`;
    await desk.until("the next is there", async () => (await approver.ask("GET", next)).status === 200);
    const from = performance.now();
    expect((await approver.ask("POST", `${next}/decision`, { decision: "approve", note: "go" })).status).toBe(200);
    await desk.until("approved", () => desk.queue.get(second.id).state === "approved").catch(async (error: Error) => {
      throw new Error(`${error.message} ${(await approver.ask("GET", next)).text}`);
    });
    expect(performance.now() - from).toBeLessThan(10_000);
    expect(desk.queue.get(second.id).decisions).toMatchObject([{ decision: "approve", note: "go" }]);
    expect((await approver.ask("POST", `${next}/decision`, { decision: "deny" })).body["code"]).toBe("APPROVAL_GONE");
    // Whoever is no approver any more is none at the desks either.
    await admin.ask("POST", "/v1/session/proof", { password: PASSWORD });
    const userId = String((await approver.ask("GET", "/v1/session")).body["userId"]);
    expect((await admin.ask("PUT", `/v1/orgs/${orgId}/members/${userId}`, { role: "viewer" })).status).toBe(200);
    await desk.until("the key is retired", () => desk.access.operators().some((each) => each.isRemote && !each.active));
  });

  it("goes on with the trace of a run here: what it asked is a span of that trace, without a word of what was asked; a stranger's is none", async () => {
    await using desk = await linkedDesktop(await invitation());
    const { id } = await desk.ask("restart traced");
    const run = desk.queue.get(id).object.run;
    // As the desktop itself exports the run.
    const own = otlpOf([{ run: { id: run, state: "done", hosts: [] } as never, spans: [{ kind: "run", from: 1, to: 2 } as never] }], "test") as { resourceSpans: { scopeSpans: { spans: { traceId: string; spanId: string }[] }[] }[] };
    const root = own.resourceSpans[0]?.scopeSpans[0]?.spans[0];
    await vi.waitFor(() => expect(collector.spans.some(({ traceId }) => traceId === root?.traceId)).toBe(true), { timeout: 20_000, interval: 50 });
    const span = collector.spans.find(({ traceId }) => traceId === root?.traceId);
    expect(span).toMatchObject({ parentSpanId: root?.spanId, name: "POST /v1/link/approvals" });
    expect(JSON.stringify(collector.spans)).not.toContain("traced");
    const stranger = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
    await admin.ask("GET", `/v1/orgs/${orgId}/desktops`, undefined, { traceparent: stranger });
    await world.browser().ask("POST", "/v1/link/poll", {}, { traceparent: stranger, authorization: "SENA-Desktop nobody" });
    const next = await desk.ask("restart again");
    await vi.waitFor(() => expect(collector.spans.length).toBeGreaterThan(1), { timeout: 20_000, interval: 50 });
    expect(collector.spans.some(({ traceId }) => traceId === "a".repeat(32))).toBe(false);
    expect(next.id).not.toBe(id);
  });

  it("refuses a decision without a fresh proof, from an operator, and with an API key", async () => {
    await using desk = await linkedDesktop(await invitation());
    const { id } = await desk.ask();
    const path = `/v1/orgs/${orgId}/approvals/${desk.membership.desktopId}/${id}`;
    await desk.until("the request is there", async () => (await admin.ask("GET", path)).status === 200);
    const stale = world.browser();
    await stale.ask("POST", "/v1/session", { email: "root-of-harbour@example.org", password: PASSWORD });
    expect((await stale.ask("POST", `${path}/decision`, { decision: "approve" })).body["code"]).toBe("STEP_UP_NEEDED");
    const operator = await member(world, admin, orgId, "linus@example.org", "operator");
    expect((await operator.ask("POST", `${path}/decision`, { decision: "approve" })).body["code"]).toBe("NOT_ALLOWED");
    const key = await admin.ask("POST", `/v1/orgs/${orgId}/keys`, { name: "k", scopes: ["approvals:decide", "approvals:read"] });
    expect((await world.browser().ask("POST", `${path}/decision`, { decision: "approve" }, { authorization: `Bearer ${key.body["key"]}` })).body["code"]).toBe("STEP_UP_NEEDED");
    // Each stands in the list under the name of who was refused.
    const refused = ((await admin.ask("GET", `/v1/orgs/${orgId}/events?kind=refused&limit=3`)).body["items"] as { actor: string; detail: { code: string } }[]).map(({ actor, detail }) => `${detail.code} ${actor}`);
    const idOf = async (who: Browser): Promise<string> => String((await who.ask("GET", "/v1/session")).body["userId"]);
    expect(refused.sort()).toEqual([`NOT_ALLOWED ${await idOf(operator)}`, `STEP_UP_NEEDED ${await idOf(stale)}`, `STEP_UP_NEEDED key:${String(key.body["keyId"])}`].sort());
    expect(desk.queue.get(id).state).toBe("waiting");
    expect((await admin.ask("POST", `${path}/decision`, { decision: "deny", note: "not now" })).status).toBe(200);
  });

  it("says what became of a request when the desktop that asked was started again, and leaves one that it still asks", async () => {
    const desk = await linkedDesktop(await invitation());
    const [left, other] = [await desk.ask("restart one"), await desk.ask("restart two")];
    const path = (id: string): string => `/v1/orgs/${orgId}/approvals/${desk.membership.desktopId}/${id}`;
    const stateOf = async (id: string) => (await admin.ask("GET", path(id))).body["state"];
    await desk.until("both are there", async () => (await stateOf(left.id)) === "waiting" && (await stateOf(other.id)) === "waiting");
    // The link is down while one of them ends: the desktop comes back and nobody told the server.
    await desk.stop();
    const again = await linkedDesktop(undefined, desk.dir);
    await again.until("the end is known there", async () => (await stateOf(left.id)) === "cancelled" && (await stateOf(other.id)) === "cancelled");
    const asked = await again.ask("restart three");
    await again.until("the new one is there", async () => (await stateOf(asked.id)) === "waiting");
    await again.until("it was heard again", () => again.link.state.value.heardAt > performance.timeOrigin + performance.now() - 1000);
    expect(await stateOf(asked.id)).toBe("waiting");
    await again[Symbol.asyncDispose]();
  });

  it("raises an alarm on both sides when a desktop was rolled back", async () => {
    const before = (await alarms()).length;
    const desk = await linkedDesktop(await invitation());
    await desk.write(5);
    await desk.until("kept", () => desk.link.state.value.lag === 0 && desk.link.state.value.state === "linked");
    await desk.stop();
    const old = mkdtempSync(join(tmpdir(), "sena-old-"));
    cpSync(desk.dir, old, { recursive: true });
    const again = await linkedDesktop(undefined, desk.dir);
    await again.write(20);
    await again.until("kept", () => again.link.state.value.lag === 0 && again.link.state.value.kept > 20);
    await again[Symbol.asyncDispose]();
    await using rolledBack = await linkedDesktop(undefined, old);
    await rolledBack.until("the desktop says so", () => rolledBack.link.state.value.state === "alarm");
    expect((await alarms()).length).toBeGreaterThan(before);
    expect((await kept(rolledBack.membership.desktopId)).forkedAt).not.toBeNull();
  });

  it("raises an alarm when two copies of one desktop go their own ways", async () => {
    const desk = await linkedDesktop(await invitation());
    await desk.write(3);
    await desk.until("kept", () => desk.link.state.value.lag === 0);
    await desk.stop();
    const clone = mkdtempSync(join(tmpdir(), "sena-clone-"));
    cpSync(desk.dir, clone, { recursive: true });
    const before = (await alarms()).length;
    const first = await linkedDesktop(undefined, desk.dir);
    await first.write(4, "first ");
    await first.until("kept", () => first.link.state.value.lag === 0 && first.link.state.value.state === "linked");
    await first[Symbol.asyncDispose]();
    await using second = await linkedDesktop(undefined, clone);
    await second.write(30, "second ");
    await second.until("alarm", () => second.link.state.value.state === "alarm");
    expect((await alarms()).length).toBeGreaterThan(before);
  });

  it("goes on by itself when the server was away, and loses nothing that was acknowledged", async () => {
    await using desk = await linkedDesktop(await invitation());
    await desk.write(10);
    await desk.until("kept", () => desk.link.state.value.lag === 0 && desk.link.state.value.kept > 0);
    const { port } = world.central;
    await world.stop();
    await desk.write(40);
    await desk.until("it says that it waits", () => desk.link.state.value.state === "waiting");
    expect(desk.link.state.value.lag).toBeGreaterThan(30);
    await world.restart(port);
    await desk.until("caught up", () => desk.link.state.value.lag === 0 && desk.link.state.value.state === "linked", 60_000);
    expect((await kept(desk.membership.desktopId)).keptSize).toBe(desk.ledger.head().size);
  });

  it("is let go by an admin and leaves by itself, and is let in no more", async () => {
    await using desk = await linkedDesktop(await invitation());
    await desk.until("linked", () => desk.link.state.value.state === "linked");
    await admin.ask("POST", "/v1/session/proof", { password: PASSWORD });
    expect((await admin.ask("DELETE", `/v1/orgs/${orgId}/desktops/${desk.membership.desktopId}`)).status).toBe(200);
    await desk.until("refused", () => desk.link.state.value.state === "refused", 40_000);
    const own = await linkedDesktop(await invitation());
    await own.until("linked", () => own.link.state.value.state === "linked");
    await own.link.leave("moving on");
    const listed = (await admin.ask("GET", `/v1/orgs/${orgId}/desktops`)).text;
    expect(listed).toContain("moving on");
    await own.stop();
  });
});
