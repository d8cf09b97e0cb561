import { describe, expect, it } from "vitest";
import { kindVerdict } from "../../../src-main/shellcheck/kinds.ts";
import { knownValue, unknownValue } from "../../../src-main/shellcheck/words.ts";

// What may stand where a family's shape names a kind of operand, and what stands just across the border.

type Borders = { readonly fits: readonly string[]; readonly no: readonly string[]; readonly secret?: readonly string[] };

/** Kinds that list which signs may stand in a word at all. */
const WORDS: Readonly<Record<string, Borders>> = {
  num: { fits: ["5", "-5", "+50", "10.25", "1.5", "10G", "10MiB", "50%", "5,10", "5,-10,+20", "count", "n", "_x1"], no: ["", "x/y", "1;2", "10MiBs", "1.", "5,", "5,,6", "-", "a-b", "--5"] },
  word: { fits: ["a", "nginx.service", "ada@host", "a-b", "%x", "+x", "=x", "/x", ",x", ":x", "A_9"], no: ["", "-x", "@options", "a b", "a;b", "a\nb", "~x"] },
  words: { fits: ["a", "@x", "-x", "ada@host:1%+,/="], no: ["", "a b", "a*"] },
  setting: { fits: ["a", "net.ipv4.ip_forward", "net.*", "a/b-c"], no: ["", "A", "-w", "a=1", "*", "a b", "9a"] },
  disk: { fits: ["/dev/vg0/root", "/dev/rhel_db01/home", "/dev/ubuntu-vg/lv-0", "/dev/pve/data", "/dev/sda", "/dev/sda12", "/dev/nvme0n1p2", "/dev/disk/by-id/ata-ST4.x:1_2", "/dev/disk/by-uuid/12-ab", "/dev/mapper/vg0-root.x", "/dev/md/r0.x-y", "/dev/md0", "/dev/bus/12", "/dev/cciss/c0d0", "/dev/dm-0", "/dev/sg1", "/dev/cdrom"], no: ["", "/dev/watchdog", "/dev/st0", "/dev/tty", "/dev/disk/by-id/", "/dev/disk/by-9/x", "/dev/mapper/", "/dev/mapper/control/x", "/dev/md/", "/dev/bus/x", "/dev/bus/usb/001", "/dev/cciss/", "/dev/sda/../watchdog", "/dev/disk/by-id/../../watchdog", "sda", "/dev/", "/srv/dev/sda"] },
  camera: { fits: ["0", "12", "/dev/video0", "/dev/vbi12", "/dev/v4l-subdev3", "/dev/media0", "/dev/swradio1"], no: ["", "/dev/video", "/dev/watchdog0", "video0", "x/dev/video0", "0x"] },
  label: { fits: ["a", "root-x", "A_1"], no: ["", "-a", "a b", "a.b", "a/b"] },
  link: { fits: ["lo", "eth0", "eth0.5", "wlan0:1", "br-0a1b", "br-12ab34cd56ef", "enp3s0", "eno1", "ens18", "enx0aabbcc", "enxaabbcc", "enP2p1", "enb1", "wlxa1b2", "wlx0a", "wlP1p2", "wlp2s0", "p1p2", "p10p1", "bond0", "veth1a@if2", "ib0", "dummy0"], no: ["", "lo0", "lo:1", "eth", "ip_gre", "br-xyzz", "br-12a", "enxz", "wlxz", "p1", "p1px", "pxp1", "tun", "/eth0", "eth0;x", "sit0"] },
  ring: { fits: ["@u", "@us", "%user:x", "user", "%:a", "a:b.c-d", "u"], no: ["", "@", "@u x", "%", "-x", "a b", "x@u", "%-x"] },
  image: { fits: ["nginx", "nginx:1.2@sha256:aa", "a/b-c", "9"], no: ["", "-x", "a b", "/x"] },
  kube: { fits: ["pods", "deploy/web-1.x", "a,b", "pods:x", "small.yaml", "all", "all-in-one.yaml"], no: ["", "secret", "mysecrets", "tokens", "Credentials", "passwords", "pods,secrets", "-o", "/x", "a b"] },
  described: { fits: ["pods", "deploy/web", "cmx", "a-cm", "svc,ep", "certificaterequests.cert-manager.io"], no: ["", "cm", "configmap", "ConfigMaps", "cm/x", "pods,cm", "configmaps.v1", "secret/x", "tokens", "-o", "a b"] },
  bare: { fits: ["nodes", "no", "svc,ep", "ns/x", "clusterrolebindings", "ingress", "networkpolicies", "services/web.x-1"], no: ["", "pods", "po", "cm", "nodes,pods", "nodes,", "nons", "secrets", "all", "svc/-x", "svc/a/b", "xsvc", "deploy/web"] },
  "bare-name": { fits: ["web", "node1.example.com", "9-a"], no: ["", "-x", "A", "pod/x", "a,b", "a b"] },
  lines: { fits: ["short", "short-iso", "short-iso-precise", "cat", "with-unit"], no: ["", "verbose", "json", "json-pretty", "export", "shortx", "cats", "short-", "xcat"] },
  unit: { fits: ["nginx.service", "a@b:c-d_e", "1x", "x"], no: ["", "-x", "a/b", "a b", ".x"] },
  place: { fits: ["~", "a/b", "ab/cd e", "./x", "/srv/x y", "a.b", "/", ".", "a/", "~/x-y"], no: ["", "status", "show", "a*b/c", "-a/b", "a b", "/dev/watchdog"] },
  file: { fits: ["a", "a b-c@d.txt", "+x", "~/x", "/srv/x"], no: ["", "@x", "host:x", "-x", "a;b"], secret: [".env", "/etc/shadow"] },
  local: { fits: ["a", "a:b", "c*", "/srv/x~", "+x@y"], no: ["", "http://x", "a/ftp://x", "-x", "a b", "~x"] },
  pub: { fits: ["id_rsa.pub", "~/.ssh/known_hosts", "a-b/c.pub"], no: ["", "id_rsa", "id_rsa.pubx", ".pub", "x.pub.key", "a b.pub"] },
  "dev-null": { fits: ["/dev/null"], no: ["", "/dev/nullx", "x/dev/null", "/dev/sda"] },
  verb: { fits: ["show", "a", "s3-ls", "get_all-x2", "a-2b"], no: ["", "Show", "-x", "a-", "a--b", "3x", "a b"] },
  sockets: { fits: ["state established", "( dport = :443 )", "dst 10.0.0.1", "10.0.0.0/8:22", "[::1]:443", "[fe80::1]/64:22", ":ssh", "sport != :22", "state fin-wait-1 ", "not state closed", "state close", "!(state listen)", "dst 10.0.0.0/16", "[::1]", ":*"], no: ["", "dst example.com", "evil", "estab", "closedx", "10.0.0.1x", "[::1]x", "[evil]", "statex", ":ssh-x", ":", "dst 10.0.0.1:x.y"] },
  internet: { fits: ["", "4", "tcp", "6udp:53", "TCP:22", "tcp@10.0.0.1:22", ":22-30,80", "udplite", "4tcp", "@10.0.0.1"], no: ["tcp@host", "tcp@10.1", "@10.", "@evil:22", "tcp:", "5tcp", "x", "tcp@10.0.0.1@x"] },
  ip: { fits: ["10.0.0.1", "255.249.199.9", "::1", "fe80::1", "FE80::A", "1:2:3:4:5:6:7:8", "::"], no: ["1", "10.1", "10.", ".", "10.0.0.256", "FE80::A:", "::::", "", "host", "face", "1.2.3.4x", "x::1", "1.2.3.4/8", "evil.face::1"] },
  smartlog: {
    fits: ["error", "xerror", "error,5", "error,50", "xselftest,3,selftest", "xerror,5,error", "xerror,error", "selective", "directory", "directory,g", "directory,s", "background", "sataphy", "devstat", "devstat,1f", "devstat,0x1", "defects", "defects,10", "scttemp", "scttempsts", "scttemphist", "scterc", "gplog,0x30", "smartlog,0xe0,0x1+2-3", "nvmelog,0x01"],
    no: ["", "scterc,70,70", "scttempint,5", "sataphy,reset", "reset", "error,x", "error,", "devstat,zz", "devstat,", "defects,x", "gplog", "gplog,1", "gplog,0x", "gplog,0x1,", "gplog,0xz", "gplog,0x1,zz", "directory,x"],
  },
  clock: { fits: ["10:20", "10:20:30"], no: ["", "10", "tomorrow", "1:20", "10:20:3", "10:20:", "aa:20", "10:aa", "10:20:aa"] },
  pid: { fits: ["1", "12", "12,34,5"], no: ["", ",1", "1,", "-1", "a", "1,a"] },
  assign: { fits: ["x=1", "OFS=,", "xy=", "NOARG=1", "x=a\nb"], no: ["", "ARGV=1", "ENVIRON=x", "PROCINFO=x", "FUNCTAB=", "SYMTAB=", "x=@a", "x=`id`", "=x", "1x=2", "x", "x y=1"] },
  "[start|show]": { fits: ["start", "show"], no: ["", "stop", "start|show", "[start", "sta"] },
  show: { fits: ["show"], no: ["", "Show", "sho", "shown", "s"] },
};

