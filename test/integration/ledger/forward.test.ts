import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { ForwarderConfig, SenaLedger } from "../../../src-main/ledger/index.ts";
import { intent, workplace } from "../../unit/ledger/harness.ts";
import { has } from "./evidence.ts";

const open = { forwarding: { secret: async (name: string) => (name === "hec" ? "tok-en" : ""), mayReach: () => undefined } };
const until = async (holds: () => boolean, ms = 8000): Promise<void> => {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(25)) if (holds()) return;
  expect(holds()).toBe(true);
};
const config = (over: Partial<ForwarderConfig> & Pick<ForwarderConfig, "format" | "to">): ForwarderConfig => ({ id: "siem", from: 0, enabled: true, ...over });
const listen = (server: Server): Promise<number> => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)));
const seqsOf = (text: string): number[] => [...text.matchAll(/ seq="(\d+)"/g)].map((match) => Number(match[1]));
const whole = (ledger: SenaLedger): number[] => Array.from({ length: ledger.head().size }, (_, n) => n);

/** A collector that keeps what it gets, as octet-counted frames. */
function collector(make: (onSocket: (socket: Socket) => void) => Server) {
  let text = "";
  const sockets = new Set<Socket>();
  const server = make((socket) => {
    sockets.add(socket);
    socket.on("data", (chunk) => (text += chunk.toString("utf8")));
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  return { server, text: () => text, drop: () => sockets.forEach((socket) => socket.destroy()) };
}

describe("a forwarder", () => {
  it("sends every entry as octet-counted RFC 5424, and goes on where it was after a restart", async () => {
    using place = workplace();
    const sink = collector((on) => createServer(on));
    const port = await listen(sink.server);
    {
      await using ledger = await place.open(open);
      await ledger.append(intent({ script: 'echo "]\\ "\n2' }));
      await ledger.forwarders.set(config({ format: "syslog", to: { kind: "tcp", host: "127.0.0.1", port } }));
      await until(() => seqsOf(sink.text()).length >= 3);
      const [, length] = /^(\d+) </.exec(sink.text()) as unknown as [string, string];
      const first = Buffer.from(sink.text()).subarray(length.length + 1, length.length + 1 + Number(length)).toString("utf8");
      expect(first).toMatch(/^<\d+>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S+ sena \S+ key \[sena@32473 seq="0" [^\]]*\] \ufeff/);
      expect(sink.text()).toContain('v.script="echo \\"\\]\\\\ \\" 2"');
    }
    await using again = await place.open(open);
    await again.append(intent());
    await until(() => new Set(seqsOf(sink.text())).size === again.head().size);
    expect([...new Set(seqsOf(sink.text()))].sort((a, b) => a - b)).toEqual(whole(again));
    sink.drop();
    sink.server.close();
  });

  it("loses nothing when the collector dies and comes back, tells how far behind it is, and never stops the ledger", async () => {
    using place = workplace();
    const first = collector((on) => createServer(on));
    const port = await listen(first.server);
    await using ledger = await place.open(open);
    await ledger.forwarders.set(config({ format: "syslog", to: { kind: "tcp", host: "127.0.0.1", port } }));
    await until(() => seqsOf(first.text()).length >= 2);
    first.server.close();
    first.drop();
    await Promise.all(Array.from({ length: 300 }, (_, n) => ledger.append(intent({ n }))));
    await until(() => ledger.forwarders.states()[0]?.state === "waiting");
    expect(ledger.forwarders.states()[0]).toMatchObject({ say: expect.stringMatching(/Nothing is lost/) });
    const second = collector((on) => createServer(on));
    await new Promise<void>((resolve) => second.server.listen(port, "127.0.0.1", resolve));
    await until(() => new Set([...seqsOf(first.text()), ...seqsOf(second.text())]).size === ledger.head().size, 20_000);
    await until(() => ledger.forwarders.states()[0]?.lag === 0);
    second.drop();
    second.server.close();
  }, 40_000);

  (has("openssl") ? it : it.skip)("speaks TLS to a collector it can check, and to no other", async () => {
    using place = workplace();
    const [key, cert] = [join(place.dir, "key.pem"), join(place.dir, "cert.pem")];
    execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], { stdio: "ignore" });
    const sink = collector((on) => createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, on));
    const port = await listen(sink.server);
    await using ledger = await place.open(open);
    await ledger.forwarders.set(config({ format: "cef", to: { kind: "tls", host: "localhost", port } }));
    await until(() => ledger.forwarders.states()[0]?.state === "waiting");
    expect(sink.text()).toBe("");
    await ledger.forwarders.set(config({ format: "cef", to: { kind: "tls", host: "localhost", port, ca: readFileSync(cert, "utf8") } }));
    await until(() => /CEF:0\|SENA\|SENA\|test\|boot\|/.test(sink.text()));
    sink.drop();
    sink.server.close();
  });

  it("writes OCSF events to a file, one a line", async () => {
    using place = workplace();
    await using ledger = await place.open(open);
    const started = await ledger.append(intent({ script: "uptime" }, { type: "start" }));
    await ledger.append(intent({ exitCode: 1 }, { type: "outcome", refs: { start: started.seq } }));
    const path = join(place.dir, "ocsf.jsonl");
    await ledger.forwarders.set(config({ format: "ocsf", to: { kind: "file", path } }));
    await until(() => existsSync(path) && readFileSync(path, "utf8").split("\n").length > ledger.head().size);
    const events = readFileSync(path, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.at(-2)).toMatchObject({ class_uid: 1007, activity_id: 1, type_uid: 100_701, process: { cmd_line: "uptime" }, device: { uid: "host_web01" } });
    expect(events.at(-1)).toMatchObject({ class_uid: 1007, status_id: 2, process: { exit_code: 1 } });
  });

  it("begins a new line where a full disk left half of one", async () => {
    using place = workplace();
    await using ledger = await place.open(open);
    const path = join(place.dir, "torn.jsonl");
    writeFileSync(path, '{"half":');
    await ledger.forwarders.set(config({ format: "ocsf", to: { kind: "file", path } }));
    await until(() => readFileSync(path, "utf8").split("\n").length > ledger.head().size + 1);
    const [torn, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(torn).toBe('{"half":');
    expect(lines.map((line) => (JSON.parse(line) as { metadata: { sequence: number } }).metadata.sequence)).toEqual(whole(ledger));
  });

  it("posts to Splunk's collector with the token from the vault, again until it is taken", async () => {
    using place = workplace();
    const bodies: string[] = [];
    let refusals = 1;
    const server = createHttpServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        if (request.headers.authorization !== "Splunk tok-en" || refusals-- > 0) return void response.writeHead(503).end();
        bodies.push(body);
        response.writeHead(200).end("{}");
      });
    });
    const port = await listen(server);
    await using ledger = await place.open(open);
    await ledger.forwarders.set(config({ format: "hec", to: { kind: "http", url: `http://127.0.0.1:${port}/services/collector/event`, token: "hec" } }));
    await until(() => bodies.length > 0);
    expect(JSON.parse(bodies[0]?.split("\n")[0] as string)).toMatchObject({ sourcetype: "sena:ledger", event: { type: "key", seq: 0 } });
    server.closeAllConnections();
    server.close();
  });

  it("reaches nothing while the network is sealed, and takes no pair of format and place that fits nobody", async () => {
    using place = workplace();
    await using ledger = await place.open();
    await ledger.forwarders.set(config({ format: "syslog", to: { kind: "tcp", host: "127.0.0.1", port: 9 } }));
    await until(() => /sealed/.test(ledger.forwarders.states()[0]?.say ?? ""));
    await expect(ledger.forwarders.set(config({ format: "syslog", to: { kind: "http", url: "http://127.0.0.1/", token: "hec" } }))).rejects.toMatchObject({ code: "FORWARDER_REFUSED" });
    await expect(ledger.forwarders.set(config({ format: "ocsf", to: { kind: "tcp", host: "127.0.0.1", port: 9 } }))).rejects.toMatchObject({ code: "FORWARDER_REFUSED" });
    await ledger.forwarders.remove("siem");
    expect(ledger.forwarders.states()).toEqual([]);
  });

  (has("rsyslogd") ? it : it.skip)("is understood by Debian's rsyslog, which keeps every entry", async () => {
    using place = workplace();
    const probe = createServer();
    const port = await listen(probe);
    await new Promise((closed) => probe.close(closed));
    const [out, conf, work] = [join(place.dir, "out.log"), join(place.dir, "rsyslog.conf"), join(place.dir, "work")];
    mkdirSync(work);
    writeFileSync(conf, `global(workDirectory="${work}" maxMessageSize="64k")\nmodule(load="imtcp")\nmodule(load="mmpstrucdata")\ninput(type="imtcp" address="127.0.0.1" port="${port}")\ntemplate(name="kept" type="string" string="%syslogfacility-text%|%app-name%|%msgid%|%structured-data%|%msg%\\n")\naction(type="omfile" file="${out}" template="kept")\n`);
    const daemon: ChildProcess = spawn("rsyslogd", ["-n", "-f", conf, "-i", join(place.dir, "pid")], { stdio: "ignore" });
    try {
      await using ledger = await place.open(open);
      await Promise.all(Array.from({ length: 50 }, (_, n) => ledger.append(intent({ script: `echo "ü ${n}"\nsecond line` }))));
      await ledger.forwarders.set(config({ format: "syslog", to: { kind: "tcp", host: "127.0.0.1", port } }));
      await until(() => existsSync(out) && new Set(seqsOf(readFileSync(out, "utf8"))).size === ledger.head().size, 20_000);
      const line = readFileSync(out, "utf8").split("\n").find((one) => one.includes('seq="5"')) as string;
      expect(line).toMatch(/^[a-z0-9]+\|sena\|intent\|\[sena@32473 seq="5"/);
      expect(line).toContain("ü 3");
    } finally {
      daemon.kill("SIGKILL");
    }
  }, 40_000);
});
