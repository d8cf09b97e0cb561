import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, readSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { ToolError, at, change, human, log, options, readState, sizeKiB, table } from "./host.mjs";
import { out } from "./out.mjs";

/** The mount a path lies on: the longest that holds it. */
const mountOf = (state, path) => state.mounts.filter((m) => path === m.target || m.target === "/" || path.startsWith(`${m.target}/`)).sort((a, b) => b.target.length - a.target.length)[0];

/** Used space follows the files that really lie under the mount point, plus what the story says is otherwise there. */
export function usage(state, mount) {
  const nested = state.mounts.filter((m) => m !== mount && m.target.startsWith(mount.target === "/" ? "/" : `${mount.target}/`));
  const walked = mount.walk ? sizeKiB(mount.target) - nested.filter((m) => m.walk).reduce((s, m) => s + sizeKiB(m.target), 0) : 0;
  const held = state.processes.flatMap((p) => p.files ?? []).filter((f) => (f.deleted || f.virtual) && mountOf(state, f.path) === mount).reduce((s, f) => s + Math.ceil(f.size / 1024), 0);
  const usable = Math.floor(mount.sizeKiB * (1 - (mount.reserved ?? 0)));
  const used = Math.min(mount.baseKiB + walked + held, mount.sizeKiB);
  const available = Math.max(0, usable - used);
  return { used, available, percent: Math.ceil((used / Math.max(1, used + available)) * 100) };
}

export function df(argv) {
  const { found, rest } = options(argv, { h: 0, H: 0, k: 0, m: 0, T: 0, i: 0, P: 0, a: 0, l: 0, t: 2, x: 2, "human-readable": "h", "print-type": "T", inodes: "i", portability: "P", output: 1, total: 0, type: "t", "exclude-type": "x", B: 1, "block-size": "B", local: "l", si: "H" }, "df");
  const state = readState();
  let mounts = state.mounts.filter((m) => (!found.t || found.t.includes(m.fs)) && (!found.x || !found.x.includes(m.fs)));
  for (const path of rest) if (!existsSync(at(path))) throw new ToolError(`df: ${path}: No such file or directory`);
  if (rest.length > 0) mounts = rest.map((path) => mountOf(state, path));
  // A bare number counts bytes (-B 1); one with a letter counts KiB, MiB, GiB.
  const unit = /^(\d*)([KMG])?/.exec(found.B ?? "");
  const block = found.m ? 1024 : found.B ? ({ K: 1, M: 1024, G: 1_048_576 }[unit[2]] ?? 1 / 1024) * Number(unit[1] || 1) : 1;
  const size = (kib) => (found.h ? human(kib) : found.H ? human(kib, { si: true }) : String(Math.ceil(kib / block)));
  const values = (m) => {
    const u = usage(state, m);
    const inodes = m.inodes ?? 2_621_440;
    const iused = m.inodesUsed ?? 48_122;
    return { source: m.source, fstype: m.fs, size: size(m.sizeKiB), used: size(u.used), avail: size(u.available), pcent: `${u.percent}%`, itotal: inodes, iused, iavail: inodes - iused, ipcent: `${Math.ceil((iused / inodes) * 100)}%`, target: m.target };
  };
  const title = { source: "Filesystem", fstype: "Type", size: found.h || found.H ? "Size" : found.m || found.B ? `${found.B ?? "1M"}-blocks` : found.P ? "1024-blocks" : "1K-blocks", used: "Used", avail: found.h || found.H ? "Avail" : "Available", pcent: found.P ? "Capacity" : "Use%", itotal: "Inodes", iused: "IUsed", iavail: "IFree", ipcent: "IUse%", target: "Mounted on" };
  const fields = typeof found.output === "string" ? found.output.split(",") : found.i ? ["source", "itotal", "iused", "iavail", "ipcent", "target"] : ["source", ...(found.T ? ["fstype"] : []), "size", "used", "avail", "pcent", "target"];
  const bad = fields.find((f) => !(f in title));
  if (bad) throw new ToolError(`df: option --output: field ‘${bad}’ unknown`);
  const rows = mounts.map((m) => fields.map((f) => values(m)[f]));
  if (found.total) {
    const sums = mounts.map((m) => ({ s: m.sizeKiB, ...usage(state, m) })).reduce((a, b) => ({ s: a.s + b.s, used: a.used + b.used, available: a.available + b.available }), { s: 0, used: 0, available: 0 });
    const total = { source: "total", fstype: "-", size: size(sums.s), used: size(sums.used), avail: size(sums.available), pcent: `${Math.ceil((sums.used / (sums.used + sums.available)) * 100)}%`, target: "-" };
    rows.push(fields.map((f) => total[f] ?? "-"));
  }
  out(table([fields.map((f) => title[f]), ...rows], fields.flatMap((f, i) => (["source", "fstype", "target"].includes(f) ? [] : [i]))));
  return 0;
}

