import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { LAB_NOON, type LabClock } from "./seed.ts";

export type Port = { name: string; vlan: number; description: string; shut: boolean; link: boolean; mac: string; inputErrors: number; crc: number; outputErrors: number; neighbour?: { id: string; platform: string; port: string; address: string } };
export type SwitchState = {
  hostname: string;
  version: string;
  model: string;
  serial: string;
  upSince: number;
  address: string;
  gateway: string;
  vlans: { id: number; name: string }[];
  ports: Port[];
  macs: { vlan: number; mac: string; port: string }[];
  log: { at: number; text: string }[];
  supplies: { name: string; state: "OK" | "FAULTY"; watts: number }[];
  celsius: number;
  /** What survives a reload. */
  startup: string;
  clock: { mode: LabClock; realStart: number; ticks: number };
};

export type Switch = { readonly state: SwitchState; now(): number; note(text: string): void; save(): void };

const at = (text: string): number => Date.parse(`2026-11-${text}Z`);
const port = (n: number, of: Partial<Port> = {}): Port => ({ name: `GigabitEthernet1/0/${n}`, vlan: 20, description: "", shut: false, link: true, mac: `0c75.bd01.${(0x1a00 + n).toString(16)}`, inputErrors: 0, crc: 0, outputErrors: 0, ...of });

/** The story of sw-01: the feed that took a power supply from bmc-01 at 05:12 took one here too, and port 3 has counted bad frames since. */
const morning = (mode: LabClock, realStart: number): SwitchState => ({
  hostname: "sw-01",
  version: "17.9.4",
  model: "C9300-24T",
  serial: "FCW2311G0PL",
  upSince: at("03T02:10:00"),
  address: "10.20.0.2",
  gateway: "10.20.0.1",
  vlans: [{ id: 1, name: "default" }, { id: 20, name: "servers" }, { id: 30, name: "management" }],
  ports: [
    port(1, { description: "web-01" }),
    port(2, { description: "db-01" }),
    port(3, { description: "storage", inputErrors: 1842, crc: 1837 }),
    port(4, { description: "bmc-01", vlan: 30 }),
    port(5, { description: "spare", link: false }),
    port(6, { description: "closed", shut: true, link: false }),
    port(24, { description: "uplink", vlan: 1, neighbour: { id: "core-01.intra.example", platform: "cisco C9500-24Y4C", port: "TwentyFiveGigE1/0/7", address: "10.20.0.1" } }),
  ],
  macs: [
    { vlan: 20, mac: "0050.56a1.0b2c", port: "Gi1/0/1" },
    { vlan: 20, mac: "0050.56a1.77d0", port: "Gi1/0/2" },
    { vlan: 20, mac: "00a0.9812.4f01", port: "Gi1/0/3" },
    { vlan: 30, mac: "b083.fe12.9a04", port: "Gi1/0/4" },
  ],
  log: [
    { at: at("03T02:11:14"), text: "%SYS-5-RESTART: System restarted --" },
    { at: at("20T18:40:22"), text: "%SYS-5-CONFIG_I: Configured from console by ops on vty0 (10.20.7.10)" },
    { at: at("21T05:12:33"), text: "%PLATFORM_FEP-1-FRU_PS_SIGNAL_FAULTY: Switch 1: signal on power supply B is faulty" },
    { at: at("21T05:12:41"), text: "%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet1/0/3, changed state to down" },
    { at: at("21T05:12:49"), text: "%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet1/0/3, changed state to up" },
  ],
  supplies: [{ name: "A", state: "OK", watts: 350 }, { name: "B", state: "FAULTY", watts: 350 }],
  celsius: 31,
  startup: "",
  clock: { mode, realStart, ticks: 0 },
});

export function openSwitch(file: string, mode: LabClock, now: () => number, fresh: boolean): Switch {
  mkdirSync(dirname(file), { recursive: true });
  const state = !fresh && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as SwitchState) : morning(mode, now());
  const device: Switch = {
    state,
    now: () => LAB_NOON + (state.clock.mode === "fixed" ? state.clock.ticks * 1000 : now() - state.clock.realStart),
    note(text) {
      state.clock.ticks += 1;
      state.log.push({ at: device.now(), text });
    },
    save() {
      writeFileSync(`${file}.new`, JSON.stringify(state));
      renameSync(`${file}.new`, file);
    },
  };
  device.save();
  return device;
}
