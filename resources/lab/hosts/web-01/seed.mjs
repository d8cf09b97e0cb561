// The story of web-01: a deploy at 07:41 left a typo in the web server's configuration; the restart at 07:42 failed.
const at = (text) => Date.parse(`2026-11-${text}Z`);
const boot = Date.parse("2026-10-11T03:12:08Z");
const daemon = (pid, user, cmd, unit, rss, extra = {}) => ({ pid, ppid: 1, user, cpu: 0.1, rss, stat: "Ss", cmd, unit, startedAt: boot + pid * 20, ...extra });

export const mtimes = { "/etc/nginx/conf.d/intranet.conf": at("21T07:41:09"), "/var/log/deploy.log": at("21T07:42:03"), "/var/backups/nginx/intranet.conf.2026-11-14": at("14T06:58:31"), "/etc/nginx/nginx.conf": Date.parse("2026-08-02T10:11:12Z"), "/var/log/nginx/error.log": at("21T07:42:03"), "/var/log/nginx/access.log": at("21T07:41:58") };
export const links = { "/opt/intranet/current": "releases/2026.11.21-1" };
export const sparse = {};

export const journal = [
  [at("14T06:58:33"), "intranet-app.service", "systemd", 1, 6, "Started intranet-app.service - Intranet application."],
  [at("20T22:14:51"), "nginx.service", "nginx", 1804, 4, "upstream server temporarily disabled while connecting to upstream"],
  [at("21T07:40:51"), "", "deploy", 2178, 6, "release 2026.11.21-1 intranet-app: start, requested by m.keller, change CHG-4187"],
  [at("21T07:41:09"), "", "deploy", 2178, 6, "template nginx/intranet.conf -> /etc/nginx/conf.d/intranet.conf (2 lines changed)"],
  [at("21T07:41:12"), "", "deploy", 2178, 6, "/opt/intranet/current -> releases/2026.11.21-1"],
  [at("21T07:41:20"), "intranet-app.service", "systemd", 1, 6, "Started intranet-app.service - Intranet application."],
  [at("21T07:42:02"), "nginx.service", "systemd", 1, 6, "Stopping nginx.service - A high performance web server and a reverse proxy server..."],
  [at("21T07:42:02"), "nginx.service", "systemd", 1, 6, "nginx.service: Deactivated successfully."],
  [at("21T07:42:02"), "nginx.service", "systemd", 1, 6, "Stopped nginx.service - A high performance web server and a reverse proxy server."],
  [at("21T07:42:03"), "nginx.service", "systemd", 1, 6, "Starting nginx.service - A high performance web server and a reverse proxy server..."],
  [at("21T07:42:03"), "nginx.service", "nginx", 2211, 0, "[emerg] unknown directive \"proxy_passs\" in /etc/nginx/conf.d/intranet.conf:14"],
  [at("21T07:42:03"), "nginx.service", "nginx", 2211, 3, "nginx: configuration file /etc/nginx/nginx.conf test failed"],
  [at("21T07:42:03"), "nginx.service", "systemd", 1, 5, "nginx.service: Control process exited, code=exited, status=1/FAILURE"],
  [at("21T07:42:03"), "nginx.service", "systemd", 1, 4, "nginx.service: Failed with result 'exit-code'."],
  [at("21T07:42:03"), "nginx.service", "systemd", 1, 3, "Failed to start nginx.service - A high performance web server and a reverse proxy server."],
  [at("21T07:42:03"), "", "deploy", 2178, 4, "systemctl restart nginx: exit status 1"],
  [at("21T09:03:17"), "ssh.service", "sshd", 2590, 6, "Failed password for invalid user admin from 10.20.7.99 port 51122 ssh2"],
  [at("21T09:03:19"), "ssh.service", "sshd", 2590, 6, "Failed password for invalid user admin from 10.20.7.99 port 51122 ssh2"],
  [at("21T13:58:02"), "ssh.service", "sshd", 3011, 6, "Accepted publickey for ops from 10.20.7.10 port 40122 ssh2: ED25519 SHA256:u1pQ0vJm3a8Jt2m7"],
];

