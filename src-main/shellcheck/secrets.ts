import { anyOf, foldersOf, holdsAny, readingsOf, stepsOf, writtenIn } from "./spelled.ts";
import type { Value } from "./words.ts";

// Which names hold secrets. Names are all a reader of commands can see: a link or a copy under another name is not found here,
// which is why the sandbox and the redaction of output stand behind this list and not in its place.

const alternatives = (...lines: readonly string[]): string => lines.join(" ").replaceAll(" ", "|");

/** Below /etc: what services sign in with, and files that hold little else. */
const OF_THE_SYSTEM = alternatives(
  String.raw`swanctl/(private|swanctl\.conf|conf\.d) cups/ssl krb5kdc dropbear luks-keys cryptsetup-keys\.d keys zfs/keys tinc vpnc openfortivpn racoon/psk\.txt dkimkeys opendkim/keys`,
  String.raw`dovecot/(private|users|passwd|dovecot-(sql|ldap)[^/]*|conf\.d/auth-sql[^/]*) mail/auth(info)? sasldb2 openldap/slapd\.(conf|d) ldap/slapd\.d pam_ldap\.conf hostapd\.conf wpa_supplicant\.conf msmtprc ssmtp fetchmailrc`,
  String.raw`ddclient\.conf inadyn\.conf monit(/monitrc|rc) nut/upsd\.users apcupsd tacacs\+ tac_plus\.conf mosquitto/(passwd|pwfile|password_file) mongodb-keyfile pgbouncer/userlist\.txt redis/users\.acl`,
  String.raw`zabbix/(zabbix_(server|proxy)\.conf|web) icinga2/(conf\.d/api-users\.conf|features-available/ido-[^/]*) icingaweb2/resources\.ini nagios/(private|resource\.cfg) guacamole gitlab-runner gitea forgejo bareos bacula`,
  String.raw`borgmatic restic rspamd/dkim powerdns pdns kea/.* ntp/(keys|crypto) uucp/passwd webmin usermin dirsrv ipa cockpit/ws-certs\.d xrdp/rsakeys\.ini x11vnc\.pass auto\.smb davfs2 splunk/passwd elasticsearch/users`,
  String.raw`phpmyadmin/config[^/]* libvirt/(libvirt\.conf|qemu(?!/networks/)) pve/(user|storage)\.cfg target/saveconfig\.json tgt/targets\.conf containers/auth\.json zypp/credentials\.d salt/pillar slurm/slurmdbd\.conf subversion corosync munge`,
  String.raw`pureftpd\.pdb proftpd/ftpd\.passwd pure-ftpd matrix-synapse prosody ejabberd turnserver\.conf cloudflared duo vsftpd/virtual_users[^/]* graylog/server datadog-agent newrelic-infra\.yml coturn asterisk freeswitch/vars\.xml grafana/ldap\.toml freeipmi vpnc\.conf postfix/(mysql|ldap|pgsql)[^/]*\.cf`,
);
/** Below ~/.config: sessions, tokens and stored passwords. */
const OF_PROGRAMS = alternatives(
  String.raw`openstack helm heroku ngrok composer google-chrome[^/]* chromium BraveSoftware Slack filezilla remmina github-copilot glab-cli tea vercel hcloud scw linode-cli stripe databricks wandb openai Bitwarden[^/]* keepassxc`,
  String.raw`lastpass code-server argocd borg solana Authy hexchat evolution gajim NuGet curlrc pip git/credentials`,
);
/** The same, of programs that lie in the home itself. */
const OF_ACCOUNTS = alternatives(
  String.raw`fly ngrok2 cloudflared composer/auth\.json m2/settings[^/]* gradle/gradle\.properties nuget lftp ncftp subversion mutt acme\.sh lego davfs2 weechat irssi purple lpass twilio-cli slack snowsql snowflake dbt kaggle`,
  String.raw`huggingface anthropic claude codex gemini netlify bluemix aliyun tccli okta step bitcoin ethereum electrum monero aws-vault argocd lens x11vnc putty jupyter pulumi filezilla mysqlsh sops duply borgmatic vagrant\.d bitwarden`,
  String.raw`local/share/(jupyter/runtime|kwalletd|remmina|com\.vercel\.cli) ansible/vault[^/]*`,
);

