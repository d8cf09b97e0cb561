import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { LAB_NOON, type LabClock } from "./seed.ts";

export type Severity = "Ok" | "Non-Critical" | "Critical";
export type PhysicalDisk = { slot: number; state: "Online" | "Ready" | "Failed" | "Rebuilding"; status: Severity; predictive: boolean; size: string; media: "HDD" | "SSD"; serial: string; model: string; progress?: number };
export type BmcState = {
  power: "ON" | "OFF";
  model: string;
  serviceTag: string;
  hostName: string;
  bios: string;
  idrac: string;
  lifecycle: string;
  sel: { at: number; severity: Severity; message: string }[];
  log: { at: number; severity: "Info" | "Warning" | "Critical"; id: string; category: string; message: string }[];
  fans: { name: string; rpm: number; status: Severity }[];
  temperatures: { name: string; celsius: number; warning: number; status: Severity }[];
  supplies: { slot: number; status: Severity; present: boolean; input: number; watts: number; message: string }[];
  disks: PhysicalDisk[];
  volumes: { name: string; level: string; state: "Optimal" | "Degraded"; size: string; members: number[] }[];
  jobs: { id: string; name: string; status: string; percent: number; at: number }[];
  attributes: Record<string, string>;
  led: "off" | "blink";
  clock: { mode: LabClock; realStart: number; ticks: number };
};

const at = (text: string): number => Date.parse(`2026-11-${text}Z`);

/** The story of bmc-01: power supply 2 lost its input at 05:12, and the disk in slot 3 predicts its own failure. */
const morning = (mode: LabClock, realStart: number): BmcState => ({
  power: "ON",
  model: "PowerEdge R750",
  serviceTag: "7PRX9K3",
  hostName: "esx-11",
  bios: "1.12.4",
  idrac: "7.10.50.05",
  lifecycle: "7.10.50.05",
  sel: [
    { at: Date.parse("2026-03-02T08:11:40Z"), severity: "Ok", message: "Log cleared." },
    { at: at("12T03:44:09"), severity: "Non-Critical", message: "Predictive failure reported for Disk 3 in Backplane 1 of RAID Controller in SL 3." },
    { at: at("21T05:12:33"), severity: "Critical", message: "The power input for power supply 2 is lost." },
    { at: at("21T05:12:35"), severity: "Critical", message: "Power supply redundancy is lost." },
  ],
  log: [
    { at: at("12T03:44:09"), severity: "Warning", id: "PDR16", category: "Storage", message: "Predictive failure reported for Disk 3 in Backplane 1 of RAID Controller in SL 3." },
    { at: at("20T22:00:04"), severity: "Info", id: "USR0030", category: "Audit", message: "Successfully logged in using ops, from 10.20.7.10 and SSH." },
    { at: at("21T05:12:33"), severity: "Critical", id: "PSU0003", category: "System Health", message: "The power input for power supply 2 is lost." },
    { at: at("21T05:12:35"), severity: "Critical", id: "RDU0012", category: "System Health", message: "Power supply redundancy is lost." },
  ],
  fans: [1, 2, 3, 4, 5, 6].flatMap((n) => ["A", "B"].map((side) => ({ name: `System Board Fan${n}${side}`, rpm: 5_640 + n * 120 + (side === "B" ? 240 : 0), status: "Ok" as const }))),
  temperatures: [
    { name: "System Board Inlet Temp", celsius: 23, warning: 38, status: "Ok" },
    { name: "System Board Exhaust Temp", celsius: 41, warning: 70, status: "Ok" },
    { name: "CPU1 Temp", celsius: 58, warning: 91, status: "Ok" },
    { name: "CPU2 Temp", celsius: 55, warning: 91, status: "Ok" },
  ],
  supplies: [
    { slot: 1, status: "Ok", present: true, input: 230, watts: 1400, message: "" },
    { slot: 2, status: "Critical", present: true, input: 0, watts: 1400, message: "Input lost" },
  ],
  disks: Array.from({ length: 6 }, (_, slot): PhysicalDisk => ({ slot, state: "Online", status: slot === 3 ? "Non-Critical" : "Ok", predictive: slot === 3, size: "1117.25 GB", media: "HDD", serial: `WFK0A${slot}R7`, model: "ST1200MM0099" })),
  volumes: [
    { name: "system", level: "RAID-1", state: "Optimal", size: "1117.25 GB", members: [0, 1] },
    { name: "data", level: "RAID-5", state: "Optimal", size: "3351.75 GB", members: [2, 3, 4, 5] },
  ],
  jobs: [{ id: "JID_884120411201", name: "Firmware Update: BIOS", status: "Completed", percent: 100, at: at("02T21:04:18") }],
  attributes: {
    "iDRAC.NIC.DNSRacName": "bmc-01", "iDRAC.IPv4.Address": "10.20.9.11", "iDRAC.IPv4.Netmask": "255.255.255.0", "iDRAC.IPv4.Gateway": "10.20.9.1", "iDRAC.IPv4.DHCPEnable": "Disabled", "iDRAC.NTPConfigGroup.NTPEnable": "Enabled", "iDRAC.NTPConfigGroup.NTP1": "ntp1.intra.example", "iDRAC.SNMP.AgentEnable": "Enabled", "iDRAC.SNMP.AgentCommunity": "public", "iDRAC.WebServer.TLSProtocol": "TLS 1.2 and Higher", "iDRAC.SSH.Enable": "Enabled", "iDRAC.Telnet.Enable": "Disabled", "iDRAC.IPMILan.Enable": "Enabled", "iDRAC.Lockdown.LockdownMode": "Disabled",
    "BIOS.SysProfileSettings.SysProfile": "PerfPerWattOptimizedDapc", "BIOS.ProcSettings.LogicalProc": "Enabled", "BIOS.BiosBootSettings.BootMode": "Uefi", "System.ServerPwr.PSRedPolicy": "A/B Grid Redundant", "System.Power.Cap.Enable": "Disabled", "System.ServerOS.HostName": "esx-11", "LifecycleController.LCAttributes.LifecycleControllerState": "Enabled",
  },
  led: "off",
  clock: { mode, realStart, ticks: 0 },
});

