import { describe, expect, it } from "vitest";
import { classify } from "../../../src-main/shellcheck/index.ts";
import { contentVerdict, couldNameDevice, couldNameSecret, couldNameSettings, countedVerdict, enteredVerdict, foldersMet, holdsCards, isDullTree, isNetworkDevice, isSecretPath, isSecretVariable, leadsToLive, namesOnePlace, normalPath, openedVerdict, treeVerdict } from "../../../src-main/shellcheck/secrets.ts";
import { knownValue, unknownValue, type Value } from "../../../src-main/shellcheck/words.ts";

// What is kept from being read unasked: by name, by place, by a glob that could meet it, and by what reading it would do.

const SECRETS: readonly string[] = [
  "/etc/grafana/ldap.toml", "/etc/freeipmi/freeipmi.conf", "/root/.ssh/authorized_keys/x", "/etc/iscsi/initiatorname.iscsi.bak", "/var/lib/kubelet/config.yaml/x", "/etc/libvirt/qemu/web.xml",
  "/etc/shadow", "/etc/gshadow", "/etc/shadow-", "/etc/gshadow-", "/etc/shadow.bak", "/etc/shadow~", "/etc/shadow.sample", "/etc/gshadow.example", "/etc/opasswd.dist", "/etc/krb5.keytab.example", "/etc/master.passwd", "/etc/sudoers", "/etc/sudoers.dist", "/etc/opasswd", "/etc/krb5.keytab", "/etc/ipsec.secrets", "/etc/exports.secret", "/etc/sudoers.d", "/etc/sudoers.d/admin", "/etc/ssl/private",
  "/etc/ssl/private/x.crt", "/etc/security/opasswd", "/etc/wireguard/wg0.conf", "/etc/openvpn/x.conf", "/etc/ppp/x", "/etc/ipsec.d/x", "/etc/NetworkManager/system-connections/wifi", "/etc/netplan/01.yaml", "/etc/wpa_supplicant/x.conf", "/etc/letsencrypt/live/x", "/etc/kubernetes/x.conf", "/etc/docker/certs.d/x", "/etc/libvirt/secrets/x", "/etc/sssd/sssd.conf", "/etc/rancher/x", "/etc/vault.d/x",
  "/etc/pki/tls/private/x", "/etc/pki/ca/private/x", "/etc/mysql/debian.cnf", "/etc/apt/auth.conf", "/etc/apt/auth.conf.d/x", "/etc/hostapd/x.conf", "/etc/pve/priv/x", "/etc/nslcd.conf", "/etc/iscsi/iscsid.conf", "/etc/snmp/snmpd.conf", "/etc/raddb/clients.conf", "/etc/freeradius/x", "/etc/exim4/passwd.client", "/etc/exim4/passwd", "/etc/gitlab/gitlab.rb", "/etc/salt/pki/x",
  "/etc/puppetlabs/puppet/ssl/x", "/etc/credstore/x", "/etc/credstore.encrypted/x", "/etc/ssh/ssh_host_rsa_key", "/etc/ssh/ssh_host_key", "/proc/1/environ", "/proc/self/environ", "/proc/1/task/2/environ", "/proc/1/mem", "/proc/1/maps", "/proc/1/root/x", "/proc/1/cwd/x", "/proc/1/fd", "/proc/1/fd/3", "/proc/self/exe", "/proc/1/stack",
  "/proc/kcore", "/proc/kmem", "/proc/keys", "/proc/key-users", "/proc/sysrq-trigger", "/proc/kallsyms", "/proc/kmsg", "/run/secrets", "/run/secrets/db", "/var/run/secrets/x", "/run/credentials/x", "/run/user/1000/keyring", "/run/user/1000/keyring/x", "/run/user/1000/gnupg/x", "/run/sudo", "/run/sudo/ts",
  "/var/lib/kubelet/x", "/var/lib/kubelet", "/var/lib/vault/x", "/var/lib/docker/swarm/x", "/var/lib/krb5kdc/x", "/var/lib/sss/x", "/var/lib/private/x", "/var/lib/snmp/x", "/var/lib/docker/containers/abc/config.v2.json", "/var/lib/docker/containers/abc/config", "/var/lib/rancher/x", "/var/lib/consul/x", "/var/lib/etcd/x", "/var/lib/systemd/credential.secret", "/var/backups/shadow.bak", "/var/backups/x/gshadow.bak",
  "/var/spool/cron/root", "/var/spool/cron", "/var/spool/mail/root", "/var/mail/root", "/var/mail", "/run/agenix/x", "/run/agenix", "/run/agenix.d/1/x", "/run/sops/x", "/run/sops-nix/x", "/run/sops-nix.d", "secrets/x.yml", "secret/x.yml", ".secrets/x", "/srv/secret/x", "credentials/x",
  "passwords/x", "keyring/x", "keyrings/x", "/srv/keyrings/x", "Secrets/x", ".vnc/passwd", "/home/ada/.vnc/passwd", "squid/passwd", "nginx/passwd", "/etc/nginx/passwd", "nginx/passwd-", "nginx/passwd.bak", "nginx/passwd~", "tigervnc/passwd", "/boot/grub/user.cfg", "/boot/grub2/user.cfg",
  ".ssh", ".ssh/config", "/root/.ssh/config", "~/.ssh/known_hosts", ".gnupg/x", ".aws/config", ".azure/x", ".kube/config", ".docker/config.json", ".password-store/x", ".local/share/keyrings/x", ".config/gcloud/x", ".config/gh/hosts.yml", ".mozilla/x", ".thunderbird/x", ".terraform.d/x",
  ".oci/config", ".chef/x", "shadow", "gshadow", "environ", "opasswd", "x/shadow-copy", "id_rsa", "id_dsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_rsa.old", "id_rsa-old", "id_rsa_old", "id_xmss",
  "ID_RSA", "a.pem", "a.key", "a.keys", "a.p12", "a.pfx", "a.jks", "a.kdb", "a.kdbx", "a.ppk", "a.gpg", "a.asc", "a.ovpn", "a.keytab", "a.tfstate", "a.tfvars",
  "a.secret", "a.secrets", "a.credentials", "a.token", "a.cred", "a.agekey", "a.vault", "a.wallet", "a.pem.bak", "a.pem~", "a.key-old", "a.tfstate.backup", ".env", "env", "envrc", ".envrc",
  "env.local", ".env.local", "prod.env", "prod.env.bak", ".netrc", ".pgpass", ".my.cnf", ".git-credentials", ".npmrc", ".boto", ".s3cfg", ".dockercfg", ".cifs", ".Xauthority", ".yarnrc", ".yarnrc.yml",
  ".gemrc", ".erlang.cookie", ".netrc.bak", ".pgpass~", ".npmrc-old", "netrc", "_netrc", "key.txt", "keys.json", "key.yaml", "keys.yml", "KEYS.TXT", ".bash_history", "history", ".psql_history", "mysql_history",
  ".viminfo", ".lesshst", "mysecret.txt", "password.txt", "passwd.bak", "passphrase.txt", "credential.json", "privkey.txt", "private-key.txt", "private_key", "private.key.txt", "privatekey.txt", "api-key.txt", "api_key", "apikey", "access-key",
  "accesskey", "auth-token", "auth_key", "authkey", "ssh_host_rsa_key", "htpasswd", "keyring.x", "keytab", "kubeconfig.yaml", "my-shadow.txt", "wp-config.php", "local.xml", "database.yml", "master.key", "config.php", "LocalSettings.php",
  "web.config", "token", "tokens", "secring.gpg", "ntds.dit", "sam", "admin.conf", "krb5cc_1000", "tnsnames.pw", "login.defs.pw", "~+/shadow", "~-/shadow", "~1/shadow", "~+2/environ", "../shadow", "../../shadow",
  "environ", "1/environ", "self/../1/environ", "sudoers", "wireguard/wg0.conf", "kubelet/config", "etcd/member", "etc/ppp/options", "maps", "1/maps", "kallsyms", "keys", "sudo/ts", "run/sudo/ts", "~+/ppp/options", "~-/ppp/options", "~12/ppp/options", "krb5.keytab", "/etc/pki/CA/private/serial", "/etc/pki/private/x",
  "/etc/opendkim/keys/x", "/etc/iscsi/initiatorname.iscsi/x", "/proc/1/task/2/maps", "/srv/credentials/x", "/srv/credentials.d/x", "/run/containers/1000/auth.json.dist", "/run/user/1000/containers/x", "/var/lib/cloud/instance/obj.pkl", "/var/lib/cloud/instances/i-1/obj.pkl", "/var/lib/lxc/web/config", "/var/log/installer/autoinstall-user-data", "/srv/gitea/app.ini", "/srv/gitea/custom/conf/app.ini",
  "/home/ada/.config/Slack/x", "/home/ada/.config/slack/x", "/home/ada/.config/argocd/x", "/home/ada/.fly/x", "/home/ada/.Codex/x", "/home/ada/.local/share/kwalletd/x", "/srv/.pypirc", "x../maps", "/root/.ssh/ada@web.pub", "/root/.ssh/deploy.pub.old", "/proc/1/root/root/id.pub",
  "ssh_host_mldsa44_key", "vaultpass.txt", "vault-pass.txt", "serviceaccount.json", "service-account.json", "deploykey.txt", "deploy-key.txt", "clouds.yml", "clouds.yaml", "openrc", "openrc.sh", "admin-openrc.sh", "keystonerc", "keystonerc_admin", "cred", "creds", "creds_old", "cred_old", "token.json", "github_token.txt", "oauth-client", "oauth_client",
  "cookies", "cookies.sqlite", "key4.db", "web-ks.cfg", "user-data", "user-data.txt", "vendor-data", "orapw", "orapwORCL", "parameters.yml", "parameters.yaml", "appsettings.json", "appsettings.Production.json", "application.properties", "application-prod.properties", "application.yml", "mbox", "mbox.bak", "mbox~", "secring",
];

