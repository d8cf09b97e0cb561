import { closeSync, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { networkWords } from "../kernel/index.ts";
import type { Book } from "./book.ts";
import { fail } from "./failures.ts";
import { openRow, valuesOf } from "./reader.ts";
import { cefMessage, hecEvent, ocsfEvent, syslogMessage, type SiemEntry } from "./siem-format.ts";
import { hashLeaf } from "./tree.ts";

/** Where a copy of every entry goes. The ledger does not wait for any of them and none can stop it. */
export const ForwarderConfig = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
  format: z.enum(["syslog", "cef", "ocsf", "hec"]),
  to: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("tcp"), host: z.string().min(1).max(255), port: z.number().int().min(1).max(65_535) }),
    z.object({ kind: z.literal("tls"), host: z.string().min(1).max(255), port: z.number().int().min(1).max(65_535), ca: z.string().max(65_536).optional() }),
    z.object({ kind: z.literal("file"), path: z.string().min(1).max(4096) }),
    z.object({ kind: z.literal("http"), url: z.url().max(2048), token: z.string().max(512).describe("name of the secret in the vault") }),
  ]),
  /** From which entry on; by default everything there is. */
  from: z.number().int().nonnegative().default(0),
  enabled: z.boolean().default(true),
});
export type ForwarderConfig = z.infer<typeof ForwarderConfig>;
export type ForwarderState = { readonly config: ForwarderConfig; readonly next: number; readonly lag: number; readonly state: "idle" | "sending" | "waiting" | "off"; readonly say: string; readonly sentAt: number };

export type ForwarderNeeds = {
  readonly book: () => Book;
  readonly origin: string;
  readonly version: string;
  readonly now: () => number;
  readonly secret: (name: string) => Promise<string>;
  /** The network mode's word: sealed machines reach nothing but their inventory. Throws to refuse. */
  readonly mayReach: (host: string, port: number) => void;
};

const BATCH = 200;
/** TCP's own acknowledgement says nothing of the collector: after every reconnection this many are sent again. */
const RESEND = 500;
const RETRY_MS = [500, 1000, 2000, 5000, 15_000, 30_000];
const IDLE_MS = 1000;
const CONNECT_MS = 10_000;

type Outlet = { send(entries: readonly SiemEntry[]): Promise<void>; close(): void };

export type Forwarders = ReturnType<typeof createForwarders>;

