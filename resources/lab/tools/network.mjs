import { existsSync, readFileSync } from "node:fs";
import { ToolError, at, change, log, nowMs, options, readState, table } from "./host.mjs";
import { err, out } from "./out.mjs";

export const listeners = (state) =>
  Object.entries(state.units).flatMap(([id, unit]) => (unit.active === "active" ? (unit.ports ?? []).map((port) => ({ ...port, process: state.processes.find((p) => p.unit === id) })) : []));

export function ss(argv) {
  const { found, rest } = options(argv, { t: 0, u: 0, l: 0, n: 0, p: 0, a: 0, s: 0, e: 0, o: 0, i: 0, m: 0, x: 0, H: 0, "4": 0, "6": 0, tcp: "t", udp: "u", listening: "l", numeric: "n", processes: "p", all: "a", summary: "s", "no-header": "H", K: 0, kill: "K" }, "ss");
  if (found.K) throw new ToolError("ss: Operation not permitted");
  const state = readState();
  const peers = state.sockets ?? [];
  if (found.s) return out(`Total: ${188 + peers.length}\nTCP:   ${listeners(state).length + peers.length} (estab ${peers.length}, closed 2, orphaned 0, timewait 2)\n\nTransport Total     IP        IPv6\nRAW\t  0         0         0\nUDP\t  4         3         1\nTCP\t  ${listeners(state).length + peers.length}         ${listeners(state).length + peers.length}         0`), 0;
  const word = rest.join(" ");
  const port = /:(\w+)/.exec(word)?.[1];
  const side = /\bdport\b/.test(word) ? "peer" : "local";
  const want = (proto) => (!found.t && !found.u) || (found.t && proto === "tcp") || (found.u && proto === "udp");
  const rows = [];
  if (found.l || found.a) for (const l of listeners(state)) if (want(l.proto)) rows.push([l.proto, l.proto === "udp" ? "UNCONN" : "LISTEN", 0, l.proto === "udp" ? 0 : (l.backlog ?? 511), `${l.addr}:${l.port}`, l.addr.includes("[") ? "[::]:*" : "0.0.0.0:*", found.p && l.process ? `users:(("${l.process.comm ?? l.process.cmd.split(/[ :]/)[0].split("/").pop()}",pid=${l.process.pid},fd=6))` : ""]);
  if (!found.l) for (const s of peers) if (want("tcp")) rows.push(["tcp", "ESTAB", s.recvq ?? 0, s.sendq ?? 0, s.local, s.peer, found.p ? `users:(("${s.comm}",pid=${s.pid},fd=9))` : ""]);
  const kept = port ? rows.filter((r) => String(side === "peer" ? r[5] : r[4]).endsWith(`:${port}`)) : rows;
  const both = !(found.t && !found.u) && !(found.u && !found.t);
  const cut = (r) => (both ? r : r.slice(1));
  const all = [...(found.H ? [] : [cut(["Netid", "State", "Recv-Q", "Send-Q", "Local Address:Port", "Peer Address:Port", found.p ? "Process" : ""])]), ...kept.map(cut)];
  if (all.length > 0) out(table(all, both ? [2, 3, 4] : [1, 2, 3]));
  return 0;
}

export function netstat(argv) {
  const state = readState();
  const flags = argv.join("");
  const rows = listeners(state).filter((l) => (flags.includes("t") && l.proto === "tcp") || (flags.includes("u") && l.proto === "udp") || !/[tu]/.test(flags)).map((l) => [l.proto, 0, 0, `${l.addr}:${l.port}`, "0.0.0.0:*", l.proto === "tcp" ? "LISTEN" : "", flags.includes("p") && l.process ? `${l.process.pid}/${l.process.cmd.split(/[ :]/)[0].split("/").pop()}` : ""]);
  out(`Active Internet connections (only servers)\n${table([["Proto", "Recv-Q", "Send-Q", "Local Address", "Foreign Address", "State", flags.includes("p") ? "PID/Program name" : ""], ...rows], [1, 2])}`);
  return 0;
}

