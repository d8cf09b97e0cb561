// The story of db-01: statement logging left on, dumps nobody removes, and a report that sorts a billion rows on disk.
const at = (text) => Date.parse(`2026-11-${text}Z`);
const boot = Date.parse("2026-09-02T21:40:55Z");
const GiB = 2 ** 30;
const PG = "postgresql@15-main.service";
const REPORT = "SELECT o.customer_id, count(*), sum(l.amount) FROM orders o CROSS JOIN order_lines l WHERE o.created_at > '2019-01-01' GROUP BY 1 ORDER BY 3 DESC";
const daemon = (pid, user, cmd, unit, rss, extra = {}) => ({ pid, ppid: 1, user, cpu: 0.1, rss, stat: "Ss", cmd, unit, startedAt: boot + pid * 20, ...extra });
const backend = (pid, cmd, extra = {}) => ({ pid, ppid: 901, user: "postgres", cpu: 0.2, rss: 41_204, stat: "Ss", cmd, comm: "postgres", unit: PG, startedAt: at("21T11:37:40"), query: true, ...extra });

export const mtimes = { "/etc/postgresql/15/main/postgresql.conf": at("03T16:20:11"), "/etc/cron.d/pg-dump": Date.parse("2026-03-18T08:00:00Z"), "/etc/logrotate.d/postgresql-common": Date.parse("2026-03-18T08:00:00Z") };
export const links = {};
const log = (day, lines) => Array.from({ length: lines }, (_, i) => `2026-11-${day} ${String(Math.floor(i / 4) % 24).padStart(2, "0")}:${String((i * 13) % 60).padStart(2, "0")}:07.311 UTC [${1400 + (i % 37)}] app@orders LOG:  duration: ${(i % 17) / 10 + 0.2} ms  statement: SELECT status FROM orders WHERE id = ${88_000 + i}`).join("\n");
/** Large files that take no room on the operator's machine: text at both ends, a hole between. */
export const sparse = {
  "/var/log/postgresql/postgresql-15-main.log": { bytes: Math.round(6.4 * GiB), head: log("15", 60), tail: `${log("21", 60)}\n2026-11-21 12:04:18.002 UTC [1421] report@orders LOG:  temporary file: path "base/pgsql_tmp/pgsql_tmp1421.3", size 1073741824\n2026-11-21 14:05:40.118 UTC [1421] report@orders LOG:  temporary file: path "base/pgsql_tmp/pgsql_tmp1421.11", size 1073741824\n`, mtime: at("21T14:07:30") },
  "/var/log/postgresql/postgresql-15-main.log.1": { bytes: Math.round(5.1 * GiB), head: log("08", 40), tail: log("14", 40), mtime: at("15T00:00:04") },
  "/var/backups/pg/orders-2026-11-05.dump": { bytes: Math.round(1.4 * GiB), head: "PGDMP", tail: "", mtime: at("05T02:41:12") },
  "/var/backups/pg/orders-2026-11-12.dump": { bytes: Math.round(1.5 * GiB), head: "PGDMP", tail: "", mtime: at("12T02:41:40") },
  "/var/backups/pg/orders-2026-11-20.dump": { bytes: Math.round(1.6 * GiB), head: "PGDMP", tail: "", mtime: at("20T02:42:02") },
  "/var/backups/pg/orders-2026-11-21.dump": { bytes: Math.round(1.6 * GiB), head: "PGDMP", tail: "", mtime: at("21T02:42:09") },
};