/** Names that only look alike. */
const PLAIN: readonly string[] = [
  "/root/.ssh/authorized_keys", "~/.ssh/authorized_keys", "/etc/iscsi/initiatorname.iscsi", "/var/lib/kubelet/config.yaml", "/etc/libvirt/qemu/networks/default.xml", "/etc/grafana/grafana.ini",
  "/etc/passwd", "/etc/hosts", "/srv/etc/sudoers.x/readme", "/etc/shadowsocks.conf/readme", "/etc/sudoersx", "/etc/pppoe.conf", "/etc/openvpnx", "/etc/pki/tls/certs/x", "/etc/pki/x/y/zprivate", "/etc/mysql/my.cnf", "/etc/apt/auth.confx", "/etc/exim4/x", "/srv/etc/wireguard/wg0.conf", "/x/etc/netplan/01.yaml", "/etc/ssh/sshd_config", "/etc/ssh/ssh_config",
  "/etc/ssh/ssh_host_rsa_key.pub", "/etc/ssh/moduli", "/proc/cpuinfo", "/proc/1/status", "/proc/1/cmdline", "/proc/meminfo", "/srv/proc/1/mapsx", "/srv/proc/1/maps", "/proc/kcorex", "/srv/proc/kallsyms", "/proc/keyst", "/srv/run/sudo/x", "/run/user/1000/bus", "/var/lib/dpkg/status", "/srv/var/lib/sss/x", "/var/lib/kubeletx",
  "/var/lib/docker/containers/abc/hostname", "/var/lib/docker/containers/abc/d/config", "/var/backups/dpkg.status", "/var/mailx", "/var/spool/cups/x", "/srv/var/mail/x", "/srv/run/agenix/x", "/run/agenixx", "/run/sops/../x", "secretary/x", "xcredentials/x", "keyringsx/x", "squidx/passwd", "xsquid/passwd", "/boot/grub/grub.cfg", "/srv/boot/grub/user.cfgs/x",
  ".sshx/x", "x.ssh/config", ".awsx", ".configs/gh/x", "id_rsa.pub", "my_id_rsax", "id_rsax", "xid_rsa.txt", "a.pemx", "a.keysx", "a.pub", "a.crt", "a.csr", "a.cer", "a.pem.example", "a.key.sample",
  ".env.example", ".env.dist", "env.template", "environ.example", "envx", "envrcx", "prod.envx", ".netrcx", "x.netrc", "netrcx", "xnetrc", "xkeys.txt", "key.txtx", "keyx.json", "__netrc", ".pgpassx",
  "historyx", ".viminfox", "history.txt", ".lesshstx", "x.viminfo", "passwd", "site.crt", "pwquality.conf", "README.md", "settings.c", "keyboard.txt", "monkey.c", "sample.txt", "token.c", "tokensx.c", "samx",
  "security.c", "config.phpx", "xconfig.php.txt", "database.ymlx", "tokenx", "notes/status", "~/notes.txt", "~ada/status",
  "/srv/etc/sysconfig/network-scripts/keys-eth0", "/srv/run/user/1000/containers/x", "/srv/var/crash/x", "/srv/var/lib/caddy/x", "/srv/var/log/installer/cdebconf/x", "/srv/var/lib/bluetooth/x", "build-environ.txt", "openv.conf", "gmbox.c", "jetsam", "/root/.ssh/id_rsa.pub", "id_rsa.ada@web.pub", "api-key.crt", "api-key.csr", "api-key.cer", "~/x/maps", "~/x/~1/maps",
];

