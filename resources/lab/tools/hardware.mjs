import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { ToolError, at, longTime, nowMs, readState } from "./host.mjs";
import { err, out } from "./out.mjs";

// What a virtual Debian host says of its hardware, its start and a planned restart.

const PLAN = "/run/systemd/shutdown/scheduled";

/** Plans, and calls off; the practice host never goes down. */
export function shutdown(argv) {
  if (argv.includes("-c")) return rmSync(at(PLAN), { force: true }), 0;
  const when = argv.find((word) => /^\+\d+$/.test(word));
  if (when === undefined) throw new ToolError("The practice lab's hosts are never switched off: plan it (+1) and call it off (-c).", 1);
  const dueMs = nowMs(readState()) + Number(when.slice(1)) * 60_000;
  const mode = argv.includes("-r") ? "reboot" : "poweroff";
  mkdirSync(at("/run/systemd/shutdown"), { recursive: true });
  writeFileSync(at(PLAN), `USEC=${dueMs}000\nWARN_WALL=1\nMODE=${mode}\n`);
  err(`${mode === "reboot" ? "Reboot" : "Shutdown"} scheduled for ${longTime(dueMs)}, use 'shutdown -c' to cancel.`);
  return 0;
}

const TOOK = [["network-online.target", 4.812], ["postgresql.service", 3.604], ["docker.service", 2.911], ["nginx.service", 1.218], ["chrony.service", 0.604], ["cron.service", 0.101], ["ssh.service", 0.088]];

export function systemd_analyze(argv) {
  const { units } = readState();
  const took = TOOK.filter(([unit]) => unit.endsWith(".target") || Object.hasOwn(units, unit));
  if (argv.includes("blame")) out(took.map(([unit, seconds]) => `${seconds >= 1 ? `${seconds.toFixed(3)}s` : `${Math.round(seconds * 1000)}ms`} ${unit}`).join("\n"));
  else out("Startup finished in 2.114s (kernel) + 9.870s (userspace) = 11.984s\ngraphical.target reached after 9.842s in userspace.");
  return 0;
}

export const systemd_detect_virt = () => (out("kvm"), 0);

export function dmidecode() {
  const gib = Math.max(1, Math.round(readState().memory.totalKiB / 1_048_576));
  out(`# dmidecode 3.4\nGetting SMBIOS data from sysfs.\nSMBIOS 3.0.0 present.\n\nHandle 0x1100, DMI type 17, 84 bytes\nMemory Device\n\tTotal Width: Unknown\n\tSize: ${gib} GB\n\tForm Factor: DIMM\n\tLocator: DIMM 0\n\tBank Locator: Not Specified\n\tType: RAM\n\tSpeed: Unknown\n\tManufacturer: QEMU\n\tSerial Number: Not Specified\n`);
  return 0;
}

export function sensors() {
  out("coretemp-isa-0000\nAdapter: ISA adapter\nPackage id 0:  +52.0°C  (high = +80.0°C, crit = +100.0°C)\nCore 0:        +49.0°C  (high = +80.0°C, crit = +100.0°C)\nCore 1:        +51.0°C  (high = +80.0°C, crit = +100.0°C)");
  return 0;
}

export function lsmod() {
  out("Module                  Size  Used by\nnf_tables             315392  58\nnf_conntrack          188416  1 nf_tables\next4                  983040  2\nvirtio_net             73728  0\nvirtio_blk             28672  3");
  return 0;
}

/** `x509` of the lab's own certificates, which hold nothing real; each is told to end in the same week of December. */
export function openssl(argv) {
  const path = argv[argv.indexOf("-in") + 1];
  if (argv[0] !== "x509" || !argv.includes("-in") || path === undefined) throw new ToolError("openssl: the practice lab only reads certificates (x509 -in FILE)", 1);
  if (!existsSync(at(path))) throw new ToolError(`Could not open file or uri for loading certificate from ${path}: No such file or directory`, 1);
  if (!readFileSync(at(path), "utf8").includes("BEGIN CERTIFICATE")) throw new ToolError(`Could not read certificate from ${path}\nUnable to load certificate`, 1);
  const { name } = readState();
  const endsMs = Date.parse("2026-12-09T08:00:00Z");
  const day = (ms) => new Date(ms).toUTCString().replace(/^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/, "$2 $1 $4 $3 GMT");
  if (argv.includes("-subject")) out(`subject=CN = ${name === "web-01" ? "intranet.example" : `${name}.intra.example`}`);
  if (argv.includes("-issuer")) out("issuer=O = Example, CN = Example Internal CA 2");
  if (argv.includes("-dates") || argv.includes("-enddate")) out(`${argv.includes("-dates") ? `notBefore=${day(endsMs - 90 * 86_400_000)}\n` : ""}notAfter=${day(endsMs)}`);
  const within = argv.includes("-checkend") ? Number(argv[argv.indexOf("-checkend") + 1]) * 1000 : undefined;
  if (within === undefined) return 0;
  const ends = nowMs(readState()) + within >= endsMs;
  out(ends ? "Certificate will expire" : "Certificate will not expire");
  return ends ? 1 : 0;
}