export const journal = [
  [at("20T02:42:02"), "cron.service", "CRON", 1120, 6, "(postgres) CMD (pg_dump -Fc orders > /var/backups/pg/orders-2026-11-20.dump)"],
  [at("21T02:30:01"), "cron.service", "CRON", 1188, 6, "(postgres) CMD (pg_dump -Fc orders > /var/backups/pg/orders-2026-11-21.dump)"],
  [at("21T11:37:40"), PG, "postgres", 1421, 6, "[1421] LOG:  connection authorized: user=report database=orders application_name=monthly-report"],
  [at("21T12:04:18"), PG, "postgres", 1421, 6, "[1421] LOG:  temporary file: path \"base/pgsql_tmp/pgsql_tmp1421.3\", size 1073741824"],
  [at("21T13:12:09"), "", "disk-watch", 1502, 4, "/var is 90% full (36.1 GiB of 40 GiB), growing 1.4 GiB/h"],
  [at("21T13:58:44"), PG, "postgres", 1433, 4, "[1433] LOG:  process 1433 still waiting for RowExclusiveLock on relation 16433 of database 16401 after 1000.061 ms"],
  [at("21T14:02:10"), "", "disk-watch", 1502, 3, "/var is 95% full (37.0 GiB of 40 GiB), growing 1.4 GiB/h"],
  [at("21T14:05:40"), PG, "postgres", 1421, 6, "[1421] LOG:  temporary file: path \"base/pgsql_tmp/pgsql_tmp1421.11\", size 1073741824"],
];