/** Each is asked about a whole path with a slash behind it. */
const SECRET_PATHS: readonly RegExp[] = [
  // Also what calls itself a template beside the real ones: most are copies of them.
  /^\/etc\/(sudoers|g?shadow|opasswd|krb5\.keytab)[-.~/]/,
  /^\/etc\/(sudoers\.d|ssl\/private|security\/opasswd|wireguard|openvpn|ppp|ipsec\.d|NetworkManager\/system-connections|netplan|wpa_supplicant|letsencrypt|kubernetes|docker\/certs\.d|libvirt\/secrets|sssd|rancher|vault\.d|pki\/([^/]+\/)*private|mysql\/debian\.cnf|apt\/auth\.conf(\.d)?|hostapd|pve\/priv|nslcd\.conf|iscsi(?!\/initiatorname\.iscsi\/$)|snmp|raddb|freeradius|exim4\/passwd|gitlab|salt\/pki|puppetlabs\/puppet\/ssl|credstore[^/]*)\//,
  /^\/proc\/(?:[^/]+\/)+(environ|mem|maps|auxv|root|cwd|fd|map_files|pagemap|stack|task|exe|fdinfo)\//,
  /^\/proc\/(kcore|kmem|keys|key-users|sysrq-trigger|kallsyms|kmsg|sys\/net\/ipv4\/tcp_fastopen_key)\//,
  /^\/(run|var\/run)\/(secrets|credentials|user\/[^/]+\/(keyring|gnupg)|sudo)\//,
  /^\/var\/lib\/(kubelet(?!\/config\.yaml\/$)|vault|docker\/swarm|krb5kdc|sss|private|snmp|docker\/containers\/[^/]+\/config[^/]*|rancher|consul|etcd|systemd\/credential\.secret)\//,
  /^\/var\/(spool\/(cron|mail)|mail)\//,
  /^\/run\/(agenix(\.d)?|sops[^/]*)\//,
  /\/\.?(secrets?|credentials(\.d)?|passwords|keyrings?)\//i,
  new RegExp(`^/etc/(${OF_THE_SYSTEM})/`),
  /^\/etc\/sysconfig\/network-scripts\/keys-/,
  /^\/(run|var\/run)\/(NetworkManager\/system-connections|cloud-init\/instance-data|containers\/[^/]+\/auth\.json|user\/[^/]+\/containers)/,
  /^\/var\/(kerberos|crash|ossec\/etc|cpanel|spool\/(at|mqueue|postfix)|cache\/debconf\/config\.dat|opt\/mssql\/mssql\.conf)\//,
  /^\/var\/lib\/(iwd|tailscale|ipa|acme|caddy|dirsrv|libvirt\/qemu|systemd\/coredump|cloud\/instances?|waagent|jenkins\/(users|identity\.key\.enc)|gitea|glusterd|zerotier-one|grafana\/grafana\.db|net-snmp|containers\/storage|lxc\/[^/]+\/config)\//,
  /\/(\.vnc|squid|nginx|apache2|httpd|postfix|samba|tigervnc)\/passwd\//,
  /^\/boot\/grub2?\/user\.cfg/,
  /^\/var\/log\/installer\/(cdebconf|.*user-data)/,
  /^\/var\/lib\/bluetooth\//,
  /\/(\.git\/config|splunk\/etc\/passwd|(gitea|forgejo)\/(.*\/)?app\.ini)\//,
  /\/\.(ssh(?!\/authorized_keys\/$)|gnupg|aws|azure|kube|docker|vault-token|password-store|local\/share\/keyrings|config\/(gcloud|gh|hub|op|doctl|rclone|containers|sops|age)|mozilla|thunderbird|terraform\.d|oci|databricks|chef)\//,
  new RegExp(`/\\.config/(${OF_PROGRAMS})/`, "i"),
  new RegExp(`/\\.(${OF_ACCOUNTS})/`, "i"),
];