export function ip(argv) {
  const state = readState();
  const json = argv.includes("-j") || argv.includes("-json");
  const brief = argv.includes("-br") || argv.includes("-brief");
  const words = argv.filter((a) => !a.startsWith("-"));
  const [object = "", verb = "show", ...rest] = words;
  if (["add", "del", "delete", "set", "flush", "replace", "change"].includes(verb)) throw new ToolError("RTNETLINK answers: Operation not permitted", 2);
  const nics = state.nics.filter((n) => rest.length === 0 || rest.includes(n.name) || !rest.some((r) => state.nics.some((m) => m.name === r)));
  if ("address".startsWith(object) && object !== "") {
    if (json) return out(JSON.stringify(nics.map((n) => ({ ifname: n.name, operstate: n.state, mtu: n.mtu, address: n.mac, addr_info: [{ family: "inet", local: n.address.split("/")[0], prefixlen: Number(n.address.split("/")[1]), scope: n.name === "lo" ? "host" : "global" }] })))), 0;
    if (brief) return out(table(nics.map((n) => [n.name, n.state, n.address]))), 0;
    out(nics.map((n, i) => `${i + 1}: ${n.name}: <${n.name === "lo" ? "LOOPBACK" : "BROADCAST,MULTICAST"},UP,LOWER_UP> mtu ${n.mtu} qdisc ${n.name === "lo" ? "noqueue" : "fq_codel"} state ${n.state} group default qlen 1000\n    link/${n.name === "lo" ? "loopback" : "ether"} ${n.mac} brd ${n.name === "lo" ? "00:00:00:00:00:00" : "ff:ff:ff:ff:ff:ff"}\n    inet ${n.address} scope ${n.name === "lo" ? "host" : "global"} ${n.name}\n       valid_lft forever preferred_lft forever`).join("\n"));
    return 0;
  }
  if ("link".startsWith(object) && object !== "") {
    if (brief) return out(table(nics.map((n) => [n.name, n.state, n.mac]))), 0;
    out(nics.map((n, i) => `${i + 1}: ${n.name}: <${n.name === "lo" ? "LOOPBACK" : "BROADCAST,MULTICAST"},UP,LOWER_UP> mtu ${n.mtu} qdisc ${n.name === "lo" ? "noqueue" : "fq_codel"} state ${n.state} mode DEFAULT group default qlen 1000\n    link/${n.name === "lo" ? "loopback" : "ether"} ${n.mac} brd ff:ff:ff:ff:ff:ff${argv.includes("-s") ? `\n    RX:  bytes packets errors dropped  missed   mcast\n    ${n.rx ?? "812044112 6120443      0       0       0       0"}\n    TX:  bytes packets errors dropped carrier collsns\n    ${n.tx ?? "204411201 2044120      0       0       0       0"}` : ""}`).join("\n"));
    return 0;
  }
  if ("route".startsWith(object) && object !== "") return out(state.routes.join("\n")), 0;
  if ("neighbour".startsWith(object) && object !== "") return out((state.neighbours ?? []).join("\n")), 0;
  throw new ToolError(`Object "${object}" is unknown, try "ip help".`);
}

const known = (state, name) => state.hosts[name] ?? (/^\d+\.\d+\.\d+\.\d+$/.test(name) ? { address: name, silent: !Object.values(state.hosts).some((h) => h.address === name) } : undefined);

export function ping(argv) {
  const state = readState();
  const name = argv.filter((a, i) => !a.startsWith("-") && !["-c", "-W", "-i", "-w", "-s"].includes(argv[i - 1])).at(-1);
  const count = Math.min(Number(argv[argv.indexOf("-c") + 1]) || 4, 20);
  const host = known(state, name ?? "");
  if (!host) throw new ToolError(`ping: ${name}: Name or service not known`, 2);
  out(`PING ${name} (${host.address}) 56(84) bytes of data.`);
  if (!host.silent) for (let i = 1; i <= count; i += 1) out(`64 bytes from ${host.address}: icmp_seq=${i} ttl=64 time=0.${310 + ((i * 37) % 90)} ms`);
  out(`\n--- ${name} ping statistics ---\n${count} packets transmitted, ${host.silent ? 0 : count} received, ${host.silent ? 100 : 0}% packet loss, time ${(count - 1) * 1000}ms`);
  return host.silent ? 1 : 0;
}

