import type { Port, Switch } from "./switch-state.ts";

// As much of IOS as an operator meets first: exec and privileged mode, `show`, configuring interfaces and VLANs, saving. What is
// configured acts on the state that `show` prints.

export type IosMode = { level: 1 | 15; config: "" | "config" | "interface" | "vlan"; at: string };
export type IosAnswer = { readonly out: string; readonly asks?: "password" | "confirm"; readonly ends?: boolean };

export const privileged = (): IosMode => ({ level: 15, config: "", at: "" });
export const promptOf = ({ state }: Switch, { level, config }: IosMode): string => `${state.hostname}${config === "" ? (level === 15 ? "#" : ">") : config === "config" ? "(config)#" : config === "interface" ? "(config-if)#" : "(config-vlan)#"}`;

const INVALID = "% Invalid input detected at '^' marker.\n";
const said = (out: string): IosAnswer => ({ out: out === "" || out.endsWith("\n") ? out : `${out}\n` });
/** IOS takes any beginning of a word that is nothing else's. */
const is = (typed: string | undefined, word: string, least = 1): boolean => typed !== undefined && typed.length >= least && word.startsWith(typed.toLowerCase());

export function ios(line: string, device: Switch, mode: IosMode): IosAnswer {
  const [command = "", ...filters] = line.trim().split(/\s+\|\s+/);
  const words = command.split(/\s+/);
  if (command === "" || command.startsWith("!")) return said("");
  if (mode.config !== "") return configure(words, device, mode);
  const [verb] = words;
  if (is(verb, "show", 2)) return filtered(show(words.slice(1), device, mode), filters);
  if (is(verb, "enable", 2)) return mode.level === 15 ? said("") : { out: "", asks: "password" };
  if (is(verb, "disable", 4)) return (mode.level = 1), said("");
  if (is(verb, "exit", 2) || is(verb, "logout", 3) || is(verb, "quit", 1)) return { out: "", ends: true };
  if (is(verb, "terminal", 4)) return said("");
  if (mode.level < 15) return said(INVALID);
  if (is(verb, "configure", 4)) return (mode.config = "config"), said("Enter configuration commands, one per line.  End with CNTL/Z.");
  if (is(verb, "write", 2) && words[1] === undefined) return save(device);
  if (is(verb, "copy", 4) && is(words[1], "running-config", 3) && is(words[2], "startup-config", 3)) return save(device);
  if (is(verb, "clear", 3) && is(words[1], "counters", 3)) return clearCounters(words[2], device);
  if (is(verb, "reload", 3)) return { out: "", asks: "confirm" };
  return said(INVALID);
}

/** `exec` of one command, as IOS offers it beside its prompt. */
export const iosOnce = (line: string, device: Switch): IosAnswer => ios(line, device, privileged());

function filtered(answer: IosAnswer, [filter]: readonly string[]): IosAnswer {
  if (filter === undefined) return answer;
  const [kind, ...rest] = filter.split(/\s+/);
  const text = rest.join(" ");
  const lines = answer.out.split("\n");
  const first = lines.findIndex((one) => one.includes(text));
  const kept = is(kind, "include", 1) ? lines.filter((one) => one.includes(text)) : is(kind, "exclude", 1) ? lines.filter((one) => !one.includes(text)) : first < 0 ? [] : lines.slice(first);
  return said(kept.join("\n").trimEnd());
}