// A name that says "secret", wherever it lies. Public halves and templates are let through below.
const SECRET_NAMES: readonly RegExp[] = [
  /^environ/i,
  /(^|[-_.])id_(rsa|dsa|ecdsa|ed25519|xmss)(_sk)?($|[-._~])/i,
  /\.(pem|keys?|p12|pfx|pkcs12|p8|jks|jceks|keystore|kdbx?|ppk|gpg|asc|pgp|ovpn|tfstate|tfvars|token|cred|agekey|vault|wallet|psk|private|priv|prv|aes|kwl|remmina|sso|pass|pwd)([-.~].*)?$/i,
  /^\.?env(\.|rc$|$)/i,
  /\.env(\.|$)/i,
  /^\.(netrc|pgpass|my\.cnf|mylogin\.cnf|git-credentials|htpasswd|npmrc|pypirc|vault-token|boto|s3cfg|dockercfg|rhosts|smbcredentials|cifs|fetchmailrc|msmtprc|mutt_secrets|Xauthority|ICEauthority|esmtprc|databrickscfg|terraformrc|yarnrc(\.yml)?|gemrc|bundle|ldaprc|cargo-credentials|erlang\.cookie|wgetrc|curlrc|lftprc|muttrc|dbshell|histfile|vault_pass|google_authenticator|rclone\.conf|odbc\.ini|saml2aws|stripe|openai|ovh\.conf|Renviron|k5\.|pam_environment|claude\.json|freetds\.conf|offlineimaprc|ovhrc)([-.~]|$)/i,
  /^_?netrc$|^keys?\.(txt|json|ya?ml)$/i,
  /history$/i,
  /^\.(viminfo|lesshst)$/i,
  /secret|passw(or)?d|passphrase|credential|privkey|private[-_.]?key|api[-_.]?key|access[-_.]?key|auth[-_.]?(token|key)|ssh_host_\w*key|htpasswd|keyring|keytab|kubeconfig|shadow|keyfile|pwdfile|pwfile|authinfo|vault[-_.]?pass|service[-_]?account|(deploy|ssh|rsa|dsa|ecdsa|ed25519|signing|encryption|master|gcp|gpg|luks)[-_.]?key/i,
  /^(kube\.config|clouds\.ya?ml|(.*[-_])?openrc(\.sh)?|keystonerc.*|creds?([-_.].*)?|(.*[-_.])?(token|oauth|jwt|otp|pin|psk)\.(txt|json)|oauth[-_].*|auth\.json|login data|cookies(\.sqlite)?|logins\.json|key[34]\.db|rclone\.conf|tomcat-users\.xml|(mgmt|application)-users\.properties|user-mapping\.xml|config\.inc\.php|configuration\.php|settings\.php|local_settings\.py|main\.shada|.*-ks\.cfg|preseed\.cfg|ovf-env\.xml|user-data(\.txt)?|vendor-data(\.txt)?|orapw.*|sec\.conf|mbox|wallet\.dat|swapfile|passdb\.tdb|homeserver\.yaml|parameters\.ya?ml|appsettings(\..*)?\.json|application([-.].*)?\.(properties|ya?ml))([-.~]|$)/i,
  /^(wp-config\.php|settings\.local\.php|local\.xml|database\.yml|master\.key|config\.php|LocalSettings\.php|web\.config|unattend\.xml|sysprep\.xml|tokens?|secring.*|login\.defs\.pw|ntds\.dit|sam|security|admin\.conf|krb5cc.*|tnsnames\.pw)$/i,
];

const PUBLIC_NAMES = /^(passwd|.*\.pub|.*\.crt|.*\.csr|.*\.cer|pwquality\.conf|.*\.(example|sample|dist|template))$/i;

/** A path, or a pattern of one, that does not depend on the folder it is spelled out in. */
const BEGINS_SOMEWHERE = /^(\\?\/|~)/;

/** The same lists, for what a pattern may spell. */
const [LOOSE_PATHS, LOOSE_NAMES, WRITTEN] = [anyOf(SECRET_PATHS), anyOf(SECRET_NAMES), writtenIn(SECRET_PATHS)];
/** What is found there of a name that is written out has to be found by the lists themselves: they know the exceptions. */
const isSpelledSecret = (path: string): boolean =>
  (LOOSE_NAMES.test(path.slice(path.lastIndexOf("/") + 1)) || (BEGINS_SOMEWHERE.test(path) ? [""] : NOWHERE_NAMED).some((folder) => LOOSE_PATHS.test(`${folder}${path}/`))) && (holdsAny(path) || isSecretPath(path));