export function createForwarders(needs: ForwarderNeeds) {
  const { book, origin, version } = needs;
  const running = new Map<string, { readonly stop: AbortController; state: ForwarderState; readonly done: Promise<void>; wake: () => void }>();
  const sql = <Row>(name: string, text: string) => book().store.sql<Row>(name, text);
  const option = (name: string): string | undefined => sql<{ value: string }>("ledger.get-option", "SELECT value FROM options WHERE name = ?").get([name])?.value;
  const setOption = (name: string, value: string): void => void sql("ledger.put-option", "INSERT INTO options (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value").run([name, value]);
  const configs = (): ForwarderConfig[] => z.array(ForwarderConfig).parse(JSON.parse(option("forwarders") ?? "[]"));
  const cursorOf = ({ id, from }: ForwarderConfig): number => Number(option(`forwarder.${id}`) ?? from);

  function read(from: number): SiemEntry[] {
    const entries: SiemEntry[] = [];
    for (const row of book().entries(Math.max(from, book().minimum), Math.min(from + BATCH, book().size))) {
      const { leaf, openings } = openRow(book(), row);
      entries.push({ leaf, values: valuesOf(openings ?? []), origin, version, leafHash: hashLeaf(row.leaf).toString("hex") });
    }
    return entries;
  }

  async function run(config: ForwarderConfig, signal: AbortSignal, slot: { state: ForwarderState; wake: () => void }): Promise<void> {
    const tell = (state: ForwarderState["state"], say: string, next: number, sentAt = slot.state.sentAt): void => void (slot.state = { config, next, lag: Math.max(0, book().size - next), state, say, sentAt });
    let next = cursorOf(config);
    let failures = 0;
    while (!signal.aborted) {
      let outlet: Outlet | undefined;
      try {
        outlet = await openOutlet(config, needs, signal);
        if (config.to.kind === "tcp" || config.to.kind === "tls") next = Math.max(config.from, book().minimum, next - (failures > 0 || slot.state.sentAt === 0 ? RESEND : 0));
        while (!signal.aborted) {
          const entries = read(next);
          if (entries.length === 0) {
            tell("idle", "", next);
            await new Promise<void>((resolve) => {
              const timer = setTimeout(resolve, IDLE_MS);
              slot.wake = () => (clearTimeout(timer), resolve());
            });
            continue;
          }
          tell("sending", "", next);
          await outlet.send(entries);
          next = (entries.at(-1) as SiemEntry).leaf.seq + 1;
          // Only now: what was not surely sent is sent again. The collector tells doubles by `seq`.
          setOption(`forwarder.${config.id}`, String(next));
          failures = 0;
          tell("sending", "", next, needs.now());
        }
      } catch (error) {
        if (signal.aborted) break;
        const waitMs = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] as number;
        failures += 1;
        next = cursorOf(config);
        tell("waiting", `${reasonOf(error)}; tried again in ${waitMs / 1000} s. Nothing is lost: ${book().size - next} entries wait.`, next);
        await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      } finally {
        outlet?.close();
      }
    }
  }

  function start(config: ForwarderConfig): void {
    const stop = new AbortController();
    const next = cursorOf(config);
    const slot = { stop, state: { config, next, lag: Math.max(0, book().size - next), state: "idle", say: "", sentAt: 0 } as ForwarderState, wake: () => {}, done: Promise.resolve() };
    slot.done = run(config, stop.signal, slot);
    running.set(config.id, slot);
  }

  async function halt(id: string): Promise<void> {
    const slot = running.get(id);
    running.delete(id);
    slot?.stop.abort();
    slot?.wake();
    await slot?.done;
  }

  return {
    startAll(): void {
      for (const config of configs()) if (config.enabled) start(config);
    },
    async set(config: ForwarderConfig): Promise<void> {
      const http = config.to.kind === "http";
      if (http !== (config.format === "hec")) throw fail("FORWARDER_REFUSED", { detail: "Splunk's HTTP collector takes the hec format and nothing else does" });
      if ((config.to.kind === "tcp" || config.to.kind === "tls") && config.format === "ocsf") throw fail("FORWARDER_REFUSED", { detail: "OCSF is written to a file, one event a line" });
      await halt(config.id);
      setOption("forwarders", JSON.stringify([...configs().filter(({ id }) => id !== config.id), config]));
      if (config.enabled) start(config);
    },
    async remove(id: string): Promise<void> {
      await halt(id);
      setOption("forwarders", JSON.stringify(configs().filter((one) => one.id !== id)));
      sql("ledger.drop-cursor", "DELETE FROM options WHERE name = ?").run([`forwarder.${id}`]);
    },
    states(): readonly ForwarderState[] {
      // A collector that takes nothing tells nothing: how far behind it is, is counted when somebody looks.
      const told = (state: ForwarderState | undefined): ForwarderState | undefined => state && { ...state, lag: Math.max(0, book().size - state.next) };
      return configs().map((config) => told(running.get(config.id)?.state) ?? { config, next: cursorOf(config), lag: Math.max(0, book().size - cursorOf(config)), state: "off", say: "", sentAt: 0 });
    },
    /** Called after each commit. */
    wake(): void {
      for (const slot of running.values()) slot.wake();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...running.keys()].map(halt));
    },
  };
}

const reasonOf = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string };
  return networkWords(code) ?? code ?? message ?? "it failed";
};

