import { fork, type ChildProcess } from "node:child_process";
import { WebSocket } from "ws";
import { connect } from "../../src-main/contract/link/index.ts";
import { wsTransport } from "../fakes/carriers.ts";
import { demoContract } from "../fakes/demo-contract.ts";
import type { Flags } from "./options.ts";

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;

export const OPTIONS = { rounds: { type: "string" }, calls: { type: "string" }, mb: { type: "string" } } as const;

/** The link over WebSocket against a bare `ws` echo and stream: server in its own process, interleaved, best of rounds. */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  const rounds = Number(flags.rounds ?? 5);
  const calls = Number(flags.calls ?? 4000);
  const bytes = Number(flags.mb ?? 128) * 1e6;
  const server = await startServer();
  const best = { bareCalls: 0, linkCalls: 0, bareMb: 0, linkMb: 0, parallel: 0 };
  for (let round = 0; round < rounds; round += 1) {
    best.bareCalls = Math.max(best.bareCalls, await bareEcho(server.port, calls));
    best.linkCalls = Math.max(best.linkCalls, await linkCalls(server.port, calls));
    best.bareMb = Math.max(best.bareMb, await bareStream(server.port, bytes));
    best.linkMb = Math.max(best.linkMb, await linkPipe(server.port, bytes));
    best.parallel = Math.max(best.parallel, await linkParallel(server.port, calls));
  }
  report({ name: "bare_ws_echo", value: best.bareCalls, unit: "calls/s" });
  report({ name: "calls_sequential", value: best.linkCalls, unit: "calls/s", ratio: best.linkCalls / best.bareCalls });
  report({ name: "calls_parallel", value: best.parallel, unit: "calls/s" });
  report({ name: "bare_ws_stream", value: best.bareMb, unit: "MB/s" });
  report({ name: "pipe", value: best.linkMb, unit: "MB/s", ratio: best.linkMb / best.bareMb });
  report({ name: "stalled_reader_held", value: await stalled(server.port), unit: "bytes", note: "limit 262144" });
  server.child.kill();
}

async function startServer(): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(new URL("./link-server.ts", import.meta.url).pathname, { execArgv: ["--disable-warning=ExperimentalWarning"] });
  const port = await new Promise<number>((resolve) => child.once("message", (message) => resolve(message as number)));
  return { child, port };
}

const open = (port: number, path: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}${path}`, { perMessageDeflate: false });
    ws.once("open", () => resolve(ws)).once("error", reject);
  });
const seconds = async (work: () => Promise<void>): Promise<number> => {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
};

async function bareEcho(port: number, calls: number): Promise<number> {
  const ws = await open(port, "/echo");
  const text = JSON.stringify({ t: "start", id: 1, op: "demo.echo", in: { text: "hello" } });
  const took = await seconds(async () => {
    for (let n = 0; n < calls; n += 1) {
      const answer = new Promise((resolve) => ws.once("message", resolve));
      ws.send(text);
      await answer;
    }
  });
  ws.terminate();
  return calls / took;
}

async function linkCalls(port: number, calls: number): Promise<number> {
  const { client, close } = await connect<typeof demoContract>(wsTransport(await open(port, "/link")));
  const took = await seconds(async () => {
    for (let n = 0; n < calls; n += 1) await client.demo.echo({ text: "hello" });
  });
  close();
  return calls / took;
}

async function linkParallel(port: number, calls: number): Promise<number> {
  const { client, close } = await connect<typeof demoContract>(wsTransport(await open(port, "/link")));
  const took = await seconds(async () => {
    for (let n = 0; n < calls; n += 200) await Promise.all(Array.from({ length: 200 }, () => client.demo.echo({ text: "hello" })));
  });
  close();
  return calls / took;
}

/** The same chunks, sent as fast as the socket takes them. */
async function bareStream(port: number, bytes: number): Promise<number> {
  const ws = await open(port, `/stream?bytes=${bytes}`);
  let received = 0;
  const took = await seconds(
    () =>
      new Promise((resolve) => {
        ws.on("message", (data: Buffer) => {
          received += data.byteLength;
          if (received >= bytes) resolve();
        });
        ws.send("go");
      }),
  );
  ws.terminate();
  return bytes / 1e6 / took;
}

async function linkPipe(port: number, bytes: number): Promise<number> {
  const { client, close } = await connect<typeof demoContract>(wsTransport(await open(port, "/link")));
  const took = await seconds(async () => {
    const pipe = client.demo.flood({ bytes });
    pipe.onChunk((_chunk, done) => done());
    await pipe.closed;
  });
  close();
  return bytes / 1e6 / took;
}

/** A reader that returns no credit: how much ever arrives. */
async function stalled(port: number): Promise<number> {
  const { client, close } = await connect<typeof demoContract>(wsTransport(await open(port, "/link")));
  let held = 0;
  const pipe = client.demo.flood({ bytes: 64e6 });
  pipe.onChunk((chunk) => {
    held += chunk.byteLength;
  });
  await new Promise((wake) => setTimeout(wake, 500));
  close();
  return held;
}
