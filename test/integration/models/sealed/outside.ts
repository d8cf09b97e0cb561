// Outside the machine SENA runs on: the practice hosts, and strangers who would answer gladly. Tells what was asked of them.
import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import { connect, createServer as createTcp } from "node:net";
import { createInterface } from "node:readline";
import { startLab } from "../../../../src-main/shells/lab/index.ts";
import { OUTSIDE, STRANGER } from "./namespaces.ts";

const [home = ""] = process.argv.slice(2);
await using lab = await startLab({ home, hosts: ["web-01", "db-01"] });
// The lab listens on loopback; here its hosts have an address of their own.
for (const { port } of lab.hosts) createTcp((client) => client.on("error", () => {}).pipe(connect(port, "127.0.0.1")).on("error", () => client.destroy()).pipe(client)).listen(port, OUTSIDE);

let asked = 0;
createServer((request, response) => {
  asked += 1;
  request.resume();
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.end('data: {"choices":[{"delta":{"content":"ready"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
}).listen(8000, STRANGER);
createTcp((socket) => (asked += 1, socket.on("error", () => {}).resume())).listen(6514, STRANGER);
const names = createSocket("udp4").on("message", () => (asked += 1));
names.bind(53, STRANGER);

console.log(JSON.stringify({ hosts: lab.hosts.map(({ name, port, user, environment, criticality, groups, tags, os }) => ({ name, port, user, environment, criticality, groups, tags, os })), keyPath: lab.keyPath, knownHostsPath: lab.knownHostsPath }));
for await (const _ of createInterface({ input: process.stdin })) console.log(JSON.stringify({ asked }));
process.exit(0);