export const state = {
  name: "db-01", fqdn: "db-01.intra.example", os: "Debian GNU/Linux 12 (bookworm)", kernel: "6.1.0-25-amd64", machineId: "8a7b6c5d4e3f4a2b9c1d0e9f8a7b6c5d", vendor: "Dell Inc.", model: "PowerEdge R650", bootedAt: boot, nextPid: 1700, cpus: 8, load: [0.12, 0.14, 0.11], ioWait: 21.4,
  memory: { totalKiB: 32_766_004, kernelKiB: 912_004, cacheKiB: 17_204_118, swapKiB: 4_194_300, swapUsedKiB: 204_800 },
  disks: [
    { name: "sda", type: "disk", size: "20G", numbers: "8:0", model: "PERC H755 Front", serial: "00f1a2b3c4" },
    { name: "sda1", parent: "sda", type: "part", size: "20G", numbers: "8:1", fs: "ext4", uuid: "1f2e3d4c-5b6a-4798-8675-645342312011", target: "/" },
    { name: "sdb", type: "disk", size: "40G", numbers: "8:16", model: "PERC H755 Front", serial: "00f1a2b3c5" },
    { name: "sdb1", parent: "sdb", type: "part", size: "40G", numbers: "8:17", fs: "ext4", uuid: "2e3d4c5b-6a79-4887-9665-534231201fe0", target: "/var" },
  ],
  mounts: [
    { source: "udev", fs: "devtmpfs", target: "/dev", sizeKiB: 16_350_112, baseKiB: 0 },
    { source: "tmpfs", fs: "tmpfs", target: "/run", sizeKiB: 3_276_604, baseKiB: 1_412 },
    { source: "/dev/sda1", fs: "ext4", target: "/", sizeKiB: 20_466_256, baseKiB: 5_112_004, reserved: 0.05, inodes: 1_310_720, inodesUsed: 71_902 },
    { source: "/dev/sdb1", fs: "ext4", target: "/var", sizeKiB: 41_943_040, baseKiB: 8_703_180, reserved: 0.025, walk: true, inodes: 2_621_440, inodesUsed: 31_204 },
  ],
  nics: [{ name: "lo", mac: "00:00:00:00:00:00", address: "127.0.0.1/8", mtu: 65_536, state: "UNKNOWN" }, { name: "eno1", mac: "b0:7b:25:c1:02:15", address: "10.20.1.21/24", mtu: 1500, state: "UP" }],
  routes: ["default via 10.20.1.1 dev eno1 onlink", "10.20.1.0/24 dev eno1 proto kernel scope link src 10.20.1.21"],
  /** Ports that answer on hosts beside this one. */
  neighbours: { "web-01": [22, 80, 443, 9100], "web-01.intra.example": [22, 80, 443, 9100], "bmc-01": [22, 443] },
  hosts: { localhost: { address: "127.0.0.1" }, "db-01": { address: "10.20.1.21" }, "db-01.intra.example": { address: "10.20.1.21" }, "web-01": { address: "10.20.1.11" }, "web-01.intra.example": { address: "10.20.1.11" }, "bmc-01": { address: "10.20.9.11" } },
  units: {
    [PG]: { description: "PostgreSQL Cluster 15-main", file: "/lib/systemd/system/postgresql@.service", enabled: "enabled", active: "active", sub: "running", since: boot + 40_000, cpu: "4d 2h 11.204s", ports: [{ proto: "tcp", addr: "0.0.0.0", port: 5432, backlog: 244 }], spawn: [{ user: "postgres", cpu: 0.2, rss: 131_204, cmd: "/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main", comm: "postgres" }] },
    "postgresql.service": { description: "PostgreSQL RDBMS", file: "/lib/systemd/system/postgresql.service", enabled: "enabled", active: "active", sub: "exited", since: boot + 41_000, oneshot: true },
    "ssh.service": { description: "OpenBSD Secure Shell server", file: "/lib/systemd/system/ssh.service", enabled: "enabled", active: "active", sub: "running", since: boot, ports: [{ proto: "tcp", addr: "0.0.0.0", port: 22, backlog: 128 }], spawn: [{ user: "root", cpu: 0, rss: 9_204, cmd: "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", comm: "sshd" }] },
    "cron.service": { description: "Regular background program processing daemon", file: "/lib/systemd/system/cron.service", enabled: "enabled", active: "active", sub: "running", since: boot, spawn: [{ user: "root", cpu: 0, rss: 2_704, cmd: "/usr/sbin/cron -f" }] },
    "systemd-journald.service": { description: "Journal Service", file: "/lib/systemd/system/systemd-journald.service", enabled: "static", active: "active", sub: "running", since: boot, spawn: [{ user: "root", cpu: 0.1, rss: 61_004, cmd: "/lib/systemd/systemd-journald" }] },
    "chrony.service": { description: "chrony, an NTP client/server", file: "/lib/systemd/system/chrony.service", enabled: "enabled", active: "active", sub: "running", since: boot, ports: [{ proto: "udp", addr: "127.0.0.1", port: 323 }], spawn: [{ user: "_chrony", cpu: 0, rss: 3_204, cmd: "/usr/sbin/chronyd -F 1" }] },
    "prometheus-node-exporter.service": { description: "Prometheus exporter for machine metrics", file: "/lib/systemd/system/prometheus-node-exporter.service", enabled: "enabled", active: "active", sub: "running", since: boot, ports: [{ proto: "tcp", addr: "0.0.0.0", port: 9100, serves: "metrics" }], spawn: [{ user: "prometheus", cpu: 0.3, rss: 22_404, stat: "Ssl", cmd: "/usr/bin/prometheus-node-exporter" }] },
    "logrotate.timer": { description: "Daily rotation of log files", file: "/lib/systemd/system/logrotate.timer", enabled: "enabled", active: "active", sub: "waiting", since: boot },
  },
  timers: { "logrotate.timer": { every: 86_400_000, offset: 0, activates: "logrotate.service" } },
  processes: [
    { pid: 1, ppid: 0, user: "root", cpu: 0.1, rss: 12_204, stat: "Ss", cmd: "/sbin/init", startedAt: boot },
    daemon(401, "root", "/lib/systemd/systemd-journald", "systemd-journald.service", 61_004),
    daemon(520, "_chrony", "/usr/sbin/chronyd -F 1", "chrony.service", 3_204),
    daemon(611, "root", "/usr/sbin/cron -f", "cron.service", 2_704),
    daemon(690, "prometheus", "/usr/bin/prometheus-node-exporter", "prometheus-node-exporter.service", 22_404, { stat: "Ssl", cpu: 0.3 }),
    daemon(712, "root", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", "ssh.service", 9_204, { comm: "sshd" }),
    daemon(901, "postgres", "/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main -c config_file=/etc/postgresql/15/main/postgresql.conf", PG, 131_204, { comm: "postgres" }),
    { ...backend(911, "postgres: 15/main: checkpointer"), query: false, startedAt: boot + 41_000 },
    { ...backend(912, "postgres: 15/main: walwriter"), query: false, startedAt: boot + 41_000 },
    backend(1421, "postgres: 15/main: report orders [local] SELECT", { cpu: 97.4, stat: "Ds", rss: 4_812_204, files: [{ path: "/var/lib/postgresql/15/main/base/pgsql_tmp/pgsql_tmp1421.0", size: Math.round(11.05 * GiB), virtual: true, node: 131_288 }] }),
    backend(1433, "postgres: 15/main: app orders 10.20.1.11(51224) UPDATE waiting", { startedAt: at("21T13:58:40") }),
    backend(1440, "postgres: 15/main: app orders 10.20.1.11(51230) idle", { startedAt: at("21T08:00:02") }),
  ],
  sockets: [{ local: "10.20.1.21:5432", peer: "10.20.1.11:51224", comm: "postgres", pid: 1433 }, { local: "10.20.1.21:5432", peer: "10.20.1.11:51230", comm: "postgres", pid: 1440 }],
  logins: [{ user: "ops", tty: "pts/0", from: "10.20.7.10", since: at("21T13:55:12") }, { user: "ops", tty: "pts/0", from: "10.20.7.10", since: at("17T10:02:00"), until: at("17T10:31:44") }],
  packages: [{ name: "postgresql-15", version: "15.8-0+deb12u1", candidate: "15.10-0+deb12u1", says: "The World's Most Advanced Open Source Relational Database", files: ["/etc/postgresql"] }, { name: "openssh-server", version: "1:9.2p1-2+deb12u3", says: "secure shell (SSH) server" }, { name: "bash", version: "5.2.15-2+b7", says: "GNU Bourne Again SHell" }, { name: "systemd", version: "252.31-1~deb12u1", says: "system and service manager" }],
  postgres: {
    settings: { max_connections: "100", shared_buffers: "4GB", work_mem: "64MB", temp_file_limit: "-1", log_min_duration_statement: "0", statement_timeout: "0", server_version: "15.8 (Debian 15.8-0+deb12u1)", data_directory: "/var/lib/postgresql/15/main", config_file: "/etc/postgresql/15/main/postgresql.conf", lock_timeout: "0", idle_in_transaction_session_timeout: "0", autovacuum: "on" },
    roles: ["postgres", "app", "report"],
    databases: [{ name: "orders", oid: 16_401, bytes: Math.round(7.9 * GiB), commits: 88_120_411, tempFiles: 12 }, { name: "postgres", oid: 5, bytes: 7_852_847, commits: 2_114_002 }, { name: "template0", oid: 4, bytes: 7_701_007, commits: 0 }, { name: "template1", oid: 1, bytes: 7_778_319, commits: 0 }],
    tables: [
      { relid: 16_433, schemaname: "public", relname: "orders", bytes: Math.round(2.1 * GiB), n_live_tup: 8_412_004, n_dead_tup: 611_204, seq_scan: 41, idx_scan: 88_114_201, last_autovacuum: at("21T04:10:09") },
      { relid: 16_440, schemaname: "public", relname: "order_lines", bytes: Math.round(5.2 * GiB), n_live_tup: 41_220_118, n_dead_tup: 9_804_112, seq_scan: 12, idx_scan: 20_144_118, last_autovacuum: at("18T23:41:50") },
      { relid: 16_452, schemaname: "public", relname: "customers", bytes: 188_743_680, n_live_tup: 412_004, n_dead_tup: 2_011, seq_scan: 1_204, idx_scan: 9_114_002, last_autovacuum: at("21T09:00:12") },
    ],
    activity: [
      { pid: 1421, datname: "orders", usename: "report", application_name: "monthly-report", state: "active", wait_event_type: "IO", wait_event: "BufFileWrite", backend_start: at("21T11:37:40"), xact_start: at("21T11:37:41"), query_start: at("21T11:37:41"), query: REPORT },
      { pid: 1433, datname: "orders", usename: "app", application_name: "intranet-app", client_addr: "10.20.1.11", client_port: 51_224, state: "active", wait_event_type: "Lock", wait_event: "relation", backend_start: at("21T13:58:40"), xact_start: at("21T13:58:43"), query_start: at("21T13:58:43"), query: "UPDATE orders SET status = 'shipped' WHERE id = 881204", blockedBy: 1421 },
      { pid: 1440, datname: "orders", usename: "app", application_name: "intranet-app", client_addr: "10.20.1.11", client_port: 51_230, state: "idle", wait_event_type: "Client", wait_event: "ClientRead", backend_start: at("21T08:00:02"), query_start: at("21T14:06:59"), query: "SELECT status FROM orders WHERE id = 88121" },
      { pid: 911, datname: null, usename: null, state: null, backend_start: boot + 41_000, query: "", backend_type: "checkpointer" },
    ],
  },
};
