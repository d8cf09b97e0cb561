import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { isInside } from "../../../src-main/central/addresses.ts";
import { createPost } from "../../../src-main/central/webhooks/post.ts";
import { binaries, organisation, testCentral, type Browser, type TestCentral } from "../../fakes/central.ts";

// Each file makes a database cluster; on a busy machine that alone takes most of a minute.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

type Told = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string };

/** A LOCAL FAKE of whoever is told (a house's own service, Slack, Teams, PagerDuty): keeps what came and answers as told. */
async function fakeReceiver() {
  const told: Told[] = [];
  const answers = { status: 200 };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString())).on("end", () => {
      told.push({ path: request.url ?? "", headers: request.headers, body });
      response.writeHead(answers.status, answers.status === 302 ? { location: "/elsewhere" } : {}).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { told, answers, url: (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, close: () => server.close() };
}

describe.skipIf(!binaries)("who is told of what happens on the server", () => {
  let world: TestCentral;
  let orgId: string;
  let admin: Browser;
  let fake: Awaited<ReturnType<typeof fakeReceiver>>;
  beforeAll(async () => {
    fake = await fakeReceiver();
    world = await testCentral({ webhookEveryMs: 40 }, { webhooksInside: true });
    ({ orgId, admin } = await organisation(world, "Harbour"));
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    fake?.close();
  });
  const hook = async (of: Record<string, unknown>) => {
    const made = await admin.ask("POST", `/v1/orgs/${orgId}/webhooks`, of);
    expect(made.status, made.text).toBe(200);
    return made.body as { hookId: string; secret: string };
  };
  const happen = () => admin.ask("POST", `/v1/orgs/${orgId}/keys`, { name: "something", scopes: ["desktops:read"] });
  const arrived = (path: string, count: number) => vi.waitFor(() => expect(fake.told.filter((each) => each.path === path).length).toBe(count), { timeout: 15_000, interval: 20 });
  const deliveries = async (query = "") => (await admin.ask("GET", `/v1/orgs/${orgId}/deliveries?limit=50${query}`)).body["items"] as { eventId: string; hookId: string; state: string; attempts: number; status: number | null }[];

  it("are told once of what they asked for, signed over id, time and body, and of nothing else", async () => {
    const { hookId, secret } = await hook({ url: fake.url("/own"), kinds: ["key.created"] });
    await happen();
    await admin.ask("GET", `/v1/orgs/${orgId}/members`);
    await arrived("/own", 1);
    const { headers, body } = fake.told.find(({ path }) => path === "/own") as Told;
    const sign = (text: string): string => `v1,${createHmac("sha256", Buffer.from(secret.replace("whsec_", ""), "base64")).update(`${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${text}`).digest("base64")}`;
    expect(headers["webhook-signature"]).toBe(sign(body));
    expect(headers["webhook-signature"]).not.toBe(sign(body.replace("something", "another")));
    expect(JSON.parse(body)).toMatchObject({ type: "key.created", data: { orgId, detail: { name: "something" } } });
    expect((await admin.ask("GET", `/v1/orgs/${orgId}/webhooks`)).text).not.toContain(secret);
    expect((await deliveries()).filter((each) => each.hookId === hookId)).toMatchObject([{ state: "delivered", attempts: 1, status: 200 }]);
    expect((await admin.ask("DELETE", `/v1/orgs/${orgId}/webhooks/${hookId}`)).status).toBe(200);
    await happen();
    await new Promise((done) => setTimeout(done, 300));
    await arrived("/own", 1);
  });

  it("are tried again later and later, become dead letters, and can be tried from the beginning", async () => {
    // A key: while hours go by, sessions end.
    const key = String((await admin.ask("POST", `/v1/orgs/${orgId}/keys`, { name: "reader", scopes: ["webhooks:write"], perMinute: 60_000 })).body["key"]);
    const { hookId } = await hook({ url: fake.url("/down"), kinds: ["key.created"] });
    const attempts = async (): Promise<unknown> => ((await world.browser().ask("GET", `/v1/orgs/${orgId}/deliveries?limit=50`, undefined, { authorization: `Bearer ${key}` })).body["items"] as { hookId: string; attempts: number }[]).find((each) => each.hookId === hookId)?.attempts;
    fake.answers.status = 302; // a redirect is not followed: it is no delivery
    await happen();
    const waits = [0, 10_000, 60_000, 300_000, 1_800_000, 7_200_000, 28_800_000];
    for (const [index, waitMs] of waits.entries()) {
      world.clock.value += waitMs + 1000;
      await arrived("/down", index + 1);
      // The next wait counts from when the answer was written down, which comes after it arrived.
      await vi.waitFor(async () => expect(await attempts()).toBe(index + 1), { timeout: 15_000, interval: 20 });
    }
    world.clock.value = 0;
    const dead = (await deliveries("&state=dead")).filter((each) => each.hookId === hookId);
    expect(dead).toMatchObject([{ attempts: waits.length, status: 302 }]);
    expect(fake.told.some(({ path }) => path === "/elsewhere")).toBe(false);
    const ids = new Set(fake.told.filter(({ path }) => path === "/down").map(({ headers }) => headers["webhook-id"]));
    expect(ids.size).toBe(1);
    fake.answers.status = 204;
    const again = await admin.ask("POST", `/v1/orgs/${orgId}/deliveries/${dead[0]?.eventId}/${hookId}/again`, {});
    expect(again.status, again.text).toBe(200);
    await arrived("/down", waits.length + 1);
    await vi.waitFor(async () => expect((await deliveries("&state=delivered")).some((each) => each.hookId === hookId)).toBe(true));
    await admin.ask("DELETE", `/v1/orgs/${orgId}/webhooks/${hookId}`);
  });

  it.each(["slack", "teams", "pagerduty"])("get a notice with a link and no part of a command, as %s reads it", async (format) => {
    const path = `/${format}`;
    await hook({ url: fake.url(path), format, kinds: ["key.created"], ...(format === "pagerduty" && { secret: "0123456789abcdef0123456789abcdef" }) });
    await happen();
    await arrived(path, 1);
    const { body, headers } = fake.told.find((each) => each.path === path) as Told;
    expect(body).toContain(`https://localhost:${world.central.port}/#/o/${orgId}`);
    expect(headers["webhook-signature"]).toBeUndefined();
    const shape = JSON.parse(body) as Record<string, unknown>;
    if (format === "slack") expect(shape["text"]).toMatch(/Open in SENA/);
    if (format === "teams") expect(shape).toMatchObject({ type: "message", attachments: [{ content: { type: "AdaptiveCard" } }] });
    if (format === "pagerduty") expect(shape).toMatchObject({ routing_key: "0123456789abcdef0123456789abcdef", event_action: "trigger", payload: { severity: "info" } });
  });

  it("are named by nobody without the right and the proof", async () => {
    const key = await admin.ask("POST", `/v1/orgs/${orgId}/keys`, { name: "k", scopes: ["webhooks:write", "desktops:read"] });
    const bearer = { authorization: `Bearer ${key.body["key"]}` };
    expect((await world.browser().ask("POST", `/v1/orgs/${orgId}/webhooks`, { url: fake.url("/x"), kinds: ["*"] }, bearer)).body["code"]).toBe("STEP_UP_NEEDED");
    expect((await world.browser().ask("GET", `/v1/orgs/${orgId}/webhooks`, undefined, bearer)).status).toBe(200);
    expect((await admin.ask("POST", `/v1/orgs/${orgId}/webhooks`, { url: "file:///etc/passwd", kinds: ["*"] })).status).toBe(400);
  });
});

describe("where webhooks may go", () => {
  it.each(["127.0.0.1", "10.1.2.3", "172.20.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "::1", "::ffff:127.0.0.1", "fd00::1", "fe80::1", "100.64.0.9", "::7f00:1", "::ffff:7f00:1", "::ffff:0:7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "fec0::1"])("is not %s", (address) => expect(isInside(address)).toBe(true));
  it.each(["93.184.216.34", "2606:2800:220:1::1", "172.32.0.1"])("is %s", (address) => expect(isInside(address)).toBe(false));
  it("is no address inside, by number or by name, and no http", async () => {
    const fake = await fakeReceiver();
    const post = createPost({ mayGoInside: false });
    const message = { headers: {}, body: "{}" };
    for (const url of [fake.url("/"), "https://127.0.0.1:1/", "https://[::1]:1/"]) expect(await post(url, message)).toMatchObject({ status: null, say: expect.stringMatching(/inside/) as string });
    expect(await post("https://localhost:1/", message)).toMatchObject({ status: null, say: expect.stringMatching(/is an address inside/) as string });
    expect(fake.told).toEqual([]);
    expect(await createPost({ mayGoInside: true })(fake.url("/yes"), message)).toMatchObject({ status: 200 });
    fake.close();
  });
});
