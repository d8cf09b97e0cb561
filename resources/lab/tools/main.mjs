// Every scripted tool of a practice host is this program under another name: `node main.mjs systemctl status nginx`.
import { ToolError } from "./host.mjs";

const TOOLS = {
  systemctl: () => import("./systemd.mjs"), journalctl: () => import("./journal.mjs"), service: () => import("./systemd.mjs"),
  hostnamectl: () => import("./machine.mjs"), timedatectl: () => import("./machine.mjs"), nginx: () => import("./nginx.mjs"),
  ps: () => import("./processes.mjs"), top: () => import("./processes.mjs"), pgrep: () => import("./processes.mjs"), pidof: () => import("./processes.mjs"), kill: () => import("./processes.mjs"), pkill: () => import("./processes.mjs"), lsof: () => import("./processes.mjs"),
  free: () => import("./machine.mjs"), uptime: () => import("./machine.mjs"), w: () => import("./machine.mjs"), who: () => import("./machine.mjs"), last: () => import("./machine.mjs"), vmstat: () => import("./machine.mjs"), iostat: () => import("./machine.mjs"),
  uname: () => import("./machine.mjs"), hostname: () => import("./machine.mjs"), lscpu: () => import("./machine.mjs"), nproc: () => import("./machine.mjs"), dmesg: () => import("./machine.mjs"), date: () => import("./machine.mjs"), sysctl: () => import("./machine.mjs"), chronyc: () => import("./machine.mjs"),
  df: () => import("./disks.mjs"), du: () => import("./disks.mjs"), lsblk: () => import("./disks.mjs"), blkid: () => import("./disks.mjs"), findmnt: () => import("./disks.mjs"), mount: () => import("./disks.mjs"), smartctl: () => import("./disks.mjs"), logrotate: () => import("./disks.mjs"),
  ss: () => import("./network.mjs"), netstat: () => import("./network.mjs"), ip: () => import("./network.mjs"), ping: () => import("./network.mjs"), nc: () => import("./network.mjs"), curl: () => import("./network.mjs"), dig: () => import("./network.mjs"), getent: () => import("./network.mjs"), nft: () => import("./network.mjs"), iptables: () => import("./network.mjs"),
  psql: () => import("./psql.mjs"), pg_isready: () => import("./psql.mjs"), pg_lsclusters: () => import("./psql.mjs"), vacuumdb: () => import("./psql.mjs"),
  apt: () => import("./packages.mjs"), "apt-get": () => import("./packages.mjs"), "apt-cache": () => import("./packages.mjs"), dpkg: () => import("./packages.mjs"), "dpkg-query": () => import("./packages.mjs"),
  shutdown: () => import("./hardware.mjs"), "systemd-analyze": () => import("./hardware.mjs"), "systemd-detect-virt": () => import("./hardware.mjs"), dmidecode: () => import("./hardware.mjs"), sensors: () => import("./hardware.mjs"), lsmod: () => import("./hardware.mjs"), openssl: () => import("./hardware.mjs"),
  docker: () => import("./docker.mjs"), crontab: () => import("./machine.mjs"), sudo: () => import("./sudo.mjs"),
};

const [name = "", ...argv] = process.argv.slice(2);
process.stdout.on("error", () => process.exit(141)); // the reader of a pipe went away
try {
  const load = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  if (!load) throw new ToolError(`${name}: not part of the practice lab`, 127);
  const tool = (await load())[name.replaceAll("-", "_")];
  process.exitCode = (await tool(argv)) ?? 0;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof ToolError ? error.code : 70;
}
