import type { ChatEvent, ChatItem, HostRef, RunEvent } from "../../../src-main/contract/index.ts";
import { EMPTY, applyItems, type ConversationState } from "./conversation-state.ts";

// Made-up conversations for the gallery and the tests: the events a core would send, in their order.

export const WEB: HostRef = { id: "web-01", name: "web-01", environment: "prod" };
const SKILL = { id: "nginx/why-down", version: "1.2.0", signer: "SENA built-in", title: "Why a web service is down" };
const T0 = Date.UTC(2026, 10, 21, 14, 5, 0);

export function storyOf(events: readonly (ChatEvent | { run: string; event: RunEvent })[]): ChatItem[] {
  let n = 0;
  return events.map((one) => {
    n += 1;
    const at = T0 + n * 200;
    return "run" in one && "event" in one
      ? { cursor: `0.${n}`, at, event: { kind: "run" as const, item: { n, runId: one.run, at, event: one.event } } }
      : { cursor: `${n}.0`, at, event: { kind: "chat" as const, n, event: one as ChatEvent } };
  });
}

const step = (run: string, stepId: string, title: string, script: string, stdout: string, elapsedMs: number, exitCode = 0, hostId = "web-01"): { run: string; event: RunEvent }[] => [
  { run, event: { type: "queued", stepId, hostId, title, script, dialect: "posix", why: "part of the diagnosis", role: "check" } },
  { run, event: { type: "judged", stepId, effect: "read", proved: true, rule: "systemd/read", verdict: "allow", why: "proved read-only" } },
  { run, event: { type: "started", stepId, at: T0, reattached: false } },
  ...(stdout === "" ? [] : [{ run, event: { type: "output", stepId, stream: "stdout", text: stdout } as RunEvent }]),
  { run, event: { type: "ended", stepId, exitCode, signal: null, elapsedMs, cutBytes: 0, succeeded: true, say: "" } },
];
const cite = (stepId: string, fromLine: number, toLine = fromLine) => ({ runId: "run_1", stepId, stream: "stdout" as const, fromLine, toLine });

const LOG = `Nov 21 07:41:58 web-01 systemd[1]: Reloading nginx.service
Nov 21 07:42:03 web-01 nginx[2211]: nginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/conf.d/intranet.conf:14
Nov 21 07:42:03 web-01 nginx[2211]: nginx: configuration file /etc/nginx/nginx.conf test failed
Nov 21 07:42:03 web-01 systemd[1]: nginx.service: Control process exited, code=exited, status=1/FAILURE
Nov 21 07:42:03 web-01 systemd[1]: nginx.service: Failed with result 'exit-code'.
Nov 21 07:42:03 web-01 systemd[1]: Failed to start nginx.service - A high performance web server and a reverse proxy server.
Nov 21 07:42:04 web-01 systemd[1]: nginx.service: Scheduled restart job, restart counter is at 1.
Nov 21 07:42:04 web-01 systemd[1]: Stopped nginx.service - A high performance web server and a reverse proxy server.
Nov 21 07:42:05 web-01 systemd[1]: nginx.service: Start request repeated too quickly.
Nov 21 07:42:05 web-01 systemd[1]: nginx.service: Failed with result 'exit-code'.
`;

