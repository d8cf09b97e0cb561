import { isDateFormat, namesNoZone } from "./programs/small.ts";
import { awkObstacle } from "./programs/awk.ts";
import { sedObstacle } from "./programs/sed.ts";
import { vetsNames } from "./programs/find.ts";
import { contentVerdict, couldHoldSecrets, countedVerdict, enteredVerdict, isSecretPath, normalPath, openedVerdict, treeVerdict } from "./secrets.ts";
import type { Kind, KindVerdict } from "./grammar.ts";
import type { Value } from "./words.ts";

// What the operand kinds of the family files mean.

/** A word where a number belongs only makes the program complain. */
const NUMBER = /^([+-]?\d+(\.\d+)?[a-zA-Z%]{0,3}(,[+-]?\d+)*|[A-Za-z_]\w*)$/;
const WORD = /^[\w.:@%+,/=-]+$/;
const DISK = /^\/dev\/(disk\/by-[a-z]+\/[\w.:-]+|mapper\/[\w.-]+|md\/[\w.-]+|bus\/\d+|cciss\/\w+|(sd|hd|vd|xvd|nvme|md|dm-|sr|sg|loop|mmcblk|nbd|rbd|zd|bcache|pmem|cdrom|ng|twa|twe|ses)[\w.:-]*|((vg|VG|rhel|centos|rocky|almalinux|fedora)[\w.-]*|\w[\w.-]*[-_]vg|cs|ol|pve)\/[\w-][\w.-]*)$/;
/** Of such names no other device is called. */
const isDiskGlob = ({ glob, prefix }: Value): boolean => glob !== undefined && /^\/dev\/((sd|hd|vd|xvd)|(dm-|nvme|md|loop|mmcblk)\d)[\w.:-]*$/.test(prefix) && glob.split(String.raw`\/`).length === 3;
/** What cards and bridges are called; no module of the kernel is. */
const LINK = /^(lo|((eth|wlan|wifi|br|veth|docker|virbr|vmbr|vnet|tap|tun|usb|team|bond|vlan|em|dummy|ens|eno|enp|en|wlp|wlo|ib)\d|en[xPb][\da-f]|wl[xP][\da-f]|p\d+p\d|br-[\da-f]{4})[\w.:@-]*)$/;
/** What is surely a folder, or names one by a place alone. */
const FOLDER = /(^|\/)(\.{1,2}|~\w*)?$|^\/(etc|root|home|var|usr|srv|opt|run|tmp|proc|boot|lib|mnt|media)$|^\/(home|var|usr|srv|opt|run|proc|lib|mnt|media)\/[^./]+$|^(etc|root|home)$/;
const SECRET_FOLDER = /\.\w|proc|shadow|secret|private|root|etc/i;
const ISSUED = /^\/(etc\/kubernetes\/pki\/(etcd\/)?[\w-]+\.crt|var\/lib\/kubelet\/pki\/[\w-]+\.(crt|pem)|etc\/letsencrypt\/live\/[\w.-]+\/(cert|chain|fullchain)\.pem|etc\/letsencrypt\/archive\/[\w.-]+\/(cert|chain|fullchain)\d+\.pem)$/;
/** What `inspect` knows of a container, an image, a network or a volume besides what it was started with. */
const HARMLESS_FIELD = String.raw`\.(?:State|RestartCount|Id|Name|Created|Image|LogPath|Driver|Platform|Mounts|NetworkSettings|Source|Destination|Mountpoint|Scope|CreatedAt|Type|RW|Mode|IPAddress|IPPrefixLen|Gateway|MacAddress|NetworkID|HostPort|HostIp|RepoTags|RepoDigests|Size|Architecture|Os|Config\.(?:Image|Hostname)|HostConfig\.(?:RestartPolicy|Memory|NanoCpus|CpuShares|CpuQuota|NetworkMode|Privileged|PidsLimit|ShmSize))(?:\.[A-Za-z]+)*`;
const FIELDS = new RegExp(String.raw`^(?=.*\{\{)(?:[^{}]|\{\{-? *(?:end|(?:(?:json|len|upper|lower|println) )?(?:${HARMLESS_FIELD}|\$\w+(?:${HARMLESS_FIELD})?)|range (?:\$\w+ *(?:, *\$\w+)? *:= *)?${HARMLESS_FIELD}|if ${HARMLESS_FIELD}|else) *-?\}\})+$`, "s");
/** Whole addresses alone: what is none, or only the beginning of one, is a name to be asked for. */
const V4 = String.raw`(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)`;
const V6 = String.raw`(?:(?:[\da-fA-F]{1,4}:){7}[\da-fA-F]{1,4}|(?:[\da-fA-F]{1,4}(?::[\da-fA-F]{1,4}){0,4})?::(?:[\da-fA-F]{1,4}(?::[\da-fA-F]{1,4}){0,4})?)`;
const ADDRESS = new RegExp(`^(?:${V4}|${V6})$`);
const INTERNET = new RegExp(String.raw`^[46]?(tcp|udp|udplite)?(@${V4})?(:[\w,-]+)?$`, "i");
const UNLOOKED = new RegExp(String.raw`^(?!\+.*M)[^@]*$|^[46]?(tcp|udp)?@${V4}(:[\w,-]+)?$`, "i");
const SOCKET_WORDS = "and|or|not|eq|neq?|gt|ge|lt|le|geq|leq|state|exclude|src|dst|sport|dport|autobound|dev|fwmark|cgroup|all|connected|synchronized|bucket|big|established|syn-sent|syn-recv|fin-wait-[12]|time-wait|closed?|close-wait|last-ack|listening|listen|closing|unconnected";
const SOCKETS = new RegExp(String.raw`^(\s|[()!=<>]|(${SOCKET_WORDS}|(\*|\d+|${V4})(\/\d+)?(:[\w*]+)?|\[(${V6})?\](\/\d+)?(:[\w*]+)?|:[\w*]+)(?=[\s()]|$))+$`);
const CAPTURED = new RegExp(
  String.raw`^(\s|[()!]|&&|\|\||(tcp|udp|sctp|icmp|icmp6|igmp|ip|ip6|arp|rarp|vlan|and|or|not|src|dst|host|net|port|portrange|ether|broadcast|multicast|less|greater)(?=[\s()]|$)|(?<=\bportrange +)\d+-\d+(?=[\s()]|$)|\d+(?=[\s()]|$)|${V4}(\/\d+)?(?=[\s()]|$)|(([\da-f]{2}:){5}[\da-f]{2}|${V6})(\/\d+)?(?=[\s()]|$))+$`,
);
/** Not made up by the kernel when it is read, and no pipe: such a file can be read from its end. */
const isStored = ({ known, prefix, source, glob, isApart }: Value): boolean => {
  const path = normalPath(known ?? prefix);
  return !/^(\/|(\.\.\/)+)(proc|sys|dev|run)(\/|$)/.test(path) && (known !== undefined || isApart || /^\/?\w+\//.test(path) || (glob !== undefined && !source.includes("/")));
};
/** What an object of a cluster says besides what it was made with: its name, its state, and of its specification what holds no values of others. */
const KUBE_FIELD = String.raw`(?:\.items(?:\[[\d*:]*\])?)?\.(?:kind|apiVersion|status(?:\.\w+|\[(?:[\d*:]*|\?\(@\.\w+ ?[=!]= ?"\w+"\))\])*|metadata\.(?:name|namespace|uid|generation|creationTimestamp|deletionTimestamp|resourceVersion|generateName|labels(?:\.[\w\\.\/-]+)?|ownerReferences(?:\[[\d*]*\](?:\.\w+)?)?|finalizers)|spec\.(?:nodeName|replicas|clusterIPs?|externalIPs|type|ports(?:\[[\d*]*\](?:\.\w+)?)?|unschedulable|taints(?:\[[\d*]*\](?:\.\w+)?)?|podCIDRs?|providerID|storageClassName|volumeName|accessModes|capacity(?:\.\w+)?|serviceAccountName|restartPolicy|priorityClassName|selector(?:\.\w+)*|schedule|suspend|(?:template\.spec\.)?(?:c|initC)ontainers\[[\d*]*\]\.(?:name|image|imagePullPolicy|ports|resources(?:\.\w+)*)))`;
const KUBE_FIELDS = new RegExp(String.raw`^=?(?:name|wide|custom-columns=[\w/ -]+:${KUBE_FIELD}(?:,[\w/ -]+:${KUBE_FIELD})*|jsonpath=(?:[^{}]|\{(?:range (?:\.items\[\*\]|${KUBE_FIELD})|end|${KUBE_FIELD}|"[^"{}]*")\})+)$`);
const BARE_OBJECT = "(?:nodes?|no|namespaces?|ns|events?|ev|services?|svc|endpoints|ep|endpointslices?|persistentvolumes?|pv|persistentvolumeclaims?|pvc|ingress(?:es)?|ing|networkpolic(?:y|ies)|netpol|horizontalpodautoscalers?|hpa|poddisruptionbudgets?|pdb|leases?|(?:cluster)?roles?|(?:cluster)?rolebindings?|serviceaccounts?|sa|resourcequotas?|quota|limitranges?|limits|priorityclass(?:es)?|pc)";
const BARE_OBJECTS = new RegExp(String.raw`^${BARE_OBJECT}(?:,${BARE_OBJECT})*(?:\/[a-z\d][a-z\d.-]*)?$`);
const KEPT = /^\/(etc|usr|s?bin|lib\w*|opt|var\/(named|lib\/(bind|named|unbound)|cache\/bind))\//;
/** Kept from every other account, and printed to the administrator with all the rest. */
const KERNEL_KEYS = ["net.ipv4.tcp_fastopen_key", "net.ipv6.conf.eth0.stable_secret"];
/** By its name, by that of what it stands in, which is printed whole, or by a star. */
const holdsKernelKey = (name: string): boolean => /fastopen_key|stable_secret|^net(\.ipv4|\.ipv6(\.conf(\.[^.]*)?)?)?\.?$/.test(name) || (name.includes("*") && !/^(vm|kernel|fs|dev|user)\./.test(name));
const exactly = (value: Value, pattern: RegExp): KindVerdict => (value.known !== undefined && pattern.test(value.known) ? "fits" : "no");

/** text: anything · name: a file only looked at from outside · path: a file whose content is read · tree: all files below. */
export function kindVerdict(kind: Kind, value: Value): KindVerdict {
  switch (kind) {
    case "text":
    case "name":
      return "fits";
    case "fixed":
      return value.known === undefined ? "no" : "fits";
    case "num":
      return exactly(value, NUMBER);
    case "word":
      // An "@" in front is a file of further options to many.
      return exactly(value, /^[\w.:%+,/=][\w.:@%+,/=-]*$/);
    case "words":
      return exactly(value, WORD);
    case "setting":
      return exactly(value, /^[a-z][\w.*/-]*$/);
    case "tunable":
      return value.known === undefined || !/^[a-z][\w.*/-]*$/.test(value.known) ? "no" : holdsKernelKey(value.known.replaceAll("/", ".")) ? "secret" : "fits";
    case "tunables":
      // What is looked for anywhere in a name: letters, and any letters between them.
      return value.known === undefined || !/^\^?\w(?:[\w|-]|\.\*?)*\$?$/.test(value.known) ? "no" : KERNEL_KEYS.some((name) => new RegExp(value.known as string).test(name)) ? "secret" : "fits";
    case "opened":
      return openedVerdict(value);
    case "disk":
      // Opening another device may be all it takes: a watchdog starts to count, a tape winds back.
      return exactly(value, DISK) === "fits" || isDiskGlob(value) ? "fits" : "no";
    case "disks":
      return exactly(value, DISK) === "fits" || isDiskGlob(value) ? "fits" : openedVerdict(value);
    case "charset":
      // Any other name with a slash is a file that is opened first, to see whether it is a list of letters.
      return exactly(value, /^[\w.:+-]+(\/\/([\w-]+(,[\w-]+)*)?)?$/);
    case "kept":
      // Settings that name further files, which are opened too, and printed where they make no sense: only where the administrator alone writes.
      return value.known !== undefined && KEPT.test(normalPath(value.known)) ? contentVerdict(value) : "no";
    case "camera":
      return exactly(value, /^(\/dev\/(video|vbi|radio|media|v4l-subdev|swradio))?\d+$/);
    case "untagged":
      // A label or a number of a disk would be looked for on all of them, and what is found written down.
      return exactly(value, /^\w+=/) === "fits" ? "no" : "fits";
    case "label":
      return exactly(value, /^\w[\w-]*$/);
    case "link":
      // The kernel loads a module, or makes a tunnel, for a name it does not know.
      return exactly(value, LINK);
    case "users":
      // What is left of a comma may be a machine whose name would be looked up.
      return exactly(value, /^[^,]*$/);
    case "ring":
      return exactly(value, /^(@\w+|%?[\w:][\w:.-]*)$/);
    case "leaf":
      // Of two folders, every file in them would be read.
      return value.isPipe || value.vetted ? "fits" : value.known !== undefined && !FOLDER.test(value.known) ? contentVerdict(value) : "no";
    case "image":
      return exactly(value, /^[a-zA-Z0-9][\w.:@/-]*$/);
    case "kube":
      // Objects of a cluster by type and name; a type or a name that says "secret" prints one.
      return exactly(value, /^(?!.*(secret|token|credential|password|oauth|machineconfig))[a-zA-Z0-9][\w.:,/-]*$/i);
    case "described":
      // A map of settings holds nothing else, and is described by printing all of it.
      return exactly(value, /^(?!.*(secret|token|credential|password|oauth|machineconfig))(?!(.*,)?(cm|configmaps?)([,/.]|$))[a-zA-Z0-9][\w.:,/-]*$/i);
    case "entry":
      // Of a unit, or of what crashed: its environment is where passwords often are. Where no field is named, all are meant.
      return value.known !== undefined && !/environ|credential|passphrase/i.test(value.known) ? exactly(value, /^\w[\w.,-]*$/) : "secret";
    case "lines":
      // Forms in which a record is its message alone; the others print every field, the environment of what crashed too.
      return exactly(value, /^(short(-[a-z]+)*|cat|with-unit)$/);
    case "ruleset":
      // Behind any other name may stand a file, of which the complaint prints a piece.
      return exactly(value, /^(extends: ?)?(relaxed|default)$/);
    case "unit":
      return exactly(value, /^[A-Za-z0-9][\w:.@-]*$/);
    case "place":
      // A path that no subcommand is spelled like.
      return exactly(value, /^(~|[\w.~][\w.~/ -]*[./][\w.~/ -]*|[./][\w.~/ -]*)$/) === "fits" ? openedVerdict(value) : "no";
    case "file":
      // Where a colon could begin an address and "@" a file of further options.
      return exactly(value, /^[\w.+/~][\w.+/~@ -]*$/) === "fits" ? contentVerdict(value) : "no";
    case "drawing":
      // Behind the sign of an option and "=" may stand the name of one more file, which nobody would look at.
      return exactly(value, /^-.*[/@]/s) === "fits" ? "no" : contentVerdict(value);
    case "local":
      return exactly(value, /^(?!.*:\/\/)[\w.+/][\w.+/~*:@-]*$/);
    case "certificate":
      // The public half, in folders that hold the private one besides.
      if (exactly(value, ISSUED) === "fits") return "fits";
      // With a colon it is an address, or the name of a key somewhere else.
      return value.known === undefined || value.known.includes(":") || isSecretPath(value.known.replace(/\.pem$/i, ".crt")) ? "no" : openedVerdict(value);
    case "pub":
      return exactly(value, /^[\w./~-]+(\.pub|known_hosts)$/);
    case "dev-null":
      return exactly(value, /^\/dev\/null$/);
    case "verb":
      return exactly(value, /^[a-z][a-z0-9]*([-_][a-z0-9]+)*$/);
    case "path":
      return contentVerdict(value);
    case "counted":
      return countedVerdict(value);
    case "stored":
      return value.isPipe || value.known === "-" || !isStored(value) ? "no" : contentVerdict(value);
    case "tree":
      return treeVerdict(value);
    case "below":
    case "enter":
      // What is read afterwards is still judged by its own name.
      if (value.known === undefined && (SECRET_FOLDER.test(value.source) || couldHoldSecrets(value) || (kind === "enter" && enteredVerdict(value) === "no"))) return "no";
      return belowVerdict(value.known ?? value.leaves ?? "");
    case "when":
      return namesNoZone(value) ? "fits" : "no";
    case "datefmt":
      return isDateFormat(value) ? "fits" : "no";
    case "sed":
      return value.known !== undefined && sedObstacle(value.known) === undefined ? "fits" : "no";
    case "awk":
      return value.known !== undefined && awkObstacle(value.known) === undefined ? "fits" : "no";
    case "assign":
      // What a substitution prints is only a text to the program, once the name in front of it stands there.
      if (value.known === undefined) return value.count === "one" && /^[a-z]\w*=/.test(value.prefix) ? "fits" : "no";
      return exactly(value, /^(?!ARG|ENV|PROC|FUNC|SYM)[A-Za-z]\w*=[^@`]*$/);
    case "printf":
      // `%n` stores a number into a variable that an operand names.
      return exactly(value, /^(?!.*%[-+ #0-9.*'lhjztL]*n)[^]*$/s);
    case "plain-glob":
      return value.known !== undefined && vetsNames(value.known) ? "fits" : "no";
    case "jq":
      return exactly(value, /^(?!.*((?<![A-Za-z_.])(env|ENV)\b|\bimport\b|\binclude\b|\binput_filename\b|\$__prog|\bget_search_list\b|\bdebug\b|\bstderr\b|\bmodulemeta\b))[^]*$/s);
    case "sum":
      // dc: digits, signs and the letters that print, keep a number or set how it is written; "!" runs a program, brackets and "x" run text.
      return exactly(value, /^[\d\sA-F.+*/%^~_pnfcdrkiovKIO-]+$/);
    case "sockets":
      // A name that stands for a host would be looked up; words of the filter, numbers, addresses and services are not.
      return exactly(value, SOCKETS);
    case "internet":
      // lsof's -i: protocol, address by number, ports; a name behind the "@" would be looked up.
      return exactly(value, INTERNET);
    case "unlooked":
      // "+M" asks the machine's port mapper.
      return exactly(value, UNLOOKED);
    case "ip":
      return exactly(value, ADDRESS);
    case "smartlog":
      // Some of smartctl's logs take numbers, and are then set and not printed; "reset" empties counters.
      return exactly(value, /^((x?error|x?selftest)(,\d+)?(,(error|selftest))?|selective|directory(,[gs])?|background|sasphy|sataphy|envrep|genstats|ssd|devstat(,(0x)?[\da-f]+)?|defects(,\d+)?|farm|zdevstat|tapealert|tapedevstat|scttemp(sts|hist)?|scterc|scttempint|(gplog|smartlog|nvmelog),0x[\da-f]+(,[\da-fx+-]+)?)$/i);
    case "moment":
      return exactly(value, /^(now|recent|boot|today|yesterday|this-hour|this-week|week-ago|this-month|this-year|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\d\d:\d\d(:\d\d)?)$/);
    case "records":
      // What somebody typed at a screen is recorded too, passwords among it; in one record with the call of the kernel that took it.
      return exactly(value, /^(?!.*TTY|.*\bSYSCALL\b|.*\bPROCTITLE\b|ALL$)[A-Z][A-Z\d_]*(,[A-Z][A-Z\d_]*)*$/i);
    case "shown":
      return exactly(value, /^(\s*show (?!.*\b(run|start|tech|key|secret|pass))[\w./: -]+(;|$))+\s*$/i);
    case "controller":
      // Controllers of disks and what hangs on them: /c0, /call, /c0/e252/s3, /c0/vall.
      return exactly(value, /^\/c(\d+|all)(\/(e(\d+|all)(\/s(\d+|all))?|[svdpf](\d+|all)|bbu|cv))?$/);
    case "header":
      // ":expand" reads a package's own words as macros, which may run programs.
      return exactly(value, /^(?!.*:expand)[^]*$/s);
    case "fields":
      return exactly(value, FIELDS);
    case "captured":
      // A filter of tcpdump: a name in it would be looked up, of a host or of a protocol; so would "1-5" where no ports are meant, and the beginning of what is no whole address.
      return exactly(value, CAPTURED);
    case "clock":
      return exactly(value, /^\d\d:\d\d(:\d\d)?$/);
    case "kubeout":
      return exactly(value, KUBE_FIELDS);
    case "bare":
      // Objects that have no environment and keep no settings of others: they may be printed whole.
      return exactly(value, BARE_OBJECTS);
    case "bare-name":
      return exactly(value, /^[a-z\d][a-z\d.-]*$/);
    case "pid":
      return exactly(value, /^\d+(,\d+)*$/);
    default:
      // Any other word stands for itself. A mistyped kind therefore matches nothing, and its family's own cases fail.
      return oneOf(kind.startsWith("[") ? kind.slice(1, -1).split("|") : [kind], value);
  }
}

/** A folder whose files are read afterwards, or that is entered. A variable that nothing sets leaves it as it is. */
const belowVerdict = (folder: string): KindVerdict => {
  if (folder === "") return "fits";
  if (isSecretPath(`${folder}/x`) || isSecretPath(folder)) return "secret";
  return /^([/.]*)(dev|sys\/kernel\/(debug|tracing))(\/|$)/.test(normalPath(folder)) ? "no" : "fits";
};

const oneOf = (words: readonly string[], { known }: Value): KindVerdict => (known !== undefined && words.includes(known) ? "fits" : "no");