/** The real du, counting apparent sizes: the large files of this host are sparse. */
export function du(argv) {
  const real = existsSync("/.host/usr/bin/du") ? "/.host/usr/bin/du" : "/usr/bin/du";
  const paths = argv.map((a) => (a.startsWith("/") ? at(a) : a));
  const { status } = spawnSync(real, ["--apparent-size", ...paths], { stdio: ["inherit", "inherit", "inherit"] });
  return status ?? 1;
}

export function lsblk(argv) {
  const { found } = options(argv, { f: 0, o: 1, output: "o", J: 0, json: "J", p: 0, n: 0, noheadings: "n", b: 0, d: 0, nodeps: "d", a: 0, l: 0, r: 0 }, "lsblk");
  const state = readState();
  const rows = state.disks.filter((d) => !found.d || d.type === "disk");
  if (found.J) return out(JSON.stringify({ blockdevices: state.disks.filter((d) => d.type === "disk").map((d) => ({ name: d.name, size: d.size, type: d.type, mountpoints: [d.target ?? null], children: state.disks.filter((c) => c.parent === d.name).map((c) => ({ name: c.name, size: c.size, type: c.type, fstype: c.fs, mountpoints: [c.target ?? null] })) })) }, null, 3)), 0;
  const of = { NAME: (d) => `${d.parent ? (state.disks.filter((c) => c.parent === d.parent).at(-1) === d ? "└─" : "├─") : ""}${found.p ? "/dev/" : ""}${d.name}`, "MAJ:MIN": (d) => d.numbers, RM: () => 0, SIZE: (d) => d.size, RO: () => 0, TYPE: (d) => d.type, MOUNTPOINTS: (d) => d.target ?? "", MOUNTPOINT: (d) => d.target ?? "", FSTYPE: (d) => d.fs ?? "", UUID: (d) => d.uuid ?? "", MODEL: (d) => d.model ?? "", SERIAL: (d) => d.serial ?? "", ROTA: (d) => (d.rotating ? 1 : 0), LABEL: () => "" };
  const names = found.o ? found.o.toUpperCase().split(",") : found.f ? ["NAME", "FSTYPE", "LABEL", "UUID", "MOUNTPOINTS"] : ["NAME", "MAJ:MIN", "RM", "SIZE", "RO", "TYPE", "MOUNTPOINTS"];
  const bad = names.find((n) => !of[n]);
  if (bad) throw new ToolError(`lsblk: unknown column: ${bad}`);
  out(table([...(found.n ? [] : [names]), ...rows.map((d) => names.map((n) => of[n](d)))], names.flatMap((n, i) => (["SIZE", "RM", "RO"].includes(n) ? [i] : []))));
  return 0;
}

export function blkid() {
  out(readState().disks.filter((d) => d.fs).map((d) => `/dev/${d.name}: UUID="${d.uuid}" BLOCK_SIZE="4096" TYPE="${d.fs}" PARTUUID="${d.uuid.slice(0, 8)}-01"`).join("\n"));
  return 0;
}

const OPTIONS = { ext4: "rw,relatime,errors=remount-ro", xfs: "rw,relatime,attr2,inode64", tmpfs: "rw,nosuid,nodev,size=810204k,mode=755" };

export function findmnt(argv) {
  const target = argv.find((a) => a.startsWith("/"));
  const mounts = readState().mounts.filter((m) => !target || m.target === target);
  if (mounts.length === 0) return 1;
  out(table([["TARGET", "SOURCE", "FSTYPE", "OPTIONS"], ...mounts.map((m) => [m.target, m.source, m.fs, OPTIONS[m.fs] ?? "rw"])]));
  return 0;
}