const asked: (ChatEvent | { run: string; event: RunEvent })[] = [
  { type: "message", turnId: "turn_1", text: "nobody can open the intranet page since this morning, it lives on web-01", hosts: [], attachments: [] },
  { type: "turn", turnId: "turn_1", state: "working", say: "" },
  { type: "understood", turnId: "turn_1", planner: "skills", skill: SKILL, title: "Why nginx is down", hosts: [WEB], slots: [{ name: "service", value: "nginx", from: "inventory" }, { name: "host", value: "web-01", from: "request" }], confidence: 0.96, why: "the words and the classifier agree" },
  { type: "run", turnId: "turn_1", runId: "run_1", title: "Why nginx is down", purpose: "answer" },
  { run: "run_1", event: { type: "planned", title: "Why nginx is down", skill: SKILL, hosts: [WEB], steps: [{ title: "Is the service active", effect: "read" }, { title: "Does its configuration parse", effect: "read" }, { title: "What it logged last", effect: "read" }, { title: "Who changed the file", effect: "read" }], inputs: {}, tree: true } },
  { run: "run_1", event: { type: "host", hostId: "web-01", state: "running", say: "" } },
  ...step("run_1", "h1-s1", "Is the service active", "systemctl is-active nginx", "failed\n", 212, 3),
  ...step("run_1", "h1-s2", "Does its configuration parse", "nginx -t", 'nginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/conf.d/intranet.conf:14\nnginx: configuration file /etc/nginx/nginx.conf test failed\n', 338, 1),
];
const answered: (ChatEvent | { run: string; event: RunEvent })[] = [
  ...step("run_1", "h1-s3", "What it logged last", "journalctl -u nginx -n 10 --no-pager", LOG, 420),
  { run: "run_1", event: { type: "host", hostId: "web-01", state: "done", say: "" } },
  { run: "run_1", event: { type: "state", state: "done", say: "" } },
  {
    type: "answer",
    turnId: "turn_1",
    statements: [
      { text: "nginx has been down since 07:42:03 because line 14 of `/etc/nginx/conf.d/intranet.conf` has an unknown directive: `proxy_passs`.", tone: "bad", cites: [cite("h1-s2", 1), cite("h1-s3", 2)] },
      { text: "systemd tried again and gave up at 07:42:05.", tone: "plain", cites: [cite("h1-s3", 9, 10)] },
    ],
    tables: [],
    series: [],
  },
];
const waiting: (ChatEvent | { run: string; event: RunEvent })[] = [
  { type: "proposal", turnId: "turn_1", proposalId: "prop_1", runId: "run_1", title: "Fix line 14 and start nginx", why: "The directive is one letter away from `proxy_pass`.", host: WEB, skill: SKILL, steps: [{ title: "Fix and start", script: "sed -i '14s/proxy_passs/proxy_pass/' /etc/nginx/conf.d/intranet.conf\nnginx -t && systemctl start nginx", effect: "service-impact", verdict: "ask", proved: false, why: "changes a service on prod" }], verdict: "ask", say: "changes a service on prod", isUndo: false },
  { type: "proposal-taken", turnId: "turn_1", proposalId: "prop_1", state: "started" },
  { type: "run", turnId: "turn_1", runId: "run_2", title: "Fix line 14 and start nginx", purpose: "fix", proposalId: "prop_1" },
  { run: "run_2", event: { type: "planned", title: "Fix line 14 and start nginx", skill: { ...SKILL, id: "nginx/fix-directive" }, hosts: [WEB], steps: [{ title: "Keep a copy", effect: "mutate" }, { title: "Fix and start", effect: "service-impact" }, { title: "Is the page served", effect: "read" }], inputs: {}, tree: false } },
  { run: "run_2", event: { type: "queued", stepId: "h1-s1", hostId: "web-01", title: "Fix and start", script: "sed -i '14s/proxy_passs/proxy_pass/' /etc/nginx/conf.d/intranet.conf\nnginx -t && systemctl start nginx", dialect: "posix", why: "", role: "act" } },
  { run: "run_2", event: { type: "judged", stepId: "h1-s1", effect: "service-impact", proved: false, rule: "systemd/start", verdict: "ask", why: "changes a service on prod" } },
  { run: "run_2", event: { type: "waiting", stepId: "h1-s1", approvalId: "appr_1", notAfter: T0 + 900_000 } },
  { type: "turn", turnId: "turn_1", state: "waiting", say: "Waits for an approval." },
];

export const working = (): ConversationState => applyItems(EMPTY, storyOf(asked));
export const waits = (): ConversationState => applyItems(EMPTY, storyOf([...asked, ...answered, ...waiting]));

/** A fleet: so many hosts, most of them fine. */
export function fleet(count: number, ended: number): ConversationState {
  const hosts = Array.from({ length: count }, (_, i): HostRef => ({ id: `srv-${String(i + 1).padStart(3, "0")}`, name: `srv-${String(i + 1).padStart(3, "0")}`, environment: (["prod", "prod", "staging", "dev"] as const)[i % 4] ?? "dev" }));
  const skill = { ...SKILL, id: "linux/health", title: "Health check" };
  const events: (ChatEvent | { run: string; event: RunEvent })[] = [
    { type: "message", turnId: "turn_1", text: "health check of all servers", hosts: [], attachments: [] },
    { type: "turn", turnId: "turn_1", state: ended < count ? "working" : "done", say: "" },
    { type: "understood", turnId: "turn_1", planner: "skills", skill, title: "Health check", hosts, slots: [], confidence: 0.99, why: "the words and the classifier agree" },
    { type: "run", turnId: "turn_1", runId: "run_1", title: "Health check", purpose: "answer" },
    { run: "run_1", event: { type: "planned", title: "Health check", skill, hosts, steps: [{ title: "Load, memory, disks", effect: "read" }], inputs: {}, tree: false } },
  ];
  hosts.slice(0, ended).forEach((host, i) => {
    events.push({ run: "run_1", event: { type: "host", hostId: host.id, state: "running", say: "" } }, ...step("run_1", `h${i + 1}-s1`, "Load, memory, disks", "df -P -k && cat /proc/loadavg && free -b", "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 41152812 22152812 18000000 56% /\n", 80, 0, host.id));
    const isBad = i % 23 === 7;
    events.push({ run: "run_1", event: { type: "statement", hostId: host.id, statement: { text: isBad ? "`/var` is 94 % full." : "Load, memory and disks are fine.", tone: isBad ? "attention" : "good", cites: [] } } }, { run: "run_1", event: { type: "host", hostId: host.id, state: i % 61 === 13 ? "failed" : "done", say: i % 61 === 13 ? "The host did not answer within 10 s. Nothing was run." : "" } });
  });
  for (const host of hosts.slice(ended, ended + 16)) events.push({ run: "run_1", event: { type: "host", hostId: host.id, state: "running", say: "" } });
  return applyItems(EMPTY, storyOf(events));
}