/** Names that a glob must not meet. */
const KEPT_NAMES: readonly string[] = [
  "shadow", "gshadow", "environ", "id_rsa", "id_ed25519", "id_ecdsa", "server.key", "cert.pem", "store.p12", "keystore.jks", "db.kdbx", ".env", "prod.env", ".env.production", ".netrc", ".pgpass",
  ".my.cnf", ".git-credentials", ".bash_history", ".htpasswd", "credentials", "credentials.json", "secrets.yml", "secrets.yaml", "secrets.json", "password", "token", "database.yml", "kubeconfig", "admin.conf", "terraform.tfstate", "vpn.ovpn",
  "krb5.keytab", "sudoers", ".npmrc", ".viminfo", "secret.conf", "secrets.properties", "secrets.ini", "secrets.cfg", "secrets.toml", "ssh_host_rsa_key", "passwd.bak", "shadow.bak", "id_rsa.old", "private.asc", "secring.gpg",
  ".vault_pass", ".curlrc", ".wgetrc", "mail.private", "agent.psk", "creds",
];
const KEPT_PATHS: readonly string[] = [
  "/etc/shadow", "/etc/gshadow", "/etc/shadow-", "/etc/sudoers", "/etc/sudoers.d/admin", "/etc/krb5.keytab", "/etc/ssh/ssh_host_rsa_key", "/etc/ssl/private/server.key", "/etc/security/opasswd", "/etc/NetworkManager/system-connections/wifi.nmconnection", "/etc/wireguard/wg0.conf", "/etc/kubernetes/admin.conf", "/etc/ppp/chap-secrets", "/proc/1/environ", "/proc/self/environ", "/proc/kcore",
  "/run/secrets/db", "/var/run/secrets/kubernetes.io/serviceaccount/token", "/root/.ssh/id_rsa", "/root/.aws/credentials", "/root/.bash_history", "/home/user/.ssh/id_rsa", "/home/user/.netrc", "/home/user/.aws/credentials", "/home/user/.kube/config", "~/.ssh/id_rsa", "~/.ssh/config", "~/.aws/credentials", "~/.env",
  "/proc/sys/net/ipv4/tcp_fastopen_key", "/proc/sys/net/ipv6/conf/eth0/stable_secret", "/etc/dovecot/users", "/etc/monit/monitrc", "/etc/redis/users.acl", "/etc/swanctl/swanctl.conf", "/etc/nut/upsd.users", "/etc/zabbix/zabbix_server.conf", "/etc/nagios/resource.cfg", "/etc/icingaweb2/resources.ini", "/etc/postfix/mysql-users.cf", "/etc/mosquitto/pwfile",
  "/var/lib/cloud/instance/user-data", "/run/cloud-init/instance-data.json", "/var/lib/tailscale/tailscaled.state", "/root/.config/composer/auth.json", "/root/.claude.json", "/root/.vault_pass", "/root/.curlrc", "/home/user/.codex/auth.json", "/root/.ssh/config", "/root/.env", "~/.claude.json", "~/.vault_pass", "~/.curlrc", "~/.config/composer/auth.json", "~/.bash_history",
];

