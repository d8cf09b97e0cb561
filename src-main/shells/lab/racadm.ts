import { addJob, power, type Bmc, type PhysicalDisk } from "./bmc-state.ts";

export type Answer = { readonly out: string; readonly code: number };
const ok = (out: string): Answer => ({ out: out.endsWith("\n") ? out : `${out}\n`, code: 0 });
const no = (out: string, code = 1): Answer => ({ out: `${out}\n`, code });
const stamp = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace("T", " ");
const day = (ms: number): string => new Date(ms).toUTCString().replace(/(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT/, "$1 $3 $2 $4 $5");
const pad = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) => row.map((cell, i) => cell.padEnd((widths[i] ?? 0) + 2)).join("").trimEnd()).join("\n");
};

/** One line as the iDRAC's SSH prompt takes it: `racadm getsel`, or without the word at the racadm prompt. */
export function racadm(line: string, bmc: Bmc): Answer {
  const words = [...line.trim().matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
  if (words[0] === "racadm") words.shift();
  const [verb = "help", ...rest] = words;
  const act = Object.hasOwn(VERBS, verb.toLowerCase()) ? VERBS[verb.toLowerCase()] : undefined;
  return act ? act(rest, bmc) : no(`ERROR: RAC0901 : Subcommand "${verb}" is not valid.\n\nType "racadm help" for a list of subcommands.`);
}

const VERBS: Readonly<Record<string, (words: readonly string[], bmc: Bmc) => Answer>> = {
  help: () => ok(`help [subcommand] -- display usage summary for a subcommand\n${Object.keys(VERBS).map((verb) => ` ${verb}`).join("\n")}`),
  getsysinfo: (_words, { state, now }) => ok(`RAC Information:\nRAC Date/Time           = ${day(now())}\nFirmware Version        = ${state.idrac}\nFirmware Build          = 12\nDNS RAC Name            = bmc-01\nCurrent DNS Domain      = intra.example\n\nSystem Information:\nSystem Model            = ${state.model}\nSystem BIOS Version     = ${state.bios}\nService Tag             = ${state.serviceTag}\nHost Name               = ${state.hostName}\nOS Name                 = VMware ESXi\nPower Status            = ${state.power}\nSystem Health           = ${health(state)}`),
  getversion: (_words, { state }) => ok(`Bios Version             = ${state.bios}\n\niDRAC Version            = ${state.idrac}\n\nLifecycle Controller Version = ${state.lifecycle}`),
  getsvctag: (_words, { state }) => ok(state.serviceTag),
  getractime: (_words, { now }) => ok(day(now())),
  getniccfg: (_words, { state }) => ok(`IPv4 settings:\nNIC Enabled          = 1\nIPv4 Enabled         = 1\nDHCP Enabled         = 0\nIP Address           = ${state.attributes["iDRAC.IPv4.Address"]}\nSubnet Mask          = ${state.attributes["iDRAC.IPv4.Netmask"]}\nGateway              = ${state.attributes["iDRAC.IPv4.Gateway"]}`),
  getsel: (words, { state }) => {
    if (words[0] === "-i" || words[0] === "-I") return ok(`Total Records: ${state.sel.length}`);
    const most = words[0] === "-c" ? Number(words[1]) : state.sel.length;
    return ok(state.sel.slice(-most).map((entry, i) => `Record:      ${state.sel.length - Math.min(most, state.sel.length) + i + 1}\nDate/Time:   ${stamp(entry.at)}\nSource:      system\nSeverity:    ${entry.severity}\nDescription: ${entry.message}\n-------------------------------------------------------------------------------`).join("\n"));
  },
  clrsel: (_words, bmc) => {
    bmc.state.sel = [{ at: bmc.now(), severity: "Ok", message: "Log cleared." }];
    bmc.note("Info", "LOG200", "Audit", "The System Event Log was cleared by ops.");
    bmc.save();
    return ok("The SEL was cleared successfully");
  },
  lclog: ([verb, ...rest], { state }) => {
    if (verb !== "view" && verb !== undefined) return no(`ERROR: RAC1135 : Invalid lclog option "${verb}".`);
    const severity = rest[rest.indexOf("-s") + 1];
    const count = rest.includes("-n") ? Number(rest[rest.indexOf("-n") + 1]) : 20;
    const shown = state.log.filter((entry) => !rest.includes("-s") || entry.severity === severity).slice(-count).reverse();
    return ok(shown.map((entry) => `SeqNumber       = ${state.log.indexOf(entry) + 1}\nMessage ID      = ${entry.id}\nCategory        = ${entry.category}\nSeverity        = ${entry.severity}\nTimestamp       = ${stamp(entry.at)}\nMessage         = ${entry.message}\n--------------------------------------------------------------------------------`).join("\n"));
  },
  getsensorinfo: (_words, { state }) => ok(`Sensor Type : POWER\n${pad([["<Sensor Name>", "<Status>", "<Type>"], ...state.supplies.map((p) => [`PS${p.slot} Status`, p.status === "Ok" ? "Present" : "Input Lost", "AC"])])}\n\nSensor Type : TEMPERATURE\n${pad([["<Sensor Name>", "<Status>", "<Reading>", "<UC>"], ...state.temperatures.map((t) => [t.name, t.status, `${t.celsius}C`, `${t.warning}C`])])}\n\nSensor Type : FAN\n${pad([["<Sensor Name>", "<Status>", "<Reading>"], ...state.fans.map((f) => [f.name, f.status, `${state.power === "ON" ? f.rpm : 0}RPM`])])}\n\nSensor Type : REDUNDANCY\n${pad([["<Sensor Name>", "<Status>", "<Type>"], ["PS Redundancy", state.supplies.every((p) => p.status === "Ok") ? "Full" : "Lost", "AC"], ["Fan Redundancy", "Full", "Cooling"]])}`),
  serveraction: ([action = ""], bmc) => {
    const done = { powerup: "On", powerdown: "ForceOff", graceshutdown: "GracefulShutdown", hardreset: "ForceRestart", powercycle: "PowerCycle" } as const;
    if (action === "powerstatus") return ok(`Server power status: ${bmc.state.power}`);
    if (!(action in done)) return no(`ERROR: RAC0906 : Invalid serveraction "${action}".`);
    const refusal = power(bmc, done[action as keyof typeof done]);
    return refusal ? no(refusal) : ok("Server power operation initiated successfully");
  },
  storage: (words, bmc) => storage(words, bmc),
  raid: (words, bmc) => storage(words, bmc),
  get: ([name = ""], { state }) => {
    const keys = Object.keys(state.attributes).filter((key) => key.toLowerCase() === name.toLowerCase() || key.toLowerCase().startsWith(`${name.toLowerCase()}.`));
    return keys.length === 0 ? no(`ERROR: RAC947 : Invalid object name specified. "${name}"`) : ok(keys.map((key) => (keys.length === 1 ? `[Key=${key}]\n${key.split(".").at(-1)}=${state.attributes[key]}` : `${key}=${state.attributes[key]}`)).join("\n"));
  },
  set: ([name = "", value], bmc) => {
    const key = Object.keys(bmc.state.attributes).find((one) => one.toLowerCase() === name.toLowerCase());
    if (!key || value === undefined) return no(`ERROR: RAC947 : Invalid object name specified. "${name}"`);
    bmc.state.attributes[key] = value;
    bmc.note("Info", "CTL127", "Configuration", `${key} was set to ${value} by ops.`);
    bmc.save();
    return ok(`[Key=${key}]\nObject value modified successfully${key.startsWith("BIOS.") ? "\nRAC1017: Successfully modified the object value and the change is in pending state.\nTo apply modified value, create a configuration job and reboot the system." : ""}`);
  },
  jobqueue: ([verb, ...rest], bmc) => {
    if (verb === "create") return ok(`RAC1024: Successfully scheduled a job.\nVerify the job status using "racadm jobqueue view -i JID_xxxxx" command.\nCommit JID = ${addJob(bmc, `Configure: ${rest[0] ?? "unknown"}`)}`);
    if (verb === "delete") {
      bmc.state.jobs = rest[1] === "JID_CLEARALL" ? [] : bmc.state.jobs.filter((job) => job.id !== rest[1]);
      bmc.save();
      return ok("RAC1032: JID(s) were cancelled by the user.");
    }
    const shown = rest[0] === "-i" ? bmc.state.jobs.filter((job) => job.id === rest[1]) : bmc.state.jobs;
    return ok(`-------------------------JOB QUEUE------------------------\n${shown.map((job) => `[Job ID=${job.id}]\nJob Name=${job.name}\nStatus=${job.status}\nStart Time=[${stamp(job.at)}]\nPercent Complete=[${job.percent}]`).join("\n\n")}\n----------------------------------------------------------`);
  },
  racreset: (_words, bmc) => {
    bmc.note("Info", "RAC0182", "Audit", "The iDRAC firmware was rebooted by ops.");
    bmc.save();
    return ok("RAC reset operation initiated successfully. It may take a few\nminutes for the RAC to come online again.");
  },
  getled: (_words, { state }) => ok(`LED State: ${state.led === "blink" ? "Blinking" : "Not-Blinking"}`),
  setled: (words, bmc) => {
    bmc.state.led = words.includes("1") ? "blink" : "off";
    bmc.save();
    return ok("RAC0369: The LED state was changed.");
  },
  getpwrsupply: (_words, { state }) => ok(state.supplies.map((p) => `PSU.Slot.${p.slot}: ${p.status}${p.message ? ` (${p.message})` : ""}, ${p.input} V in, ${p.watts} W`).join("\n")),
  hwinventory: (words, { state }) => (words[0] === "nic" ? ok("NIC.Embedded.1-1-1: Broadcom Gigabit Ethernet BCM5720 - B0:7B:25:C1:02:16") : ok(`[InstanceID: System.Embedded.1]\nModel = ${state.model}\nServiceTag = ${state.serviceTag}\nBIOSVersionString = ${state.bios}\nPopulatedCPUSockets = 2\nSysMemTotalSize = 524288 MB`)),
  techsupreport: ([verb], bmc) => (verb === "collect" ? ok(`RAC1171: The export operation was started.\nCommit JID = ${addJob(bmc, "SupportAssist Collection")}`) : no("ERROR: RAC0906 : Invalid techsupreport option.")),
};

const health = (state: Bmc["state"]): string => (state.supplies.some((p) => p.status === "Critical") || state.disks.some((d) => d.status === "Critical") ? "Critical" : state.disks.some((d) => d.status !== "Ok") ? "Non-Critical" : "OK");
const diskName = (disk: PhysicalDisk): string => `Disk.Bay.${disk.slot}:Enclosure.Internal.0-1:RAID.SL.3-1`;

function storage(words: readonly string[], bmc: Bmc): Answer {
  const { state } = bmc;
  const [verb = "", what = ""] = words;
  const wide = words.includes("-o");
  if (verb === "get" && what === "pdisks") return ok(state.disks.map((d) => (wide ? `${diskName(d)}\n   Status                          = ${d.status}\n   DeviceDescription               = Disk ${d.slot} in Backplane 1 of RAID Controller in SL 3\n   State                           = ${d.state}\n   FailurePredicted                = ${d.predictive ? "YES" : "NO"}\n   Size                            = ${d.size}\n   MediaType                       = ${d.media}\n   SerialNumber                    = ${d.serial}\n   ProductId                       = ${d.model}` : diskName(d))).join("\n"));
  if (verb === "get" && what === "vdisks") return ok(state.volumes.map((v, i) => (wide ? `Disk.Virtual.${i}:RAID.SL.3-1\n   Status                          = ${v.state === "Optimal" ? "Ok" : "Non-Critical"}\n   Name                            = ${v.name}\n   State                           = ${v.state}\n   Layout                          = ${v.level}\n   Size                            = ${v.size}` : `Disk.Virtual.${i}:RAID.SL.3-1`)).join("\n"));
  if (verb === "get" && what === "controllers") return ok(wide ? "RAID.SL.3-1\n   Status                          = Ok\n   DeviceDescription               = RAID Controller in SL 3\n   Name                            = PERC H755 Front\n   FirmwareVersion                 = 52.21.0-4606" : "RAID.SL.3-1");
  const disk = state.disks.find((d) => words.some((word) => word.endsWith(diskName(d)) || word === `Disk.Bay.${d.slot}`));
  const act = verb.split(":")[0];
  if (!disk || !["forceoffline", "forceonline", "prepareremove", "replacephysicaldisk", "blink", "unblink", "rebuild"].includes(act ?? "")) return no('ERROR: STOR0101 : Invalid syntax. Type "racadm help storage" for more information.');
  const volume = state.volumes.find((v) => v.members.includes(disk.slot));
  if (act === "forceoffline") {
    if (volume?.state === "Degraded") return no(`ERROR: STOR0207 : ${volume.name} is degraded already; taking a second disk offline would lose its data.`);
    Object.assign(disk, { state: "Failed", status: "Critical" });
    if (volume) volume.state = "Degraded";
  } else if (act === "replacephysicaldisk" || act === "rebuild" || act === "forceonline") {
    Object.assign(disk, { state: "Online", status: "Ok", predictive: false, serial: act === "replacephysicaldisk" ? `WFK9Z${disk.slot}Q1` : disk.serial });
    if (volume) volume.state = "Optimal";
  }
  const id = addJob(bmc, `${act} ${diskName(disk)}`);
  return ok(`RAC1040 : Successfully accepted the storage configuration operation.\nCommit JID = ${id}`);
}