export function mount(argv) {
  if (argv.some((a) => !a.startsWith("-"))) throw new ToolError("mount: only root can do that", 1);
  out(readState().mounts.map((m) => `${m.source} on ${m.target} type ${m.fs} (${OPTIONS[m.fs] ?? "rw"})`).join("\n"));
  return 0;
}

export function smartctl(argv) {
  const disk = readState().disks.find((d) => d.type === "disk" && argv.includes(`/dev/${d.name}`));
  if (!disk) throw new ToolError("Please specify device type with the -d option.\n\nUse smartctl -h to get a usage summary");
  out(`smartctl 7.3 2022-02-28 r5338 [x86_64-linux] (local build)\n\n=== START OF INFORMATION SECTION ===\nDevice Model:     ${disk.model}\nSerial Number:    ${disk.serial}\nUser Capacity:    ${disk.size}\n\n=== START OF READ SMART DATA SECTION ===\nSMART overall-health self-assessment test result: PASSED`);
  if (argv.some((a) => /^-[a-z]*[aAx]/.test(a))) out(table([["ID#", "ATTRIBUTE_NAME", "VALUE", "WORST", "THRESH", "WHEN_FAILED", "RAW_VALUE"], [5, "Reallocated_Sector_Ct", "100", "100", "010", "-", 0], [9, "Power_On_Hours", "095", "095", "000", "-", 22_481], [194, "Temperature_Celsius", "068", "051", "000", "-", 32], [197, "Current_Pending_Sector", "100", "100", "000", "-", 0]], [0]));
  return 0;
}

/** Rotates what /etc/logrotate.d names, at once: `-f` as the operator would; without it nothing is due. */
export function logrotate(argv) {
  const force = argv.some((a) => a === "-f" || a === "--force" || /^-[a-z]*f/.test(a));
  const dry = argv.some((a) => a === "-d" || a === "--debug");
  const config = argv.find((a) => a.startsWith("/"));
  if (!config) throw new ToolError("logrotate 3.21.0 - no config file given");
  if (!existsSync(at(config))) throw new ToolError(`error: cannot stat ${config}: No such file or directory`);
  const files = statSync(at(config)).isDirectory() ? readdirSync(at(config)).map((f) => `${config}/${f}`) : config === "/etc/logrotate.conf" ? readdirSync(at("/etc/logrotate.d")).map((f) => `/etc/logrotate.d/${f}`) : [config];
  for (const file of files) {
    const text = readFileSync(at(file), "utf8");
    for (const [, patterns, body] of text.matchAll(/^([^#{}\n][^{}]*)\{([^}]*)\}/gm)) {
      const keep = Number(/rotate\s+(\d+)/.exec(body)?.[1] ?? 4);
      for (const pattern of patterns.trim().split(/\s+/)) for (const path of globbed(pattern)) {
        process.stderr.write(`rotating pattern: ${pattern}  (${keep} rotations)\nconsidering log ${path}\n  log ${force ? "needs rotating" : "does not need rotating"}\n`);
        if (!force || dry) continue;
        for (let n = keep; n >= 1; n -= 1) if (existsSync(at(`${path}.${n}`))) n === keep ? writeFileSync(at(`${path}.${n}`), "") : renameSync(at(`${path}.${n}`), at(`${path}.${n + 1}`));
        // Compressing 30 sparse GiB is not what anyone came for: the rotated copy becomes as small as gzip would make it.
        writeFileSync(at(`${path}.1`), headOf(at(path)));
        writeFileSync(at(path), "");
      }
    }
  }
  if (force && !dry) change((state) => log(state, { ident: "logrotate", priority: 6, message: `rotated by hand with ${config}` }));
  return 0;
}

function globbed(pattern) {
  if (!pattern.includes("*")) return existsSync(at(pattern)) ? [pattern] : [];
  const folder = pattern.slice(0, pattern.lastIndexOf("/"));
  const shape = new RegExp(`^${pattern.slice(folder.length + 1).replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*")}$`);
  return existsSync(at(folder)) ? readdirSync(at(folder)).filter((f) => shape.test(f)).map((f) => `${folder}/${f}`) : [];
}

function headOf(path) {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(4096);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}