/** `nc -z`: is there anybody on that port. Anything else it could do stays out of the practice lab. */
export function nc(argv) {
  const { found, rest } = options(argv, { z: 0, v: 0, n: 0, u: 0, w: 1 }, "nc");
  if (!found.z) throw new ToolError("nc: only -z is part of the practice lab.");
  const [name = "", port = ""] = rest;
  const state = readState();
  const host = known(state, name);
  if (!host) throw new ToolError(`nc: getaddrinfo for host "${name}" port ${port}: Name or service not known`);
  const own = host.address.startsWith("127.") || state.nics.some((nic) => nic.address.startsWith(`${host.address}/`));
  const isOpen = own ? listeners(state).some((one) => one.proto === "tcp" && String(one.port) === port) : (state.neighbours?.[name] ?? [22]).includes(Number(port));
  err(isOpen ? `Connection to ${name} (${host.address}) ${port} port [tcp/*] succeeded!` : host.silent ? `nc: connect to ${name} (${host.address}) port ${port} (tcp) timed out: Operation now in progress` : `nc: connect to ${name} (${host.address}) port ${port} (tcp) failed: Connection refused`);
  return isOpen ? 0 : 1;
}
export function getent(argv) {
  const [database, ...keys] = argv;
  const state = readState();
  if (database === "hosts" || database === "ahosts") {
    const found = keys.map((k) => [known(state, k), k]).filter(([h]) => h && !h.silent);
    for (const [host, name] of found) out(`${host.address.padEnd(15)} ${name}`);
    return found.length > 0 ? 0 : 2;
  }
  const file = { passwd: "/etc/passwd", group: "/etc/group", services: "/etc/services" }[database];
  if (!file || !existsSync(at(file))) throw new ToolError(`Unknown database: ${database}`);
  const lines = readFileSync(at(file), "utf8").split("\n").filter((l) => keys.length === 0 || keys.some((k) => l.startsWith(`${k}:`) || l.split(":")[2] === k));
  if (lines.join("") === "") return 2;
  out(lines.filter(Boolean).join("\n"));
  return 0;
}

export function dig(argv) {
  const state = readState();
  const name = argv.find((a) => !/^[+@-]/.test(a) && !/^(A|AAAA|MX|NS|TXT|PTR)$/.test(a)) ?? "";
  const host = state.hosts[name.replace(/\.$/, "")];
  if (argv.includes("+short")) return out(host ? host.address : ""), 0;
  out(`; <<>> DiG 9.18.28 <<>> ${argv.join(" ")}\n;; ->>HEADER<<- opcode: QUERY, status: ${host ? "NOERROR" : "NXDOMAIN"}, id: 4711\n;; QUESTION SECTION:\n;${name}.\tIN\tA\n${host ? `\n;; ANSWER SECTION:\n${name}.\t300\tIN\tA\t${host.address}\n` : ""}\n;; Query time: 1 msec\n;; SERVER: 10.20.0.53#53(10.20.0.53)`);
  return 0;
}

export const nft = () => (out("table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tct state established,related accept\n\t\tiif \"lo\" accept\n\t\ttcp dport { 22, 80, 443, 9100 } accept\n\t}\n}"), 0);
export const iptables = () => (out("# Warning: iptables-legacy tables present, use iptables-legacy to see them\nChain INPUT (policy DROP)\ntarget     prot opt source               destination\nACCEPT     all  --  anywhere             anywhere             ctstate RELATED,ESTABLISHED\nACCEPT     tcp  --  anywhere             anywhere             multiport dports ssh,http,https,9100"), 0);

const PAGE = (title) => `<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;

/** Answers from what runs on this host and its neighbours; nothing ever leaves the practice host. */
function answer(state, url, method) {
  const host = known(state, url.hostname) ?? (url.hostname === "localhost" ? { address: "127.0.0.1" } : undefined);
  if (!host) return { fail: 6, say: `Could not resolve host: ${url.hostname}` };
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const own = host.address.startsWith("127.") || state.nics.some((n) => n.address.startsWith(`${host.address}/`));
  if (!own) {
    const site = state.sites?.[`${url.hostname}:${port}`];
    return site ? { status: site.status, body: site.body ?? "", type: site.type ?? "text/html" } : { fail: 7, say: `Failed to connect to ${url.hostname} port ${port} after 1 ms: Couldn't connect to server` };
  }
  const socket = listeners(state).find((l) => l.proto === "tcp" && l.port === port && (l.addr !== "127.0.0.1" || host.address.startsWith("127.")));
  if (!socket) return { fail: 7, say: `Failed to connect to ${url.hostname} port ${port} after 0 ms: Couldn't connect to server` };
  const serves = socket.serves ?? "none";
  if (serves === "nginx" && url.protocol === "http:" && port === 80) return { status: 301, body: "<html><head><title>301 Moved Permanently</title></head></html>\n", headers: [`Location: https://${url.hostname}${url.pathname}`], server: "nginx/1.22.1", type: "text/html" };
  if (serves === "nginx") {
    const app = state.units["intranet-app.service"];
    if (url.pathname === "/nginx_status") return { status: 200, body: "Active connections: 3 \nserver accepts handled requests\n 18422 18422 40211 \nReading: 0 Writing: 1 Waiting: 2 \n", server: "nginx/1.22.1", type: "text/plain" };
    if (app?.active !== "active") return { status: 502, body: PAGE("502 Bad Gateway"), server: "nginx/1.22.1", type: "text/html" };
    return { status: 200, body: url.pathname === "/health" ? '{"status":"ok"}\n' : PAGE("Intranet"), server: "nginx/1.22.1", type: url.pathname === "/health" ? "application/json" : "text/html" };
  }
  if (serves === "app") return { status: 200, body: url.pathname === "/health" ? `{"status":"ok","release":"${state.release ?? "1"}"}\n` : PAGE("Intranet"), type: url.pathname === "/health" ? "application/json" : "text/html" };
  if (serves === "metrics") return { status: 200, body: `# HELP node_load1 1m load average.\n# TYPE node_load1 gauge\nnode_load1 ${state.load[0]}\n`, type: "text/plain" };
  return { fail: 52, say: "Empty reply from server", method };
}