export type Bmc = {
  readonly state: BmcState;
  now(): number;
  note(severity: "Info" | "Warning" | "Critical", id: string, category: string, message: string): void;
  save(): void;
};

export function openBmc(file: string, mode: LabClock, now: () => number, fresh: boolean): Bmc {
  mkdirSync(dirname(file), { recursive: true });
  const state = !fresh && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as BmcState) : morning(mode, now());
  const bmc: Bmc = {
    state,
    now: () => LAB_NOON + (state.clock.mode === "fixed" ? state.clock.ticks * 1000 : now() - state.clock.realStart),
    note(severity, id, category, message) {
      state.clock.ticks += 1;
      state.log.push({ at: bmc.now(), severity, id, category, message });
    },
    save() {
      writeFileSync(`${file}.new`, JSON.stringify(state));
      renameSync(`${file}.new`, file);
    },
  };
  bmc.save();
  return bmc;
}

/** Powers as asked; what iDRAC refuses it refuses with its own reason. */
export function power(bmc: Bmc, action: "On" | "ForceOff" | "GracefulShutdown" | "ForceRestart" | "PowerCycle" | "GracefulRestart"): string | undefined {
  const { state } = bmc;
  if (action === "On" && state.power === "ON") return "Server is already powered ON.";
  if (action !== "On" && state.power === "OFF") return "Server is already powered OFF.";
  state.power = action === "ForceOff" || action === "GracefulShutdown" ? "OFF" : "ON";
  bmc.note("Info", action === "On" ? "SYS1001" : action === "ForceOff" || action === "GracefulShutdown" ? "SYS1003" : "SYS1000", "System Health", action === "On" ? "System is turning on." : state.power === "OFF" ? "System is turning off." : "System CPU resetting.");
  bmc.save();
  return undefined;
}

/** A job that is done at once: the lab has no hours to wait. */
export function addJob(bmc: Bmc, name: string): string {
  const id = `JID_${String(900_000_000_000 + bmc.state.jobs.length * 7 + 1)}`;
  bmc.state.jobs.push({ id, name, status: "Completed", percent: 100, at: bmc.now() });
  bmc.note("Info", "JCP027", "Configuration", `The (${name}) job ${id} was created and completed.`);
  bmc.save();
  return id;
}
