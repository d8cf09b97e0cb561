import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { connect as tcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import type { appContract } from "../../../src-main/contract/index.ts";
import { connect } from "../../../src-main/contract/link/index.ts";
import { coreCommand } from "../../../src-main/shells/process/core-command.ts";
import { supervise, type Supervisor } from "../../../src-main/shells/process/supervise.ts";
import { createDoor, type Door } from "../../../src-main/shells/station/door.ts";
import { serveStation, type Station } from "../../../src-main/shells/station/serve.ts";
import { wsTransport } from "../../fakes/carriers.ts";

const page = { type: "text/html; charset=utf-8", isHashed: false, body: Buffer.from('<meta name="sena-style-nonce" content="__SENA_STYLE_NONCE__"><p>screen</p>') };
const script = { type: "text/javascript", isHashed: true, body: Buffer.from("1") };

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string };

describe("the station's door", () => {
  let home: string;
  let station: Station;
  let supervisor: Supervisor;
  let door: Door;
  let cookie: string;

  const ask = (path: string, options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ host: "127.0.0.1", port: station.port, path, method: options.method ?? "GET", headers: options.headers ?? {} }, (response) => {
        let body = "";
        response.on("data", (chunk) => (body += chunk)).on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      });
      request.on("error", reject);
      request.end(options.body);
    });
  const withCookie = { get headers() { return { cookie }; } };
  const bearer = { authorization: "Bearer api-secret", "content-type": "application/json" };
  const socket = (headers: Record<string, string>, path = "/link") =>
    new Promise<WebSocket | number>((resolve) => {
      const ws = new WebSocket(`ws://127.0.0.1:${station.port}${path}`, { headers });
      ws.once("open", () => resolve(ws));
      ws.once("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
      ws.once("error", () => {});
    });

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "sena-home-"));
    supervisor = supervise({ command: coreCommand({ home, lab: false }), onLog: () => {} });
    await supervisor.ready(AbortSignal.timeout(30_000));
    door = createDoor({ apiToken: "api-secret" });
    station = await serveStation({ address: "127.0.0.1", port: 0, door, files: new Map([["/index.html", page], ["/assets/app-12345678.js", script], ["/reference.html", { ...page, body: Buffer.from("reference") }]]), supervisor });
    const entered = await ask(`/enter?token=${door.mint()}`);
    cookie = String(entered.headers["set-cookie"]).split(";")[0] ?? "";
  });
  afterAll(async () => {
    await station[Symbol.asyncDispose]();
    await supervisor[Symbol.asyncDispose]();
    rmSync(home, { recursive: true, force: true });
  });

  it("lets a one-time token in once, with an HttpOnly SameSite=Strict cookie", async () => {
    const token = door.mint();
    const first = await ask(`/enter?token=${token}`);
    expect(first.status).toBe(303);
    expect(String(first.headers["set-cookie"])).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await ask(`/enter?token=${token}`)).status).toBe(401);
  });

  it("lets no other account of the machine in, with its token or its cookie, and the token is not spent", async () => {
    const token = door.mint();
    await using theirs = await serveStation({ address: "127.0.0.1", port: 0, door, files: new Map([["/index.html", page]]), supervisor, isSameAccount: () => false });
    const url = `http://127.0.0.1:${theirs.port}`;
    const seen = await fetch(`${url}/enter?token=${token}`, { redirect: "manual" });
    expect([seen.status, seen.headers.get("set-cookie"), await seen.text()]).toEqual([403, null, expect.stringContaining("not used up")]);
    const status = await new Promise<number>((resolve) => new WebSocket(`ws://127.0.0.1:${theirs.port}/link`, { headers: { origin: url, cookie } }).once("open", () => resolve(101)).once("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0)).once("error", () => {}));
    expect(status).toBe(403);
    expect((await ask(`/enter?token=${token}`)).status).toBe(303);
  });

  it("refuses a wrong token and says what to do", async () => {
    const answer = await ask("/enter?token=wrong");
    expect(answer).toMatchObject({ status: 401, body: expect.stringContaining("sena open") });
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  it("serves the page to the cookie, with a strict policy and a nonce of its own each time", async () => {
    const [one, two] = [await ask("/", withCookie), await ask("/", withCookie)];
    expect(one.status).toBe(200);
    const nonce = /content="([^"]+)"/.exec(one.body)?.[1] ?? "";
    expect(nonce.length).toBeGreaterThan(20);
    expect(two.body).not.toContain(nonce);
    const policy = String(one.headers["content-security-policy"]);
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
  });

  it("serves nothing without the cookie, or with a made-up one", async () => {
    expect((await ask("/")).status).toBe(401);
    expect((await ask("/assets/app-12345678.js", { headers: { cookie: "sena=guess" } })).status).toBe(401);
    expect((await ask("/assets/app-12345678.js", withCookie)).status).toBe(200);
  });

  it.each(["/../package.json", "/assets/../../package.json", "/%2e%2e/package.json", "/assets/%2e%2e%2f%2e%2e%2fpackage.json", "//etc/passwd", "/..%5c..%5cetc/passwd", "/assets/app-12345678.js%00.html", "/assets", "/.git/config"])("finds nothing at %s", async (path) => {
    expect((await ask(path, withCookie)).status).toBe(404);
  });

  it("refuses another Host (DNS rebinding) and takes its own", async () => {
    expect((await ask("/", { headers: { cookie, host: "evil.example" } })).status).toBe(421);
    expect((await ask("/", { headers: { cookie, host: `evil.example:${station.port}` } })).status).toBe(421);
    expect((await ask("/", { headers: { cookie, host: `localhost:${station.port}` } })).status).toBe(200);
  });

  it("refuses a WebSocket from another origin, without one, without cookie, or elsewhere; and carries its own", async () => {
    const origin = `http://127.0.0.1:${station.port}`;
    expect(await socket({ cookie, origin: "http://evil.example" })).toBe(403);
    expect(await socket({ cookie, origin: `http://127.0.0.1:${station.port + 1}` })).toBe(403);
    expect(await socket({ cookie })).toBe(403);
    expect(await socket({ origin })).toBe(401);
    expect(await socket({ cookie, origin }, "/other")).toBe(404);
    expect(await socket({ cookie, origin, host: "evil.example" })).toBe(421);
    const ws = await socket({ cookie, origin });
    const { client, close } = await connect<{ app: { ping: typeof appContract.ping } }>(wsTransport(ws as WebSocket));
    expect(await client.app.ping({ text: "through" })).toEqual({ text: "through" });
    close();
  });

  it("closes a connection that sends what is not JSON, an unknown frame or 5 MB of text, and serves the next", async () => {
    const headers = { cookie, origin: `http://127.0.0.1:${station.port}` };
    for (const hostile of ["{not json", '{"t":"zap"}', "x".repeat(5 * 1024 * 1024)]) {
      const ws = (await socket(headers)) as WebSocket;
      const closed = new Promise<number>((resolve) => ws.once("close", resolve));
      ws.on("error", () => {});
      ws.send(hostile);
      expect(await closed).toBeGreaterThanOrEqual(1000);
    }
    const { client, close } = await connect<{ app: { ping: typeof appContract.ping } }>(wsTransport((await socket(headers)) as WebSocket));
    expect(await client.app.ping({ text: "alive" })).toEqual({ text: "alive" });
    close();
    expect(supervisor.state.value).toMatchObject({ is: "ready", generation: 1 });
  });

  it("survives a peer that speaks no HTTP", async () => {
    await new Promise<void>((resolve) => {
      const peer = tcp(station.port, "127.0.0.1", () => peer.end("\x16\x03\x01garbage\r\n\r\n"));
      peer.on("close", () => resolve()).on("error", () => resolve());
      peer.resume();
    });
    expect((await ask("/", withCookie)).status).toBe(200);
  });

  describe("the REST door", () => {
    it("answers a procedure to the bearer token", async () => {
      expect(await ask("/api/app/ping", { method: "POST", headers: bearer, body: '{"text":"rest"}' })).toMatchObject({ status: 200, body: '{"text":"rest"}\n' });
    });
    it("refuses the cookie, a wrong token and no token", async () => {
      expect((await ask("/api/app/ping", { method: "POST", headers: { cookie }, body: "{}" })).status).toBe(401);
      expect((await ask("/api/app/ping", { method: "POST", headers: { authorization: "Bearer nope" }, body: "{}" })).status).toBe(401);
      expect((await ask("/api/app/ping", { method: "POST", body: "{}" })).status).toBe(401);
    });
    it.each([
      ["a wrong type", "/api/app/ping", '{"text":5}', 400, "BAD_INPUT"],
      ["what is not JSON", "/api/app/ping", "{", 400, "BAD_INPUT"],
      ["an unknown procedure", "/api/app/nope", "{}", 404, "NO_SUCH_PROCEDURE"],
      ["a name every object has", "/api/constructor/constructor", "{}", 404, "NO_SUCH_PROCEDURE"],
      ["a path too deep", "/api/app/ping/more", "{}", 404, "NO_SUCH_PROCEDURE"],
    ])("answers %s with its code", async (_what, path, body, status, code) => {
      expect(await ask(path, { method: "POST", headers: bearer, body })).toMatchObject({ status, body: expect.stringContaining(code) });
    });
    it("refuses a body over 4 MiB", async () => {
      const answer = await ask("/api/app/ping", { method: "POST", headers: bearer, body: Buffer.alloc(5 * 1024 * 1024, 120) }).catch(() => ({ status: 413 }));
      expect(answer.status).toBe(413);
    });
    it("describes itself as OpenAPI 3.1 with every call of the contract", async () => {
      const { status, body } = await ask("/api/openapi.json");
      const document = JSON.parse(body) as { openapi: string; paths: Record<string, unknown> };
      expect(status).toBe(200);
      expect(document.openapi).toBe("3.1.0");
      expect(document.paths["/api/app/ping"]).toMatchObject({ post: { operationId: "app.ping" } });
    });
    it("shows its reference page to a signed-in browser only", async () => {
      expect(await ask("/api", withCookie)).toMatchObject({ status: 200, body: "reference" });
      expect((await ask("/api")).status).toBe(401);
    });
    it("streams a feed as lines until the caller leaves", async () => {
      const line = await new Promise<string>((resolve) => {
        const request = httpRequest({ host: "127.0.0.1", port: station.port, path: "/api/app/settings", method: "POST", headers: bearer }, (response) => response.once("data", (chunk) => (resolve(String(chunk)), request.destroy())));
        request.on("error", () => {});
        request.end("{}");
      });
      expect(JSON.parse(line)).toMatchObject({ theme: "system" });
    });
  });

  it("serves no address but loopback", async () => {
    await expect(serveStation({ address: "0.0.0.0", port: 0, door, files: new Map(), supervisor })).rejects.toThrow(/not a loopback address/);
    await expect(serveStation({ address: "192.0.2.1", port: 0, door, files: new Map(), supervisor })).rejects.toThrow(/not a loopback address/);
    await using other = await serveStation({ address: "127.0.0.1", port: 0, door, files: new Map(), supervisor });
    expect(other.port).toBeGreaterThan(0);
  });

  it("says in words that the port is taken", async () => {
    await expect(serveStation({ address: "127.0.0.1", port: station.port, door, files: new Map(), supervisor })).rejects.toThrow(/is taken/);
  });

  it("closes the screen's connection with the code for a dead core, and carries the next once it is back", async () => {
    const headers = { cookie, origin: `http://127.0.0.1:${station.port}` };
    const ws = (await socket(headers)) as WebSocket;
    const closed = new Promise<number>((resolve) => ws.once("close", resolve));
    const { client } = await connect<{ app: { ping: typeof appContract.ping } }>(wsTransport(ws));
    await client.app.ping({ text: "up" });
    const state = supervisor.state.value;
    process.kill(state.is === "ready" ? state.pid : 0, "SIGKILL");
    expect(await closed).toBe(4100);
    const again = (await socket(headers)) as WebSocket;
    const next = await connect<{ app: { ping: typeof appContract.ping } }>(wsTransport(again));
    expect(await next.client.app.ping({ text: "back" })).toEqual({ text: "back" });
    await vi.waitFor(() => expect(supervisor.state.value).toMatchObject({ generation: 2 }));
  });
});

describe("the station's first words", () => {
  const start = (...args: string[]) => spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, "../../../src-main/shells/station/main.ts"), "--headless", ...args], { encoding: "utf8", timeout: 30_000 });

  it("name an option it does not have, and those it has", () => {
    const { status, stdout, stderr } = start("--headles");
    expect({ status, stdout }).toEqual({ status: 64, stdout: "" });
    expect(stderr).toMatch(/^Unknown option '--headles'\. SENA starts with: --lab .*Nothing was started\.\n$/);
  });

  it("name its options to whoever asks, and start nothing", () => {
    expect(start("--help")).toMatchObject({ status: 0, stdout: expect.stringMatching(/^SENA starts with: --lab .*--home FOLDER/), stderr: "" });
  });

  it("name the home where nothing can be written, before a core is started there", () => {
    const folder = mkdtempSync(join(tmpdir(), "sena-home-"));
    const file = join(folder, "a-file");
    writeFileSync(file, "");
    const { status, stdout, stderr } = start("--home", join(file, "home"));
    rmSync(folder, { recursive: true });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/a-file\/home, and nothing can be written there \(ENOTDIR\).*start with --home OTHER\. Nothing was started\.\n$/);
  });
});