const REASONS = { 200: "OK", 301: "Moved Permanently", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable" };

export function curl(argv) {
  const { found, rest } = options(argv, { s: 0, S: 0, k: 0, I: 0, i: 0, L: 0, f: 0, v: 0, o: 1, w: 1, m: 1, X: 1, H: 2, d: 1, u: 1, A: 1, silent: "s", "show-error": "S", insecure: "k", head: "I", include: "i", location: "L", fail: "f", verbose: "v", output: "o", "write-out": "w", "max-time": "m", "connect-timeout": 1, request: "X", header: "H", data: "d", user: "u", "user-agent": "A", resolve: 1, retry: 1, "4": 0, "6": 0, g: 0, compressed: 0, noproxy: 1, cacert: 1 }, "curl");
  const state = readState();
  if (rest.length === 0) throw new ToolError("curl: (2) no URL specified", 2);
  let code = 0;
  for (const word of rest) {
    let url;
    try {
      url = new URL(/^\w+:\/\//.test(word) ? word : `http://${word}`);
    } catch {
      throw new ToolError("curl: (3) URL using bad/illegal format or missing URL", 3);
    }
    let reply = answer(state, url, found.X);
    for (let hops = 0; found.L && reply.status === 301 && hops < 5; hops += 1) {
      url = new URL(reply.headers[0].slice(10));
      reply = answer(state, url, found.X);
    }
    const failed = reply.fail ?? (found.f && reply.status >= 400 ? 22 : 0);
    if (reply.fail && (!found.s || found.S)) err(`curl: (${reply.fail}) ${reply.say}`);
    if (!reply.fail) {
      const head = `HTTP/${url.protocol === "https:" ? "2" : "1.1"} ${reply.status}${url.protocol === "https:" ? "" : ` ${REASONS[reply.status] ?? ""}`}\r\nserver: ${reply.server ?? "intranet"}\r\ndate: ${new Date(nowMs(state)).toUTCString()}\r\ncontent-type: ${reply.type}\r\ncontent-length: ${Buffer.byteLength(reply.body)}\r\n${(reply.headers ?? []).map((h) => `${h}\r\n`).join("")}\r\n`;
      if (found.v) err(`* Connected to ${url.hostname} port ${url.port || (url.protocol === "https:" ? 443 : 80)}\n> ${found.I ? "HEAD" : (found.X ?? "GET")} ${url.pathname} HTTP/1.1`);
      const text = `${found.I || found.i ? head : ""}${found.I ? "" : failed ? "" : reply.body}`;
      if (found.o === undefined) process.stdout.write(text);
      else if (found.o !== "/dev/null") throw new ToolError("curl: (23) the practice lab writes no downloads", 23);
      if (failed === 22 && (!found.s || found.S)) err(`curl: (22) The requested URL returned error: ${reply.status}`);
      if (reply.server?.startsWith("nginx")) change((s) => log(s, { unit: "nginx.service", ident: "nginx", pid: "", priority: 7, message: `127.0.0.1 "${found.I ? "HEAD" : (found.X ?? "GET")} ${url.pathname}" ${reply.status}` }));
    }
    if (found.w) process.stdout.write(found.w.replaceAll("%{http_code}", String(reply.status ?? "000").padStart(3, "0")).replaceAll("%{response_code}", String(reply.status ?? "000")).replaceAll("%{time_total}", "0.004112").replaceAll("%{url_effective}", url.href).replaceAll("%{size_download}", String(Buffer.byteLength(reply.body ?? ""))).replaceAll("\\n", "\n"));
    code = failed || code;
  }
  return code;
}