/** One of each, for asking whether a glob could meet a secret. */
const SAMPLES: readonly string[] = [
  "shadow", "gshadow", "environ", "id_rsa", "id_ed25519", "id_ecdsa", "server.key", "cert.pem", "store.p12", "keystore.jks", "db.kdbx", ".env", "prod.env", ".env.production", ".netrc", ".pgpass", ".my.cnf",
  ".git-credentials", ".bash_history", ".htpasswd", "credentials", "credentials.json", "secrets.yml", "secrets.yaml", "secrets.json", "password", "token", 
  "database.yml", "kubeconfig", "admin.conf", "terraform.tfstate", "vpn.ovpn", "krb5.keytab", "sudoers", ".npmrc", ".viminfo", "secret.conf", "secrets.properties", 
  "secrets.ini", "secrets.cfg", "secrets.toml", "ssh_host_rsa_key", "passwd.bak", "shadow.bak", "id_rsa.old", "private.asc", "secring.gpg", ".vault_pass", ".curlrc", ".wgetrc", "mail.private", "agent.psk", "creds",
];
const PLACES: readonly string[] = [
  ...["/etc/shadow", "/etc/gshadow", "/etc/shadow-", "/etc/sudoers", "/etc/sudoers.d/admin", "/etc/krb5.keytab", "/etc/ssh/ssh_host_rsa_key", "/etc/ssl/private/server.key", "/etc/security/opasswd", "/etc/NetworkManager/system-connections/wifi.nmconnection"],
  ...["/etc/wireguard/wg0.conf", "/etc/kubernetes/admin.conf", "/etc/ppp/chap-secrets", "/proc/1/environ", "/proc/self/environ", "/proc/kcore", "/proc/sys/net/ipv4/tcp_fastopen_key", "/proc/sys/net/ipv6/conf/eth0/stable_secret", "/run/secrets/db", "/var/run/secrets/kubernetes.io/serviceaccount/token"],
  ...["/etc/dovecot/users", "/etc/monit/monitrc", "/etc/redis/users.acl", "/etc/swanctl/swanctl.conf", "/etc/nut/upsd.users", "/etc/zabbix/zabbix_server.conf", "/etc/nagios/resource.cfg", "/etc/icingaweb2/resources.ini", "/etc/postfix/mysql-users.cf", "/etc/mosquitto/pwfile"],
  ...["/var/lib/cloud/instance/user-data", "/run/cloud-init/instance-data.json", "/var/lib/tailscale/tailscaled.state", "/root/.config/composer/auth.json", "/root/.claude.json", "/root/.vault_pass", "/root/.curlrc", "/home/user/.codex/auth.json"],
  ...["/root/.ssh/id_rsa", "/root/.aws/credentials", "/root/.bash_history", "/home/user/.ssh/id_rsa", "/home/user/.netrc", "/home/user/.aws/credentials", "/home/user/.kube/config", "/root/.ssh/config", "/root/.env"],
];
/** However the home is spelled. */
const SAMPLE_PATHS: readonly string[] = [...PLACES, ...PLACES.filter((path) => path.startsWith("/root/")).map((path) => path.replace("/root", "~"))];

/** Trees in which plain tools keep no secrets: what is read there, by glob or wholly, is at worst dull. */
const DULL_TREES = /^\/(var\/log(?!\/installer)|sys\/(?!kernel(\/|$))[^/]+|usr\/(share|include|lib|bin|sbin|src)|proc\/(net|irq|bus|driver|fs|scsi|asound|pressure)|etc\/(nginx\/(sites|modules)-(available|enabled)|apache2\/(sites|mods|conf)-(available|enabled))|etc\/(init\.d|cron\.(d|daily|hourly|weekly|monthly)|apt\/(sources\.list|apt\.conf|preferences)\.d|yum\.repos\.d|modprobe\.d|sysctl\.d|logrotate\.d|profile\.d|systemd|udev|fonts|X11|alternatives|default|rc\d?\.d))(\/|$)/;
/** Whose files may be the registers of cards, in it or where its links lead. */
export const holdsCards = (path: string): boolean => /^\/sys(\/|$)/.test(normalPath(path));
/** Where a recursive read meets the secrets of everybody. */
export const isDullTree = (path: string): boolean => DULL_TREES.test(normalPath(path));

/** Resolves `.`, `..` and doubled slashes as the kernel would without links. */
export function normalPath(path: string): string {
  const isAbsolute = path.startsWith("/");
  const steps: string[] = [];
  for (const step of path.split("/")) {
    if (step === "" || step === ".") continue;
    if (step === ".." && steps.length > 0 && steps.at(-1) !== "..") steps.pop();
    else if (step !== ".." || !isAbsolute) steps.push(step);
  }
  return (isAbsolute ? "/" : "") + steps.join("/");
}

