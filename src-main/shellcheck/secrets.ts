import type { Value } from "./words.ts";

// Which names hold secrets. Names are all a reader of commands can see: a link or a copy under another name is not found here,
// which is why the sandbox and the redaction of output stand behind this list and not in its place.

const SECRET_PATHS: readonly RegExp[] = [
  /^\/etc\/(g?shadow|master\.passwd|sudoers|opasswd|krb5\.keytab|ipsec\.secrets|exports\.secret)(-|\.|~|$)/,
  /^\/etc\/(sudoers\.d|ssl\/private|security\/opasswd|wireguard|openvpn|ppp|ipsec\.d|NetworkManager\/system-connections|netplan|wpa_supplicant|letsencrypt|kubernetes|docker\/certs\.d|libvirt\/secrets|sssd|rancher|vault\.d|pki\/[^/]*private|pki\/tls\/private|mysql\/debian\.cnf|apt\/auth\.conf(\.d)?|hostapd|pve\/priv|nslcd\.conf|salt\/pki|puppetlabs\/puppet\/ssl|credstore[^/]*)(\/|$)/,
  /^\/etc\/ssh\/ssh_host_[^/]*key$/,
  /^\/proc\/(?:[^/]+\/)+(environ|mem|maps|auxv|root|cwd|fd|map_files|pagemap|stack|task|exe|fdinfo)(\/|$)/,
  /^\/proc\/(kcore|kmem|keys|key-users|sysrq-trigger|kallsyms|kmsg)$/,
  /^\/(run|var\/run)\/(secrets|credentials|user\/[^/]+\/(keyring|gnupg)|sudo)(\/|$)/,
  /^\/var\/lib\/(kubelet|vault|docker\/swarm|krb5kdc|sss|private|rancher|consul|etcd|systemd\/credential\.secret)(\/|$)/,
  /^\/var\/backups\/.*shadow/,
  /^\/var\/spool\/(cron|mail)(\/|$)/,
  /^\/boot\/grub2?\/user\.cfg/,
  /(^|\/)\.(ssh|gnupg|aws|azure|kube|docker|vault-token|password-store|local\/share\/keyrings|config\/(gcloud|gh|hub|op|doctl|rclone|containers)|mozilla|thunderbird|terraform\.d|oci|databricks|chef)(\/|$)/,
];

// A name that says "secret", wherever it lies. Public halves and templates are let through below.
const SECRET_NAMES: readonly RegExp[] = [
  /^(g?shadow|environ|opasswd)[-.~]?/i,
  /^id_(rsa|dsa|ecdsa|ed25519|xmss)(_sk)?($|[-._~])/i,
  /\.(pem|key|p12|pfx|pkcs12|p8|jks|jceks|keystore|kdbx?|ppk|gpg|asc|pgp|ovpn|keytab|tfstate|tfvars|secrets?|credentials|token|cred|htpasswd|agekey|vault|wallet)([-.~].*)?$/i,
  /^\.?env(\.|rc$|$)/i,
  /\.env(\.|$)/i,
  /^\.(netrc|pgpass|my\.cnf|mylogin\.cnf|git-credentials|htpasswd|npmrc|pypirc|vault-token|boto|s3cfg|dockercfg|rhosts|smbcredentials|cifs|fetchmailrc|msmtprc|mutt_secrets|Xauthority|ICEauthority|esmtprc|databrickscfg|terraformrc|yarnrc(\.yml)?|gemrc|bundle|ldaprc|cargo-credentials|erlang\.cookie)([-.~]|$)/i,
  /^\.?_?netrc$/i,
  /_?history$/i,
  /^\.(viminfo|lesshst)$/i,
  /secret|passw(or)?d|passphrase|credential|privkey|private[-_.]?key|api[-_.]?key|access[-_.]?key|auth[-_.]?(token|key)|ssh_host_\w+_key|htpasswd|keyring|keytab|kubeconfig|shadow/i,
  /^(wp-config\.php|settings\.local\.php|local\.xml|database\.yml|master\.key|config\.php|LocalSettings\.php|web\.config|unattend\.xml|sysprep\.xml|tokens?|secring.*|login\.defs\.pw|ntds\.dit|sam|security|admin\.conf|krb5cc.*|tnsnames\.pw)$/i,
];

const PUBLIC_NAMES = /^(passwd|.*\.pub|.*\.crt|.*\.csr|.*\.cer|pwquality\.conf|.*\.(example|sample|dist|template))$/i;