const inPattern = (text: string): string => text.replaceAll(/[.~/-]/g, String.raw`\$&`);
/** What the shell would make of the word: its known beginning, and the pattern of the rest. */
const glob = (source: string): Value => ({ ...unknownValue(source), prefix: source.replace(/[*?[].*$/, ""), glob: inPattern(source).replaceAll("*", ".*").replaceAll("?", ".") });

describe("a file that holds secrets", () => {
  it("is known by its name or its place", () => {
    expect(SECRETS.filter((path) => !isSecretPath(path))).toEqual([]);
  });

  it("is known above a folder that nobody named", () => {
    expect(["../ppp/options", "../../ppp/options"].filter((path) => !isSecretPath(path))).toEqual([]);
  });

  it("is not every file whose name looks alike", () => {
    expect(PLAIN.filter(isSecretPath)).toEqual([]);
  });

  /** The same name with the sign in the place of each of its letters. */
  const spelled = (path: string, sign: (letter: string) => string): readonly string[] => [...path].flatMap((letter, at) => (/\w/.test(letter) ? [inPattern(path.slice(0, at)) + sign(letter) + inPattern(path.slice(at + 1))] : []));

  it("is met by a pattern that leaves any one letter of it open, or stands it in a set", () => {
    const missed = (sign: (letter: string) => string): readonly string[] => SECRETS.filter((path) => normalPath(path) === path && !path.startsWith("~")).flatMap((path) => spelled(path, sign)).filter((pattern) => !couldNameSecret(pattern));
    expect(missed(() => ".")).toEqual([]);
    expect(missed((letter) => `[${letter}]`)).toEqual([]);
    expect(PLAIN.filter((path) => normalPath(path) === path).flatMap((path) => spelled(path, (letter) => `[${letter}]`)).filter(couldNameSecret)).toEqual([]);
  });

  it("is met by a glob that spells all but one letter of its name", () => {
    expect(KEPT_NAMES.filter((name) => !couldNameSecret(`${inPattern(name.slice(0, -1))}.`))).toEqual([]);
    expect(KEPT_NAMES.flatMap((name) => [`${name}.x`, `x${name}`]).filter((name) => couldNameSecret(inPattern(name)) !== isSecretPath(name))).toEqual([]);
  });

  it("is met by a star in the place of any one letter of its name", () => {
    const missed = (name: string): readonly string[] => [...name].map((_, at) => `${inPattern(name.slice(0, at))}.*${inPattern(name.slice(at + 1))}`).filter((pattern) => !couldNameSecret(pattern));
    expect(KEPT_NAMES.flatMap(missed)).toEqual([]);
  });

  it("is met by find, whose question mark stands for a slash too", () => {
    const missed = (path: string): readonly string[] => [...path].flatMap((letter, at) => (letter === "/" ? [] : [`${inPattern(path.slice(0, at))}.*${inPattern(path.slice(at + 1))}`.replaceAll(String.raw`\/`, ".")])).filter((pattern) => !couldNameSecret(pattern));
    expect(KEPT_PATHS.flatMap(missed)).toEqual([]);
    expect(KEPT_PATHS.filter((path) => !couldNameSecret(path.split("/").map(inPattern).join(".")))).toEqual([]);
  });

  it.each([
    [".*", true],
    [String.raw`.*\.key`, true],
    [String.raw`\/srv\/.*\.KEY`, true],
    [String.raw`.*\.c`, false],
    [String.raw`\/etc\/ho.*`, false],
    [String.raw`notes\/shado.\..`, true],
    [String.raw`notes\/shado\..`, false],
    [String.raw`se.*\.gp.*`, true],
    [String.raw`\/srv\/shad.*w`, true],
    [String.raw`\/shad.*w`, true],
    ["SHAD.*W", true],
    [".ETC.SHAD.*W", true],
    [String.raw`\/[a-z].*\/[a-z].*\/notes`, true],
    ["a.*".repeat(7), false],
    ["a.*".repeat(8), true],
  ])("the pattern %s could meet one: %s", (pattern, could) => {
    expect(couldNameSecret(pattern)).toBe(could);
  });

  it.each([["DB_PASSWORD", true], ["API_TOKEN", true], ["CREDS", true], ["SSH_KEY", true], ["OAUTH", true], ["Private", true], ["HOME", false], ["LANG", false]])("the variable %s holds one: %s", (name, holds) => {
    expect(isSecretVariable(name)).toBe(holds);
  });
});

describe("paths as the kernel reads them", () => {
  it.each([["/a//b/./c", "/a/b/c"], ["/a/b/../c", "/a/c"], ["/../a", "/a"], ["../a", "../a"], ["../../a", "../../a"], ["a/../../b", "../b"], ["a/..", ""], [".", ""], ["/", "/"], ["", ""], ["./a/", "a"]])("%s is %s", (path, normal) => {
    expect(normalPath(path)).toBe(normal);
  });

  const TOLD: Readonly<Record<string, readonly [isSo: (path: string) => boolean, yes: readonly string[], no: readonly string[]]>> = {
    dull: [isDullTree, ["/var/log", "/var/log/nginx/x", "/usr/share/doc", "/usr/include", "/sys/class/net", "/proc/net/dev", "/proc/irq", "/etc/init.d/x", "/etc/cron.daily", "/etc/cron.d/x", "/etc/apt/sources.list.d", "/etc/rc0.d", "/etc/rc.d", "/etc/systemd/system", "/etc/default/grub", "/var/./log", "/usr/lib/../share"], ["/var/logs", "/var", "/usr", "/usr/local", "/sys", "/sys/kernel", "/sys/kernel/debug", "/proc", "/proc/1", "/proc/sys/net", "/etc", "/etc/cron.x", "/etc/rc12.d", "/etc/sysctl.conf", "/srv/var/log", "var/log", "/var/log/../lib", "/etc/systemdx"]],
    "a place of cards": [holdsCards, ["/sys", "/sys/bus", "/sys/../sys/x"], ["/system", "/srv/sys", "sys", "/var/log"]],
    "a connection": [isNetworkDevice, ["/dev/tcp/10.0.0.1/80", "/dev/udp/h/53", "/dev/tcp", "/dev/./tcp/x"], ["/dev/tcpx", "/srv/dev/tcp/x", "/dev/null", "dev/tcp/x"]],
  };
  it.each(Object.keys(TOLD))("are told from what is not %s", (what) => {
    const [isSo, yes, no] = TOLD[what] as (typeof TOLD)[string];
    expect(yes.filter((path) => !isSo(path))).toEqual([]);
    expect(no.filter((path) => isSo(path))).toEqual([]);
  });
});

describe("what may be read", () => {
  const verdicts = (judge: (value: Value) => unknown, values: readonly Value[]) => values.map((value) => [value.source, judge(value)]);
  const all = (verdict: unknown, values: readonly Value[]) => values.map(({ source }) => [source, verdict]);
  const known = (...paths: readonly string[]): readonly Value[] => paths.map((path) => knownValue(path));
  const globs = (...sources: readonly string[]): readonly Value[] => sources.map(glob);
  const open = [unknownValue("$x"), unknownValue('"$x"', { count: "one" })];
  const DEVICES = known("/dev/sda", "/dev/watchdog", "dev/tty", "../dev/kmsg", "/dev", "../dev", "/dev/../dev/st0", "/sys/kernel/debug", "/sys/kernel/debug/x", "/sys/kernel/tracing/trace", "/run/initctl", "/var/run/initctl", "/run/systemd/initctl", "/inet/tcp/0/h/80", "/inet4/x", "/inet6", "/sys/bus/pci/devices/0/resource0", "/sys/bus/pci/devices/0/resource12_wc", "/sys/x/rom", "/sys/x/config", "sys/x/vpd", "/sys/trace_pipe", "/proc/acpi/event", "/proc/bus/pci/00/00.0", "a/../dev/sda", "srv/../../dev/x", "/srv/link/..", "~+/dev/sda", "a/./../b", "a//../b", "a/.//../b", "../../dev", "/dev/nullb0", "/dev/fd/dev/null");
  const FILES = known("notes.txt", "/srv/a", "/dev/null", "/dev/shm/x", "/devices/x", "srv/dev/x", "/sys/kernel/debugger", "/sys/kernel/x", "/sys/class/net/lo/mtu", "/sys/x/resource", "/sys/x/configs", "/proc/acpi/info", "/proc/bus/pci", "/inetd.conf", "../x", "../../x", "./x", "..", "~/x", "a/.x/b", "dev/null", "../dev/null", "../../dev/null", "/dev/shm/cache", "/srv/sys/rom");

  it("is the content of files, not of devices, which act when they are opened", () => {
    expect(verdicts(contentVerdict, DEVICES)).toEqual(all("no", DEVICES));
    expect(verdicts(contentVerdict, FILES)).toEqual(all("fits", FILES));
    expect(verdicts(openedVerdict, DEVICES)).toEqual(all("no", DEVICES));
    expect(verdicts(openedVerdict, FILES)).toEqual(all("fits", FILES));
    expect(verdicts(contentVerdict, known("@options", "/etc/shadow"))).toEqual([["@options", "no"], ["/etc/shadow", "secret"]]);
    expect(verdicts(openedVerdict, known("@options", "/etc/shadow", "/proc/1/status", "/proc/1/maps"))).toEqual([["@options", "fits"], ["/etc/shadow", "fits"], ["/proc/1/status", "fits"], ["/proc/1/maps", "fits"]]);
  });

  it("is nothing that another process has open, even when only a sum of it is told", () => {
    const live = known("/proc/kmsg", "/proc/1/fd/3", "/proc/1/fd", "/proc/1/root/etc", "/proc/1/task/2/cwd", "/proc/self/map_files/x", "proc/kmsg", "../proc/1/fd/0");
    const dead = known("/proc/1/fdinfo/3", "/proc/1/rooted", "/srv/proc/1/fd", "/proc/fd", "/process/1/fd", "/proc/stat");
    expect(verdicts(openedVerdict, live)).toEqual(all("no", live));
    expect(verdicts(openedVerdict, dead)).toEqual(all("fits", dead));
  });

  it("is what a glob meets, where it can meet no device and no secret", () => {
    const fits = globs("*.c", "/srv/*.txt", "/var/log/*", "/usr/share/*/copyright", "/etc/default/*", "/srv/dev*.txt", "/proc/cpu*", "/etc/netplan1*");
    const secret = globs("*", "/etc/*", "/var/log/../*", "/root/.ssh/*", "~/.ssh/c*", "/dev/sd*", "/dev/*", "dev/t*", "./dev/k*", "../dev/s*", "//dev//s*", "/sys/bus/pci/devices/*/rom", "/proc/kms*", "/proc/*/fd/0", "/proc/1/fd/?", "/run/init*", "/var/run/initct?", "/d*/null*/../sda", "/proc/acpi/e*", "/proc/bus/pci/*/*", "/srv/tokens/*.c", "/usr/lib*/*", "/usr/lib6*/*", "/sys/*.pem", "/etc/netplan*");
    expect(verdicts(contentVerdict, fits)).toEqual(all("fits", fits));
    expect(verdicts(contentVerdict, secret)).toEqual(all("secret", secret));
    expect(verdicts(contentVerdict, open)).toEqual(all("no", open));
    expect([{ ...unknownValue("<(ls)"), isPipe: true }, unknownValue("{}", { vetted: true })].map(contentVerdict)).toEqual(["fits", "fits"]);
  });

  it("is opened by a glob that meets secrets, but no device", () => {
    const fits = globs("*", "/etc/*", "/root/.ssh/*", "/srv/*/x", "/proc?kms*", "/sys/class/net/eth0/devices/c*g", "/srv/sys/class/net/eth0/device/c*g", "/sys/class/net/eth0/queues/c*g");
    const no = globs("/dev/*", "/*/sda", "/sys/bus/pci/devices/*/config", "/sys/bus/pci/devices/*/vpd", "/sys/bus/pci/devices/*/resource?", "/proc/*/root/dev/watchdog", "/proc/acpi/even?", "/proc/bus/pci/??/00.0", "/run/initct?", "/var/run/initct?", "/proc/kms?", "/run/init?t*", "//run//init*l", "/sys/bus/pci/devices/0*/r*0", "/sys/bus/pci/devices/0*/r*m", "/sys/bus/pci/devices/0*/c*g", "/sys/bus/pci/devices/0*/v*d", "/sys/class/net/eth0/device/r*0", "/sys/class/net/eth0/device/r*m", "/sys/class/net/eth0/device/c*g", "/sys/class/net/eth0/device/v*d", "/sys/class/net/eth0/device/virtfn10/c*g", "/sys/class/net/eth0/devic?/c*g", "/run/systemd/init[cx]tl", "/srv/?*/?*/x");
    expect(verdicts(openedVerdict, fits)).toEqual(all("fits", fits));
    expect(verdicts(openedVerdict, no)).toEqual(all("no", no));
    expect(verdicts(openedVerdict, open)).toEqual(all("no", open));
    // A dot in a set is a dot.
    expect(openedVerdict({ ...unknownValue("/run/i[.n]itct*"), prefix: "/run/i", glob: String.raw`\/run\/i[.n]itct.*` })).toBe("no");
    const apart = [unknownValue("$(which ls)", { isApart: true }), unknownValue("{}", { vetted: true }), { ...unknownValue("<(ls)"), isPipe: true }];
    expect(verdicts(openedVerdict, apart)).toEqual(all("fits", apart));
    expect(verdicts(openedVerdict, [{ ...unknownValue("/dev/$u"), leaves: "/dev/" }, { ...unknownValue("/srv/$u"), leaves: "/srv/" }]).map(([, verdict]) => verdict)).toEqual(["no", "fits"]);
  });

  it("is a whole tree only where everything in it is dull", () => {
    expect(verdicts(treeVerdict, known("/var/log", "/usr/share/doc", "/etc/default"))).toEqual(all("fits", known("/var/log", "/usr/share/doc", "/etc/default")));
    expect(verdicts(treeVerdict, known("/srv", ".", "/etc"))).toEqual(all("secret", known("/srv", ".", "/etc")));
    expect(verdicts(treeVerdict, [...known("/sys/class", "/dev", "/dev/sda"), ...open, ...globs("/srv/*", "/sys/class/*", "/var/log/*/../..", "/var/log/../*")])).toEqual(all("no", [...known("/sys/class", "/dev", "/dev/sda"), ...open, ...globs("/srv/*", "/sys/class/*", "/var/log/*/../..", "/var/log/../*")]));
    expect(treeVerdict(glob("/var/log/*"))).toBe("fits");
    expect(treeVerdict({ ...unknownValue("/var/log/$x"), prefix: "/var/log/" })).toBe("no");
    expect(treeVerdict({ ...unknownValue("<(ls)"), isPipe: true })).toBe("fits");
  });

  it("is counted, and entered, where nothing is alive", () => {
    const fits = known("/srv", "/proc/1/status", "/system", "/procs", "notes.txt", ".", "sys", "../src", "a..", "/srv/proc");
    const no = known("/", "/proc", "/proc/1", "/sys", "/sys/kernel", "/sys/class", "/dev", "/dev/sda", "/proc/./1/", "/proc/4711", "..", "../..", "../proc", "../../proc");
    expect(verdicts(countedVerdict, fits)).toEqual(all("fits", fits));
    expect(verdicts(countedVerdict, no)).toEqual(all("no", no));
    expect(verdicts(countedVerdict, known("/etc/shadow", "/root/.ssh"))).toEqual(all("secret", known("/etc/shadow", "/root/.ssh")));
    expect(verdicts(countedVerdict, open)).toEqual(all("no", open));
    expect(globs("/*", "//*", "/./*", "/p*", "/[a-s]*", "/sys/*", "../*", "../../s*", "/d*v", "/sys/k*l", "/sys/d*s", "///p*c").map((value) => [value.source, countedVerdict(value)]).filter(([, verdict]) => verdict !== "no")).toEqual([]);
    expect(globs("/srv/*", "/home/*", "*", "../src/*").map((value) => [value.source, countedVerdict(value)]).filter(([, verdict]) => verdict !== "fits")).toEqual([]);
    expect([unknownValue("{}", { vetted: true }), unknownValue("{}", { vetted: true, isApart: true })].map(countedVerdict)).toEqual(["no", "fits"]);
    expect(["/d*", "/*", "./d*", "/srv/*"].map((source) => enteredVerdict(glob(source)))).toEqual(["no", "no", "no", "fits"]);
    expect(enteredVerdict(unknownValue("$x"))).toBe("fits");
    expect([...known("/proc/1", "/sys", "sys/x", "./proc", "../../sys", "/proc", "/run", "/var/run", "/run/systemd", "run"), ...open, ...globs("/s*", "/proc/?", "/sys/bus/pci/devices/*", "/dev/*", "p*", "/proc/1/f?", "/ru?", "/srv/?*/?*")].map((value) => [value.source, leadsToLive(value)]).filter(([, leads]) => leads !== true)).toEqual([]);
    expect([...known("/srv", "/system", "/srv/sys", "/processes", "/running", "/run/lock", "/run/systemd/x", "/dev/shm"), ...globs("/srv/*", "/var/l*")].map((value) => [value.source, leadsToLive(value)]).filter(([, leads]) => leads !== false)).toEqual([]);
  });

  it.each([["sda.", true], [".*", true], ["watchdo.", true], ["WATCHDO.", true], ["s.s", true], ["pro.", true], ["de.", true], ["resource1", true], ["resource[1x]", true], [String.raw`[a-z].*\/[a-z].*\/x`, true], [String.raw`\/dev\/sd.`, true], [String.raw`\/de.\/kmsg`, true], ["notes.*", false], [String.raw`\/srv\/sda`, false], ["xsda", false], ["sdax", false]])("the pattern %s could meet a device: %s", (pattern, could) => {
    expect(couldNameDevice(pattern)).toBe(could);
  });
  it.each([["config", true], ["conf.*", true], [String.raw`config\.json`, true], [String.raw`.*\.json`, true], ["xconfig", false], [String.raw`config\.yaml`, false]])("the pattern %s could meet the settings of an account: %s", (pattern, could) => {
    expect(couldNameSettings(pattern)).toBe(could);
  });
});

describe("folders that a glob may lead to", () => {
  it("are those of secrets, where the glob says which folders they are in", () => {
    expect(["/etc/powerdn?", "/et?/x", "powerdn?"].map((source) => foldersMet(glob(source)))).toEqual([["/etc/powerdns"], [], []]);
  });
});

describe("a name that only its place makes a secret's", () => {
  it("is told from one that says nothing anywhere", () => {
    expect(["users", "monitrc", "notes.txt", "etc", ""].map(namesOnePlace)).toEqual([true, true, false, false, false]);
  });
});

describe("secrets on a command line", () => {
  it.each([
    ["cat /etc/pki/CA/private/serial", "read-secret"],
    ["cat /etc/pki/CA/index.txt", "read"],
    ["find / -path '/etc?shadow' -exec cat {} +", "read-secret"],
    ["find / -path '/etc?hosts' -exec cat {} +", "read"],
  ])("%s is %s", (command, effect) => {
    expect(classify(command).effect).toBe(effect);
  });
});