/** Folders that were entered before: `~+`, `~-`, `~1`. */
const ENTERED = /^~[+-]?(?:\d+|(?<=[+-]))\//;
/** Folders whose files are told from others by their place alone. */
const NOWHERE_NAMED = ["/", "/etc/", "/proc/", "/proc/1/", "/var/lib/", "/run/"];
/** Where a path that begins in a folder nobody named may lead. */
const readings = (normal: string): readonly string[] => {
  if (normal.startsWith("/") || (normal.startsWith("~") && !ENTERED.test(normal))) return [normal];
  const below = normal.replace(ENTERED, "").replace(/^(\.\.\/)+/, "");
  return [normal, ...NOWHERE_NAMED.map((folder) => folder + below)];
};

export function isSecretPath(path: string): boolean {
  const normal = normalPath(path);
  const base = normal.slice(normal.lastIndexOf("/") + 1);
  if (/^[\w.-]+\.pub$/.test(base) && !normal.startsWith("/proc/")) return false;
  if (readings(normal).some((reading) => SECRET_PATHS.some((pattern) => pattern.test(`${reading}/`)))) return true;
  if (PUBLIC_NAMES.test(base)) return false;
  return SECRET_NAMES.some((pattern) => pattern.test(base));
}

/** Whether a regular expression (the source of one) over whole names could match a name that holds a secret. */
export function couldNameSecret(pattern: string): boolean {
  // Many stars make the matching slow, and no name an operator looks for needs them.
  if (pattern.split(".*").length > 8) return true;
  const slash = pattern.lastIndexOf(String.raw`\/`);
  const whole = new RegExp(`^${pattern}$`, "i");
  const base = new RegExp(`^${slash < 0 ? pattern : pattern.slice(slash + 2)}$`, "i");
  return SAMPLE_PATHS.some((path) => whole.test(path)) || SAMPLES.some((name) => base.test(name)) || readingsOf(pattern, WRITTEN)?.some(isSpelledSecret) !== false;
}

/**
 * Reading these does something: a device moves on, a trace is used up, a kernel's debugging file may do anything at all, and gawk opens a
 * connection for `/inet`. From a folder that may be a link, `..` leads anywhere.
 */
const isDevice = (path: string): boolean => {
  const normal = normalPath(path).replace(ENTERED, "");
  return (DEVICES.test(normal) && !/^(\/|(\.\.\/)*)dev\/(null|shm\/[^/]+)$/.test(normal)) || CARDS.test(normal) || CLIMBS.test(path);
};
const DEVICES = /^(\/|(\.\.\/)*)(dev\/|sys\/kernel\/(debug|tracing)(\/|$)|(var\/)?run\/(systemd\/)?initctl)|^(\/|(\.\.\/)+)(dev|inet[46]?)(\/|$)/;
/** Behind these files lie the registers of a card, or a list that is used up by reading it. */
const CARDS = /^(\/|(\.\.\/)*)(sys\/(.*\/)?(resource\d+(_wc)?|rom|config|vpd|trace_pipe)|proc\/(acpi\/event|bus\/pci\/.+))$/;
/** Messages that somebody else waits for, what another process has open, and a second door to everything: whoever opens these takes or starts something. */
const LIVE = /^(\/|(\.\.\/)*)proc\/(kmsg|([^/]+\/)+(fd|root|cwd|map_files)(\/|$))/;
const CLIMBS = /(^|\/)(?!\.{1,2}\/)[^/]+\/+(\.\/+)*\.\.(\/|$)/;

const LOOSE_LIVE = anyOf([DEVICES, CARDS, LIVE]);
const LIVE_STEPS = "dev proc sys kernel debug tracing run systemd fd root cwd map_files bus pci acpi device".split(" ");

/** Opening a device can be all it takes: a watchdog starts to count, a tape winds back. One of each, for asking whether a pattern could meet one. */
const DEVICE_NAMES = "resource0 rom vpd config watchdog watchdog0 st0 nst0 sda sda1 vda nvme0n1 dm-0 md0 loop0 sr0 sg0 kmsg mem kmem port tty tty0 tty1 ttyS0 console hpet rtc0 ptmx fuse zero full random urandom event0 mouse0 snapshot vhost-net ipmi0 trace_pipe sysrq-trigger initctl".split(" ");
const meetsOne = (pattern: string, names: readonly string[]): boolean => {
  const whole = new RegExp(`^${pattern}$`, "i");
  return names.some((name) => whole.test(name));
};
/** Whether the source of a regular expression over names, or over paths, could match a device, or a folder of nothing else. */
export const couldNameDevice = (pattern: string): boolean => meetsOne(pattern, DEVICE_NAMES) || meetsOne(pattern, DEVICE_NAMES.map((name) => `/dev/${name}`)) || meetsOne(pattern, ["sys", "proc", "dev"]) || readingsOf(String.raw`\/sys\/${pattern}`, LIVE_STEPS)?.some((path) => LOOSE_LIVE.test(path)) !== false;