/** Kinds that look at what a word means: nearly any sign may stand in it. */
const MEANINGS: Readonly<Record<string, Borders>> = {
  text: { fits: ["", "anything; at all"], no: [] },
  name: { fits: ["", "/etc/shadow", "/dev/watchdog"], no: [] },
  fixed: { fits: ["", "x"], no: [] },
  users: { fits: ["", "ada", "a b"], no: ["a,b", ",", "ada,"] },
  opened: { fits: ["/etc/shadow", "notes.txt"], no: ["/dev/watchdog", "/proc/1/fd/3", "/proc/kmsg"] },
  disks: { fits: ["/dev/sda", "notes.txt", "/etc/shadow"], no: ["/dev/watchdog", "/dev/st0"] },
  untagged: { fits: ["/dev/sda1", "UUID", "/dev/x=1", "-x=1"], no: ["UUID=abc", "LABEL=x"] },
  leaf: { fits: ["a.txt", "/srv/a/b.txt", "/var/log/syslog", "/var/x.log", "etcetera", "xetc", "/x/etc", "/x/home/ada", "/etc/hosts", "~x.txt", "..."], no: ["", ".", "..", "~", "~ada", "/srv/..", "srv/.", "/etc", "/root", "/var/log", "/home/ada", "etc", "home", "dir/", "/"], secret: [".env"] },
  certificate: { fits: ["/etc/ssl/cert.pem", "a.crt", "CERT.PEM"], no: ["pkcs11:x", "server.key", "x.pem.bak", "/dev/watchdog", "a.pem:"] },
  counted: { fits: ["notes.txt", "/srv"], no: ["/proc", "/proc/1", "/sys", "/sys/kernel", "/dev", "/", "/dev/watchdog"], secret: ["/etc/shadow"] },
  stored: { fits: ["notes.txt", "/var/log/syslog", "/procs/x", "../log"], no: ["-", "/dev/sda", "/proc/cpuinfo", "/sys/x", "../../proc/stat", "/run/x", "//proc/./stat"], secret: [".env"] },
  path: { fits: ["notes.txt", "-", "/dev/null"], no: ["/dev/sda", "@options"], secret: ["/etc/shadow"] },
  tree: { fits: ["/var/log", "/usr/share/doc"], no: ["/dev/shm/../sda", "/sys/devices"], secret: [".", "/srv", "/etc"] },
  below: { fits: ["/srv", "/devices", "x/dev", "/sys/kernel", "/sys/kernel/debugger", "/devel"], no: ["/dev", "dev/x", "../dev", "/dev/", "/sys/kernel/debug/x", "/sys/kernel/tracing", "./dev"], secret: ["/root/.ssh", "~/.aws", "/run/secrets"] },
  enter: { fits: ["/srv", "/devices"], no: ["/dev", "/sys/kernel/debug"], secret: ["/root/.ssh"] },
  when: { fits: ["now", "2024-01-01", "yesterday TZ"], no: ["TZ=\"/dev/watchdog\" now", " TZ=\"x\""] },
  datefmt: { fits: ["+%F", "+"], no: ["2024-01-01", "", "%F+"] },
  sed: { fits: ["p", "s/a/b/"], no: ["w x", "e", "s/a"] },
  awk: { fits: ["{print}", "1"], no: ["{print > \"x\"}", "{system(1)}"] },
  printf: { fits: ["%s\\n", "%d n", "100%", "a\nb", "", "n%s"], no: ["%n", "%5n", "%ln", "x%-n", "a\n%n", "%s%n\n", "%'n", "%%n"] },
  "plain-glob": { fits: ["*.c", "README*"], no: ["*.key", "*", "id_*"] },
  jq: { fits: [".", ".a|.b", "my_env", ".environment", "importer", ".env", ".a.env", "1\n2", "ximport", "xinput_filename", "debugger", "stderrs"], no: ["env", ". env", "$x|env", "$ENV.PATH", "import \"a\" as x;", "include \"a\";", "input_filename", "$__prog_args", "get_search_list", "debug", "stderr", "modulemeta", "1\nenv", ".a|env\n"] },
  fields: { fits: ["{{.Id}}", "{{json .State}} x", "{{range .Mounts}}{{.Source}}{{end}}", "a\n{{.Name}}", "{{- .Config.Image -}}", "{{$v.IPAddress}}"], no: ["json", "", "x", "{{.}}", "{{json .}}", "{{.Config}}", "{{.Config.Env}}", "{{.HostConfig}}", "{{.Ids}}", "{{.Args}}", "{{$.Id}}", "{{with .State}}{{.}}{{end}}", "{{.Id}}{{", "{{.Id .Config.Env}}", "{{range .Config}}{{end}}", "{{`x`}}{{.Id}}"] },
  captured: { fits: ["tcp port 443", "(src 10.0.0.1)", "net 10.0.0.0/8", "host fe80::1", "portrange 1-9", "!arp", "tcp && udp"], no: ["host db01", "host cafe", "10.0.0.1.example", "port domain", "", "host 10.0.0.1x", "tcpx"] },
  moment: { fits: ["today", "01/02/2024", "10:00:00"], no: ["checkpoint", "x", "2024"] },
  records: { fits: ["AVC", "avc", "AVC,USER_LOGIN"], no: ["TTY", "AVC,USER_TTY", "ALL", "all", "avc,", "-x"] },
  shown: { fits: ["show fans", "show fans; show temp", "SHOW ip route"], no: ["show fans; set uid 1 on", "show running-config", "show fans | x", "x", "show fans\nset x"] },
  controller: { fits: ["/c0", "/call", "/c0/e252/s3", "/c0/vall", "/c0/bbu", "/c0/eall/sall"], no: ["c0", "/c0/x", "/c0/../x", "/c0 /v0", "/c"] },
  unlooked: { fits: ["a", "+c", "tcp@1.2.3.4:22", "4@10.0.0.1", ":22", "aM", "@10.0.0.1", "6udp@10.0.0.1:53-60,80", ""], no: ["+M", "+cM", "+m", "tcp@host", "@host", "tcp@1.2.3.4:22@x", "x@1.2.3.4", "tcp@1.2.3.4:", "a@b\nc"] },
  kubeout: {
    fits: ["name", "wide", "=wide", "jsonpath={.metadata.name}", "=jsonpath={.items[*].status.phase}", "jsonpath={.items[0].spec.containers[*].image}", 'jsonpath={range .items[*]}{.metadata.name}{"\\t"}{.spec.nodeName}{"\\n"}{end}', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}', "custom-columns=NAME:.metadata.name,NODE:.spec.nodeName", "jsonpath={.metadata.labels.kubernetes\\.io/hostname}", "jsonpath={.spec.template.spec.containers[0].resources.limits.memory}"],
    no: ["", "json", "yaml", "=json", "go-template={{.status}}", "jsonpath={.items}", "jsonpath={.items[*]}", "jsonpath={.spec}", "jsonpath={.metadata}", "jsonpath={.metadata.annotations}", "jsonpath={..env}", "jsonpath={.data}", "jsonpath={.spec.containers[*]}", "jsonpath={.spec.containers[*].env}", "jsonpath={.status.phase}{.data}", "jsonpath={.status.phase", "custom-columns=A:.status.phase,B:.data", "custom-columns=A:.spec.*", "jsonpath={.metadata.name}\n{.data}", "jsonpath-file=x", "wides", "custom-columns-file=x"],
  },
};