const short = (name: string): string => name.replace("GigabitEthernet", "Gi");
const portOf = (words: readonly string[], { state }: Switch): Port | undefined => {
  const typed = words.join("").toLowerCase();
  const [, kind = "", number = ""] = /^([a-z]+)([\d/]+)$/.exec(typed) ?? [];
  return kind !== "" && "gigabitethernet".startsWith(kind) ? state.ports.find(({ name }) => name === `GigabitEthernet${number}`) : undefined;
};
const stateOf = ({ shut, link }: Port): string => (shut ? "administratively down" : link ? "up" : "down");
const clock = (ms: number): string => new Date(ms).toUTCString().replace(/(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT/, "$3 $2 $5");

function show(words: readonly string[], device: Switch, mode: IosMode): IosAnswer {
  const { state } = device;
  const [topic, ...rest] = words;
  if (is(topic, "version", 3)) return said(version(device));
  if (is(topic, "clock", 2)) return said(`*${new Date(device.now()).toISOString().slice(11, 19)}.000 UTC ${new Date(device.now()).toUTCString().slice(0, 16)}`);
  if (is(topic, "ip", 2) && is(rest[0], "interface", 3)) return said(["Interface              IP-Address      OK? Method Status                Protocol", ["Vlan1", state.address, "YES NVRAM ", "up", "up"], ...state.ports.map((port) => [port.name, "unassigned", "YES unset ", stateOf(port), port.link && !port.shut ? "up" : "down"])].map((row) => (typeof row === "string" ? row : `${row[0]?.padEnd(22)} ${row[1]?.padEnd(15)} ${row[2]} ${row[3]?.padEnd(21)} ${row[4]}`)).join("\n"));
  if (is(topic, "ip", 2) && is(rest[0], "route", 2)) return said(`Codes: C - connected, S - static, * - candidate default\n\nGateway of last resort is ${state.gateway} to network 0.0.0.0\n\nS*    0.0.0.0/0 [1/0] via ${state.gateway}\nC     10.20.0.0/24 is directly connected, Vlan1\nL     ${state.address}/32 is directly connected, Vlan1`);
  if (is(topic, "interfaces", 3) && is(rest[0], "status", 4)) return said(["Port      Name               Status       Vlan       Duplex  Speed Type", ...state.ports.map((port) => `${short(port.name).padEnd(9)} ${port.description.padEnd(18)} ${(port.shut ? "disabled" : port.link ? "connected" : "notconnect").padEnd(12)} ${`${port.vlan}`.padEnd(10)} a-full a-1000 10/100/1000BaseTX`)].join("\n"));
  if (is(topic, "interfaces", 3)) {
    const chosen = rest.length === 0 ? state.ports : [portOf(rest, device)];
    return said(chosen.some((port) => port === undefined) ? INVALID : chosen.map((port) => counters(port as Port)).join("\n"));
  }
  if (is(topic, "vlan", 2)) return said(`VLAN Name                             Status    Ports\n---- -------------------------------- --------- -------------------------------\n${state.vlans.map(({ id, name }) => `${`${id}`.padEnd(4)} ${name.padEnd(32)} active    ${state.ports.filter(({ vlan }) => vlan === id).map(({ name: of }) => short(of)).join(", ")}`.trimEnd()).join("\n")}`);
  if (is(topic, "mac", 3) && is(rest[0], "address-table", 3)) return said(macTable(rest.slice(1), device));
  if (is(topic, "cdp", 2) && is(rest[0], "neighbors", 3)) return said(state.ports.flatMap(({ name, neighbour, shut }) => (neighbour === undefined || shut ? [] : [`-------------------------\nDevice ID: ${neighbour.id}\nEntry address(es):\n  IP address: ${neighbour.address}\nPlatform: ${neighbour.platform},  Capabilities: Router Switch IGMP\nInterface: ${name},  Port ID (outgoing port): ${neighbour.port}\nHoldtime : 141 sec`])).join("\n"));
  if (is(topic, "logging", 3)) return said(`Syslog logging: enabled (0 messages dropped)\n    Buffer logging:  level debugging, ${state.log.length} messages logged\n\nLog Buffer (8192 bytes):\n\n${state.log.map(({ at, text }) => `*${clock(at)}.000: ${text}`).join("\n")}`);
  if (is(topic, "processes", 4)) return said("CPU utilization for five seconds: 7%/0%; one minute: 6%; five minutes: 6%\n PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process\n 213     1187233     9120331        130  1.27%  1.10%  1.12%   0 IOSXE-RP Punt Se\n  88      412904     4410022         93  0.55%  0.51%  0.50%   0 Spanning Tree");
  if (is(topic, "environment", 3)) return said(`Switch 1 FAN 1 is OK\nSwitch 1 FAN 2 is OK\nSwitch 1: SYSTEM TEMPERATURE is OK\nSystem Temperature Value: ${state.celsius} Degree Celsius\n${state.supplies.map(({ name, state: is, watts }) => `1${name}  PWR-C1-${watts}WAC       ${is === "OK" ? "OK    Good" : "FAULTY  No Input"}`).join("\n")}`);
  if (is(topic, "running-config", 3)) return said(mode.level === 15 ? running(device) : INVALID);
  if (is(topic, "startup-config", 3)) return said(mode.level === 15 ? (state.startup === "" ? "startup-config is not present" : state.startup) : INVALID);
  if (is(topic, "privilege", 2)) return said(`Current privilege level is ${mode.level}`);
  return said(INVALID);
}

const WEEK_MS = 7 * 86_400_000;
function version(device: Switch): string {
  const { state } = device;
  const up = device.now() - state.upSince;
  const text = `${Math.floor(up / WEEK_MS)} weeks, ${Math.floor((up % WEEK_MS) / 86_400_000)} days, ${Math.floor((up % 86_400_000) / 3_600_000)} hours, ${Math.floor((up % 3_600_000) / 60_000)} minutes`;
  return `Cisco IOS XE Software, Version ${state.version}\nCisco IOS Software [Cupertino], Catalyst L3 Switch Software (CAT9K_IOSXE), Version ${state.version}, RELEASE SOFTWARE (fc6)\n\n${state.hostname} uptime is ${text}\nSystem image file is "flash:packages.conf"\nLast reload reason: Reload Command\n\ncisco ${state.model} (X86) processor with 1338934K/6147K bytes of memory.\nProcessor board ID ${state.serial}\n${state.ports.length} Gigabit Ethernet interfaces`;
}

const counters = (port: Port): string => `${port.name} is ${stateOf(port)}, line protocol is ${port.link && !port.shut ? "up (connected)" : "down (notconnect)"}\n  Hardware is Gigabit Ethernet, address is ${port.mac} (bia ${port.mac})\n  Description: ${port.description}\n  Full-duplex, 1000Mb/s, media type is 10/100/1000BaseTX\n     ${port.inputErrors} input errors, ${port.crc} CRC, 0 frame, 0 overrun, 0 ignored\n     ${port.outputErrors} output errors, 0 collisions, 0 interface resets`;

function macTable(words: readonly string[], { state }: Switch): string {
  const wanted = is(words[0], "address", 1) ? (words[1] ?? "").toLowerCase().replace(/[^0-9a-f]/g, "") : undefined;
  const rows = state.macs.filter(({ mac, port }) => (wanted === undefined || mac.replaceAll(".", "") === wanted) && state.ports.some(({ name, shut, link }) => short(name) === port && !shut && link));
  return `          Mac Address Table\n-------------------------------------------\n\nVlan    Mac Address       Type        Ports\n----    -----------       --------    -----\n${rows.map(({ vlan, mac, port }) => `  ${`${vlan}`.padEnd(5)} ${mac}    DYNAMIC     ${port}`).join("\n")}\nTotal Mac Addresses for this criterion: ${rows.length}`;
}

const running = ({ state }: Switch): string => `Building configuration...\n\nhostname ${state.hostname}\n!\nenable secret 9 $9$practice\n!\n${state.vlans.filter(({ id }) => id !== 1).map(({ id, name }) => `vlan ${id}\n name ${name}\n!`).join("\n")}\n${state.ports.map((port) => `interface ${port.name}\n description ${port.description}\n switchport access vlan ${port.vlan}${port.shut ? "\n shutdown" : ""}\n!`).join("\n")}\nip default-gateway ${state.gateway}\nend`;

function save(device: Switch): IosAnswer {
  device.state.startup = running(device).replace("Building configuration...\n\n", "");
  device.save();
  return said("Building configuration...\n[OK]");
}

function clearCounters(name: string | undefined, device: Switch): IosAnswer {
  const chosen = name === undefined ? device.state.ports : [portOf([name], device)];
  if (chosen.includes(undefined)) return said(INVALID);
  for (const port of chosen) if (port !== undefined) Object.assign(port, { inputErrors: 0, crc: 0, outputErrors: 0 });
  device.note(`%CLEAR-5-COUNTERS: Clear counter on ${name ?? "all interfaces"} by ops on vty0`);
  device.save();
  return said("");
}

export function reload(device: Switch): void {
  device.state.upSince = device.now();
  device.note("%SYS-5-RESTART: System restarted --");
  device.save();
}

function configure(words: readonly string[], device: Switch, mode: IosMode): IosAnswer {
  const [first] = words;
  if (is(first, "end", 3)) return leave(device, mode, "");
  if (is(first, "exit", 2)) return leave(device, mode, mode.config === "config" ? "" : "config");
  if (is(first, "hostname", 4) && words[1] !== undefined) return (device.state.hostname = words[1].slice(0, 63)), device.save(), said("");
  if (is(first, "interface", 3)) {
    const port = portOf(words.slice(1), device);
    if (port === undefined) return said(INVALID);
    Object.assign(mode, { config: "interface", at: port.name });
    return said("");
  }
  if (is(first, "vlan", 2) && /^\d{1,4}$/.test(words[1] ?? "")) {
    const id = Number(words[1]);
    if (!device.state.vlans.some((vlan) => vlan.id === id)) device.state.vlans.push({ id, name: `VLAN${`${id}`.padStart(4, "0")}` });
    device.state.vlans.sort((one, other) => one.id - other.id);
    device.save();
    Object.assign(mode, { config: "vlan", at: `${id}` });
    return said("");
  }
  if (mode.config === "vlan" && is(first, "name", 2) && words[1] !== undefined) {
    for (const vlan of device.state.vlans) if (`${vlan.id}` === mode.at) vlan.name = words[1].slice(0, 32);
    return device.save(), said("");
  }
  return mode.config === "interface" ? configurePort(words, device, mode) : said(INVALID);
}

function configurePort(words: readonly string[], device: Switch, { at }: IosMode): IosAnswer {
  const port = device.state.ports.find(({ name }) => name === at);
  const isNo = words[0] === "no";
  const [first, ...rest] = isNo ? words.slice(1) : words;
  if (port === undefined) return said(INVALID);
  if (is(first, "shutdown", 2)) {
    const wasShut = port.shut;
    port.shut = !isNo;
    port.link = isNo ? port.description !== "spare" : false;
    if (wasShut === isNo) device.note(isNo ? `%LINK-3-UPDOWN: Interface ${port.name}, changed state to up` : `%LINK-5-CHANGED: Interface ${port.name}, changed state to administratively down`);
  } else if (is(first, "description", 4)) port.description = isNo ? "" : rest.join(" ").slice(0, 200);
  else if (is(first, "switchport", 2) && is(rest[0], "access", 2) && is(rest[1], "vlan", 2) && /^\d{1,4}$/.test(rest[2] ?? "")) port.vlan = Number(rest[2]);
  else return said(INVALID);
  device.save();
  return said("");
}

function leave(device: Switch, mode: IosMode, to: IosMode["config"]): IosAnswer {
  Object.assign(mode, { config: to, at: "" });
  if (to === "") {
    device.note("%SYS-5-CONFIG_I: Configured from console by ops on vty0 (10.20.7.10)");
    device.save();
  }
  return said("");
}
