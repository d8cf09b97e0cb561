// A day with SENA on a sealed machine: everything that should work is tried, and everything that would like to call somebody.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { serveLink } from "../../../../src-main/api/link/serve.ts";
import type { ChatItem, SenaContract } from "../../../../src-main/contract/index.ts";
import { connect } from "../../../../src-main/contract/link/index.ts";
import { createInventory } from "../../../../src-main/inventory/index.ts";
import type { Host } from "../../../../src-main/inventory/port.ts";
import { composeCore } from "../../../../src-main/shells/core/compose.ts";
import { openStore } from "../../../../src-main/store/index.ts";
import { memoryPair } from "../../../../src-main/contract/link/memory.ts";
import { writeTinyGguf } from "../../../fixtures/tiny-gguf.ts";
import { OUTSIDE, STRANGER } from "./namespaces.ts";

type Outside = { hosts: Pick<Host, "name" | "port" | "user" | "environment" | "criticality" | "groups" | "tags" | "os">[]; keyPath: string; knownHostsPath: string };
const [home = "", told = ""] = process.argv.slice(2);
const outside = JSON.parse(told) as Outside;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

mkdirSync(home, { recursive: true });
writeFileSync(join(home, "known_hosts"), readFileSync(outside.knownHostsPath, "utf8").replaceAll("[127.0.0.1]", `[${OUTSIDE}]`));
{
  using store = openStore({ path: join(home, "sena.db") });
  createInventory({ store, now: Date.now }).put(outside.hosts.map((host) => ({ ...host, id: host.name, address: OUTSIDE, jumps: [], credential: { kind: "key-file", path: outside.keyPath }, transport: "ssh2", legacyAlgorithms: false, keepShell: false, notes: "", favourite: false, source: "test" })));
}
await using core = await composeCore({ home, lab: false });
const { near, far } = memoryPair();
serveLink(core.dispatch, far, core.principal);
const { client } = await connect<SenaContract>(near);

const done: Record<string, string> = {};
async function day(name: string, work: () => Promise<string>): Promise<void> {
  const from = performance.now();
  done[name] = await work().catch((error: unknown) => `failed: ${(error as { code?: string }).code ?? ""} ${(error as Error).message}`);
  process.stderr.write(`${name}: ${Math.round(performance.now() - from)} ms: ${done[name]}\n`);
}
async function ask(text: string, hosts: readonly string[]): Promise<string> {
  const sent = await client.chat.send({ text, hosts: [...hosts] });
  const items: ChatItem[] = [];
  for await (const item of client.chat.follow({ conversationId: sent.conversationId, after: "0.0" }, { signal: AbortSignal.timeout(90_000) })) {
    items.push(item);
    if (item.event.kind === "chat" && item.event.event.type === "turn" && item.event.event.state !== "working") {
      if (item.event.event.state === "waiting") await client.chat.stop({ conversationId: sent.conversationId });
      return item.event.event.state;
    }
  }
  return "never ended";
}
const tries = async () => JSON.stringify(await client.models.tryProvider({ id: "far" }));

await client.app.changeSettings({ network: "sealed" });
await client.models.setProvider({ kind: "openai", id: "far", model: "m", isSmall: false, url: `http://${STRANGER}:8000` });
await client.models.allowHost({ host: `${STRANGER}:8000`, isAllowed: true });
await client.models.setProvider({ kind: "anthropic", id: "cloud", model: "m", isSmall: false, url: "https://models.example.com", keySecret: "none" });
await client.models.allowHost({ host: "models.example.com", isAllowed: true });

await day("a check on two hosts", () => ask("how full are the disks", ["web-01", "db-01"]));
await day("a provider far away", tries);
await day("a provider with a name", async () => JSON.stringify(await client.models.tryProvider({ id: "cloud" })));
await day("a collector far away", async () => {
  await client.audit.setForwarder({ id: "siem", format: "syslog", to: { kind: "tcp", host: STRANGER, port: 6514 }, from: 0, enabled: true });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return (await client.audit.forwarders({}))[0]?.say ?? "";
});
await day("a secret store far away", async () => {
  await client.vault.put({ name: "token", value: "s3cret" });
  await client.vault.setSource({ kind: "openbao", id: "far", url: `https://${STRANGER}:8000`, tokenSecret: "token" });
  return JSON.stringify(await client.vault.checkSource({ id: "far" }));
});
await day("a model of its own", async () => {
  const file = join(home, "tiny.gguf");
  writeTinyGguf(file, { context: 8192 });
  let id = "";
  for await (const { model } of client.models.import({ path: file })) id = model?.id ?? id;
  for await (const _ of client.models.load({ id, contextTokens: 8192 }));
  const { works, say } = await client.models.tryProvider({ id: "embedded" });
  return `${works ? "works" : "does not"}: ${say}`;
});
await day("documents", async () => {
  const folder = join(home, "docs");
  mkdirSync(folder);
  writeFileSync(join(folder, "disks.md"), "# Disks\n\nRotate the logs with logrotate when /var fills.\n");
  const { id } = await client.knowledge.add({ path: folder, name: "Docs" });
  await client.knowledge.sync({ sourceId: id });
  const { passages } = await client.knowledge.search({ query: "logrotate" });
  return `${passages.length} found`;
});
await day("a terminal", async () => {
  const { pane } = await client.terminals.open({ host: "db-01" });
  for (let i = 0; i < 50; i += 1) {
    if ((await client.terminals.list({})).panes.find(({ id }) => id === pane.id)?.state.is === "open") return "open";
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return "not open";
});
await day("files", async () => `${(await client.files.list({ hostId: "db-01", path: "/etc" })).entries.length > 0 ? "listed" : "none"}`);
await day("the record", async () => {
  let last = "";
  for await (const event of client.audit.verify({})) last = JSON.stringify(event);
  return last;
});
const egress = async () => (await client.audit.timeline({ filter: { types: ["egress"] } })).rows.length;
console.log(JSON.stringify({ done, egress: await egress() }));

// The same door, unsealed: the capture must see what it is there to see, and the record must show it.
await lines.next();
await client.app.changeSettings({ network: "lan" });
console.log(JSON.stringify({ done: { "a provider far away": await tries() }, egress: await egress() }));
await lines.next();
process.exit(0);