/** One of each, for asking whether a glob could meet a secret. */
const SAMPLES: readonly string[] = [
  "shadow", "gshadow", "environ", "id_rsa", "id_ed25519", "id_ecdsa", "server.key", "cert.pem", "store.p12", "keystore.jks", "db.kdbx", ".env", "prod.env", ".env.production", ".netrc", ".pgpass", ".my.cnf",
  ".git-credentials", ".bash_history", ".htpasswd", "credentials", "credentials.json", "secrets.yml", "secrets.yaml", "secrets.json", "password", "token", 
  "database.yml", "kubeconfig", "admin.conf", "terraform.tfstate", "vpn.ovpn", "krb5.keytab", "sudoers", ".npmrc", ".viminfo", "secret.conf", "secrets.properties", 
  "secrets.ini", "secrets.cfg", "secrets.toml", "ssh_host_rsa_key", "passwd.bak", "shadow.bak", "id_rsa.old", "private.asc", "secring.gpg",
];
const SAMPLE_PATHS: readonly string[] = [
  ...["/etc/shadow", "/etc/gshadow", "/etc/shadow-", "/etc/sudoers", "/etc/sudoers.d/admin", "/etc/krb5.keytab", "/etc/ssh/ssh_host_rsa_key", "/etc/ssl/private/server.key", "/etc/security/opasswd", "/etc/NetworkManager/system-connections/wifi.nmconnection"],
  ...["/etc/wireguard/wg0.conf", "/etc/kubernetes/admin.conf", "/etc/ppp/chap-secrets", "/proc/1/environ", "/proc/self/environ", "/proc/kcore", "/run/secrets/db", "/var/run/secrets/kubernetes.io/serviceaccount/token"],
  ...["/root/.ssh/id_rsa", "/root/.aws/credentials", "/root/.bash_history", "/home/user/.ssh/id_rsa", "/home/user/.netrc", "/home/user/.aws/credentials", "/home/user/.kube/config", "~/.ssh/id_rsa", "~/.ssh/config", "~/.aws/credentials", "~/.env"],
];

/** Trees in which plain tools keep no secrets: what is read there, by glob or wholly, is at worst dull. */
const DULL_TREES = /^\/(var\/log|sys\/(?!kernel(\/|$))[^/]+|usr\/(share|include|lib|bin|sbin|src)|proc\/(sys\/(?!kernel\/)|net|irq|bus|driver|fs|scsi|asound)|etc\/(init\.d|cron\.(d|daily|hourly|weekly|monthly)|apt\/(sources\.list|apt\.conf|preferences)\.d|yum\.repos\.d|modprobe\.d|sysctl\.d|logrotate\.d|profile\.d|systemd|udev|fonts|X11|alternatives|default|rc\d?\.d))(\/|$)/;
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

/** Where a path that begins in a folder nobody named may lead: folders whose files are told from others by their place alone. */
const readings = (normal: string): readonly string[] => {
  if (normal.startsWith("/") || normal.startsWith("~")) return [normal];
  const below = normal.replace(/^(\.\.\/)+/, "");
  return [normal, ...["/", "/etc/", "/proc/", "/proc/1/", "/var/lib/", "/run/"].map((folder) => folder + below)];
};

export function isSecretPath(path: string): boolean {
  const normal = normalPath(path);
  const base = normal.slice(normal.lastIndexOf("/") + 1);
  if (/^[\w.-]+\.pub$/.test(base) && !normal.startsWith("/proc/")) return false;
  if (readings(normal).some((reading) => SECRET_PATHS.some((pattern) => pattern.test(reading) || pattern.test(`${reading}/`)))) return true;
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
  return SAMPLE_PATHS.some((path) => whole.test(path)) || SAMPLES.some((name) => base.test(name));
}

/**
 * Reading these does something: a device moves on, a trace is used up, a kernel's debugging file may do anything at all, and gawk opens a
 * connection for `/inet`. From a folder that may be a link, `..` leads anywhere.
 */
const isDevice = (path: string): boolean => {
  const normal = normalPath(path);
  if (/^\/dev\/(null|shm\/[^/]+)$/.test(normal)) return false;
  if (/^dev\/([shvx]{1,2}d[a-z]|nvme|dm-|md\d|loop|sr\d|k?mem|port|kmsg|tty|input|watchdog|u?random|zero|full)/.test(normal)) return true;
  return /^(\/|(\.\.\/)+)(dev|inet[46]?|sys\/kernel\/(debug|tracing))(\/|$)/.test(normal) || CLIMBS.test(path);
};
const CLIMBS = /(^|\/)(?!\.{1,2}(\/|$))[^/]+\/+(\.\/+)*\.\.(\/|$)/;
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
  if (value.glob.includes(String.raw`\.\.`) || isDevice(value.prefix) || isSecretPath(value.prefix.replace(/[^/]*$/, ""))) return "secret";
  if (isDullTree(value.prefix.replace(/[^/]*$/, ""))) return "fits";
  return couldNameSecret(value.glob) ? "secret" : "fits";
}

/** A file of which only is told whether, or how often, something stands in it. */
export const countedVerdict = (value: Value): "fits" | "secret" | "no" => (value.known !== undefined && (isSecretPath(value.known) || isDevice(value.known)) ? "secret" : "fits");

/** A whole tree whose contents are read: only where everything in it is known to be dull. */
export function treeVerdict(value: Value): "fits" | "secret" | "no" {
  if (value.isPipe) return "fits";
  const path = value.known;
  if (path === undefined) return value.glob !== undefined && isDullTree(value.prefix) && !value.glob.includes(String.raw`\.\.`) ? "fits" : "no";
  if (isDevice(path)) return "no";
  if (isDullTree(path)) return "fits";
  return "secret";
}

const SECRET_VARIABLE = /pass|secret|token|cred|key|auth|private/i;
export const isSecretVariable = (name: string): boolean => SECRET_VARIABLE.test(name);