/** Settings of an account that are kept under a name that says nothing: keys of clusters and of clouds. */
export const couldNameSettings = (pattern: string): boolean => meetsOne(pattern, ["config", "config.json"]);

const LIVE_SAMPLES = ["resource0", "rom", "config", "vpd"].map((name) => `/sys/bus/pci/devices/0000:00:00.0/${name}`).concat("/proc/kmsg", "/proc/1/fd/0", "/proc/1/root/dev/watchdog", "/proc/acpi/event", "/proc/bus/pci/00/00.0", "/run/initctl", "/var/run/initctl");

/** A glob of the shell: none of its signs stands for a slash. */
const withinFolders = (glob: string): string => glob.replaceAll(/\\.|\.\*|\.|\[[^\]]*\]/g, (sign) => (sign === ".*" ? "[^/]*" : sign === "." ? "[^/]" : sign));
/** In what hangs on a card's own folder lie its registers, wherever that folder is entered from; a star may lead there from below what the card is to the kernel. */
const CARD_FOLDER = /^\/sys\/(?!(devices\/(system|virtual)|fs|module|firmware|kernel|power)\/).*\/(device|physfn|virtfn[^/]*|[^/]*:[^/]*:[^/]*)$/;
const meetsRegisters = (glob: string): boolean => {
  const steps = stepsOf(glob);
  const folder = steps.slice(0, -1).map((step, at) => (step === ".*" && at >= (steps[2] === "devices" ? 4 : 5) ? "device" : step));
  return meetsOne(steps.at(-1) as string, ["resource0", "rom", "config", "vpd"]) && readingsOf([...folder, "x"].join(String.raw`\/`), LIVE_STEPS)?.some((path) => CARD_FOLDER.test(path.slice(0, -2))) !== false;
};
const meetsDevice = (glob: string, prefix: string): boolean => {
  const pattern = withinFolders(glob);
  return isDevice(prefix) || readingsOf(glob, LIVE_STEPS)?.some((path) => LOOSE_LIVE.test(path)) !== false || meetsRegisters(glob) || meetsOne(pattern.replaceAll(/(\\\/)+/g, String.raw`\/`), [...DEVICE_NAMES.flatMap((name) => [`/dev/${name}`, `dev/${name}`, `./dev/${name}`, `../dev/${name}`]), ...LIVE_SAMPLES]);
};

export const isNetworkDevice = (path: string): boolean => /^\/dev\/(tcp|udp)(\/|$)/.test(normalPath(path));

/** A file whose content is read: fits when its name is known and holds no secret. */
export function contentVerdict(value: Value): "fits" | "secret" | "no" {
  if (value.isPipe || value.vetted) return "fits";
  if (value.known !== undefined) {
    // Programs that look into other programs take further options, plugins too, from a file named behind an "@".
    if (isDevice(value.known) || value.known.startsWith("@")) return "no";
    return isSecretPath(value.known) ? "secret" : "fits";
  }
  if (value.glob === undefined) return "no";
  if (value.glob.includes(String.raw`\.\.`) || meetsDevice(value.glob, value.prefix) || isSecretPath(value.prefix.replace(/[^/]*$/, ""))) return "secret";
  if (isDullTree(value.prefix.replace(/[^/]*$/, ""))) return "fits";
  return couldNameSecret(value.glob) ? "secret" : "fits";
}

/** A file that is opened, and whose content is not printed: whatever it holds, but no device. Names nobody knows come from a walk that meets none. */
export function openedVerdict(value: Value): "fits" | "no" {
  if (value.isPipe || value.vetted || value.isApart) return "fits";
  const known = value.known ?? value.leaves;
  if (known !== undefined) return isDevice(known) || LIVE.test(normalPath(known)) ? "no" : "fits";
  return value.glob === undefined || meetsDevice(value.glob, value.prefix) ? "no" : "fits";
}

