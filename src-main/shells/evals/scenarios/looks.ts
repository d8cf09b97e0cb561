import type { Scenario } from "../scenario.ts";

/** A question that only looks, on one host: which command answers it. */
const look = (id: string, host: string, ran: RegExp, say: readonly string[], more: Partial<Scenario["expect"]> = {}): Scenario => ({
  id: `look-${id}`, kind: "task", tags: ["look"], say: say.map((sentence) => sentence.replaceAll("HOST", host)),
  expect: { ends: ["done"], hosts: [host], ran: [ran], ...more },
});

export const scenarios: readonly Scenario[] = [
  look("disk", "web-01", /\bdf\b/, ["how full are the disks on HOST?", "disk space on HOST", "show the free space of HOST"]),
  look("inodes", "db-01", /\bdf\b.*-i/, ["are there inodes left on HOST?", "inode usage of HOST", "is HOST running out of inodes?"]),
  look("memory", "db-01", /\bfree\b|meminfo/, ["how much memory is free on HOST?", "memory usage of HOST", "is HOST short of ram?"]),
  look("top-memory", "db-01", /\bps\b/, ["what uses the most memory on HOST?", "which processes eat the ram on HOST?", "top processes by memory on HOST"]),
  look("top-cpu", "db-01", /\bps\b|\btop\b/, ["what uses the cpu on HOST?", "which processes use the most cpu on HOST?", "top processes by cpu on HOST"]),
  look("load", "web-01", /uptime|loadavg/, ["what is the load of HOST?", "how long is HOST up?", "load and uptime of HOST"]),
  look("failed-services", "web-01", /systemctl.*failed/, ["which services failed on HOST?", "show failed units on HOST", "are there any failed services on HOST?"], { said: [/nginx/] }),
  look("service-status", "web-01", /systemctl.*nginx/, ["is nginx running on HOST?", "status of nginx on HOST", "what is the state of the nginx service on HOST?"], { said: [/failed|not running|inactive/i] }),
  look("service-status-up", "db-01", /systemctl.*postgres/, ["is postgresql running on HOST?", "status of postgresql on HOST", "is the postgresql service up on HOST?"]),
  look("service-logs", "web-01", /journalctl.*nginx/, ["show the last log lines of nginx on HOST", "logs of nginx on HOST", "what did nginx log on HOST?"]),
  look("log-errors", "web-01", /journalctl/, ["any errors in the journal of HOST?", "show recent errors on HOST", "errors in the logs of HOST"]),
  look("listening", "web-01", /\bss\b/, ["which ports are open on HOST?", "what listens on HOST?", "show listening ports of HOST"]),
  look("addresses", "db-01", /\bip\b/, ["ip addresses of HOST", "which addresses does HOST have?", "show the network interfaces of HOST"]),
  look("routes", "db-01", /\bip\b.*route/, ["show the routes of HOST", "what is the default gateway of HOST?", "routing table of HOST"]),
  look("mounts", "db-01", /findmnt|\bmount\b|\/proc\/mounts/, ["which file systems are mounted on HOST?", "show the mounts of HOST", "is anything mounted read-only on HOST?"]),
  look("block-devices", "db-01", /lsblk/, ["list the disks and partitions of HOST", "show the block devices of HOST", "which drives does HOST have?"]),
  look("kernel", "web-01", /uname/, ["which kernel runs on HOST?", "kernel version of HOST", "what kernel does HOST use?"]),
  look("os", "web-01", /os-release|hostnamectl|uname/, ["which linux runs on HOST?", "what os version is HOST?", "operating system of HOST"]),
  look("time", "db-01", /timedatectl|chronyc|\bdate\b/, ["is the clock of HOST right?", "time synchronisation on HOST", "what time is it on HOST?"]),
  look("logins", "web-01", /\blast\b|\bwho\b|\bw\b/, ["who logged in on HOST lately?", "who is logged in on HOST?", "last logins on HOST"]),
  look("updates", "web-01", /\bapt\b|apt-get|dpkg/, ["are there updates for HOST?", "which packages can be upgraded on HOST?", "pending updates on HOST"]),
  look("cron", "db-01", /cron|list-timers/, ["which scheduled jobs are there on HOST?", "show the cron jobs of HOST", "what runs on a schedule on HOST?"]),
  look("connections", "web-01", /\bss\b/, ["how many connections are open on HOST?", "show established connections on HOST", "who is connected to HOST over the network?"]),
  look("big-files", "db-01", /find|du/, ["find large files under /var on HOST", "which files are the biggest in /var on HOST?", "big files below /var on HOST"]),
  look("db-sessions", "db-01", /psql/, ["which queries run on HOST?", "show the active sessions of postgres on HOST", "what is postgres doing on HOST?"]),
  look("bmc-power", "bmc-01", /racadm|redfish/i, ["is HOST powered on?", "power state of HOST", "is the server behind HOST switched on?"]),
  look("bmc-log", "bmc-01", /racadm.*(getsel|lclog)|redfish/i, ["show the system event log of HOST", "hardware events of HOST", "what is in the sel of HOST?"]),
];