export const state = {
  name: "web-01", fqdn: "web-01.intra.example", os: "Debian GNU/Linux 12 (bookworm)", kernel: "6.1.0-26-amd64", machineId: "4f1c0e6a8b7d4c2e9f3a5b6c7d8e9f01", vendor: "QEMU", model: "Standard PC (Q35 + ICH9, 2009)", bootedAt: boot, nextPid: 3200, cpus: 4, load: [0.08, 0.11, 0.09], release: "2026.11.21-1",
  memory: { totalKiB: 8_149_620, kernelKiB: 401_200, cacheKiB: 3_912_004, swapKiB: 2_097_148, swapUsedKiB: 12_288 },
  disks: [
    { name: "sda", type: "disk", size: "32G", numbers: "8:0", model: "QEMU HARDDISK", serial: "QM00001" },
    { name: "sda1", parent: "sda", type: "part", size: "20G", numbers: "8:1", fs: "ext4", uuid: "7b0c1d2e-3f40-4152-8364-758697a8b9ca", target: "/" },
    { name: "sda2", parent: "sda", type: "part", size: "12G", numbers: "8:2", fs: "ext4", uuid: "8c1d2e3f-4051-4263-9475-8697a8b9cadb", target: "/var" },
  ],
  mounts: [
    { source: "udev", fs: "devtmpfs", target: "/dev", sizeKiB: 4_046_112, baseKiB: 0 },
    { source: "tmpfs", fs: "tmpfs", target: "/run", sizeKiB: 814_964, baseKiB: 1_124 },
    { source: "/dev/sda1", fs: "ext4", target: "/", sizeKiB: 20_466_256, baseKiB: 6_204_112, reserved: 0.05, inodes: 1_310_720, inodesUsed: 92_114 },
    { source: "/dev/sda2", fs: "ext4", target: "/var", sizeKiB: 12_255_624, baseKiB: 3_411_208, reserved: 0.05, walk: true, inodes: 786_432, inodesUsed: 22_018 },
  ],
  nics: [{ name: "lo", mac: "00:00:00:00:00:00", address: "127.0.0.1/8", mtu: 65_536, state: "UNKNOWN" }, { name: "ens18", mac: "bc:24:11:5a:01:0b", address: "10.20.1.11/24", mtu: 1500, state: "UP" }],
  routes: ["default via 10.20.1.1 dev ens18 onlink", "10.20.1.0/24 dev ens18 proto kernel scope link src 10.20.1.11"],
  neighbours: ["10.20.1.1 dev ens18 lladdr bc:24:11:00:00:01 REACHABLE", "10.20.1.21 dev ens18 lladdr bc:24:11:5a:01:15 STALE"],
  /** Ports that answer on hosts beside this one. */
  neighbours: { "db-01": [22, 5432, 9100], "db-01.intra.example": [22, 5432, 9100], "bmc-01": [22, 443] },
  sites: { "bmc-01:443": { status: 200, type: "application/json", body: '{"Product":"Integrated Dell Remote Access Controller","RedfishVersion":"1.17.0","Vendor":"Dell","Systems":{"@odata.id":"/redfish/v1/Systems"}}\n' } },
  hosts: { localhost: { address: "127.0.0.1" }, "web-01": { address: "10.20.1.11" }, "web-01.intra.example": { address: "10.20.1.11" }, "intranet.example": { address: "10.20.1.11" }, intranet: { address: "10.20.1.11" }, "db-01": { address: "10.20.1.21" }, "db-01.intra.example": { address: "10.20.1.21" }, "bmc-01": { address: "10.20.9.11" } },
  units: {
    "nginx.service": { description: "A high performance web server and a reverse proxy server", file: "/lib/systemd/system/nginx.service", enabled: "enabled", active: "failed", sub: "failed", since: at("21T07:42:03"), result: "exit-code", status: 1, failedPid: 2211, failedStep: "ExecStartPre=/usr/sbin/nginx -t -q -g daemon on; master_process on;", docs: "man:nginx(8)", ports: [{ proto: "tcp", addr: "0.0.0.0", port: 80, serves: "nginx" }, { proto: "tcp", addr: "0.0.0.0", port: 443, serves: "nginx" }], spawn: [{ user: "root", cpu: 0, rss: 6_120, stat: "Ss", cmd: "nginx: master process /usr/sbin/nginx -g daemon on; master_process on;", comm: "nginx" }, { user: "www-data", cpu: 0.1, rss: 9_244, stat: "S", cmd: "nginx: worker process", comm: "nginx" }, { user: "www-data", cpu: 0.1, rss: 9_180, stat: "S", cmd: "nginx: worker process", comm: "nginx" }] },
    "intranet-app.service": { description: "Intranet application", file: "/etc/systemd/system/intranet-app.service", enabled: "enabled", active: "active", sub: "running", since: at("21T07:41:20"), cpu: "2min 11.402s", ports: [{ proto: "tcp", addr: "127.0.0.1", port: 8080, serves: "app" }], spawn: [{ user: "deploy", cpu: 1.2, rss: 188_412, stat: "Ssl", cmd: "/usr/bin/node /opt/intranet/current/server.js", threads: 11 }] },
    "ssh.service": { description: "OpenBSD Secure Shell server", file: "/lib/systemd/system/ssh.service", enabled: "enabled", active: "active", sub: "running", since: boot, ports: [{ proto: "tcp", addr: "0.0.0.0", port: 22, backlog: 128 }], spawn: [{ user: "root", cpu: 0, rss: 9_204, cmd: "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", comm: "sshd" }] },
    "cron.service": { description: "Regular background program processing daemon", file: "/lib/systemd/system/cron.service", enabled: "enabled", active: "active", sub: "running", since: boot, spawn: [{ user: "root", cpu: 0, rss: 2_704, cmd: "/usr/sbin/cron -f" }] },
    "systemd-journald.service": { description: "Journal Service", file: "/lib/systemd/system/systemd-journald.service", enabled: "static", active: "active", sub: "running", since: boot, spawn: [{ user: "root", cpu: 0.1, rss: 42_112, cmd: "/lib/systemd/systemd-journald" }] },
    "systemd-logind.service": { description: "User Login Management", file: "/lib/systemd/system/systemd-logind.service", enabled: "static", active: "active", sub: "running", since: boot, spawn: [{ user: "root", cpu: 0, rss: 7_612, cmd: "/lib/systemd/systemd-logind" }] },
    "chrony.service": { description: "chrony, an NTP client/server", file: "/lib/systemd/system/chrony.service", enabled: "enabled", active: "active", sub: "running", since: boot, ports: [{ proto: "udp", addr: "127.0.0.1", port: 323 }], spawn: [{ user: "_chrony", cpu: 0, rss: 3_204, cmd: "/usr/sbin/chronyd -F 1" }] },
    "prometheus-node-exporter.service": { description: "Prometheus exporter for machine metrics", file: "/lib/systemd/system/prometheus-node-exporter.service", enabled: "enabled", active: "active", sub: "running", since: boot, ports: [{ proto: "tcp", addr: "0.0.0.0", port: 9100, serves: "metrics" }], spawn: [{ user: "prometheus", cpu: 0.3, rss: 22_404, stat: "Ssl", cmd: "/usr/bin/prometheus-node-exporter" }] },
    "docker.service": { description: "Docker Application Container Engine", file: "/lib/systemd/system/docker.service", enabled: "enabled", active: "active", sub: "running", since: boot, spawn: [{ user: "root", cpu: 0.2, rss: 61_208, stat: "Ssl", cmd: "/usr/bin/dockerd -H fd://" }] },
    "certbot.service": { description: "Certbot", file: "/lib/systemd/system/certbot.service", enabled: "static", active: "inactive", sub: "dead", since: boot, oneshot: true },
    "apt-daily.timer": { description: "Daily apt download activities", file: "/lib/systemd/system/apt-daily.timer", enabled: "enabled", active: "active", sub: "waiting", since: boot },
    "logrotate.timer": { description: "Daily rotation of log files", file: "/lib/systemd/system/logrotate.timer", enabled: "enabled", active: "active", sub: "waiting", since: boot },
  },
  containers: [
    { id: "9d1f0c2ab4e7", name: "session-cache", image: "redis:7.2", state: "running", health: "healthy", since: at("09T03:12:40"), ports: "127.0.0.1:6379->6379/tcp", cpu: 0.4, memory: "38.2MiB / 512MiB", mem: 7.46, lines: ["1:M 09 Nov 2026 03:12:40.118 * Ready to accept connections tcp", "1:M 21 Nov 2026 06:12:41.002 * Background saving terminated with success"] },
    { id: "51b7e0d93c18", name: "thumbnailer", image: "thumbnailer:4.1", state: "exited", code: 1, since: at("21T09:41:07"), ports: "", cpu: 0, memory: "0B / 0B", mem: 0, lines: ["2026-11-21T09:41:05Z INFO  watching /srv/uploads", "2026-11-21T09:41:07Z ERROR cannot write /srv/thumbs: permission denied", "2026-11-21T09:41:07Z INFO  stopped"] },
    { id: "c02a7719f5e3", name: "pdf-render", image: "pdf-render:2.8", state: "running", since: at("18T12:00:02"), ports: "127.0.0.1:3000->3000/tcp", cpu: 2.1, memory: "211MiB / 1GiB", mem: 20.61, lines: ["2026-11-21T13:58:44Z rendered invoice-88123.pdf in 412 ms", "2026-11-21T14:02:10Z rendered invoice-88124.pdf in 398 ms"] },
  ],
  images: [{ repository: "redis", tag: "7.2", size: "117MB", since: "5 weeks ago" }, { repository: "thumbnailer", tag: "4.1", size: "402MB", since: "3 months ago" }, { repository: "pdf-render", tag: "2.8", size: "695MB", since: "6 weeks ago" }],
  timers: { "logrotate.timer": { every: 86_400_000, offset: 0, activates: "logrotate.service" }, "apt-daily.timer": { every: 86_400_000, offset: 22_000_000, activates: "apt-daily.service" } },
  processes: [
    { pid: 1, ppid: 0, user: "root", cpu: 0.1, rss: 12_204, stat: "Ss", cmd: "/sbin/init", startedAt: boot },
    { pid: 2, ppid: 0, user: "root", cpu: 0, rss: 0, vsz: 0, stat: "S", cmd: "[kthreadd]", comm: "kthreadd", startedAt: boot },
    daemon(412, "root", "/lib/systemd/systemd-journald", "systemd-journald.service", 42_112),
    daemon(598, "_chrony", "/usr/sbin/chronyd -F 1", "chrony.service", 3_204),
    daemon(640, "root", "/usr/sbin/cron -f", "cron.service", 2_704),
    daemon(655, "root", "/lib/systemd/systemd-logind", "systemd-logind.service", 7_612),
    daemon(702, "prometheus", "/usr/bin/prometheus-node-exporter", "prometheus-node-exporter.service", 22_404, { stat: "Ssl", cpu: 0.3 }),
    daemon(731, "root", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", "ssh.service", 9_204, { comm: "sshd" }),
    daemon(744, "root", "/usr/bin/dockerd -H fd://", "docker.service", 61_208, { stat: "Ssl", cpu: 0.2 }),
    daemon(2190, "deploy", "/usr/bin/node /opt/intranet/current/server.js", "intranet-app.service", 188_412, { stat: "Ssl", cpu: 1.2, startedAt: at("21T07:41:20"), threads: 11 }),
    { pid: 3011, ppid: 731, user: "root", cpu: 0, rss: 10_812, stat: "Ss", cmd: "sshd: ops [priv]", comm: "sshd", startedAt: at("21T13:58:02") },
    { pid: 3018, ppid: 3011, user: "ops", cpu: 0, rss: 5_204, stat: "Ss", tty: "pts/0", cmd: "-bash", comm: "bash", startedAt: at("21T13:58:03") },
  ],
  sockets: [{ local: "10.20.1.11:22", peer: "10.20.7.10:40122", comm: "sshd", pid: 3011 }],
  logins: [{ user: "ops", tty: "pts/0", from: "10.20.7.10", since: at("21T13:58:02") }, { user: "deploy", tty: "pts/1", from: "10.20.7.30", since: at("21T07:40:44"), until: at("21T07:42:10") }, { user: "ops", tty: "pts/0", from: "10.20.7.10", since: at("19T09:12:40"), until: at("19T11:40:02") }],
  packages: [{ name: "nginx", version: "1.22.1-9+deb12u1", says: "small, powerful, scalable web/proxy server", files: ["/etc/nginx", "/usr/sbin/nginx"] }, { name: "openssh-server", version: "1:9.2p1-2+deb12u3", says: "secure shell (SSH) server" }, { name: "openssl", version: "3.0.14-1~deb12u2", candidate: "3.0.15-1~deb12u1", says: "Secure Sockets Layer toolkit" }, { name: "libssl3", version: "3.0.14-1~deb12u2", candidate: "3.0.15-1~deb12u1", says: "Secure Sockets Layer toolkit - shared libraries" }, { name: "bash", version: "5.2.15-2+b7", says: "GNU Bourne Again SHell" }, { name: "systemd", version: "252.31-1~deb12u1", says: "system and service manager" }, { name: "nodejs", version: "18.19.0+dfsg-6~deb12u2", says: "evented I/O for V8 javascript" }, { name: "prometheus-node-exporter", version: "1.5.0-1+b6", says: "Prometheus exporter for machine metrics" }],
};