async function openOutlet(config: ForwarderConfig, needs: ForwarderNeeds, signal: AbortSignal): Promise<Outlet> {
  const text = (entry: SiemEntry): string => (config.format === "syslog" ? syslogMessage(entry, hostname()) : config.format === "cef" ? cefMessage(entry) : JSON.stringify(ocsfEvent(entry)));
  const { to } = config;
  switch (to.kind) {
    case "file":
      return fileOutlet(to.path, text);
    case "tcp":
    case "tls":
      needs.mayReach(to.host, to.port);
      return socketOutlet(await dial(to, signal), config.format === "cef" ? (entry) => cefOverSyslog(entry, text(entry)) : text);
    case "http": {
      const url = new URL(to.url);
      needs.mayReach(url.hostname, Number(url.port || (url.protocol === "https:" ? 443 : 80)));
      return httpOutlet(url, await needs.secret(to.token), signal);
    }
    default:
      throw fail("FORWARDER_REFUSED", { detail: `${(to satisfies never as { kind: string }).kind} is unknown` });
  }
}

/** CEF travels in a syslog message whose own header a collector strips. */
const cefOverSyslog = ({ leaf }: SiemEntry, cef: string): string => `<110>1 ${leaf.time} ${hostname()} sena ${leaf.boot} ${leaf.type} - ${cef}`;

function fileOutlet(path: string, text: (entry: SiemEntry) => string): Outlet {
  const fd = openSync(path, "a+", 0o600);
  const { size } = fstatSync(fd);
  const last = Buffer.alloc(1);
  // A full disk or a crash may have left half a line: what is sent again must not be glued to it.
  if (size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a) writeSync(fd, "\n");
  return {
    async send(entries) {
      const lines = Buffer.from(entries.map((entry) => `${text(entry)}\n`).join(""));
      for (let at = 0; at < lines.byteLength; ) at += writeSync(fd, lines, at);
      fdatasyncSync(fd);
    },
    close: () => closeSync(fd),
  };
}

function dial(to: Extract<ForwarderConfig["to"], { kind: "tcp" | "tls" }>, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket: Socket = to.kind === "tcp" ? connectTcp({ host: to.host, port: to.port }) : connectTls({ host: to.host, port: to.port, servername: to.host, minVersion: "TLSv1.2", ...(to.ca === undefined ? {} : { ca: to.ca }) });
    const timer = setTimeout(() => socket.destroy(new Error("no answer within 10 s")), CONNECT_MS);
    const abort = (): void => void socket.destroy(new Error("stopped"));
    signal.addEventListener("abort", abort, { once: true });
    socket.once(to.kind === "tcp" ? "connect" : "secureConnect", () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.once("close", () => signal.removeEventListener("abort", abort));
  });
}

/** RFC 6587 §3.4.1 octet counting (and RFC 5425 over TLS): a message may then hold anything, line breaks too. */
function socketOutlet(socket: Socket, text: (entry: SiemEntry) => string): Outlet {
  let broken: Error | undefined;
  socket.on("error", (error) => (broken = error));
  socket.on("close", () => (broken ??= new Error("the collector closed the connection")));
  // A collector says nothing; whatever it does say is thrown away, but its closing must be noticed.
  socket.resume();
  return {
    async send(entries) {
      if (broken !== undefined) throw broken;
      const frames = entries.map((entry) => {
        const message = Buffer.from(text(entry));
        return Buffer.concat([Buffer.from(`${message.byteLength} `), message]);
      });
      await new Promise<void>((resolve, reject) => {
        const onClose = (): void => reject(broken ?? new Error("the collector closed the connection"));
        socket.once("close", onClose);
        socket.write(Buffer.concat(frames), (error) => {
          socket.off("close", onClose);
          if (error) reject(error);
          else resolve();
        });
      });
      if (broken !== undefined) throw broken;
    },
    close: () => void socket.destroy(),
  };
}

function httpOutlet(url: URL, token: string, signal: AbortSignal): Outlet {
  return {
    async send(entries) {
      const response = await fetch(url, { method: "POST", redirect: "error", headers: { authorization: `Splunk ${token}`, "content-type": "application/json" }, body: entries.map((entry) => JSON.stringify(hecEvent(entry))).join("\n"), signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]) });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`the collector answered ${response.status}`);
    },
    close() {},
  };
}