describe.each(Object.entries({ ...WORDS, ...MEANINGS }))("an operand of the kind %s", (kind, { fits, no, secret = [] }) => {
  it("is told from what stands across the border", () => {
    const verdicts = (words: readonly string[]) => words.map((word) => [word, kindVerdict(kind, knownValue(word))]);
    expect(verdicts(fits)).toEqual(fits.map((word) => [word, "fits"]));
    expect(verdicts(no)).toEqual(no.map((word) => [word, "no"]));
    expect(verdicts(secret)).toEqual(secret.map((word) => [word, "secret"]));
  });
});

describe.each(Object.entries(WORDS))("a word of the kind %s", (kind, { fits }) => {
  it("has no other sign at either end, and is never one that nobody knows", () => {
    expect(fits.flatMap((word) => [`\`${word}`, `${word}\``, `${word}\n\``]).filter((word) => kindVerdict(kind, knownValue(word)) !== "no")).toEqual([]);
    expect(kindVerdict(kind, unknownValue('"$x"', { count: "one" }))).toBe("no");
  });
});

describe("disks that a glob stands for", () => {
  const met = (source: string, pattern: string) => kindVerdict("disk", { ...unknownValue(source), prefix: source.replace(/[*?[].*$/, ""), glob: pattern });
  it("are those whose names begin like no other device's", () => {
    expect([met("/dev/sd[a-d]", String.raw`\/dev\/sd[a-d]`), met("/dev/nvme0n?", String.raw`\/dev\/nvme0n.`)]).toEqual(["fits", "fits"]);
    expect([met("/dev/s*", String.raw`\/dev\/s.*`), met("/dev/nvme*", String.raw`\/dev\/nvme.*`), met("/dev/sd*/../watchdog", String.raw`\/dev\/sd.*\/\.\.\/watchdog`), met("/dev/loop*", String.raw`\/dev\/loop.*`)]).toEqual(["no", "no", "no", "no"]);
    expect(kindVerdict("disk", unknownValue('"$x"', { prefix: "/dev/sda" }))).toBe("no");
    expect(kindVerdict("disks", { ...unknownValue("/dev/sd?"), prefix: "/dev/sd", glob: String.raw`\/dev\/sd.` })).toBe("fits");
  });
});

describe("an operand that nobody knows", () => {
  const open = unknownValue('"$x"', { count: "one" });
  const pipe = { ...open, isPipe: true };
  const vetted = unknownValue("{}", { vetted: true });
  it.each([
    ["text", "fits", "fits", "fits"],
    ["name", "fits", "fits", "fits"],
    ["untagged", "fits", "fits", "fits"],
    ["fixed", "no", "no", "no"],
    ["leaf", "no", "fits", "fits"],
    ["path", "no", "fits", "fits"],
    ["stored", "no", "no", "no"],
    ["opened", "no", "fits", "fits"],
    ["disks", "no", "fits", "fits"],
    ["certificate", "no", "no", "no"],
    ["tree", "no", "fits", "no"],
    ["sed", "no", "no", "no"],
    ["awk", "no", "no", "no"],
    ["plain-glob", "no", "no", "no"],
    ["datefmt", "no", "no", "no"],
    ["kubeout", "no", "no", "no"],
    ["[a|undefined]", "no", "no", "no"],
    ["undefined", "no", "no", "no"],
  ] as const)("of the kind %s: open %s, a pipe %s, vetted %s", (kind, ...expected) => {
    expect([open, pipe, vetted].map((value) => kindVerdict(kind, value))).toEqual(expected);
  });

  it("is a setting of awk where its name stands in front of what nobody knows yet", () => {
    const setting = (prefix: string, count: "one" | "many") => kindVerdict("assign", unknownValue('d="$(date)"', { prefix, count }));
    expect([setting("d=", "one"), setting("d=", "many"), setting("", "one"), setting("ARGV=", "one"), setting("d", "one")]).toEqual(["fits", "no", "no", "no", "no"]);
  });

  it("is entered where it is not surely the devices' folder, nor that of secrets", () => {
    const folder = (source: string, glob?: string) => ({ ...unknownValue(source), glob, prefix: source.replace(/[*?].*$/, "") });
    const expected = ["fits", "no", "no", "no", "no", "fits"];
    expect((["below", "enter"] as const).map((kind) => ["$x", "\"$x\"/.git", "/proc/$x", "/etc/$x", "$x/private", "/srv/$x"].map((source) => kindVerdict(kind, folder(source))))).toEqual([expected, expected]);
    expect((["below", "enter"] as const).map((kind) => kindVerdict(kind, folder("/d*", String.raw`\/d.*`)))).toEqual(["fits", "no"]);
    expect((["below", "enter"] as const).map((kind) => kindVerdict(kind, folder("/srv/*", String.raw`\/srv\/.*`)))).toEqual(["fits", "fits"]);
  });
});