/** A folder that is entered: which one need not be known, but it may not be the devices' by its own signs. */
export const enteredVerdict = (value: Value): "fits" | "no" => (value.glob !== undefined && meetsDevice(String.raw`${value.glob}\/watchdog`, value.prefix) ? "no" : "fits");

/** A folder of secrets that a pattern may spell. What it is from a folder entered before is asked there. */
export const couldHoldSecrets = ({ glob = "" }: Value): boolean => BEGINS_SOMEWHERE.test(glob) && couldNameSecret(String.raw`${glob}\/x`);

const KERNELS = /^[./]*((sys|proc)(\/|$)|(var\/)?run(\/systemd)?$)/;
/** A folder in which a plain name may be the register of a card, or what a process has open; or one that nobody knows. */
export const leadsToLive = (value: Value): boolean => {
  const known = value.known ?? value.leaves;
  if (known !== undefined && KERNELS.test(normalPath(known))) return true;
  return value.known === undefined && (openedVerdict(value) === "no" || (value.glob !== undefined && readingsOf(`${value.glob}\\/x`, LIVE_STEPS)?.some((path) => KERNELS.test(path.slice(0, -2))) !== false));
};

/** The root of everything, or a folder above one that nobody knows, which may be it. */
export const leadsToRoot = ({ known, leaves, glob }: Value): boolean => {
  const path = known ?? leaves;
  return path === undefined ? glob?.includes(String.raw`\.\.`) === true : /^\/$|(^|\/)\.\.$/.test(normalPath(path)) || CLIMBS.test(path);
};

/** Below these lie devices, registers, and messages that are gone once they are read: the root, by any way there, and the kernel's own folders. */
const LIVE_TREES = /^\/$|^(\.\.\/)*\.\.$|^(\/|(\.\.\/)+)(proc(\/[^/]*)?|sys(\/.*)?|dev)$/;
const LIVE_ROOTS = ["", "../", "../../"].flatMap((up) => ["proc", "sys", "dev", "sys/kernel", "sys/devices"].map((folder) => (up === "" ? `/${folder}` : up + folder)));
const meetsLiveTree = ({ glob, vetted, isApart }: Value): boolean =>
  glob !== undefined && !vetted && !isApart && meetsOne(withinFolders(glob).replaceAll(/\\\/(?:(?:\\\.)?\\\/)+/g, String.raw`\/`), LIVE_ROOTS);

/** A file, or everything below a folder, of which only is told whether, or how often, something stands in it. */
export function countedVerdict(value: Value): "fits" | "secret" | "no" {
  if (value.known !== undefined && isSecretPath(value.known)) return "secret";
  // A walk tells harmless files by their names; a folder of such a name may still be one of the kernel's.
  if (value.vetted && !value.isApart) return "no";
  return LIVE_TREES.test(normalPath(value.known ?? value.leaves ?? "x")) || meetsLiveTree(value) ? "no" : openedVerdict(value);
}

/** A whole tree whose contents are read: only where everything in it is known to be dull. */
export function treeVerdict(value: Value): "fits" | "secret" | "no" {
  if (value.isPipe) return "fits";
  const path = value.known;
  if (path === undefined) return value.glob !== undefined && isDullTree(value.prefix) && !holdsCards(value.prefix) && !value.glob.includes(String.raw`\.\.`) ? "fits" : "no";
  if (isDevice(path)) return "no";
  if (isDullTree(path) && !isSecretPath(path)) return holdsCards(path) ? "no" : "fits";
  return "secret";
}

/** Folders of secrets that a glob may lead to, and in which a plain name says nothing. */
export const foldersMet = ({ glob = "" }: Value): readonly string[] => {
  const pattern = new RegExp(`^${withinFolders(glob)}$`);
  return [...PLACES.map((path) => path.slice(0, path.lastIndexOf("/"))).filter((folder) => pattern.test(folder) || pattern.test(`${folder}/`)), ...(BEGINS_SOMEWHERE.test(glob) ? foldersOf(glob, WRITTEN).filter((folder) => isSecretPath(`${folder}/x`)) : [])];
};

/** Names that only their place makes a secret's: `users`, `monitrc`. */
export const namesOnePlace = (name: string): boolean => PLACES.some((path) => path.endsWith(`/${name}`));

const SECRET_VARIABLE = /pass|secret|token|cred|key|auth|private/i;
export const isSecretVariable = (name: string): boolean => SECRET_VARIABLE.test(name);
