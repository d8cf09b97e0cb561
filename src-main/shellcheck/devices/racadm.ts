import { deviceClassifier, type DeviceRule } from "./device.ts";

// Dell iDRAC's racadm. Words are exact. `get` prints settings, `set` and `config` change them; the rest is listed one by one.

const rules: readonly DeviceRule[] = [
  // Whatever names another controller carries its password on the line and crosses the network.
  { pattern: "-r …", effect: "egress", why: "this reaches another controller over the network" },
  { pattern: "-u …", effect: "egress", why: "this signs in with a name and a password on the line" },
  // Declared hardware effects.
  { pattern: "serveraction powerstatus", effect: "read", why: "prints whether the server is on" },
  { pattern: "serveraction powerdown|powerup|powercycle|hardreset|graceshutdown|nmi …", effect: "service-impact", why: "changes the server's power: everything on it stops" },
  { pattern: "racreset …", effect: "service-impact", why: "restarts the controller; it is away for minutes" },
  { pattern: "racresetcfg …", effect: "destructive", why: "resets the controller to factory settings" },
  { pattern: "systemerase …", effect: "destructive", why: "erases disks or memory" },
  { pattern: "update …", effect: "service-impact", why: "writes firmware; a failure can leave the hardware unusable" },
  { pattern: "fwupdate …", effect: "service-impact", why: "writes the controller's firmware" },
  { pattern: "firmwareupdate …", effect: "service-impact", why: "writes firmware" },
  { pattern: "rollback …", effect: "service-impact", why: "goes back to older firmware" },
  { pattern: "clrsel …", effect: "destructive", why: "erases the hardware event log" },
  { pattern: "clrraclog …", effect: "destructive", why: "erases the controller's log" },
  { pattern: "lclog clear …", effect: "destructive", why: "erases the lifecycle log" },
  { pattern: "closessn …", effect: "service-impact", why: "ends another person's session" },
  // Reading.
  { pattern: "getsysinfo", effect: "read", why: "prints what the server is" },
  { pattern: "getsysinfo -d|-s|-w|-c|-4|-6|-A|-b", effect: "read", why: "prints a part of what the server is" },
  { pattern: "getsel", effect: "read", why: "prints the hardware event log" },
  { pattern: "getsel -i|-E|-R|-o|-A|-m", effect: "read", why: "prints the hardware event log" },
  { pattern: "getsel -c|-s <number>", effect: "read", why: "prints part of the hardware event log" },
  { pattern: "getraclog", effect: "read", why: "prints the controller's log" },
  { pattern: "getraclog -i|-o|-A|-m", effect: "read", why: "prints the controller's log" },
  { pattern: "getraclog -c|-s <number>", effect: "read", why: "prints part of the controller's log" },
  { pattern: "getsensorinfo", effect: "read", why: "prints the sensors" },
  { pattern: "getsvctag", effect: "read", why: "prints the service tag" },
  { pattern: "getversion", effect: "read", why: "prints versions of firmware" },
  { pattern: "getversion -b|-c|-l|-f|-i", effect: "read", why: "prints versions of firmware" },
  { pattern: "getractime", effect: "read", why: "prints the controller's clock" },
  { pattern: "getractime -d", effect: "read", why: "prints the controller's clock" },
  { pattern: "getniccfg", effect: "read", why: "prints the controller's network settings" },
  { pattern: "getnicinfo|getled|getmodinfo|getpbinfo|getdcinfo|getfanreqinfo|getassettag|getslotname|getchassisname|getpminfo|getmacaddress|getioinfo|getkvminfo|getredundancymode", effect: "read", why: "prints what the hardware says about itself" },
  { pattern: "getmacaddress|getmodinfo|getslotname -m|-c|-a|-x", effect: "read", why: "prints what the hardware says about itself" },
  { pattern: "getssninfo", effect: "read", why: "prints who is signed in" },
  { pattern: "gettracelog", effect: "read", why: "prints the controller's trace log" },
  { pattern: "getremoteservicesstatus", effect: "read", why: "prints whether the controller's services are ready" },
  { pattern: "coredumpstatus|getconfigstatus", effect: "read", why: "prints a state of the controller" },
  { pattern: "ifconfig|netstat|arp", effect: "read", why: "prints the controller's network state" },
  { pattern: "swinventory|hwinventory", effect: "read", why: "prints the inventory" },
  { pattern: "hwinventory nic|fc", effect: "read", why: "prints the inventory of one kind" },
  { pattern: "hwinventory <part>", effect: "read", why: "prints the inventory of one part" },
  { pattern: "nicstatistics|fcstatistics", effect: "read", why: "lists the cards that count" },
  { pattern: "nicstatistics|fcstatistics <part>", effect: "read", why: "prints what one card counted" },
  { pattern: "systemperfstatistics view", effect: "read", why: "prints how busy the server was" },
  { pattern: "eventfilters get -c <group>", effect: "read", why: "prints which alerts are sent" },
  { pattern: "autoupdatescheduler view", effect: "read", why: "prints when updates are looked for" },
  { pattern: "gethostnetworkinterfaces", effect: "read", why: "prints the interfaces of the server" },
  { pattern: "remoteimage -s", effect: "read-secret", why: "prints with what name and password a remote medium is fetched" },
  { pattern: "inlettemphistory get", effect: "read", why: "prints past temperatures" },
  { pattern: "jobqueue view", effect: "read", why: "prints the job queue" },
  { pattern: "jobqueue view -i <job>", effect: "read", why: "prints one job" },
  { pattern: "jobqueue delete …", effect: "mutate", why: "removes a job" },
  { pattern: "jobqueue create …", effect: "service-impact", why: "queues a job, which may restart the server" },
  { pattern: "lclog view", effect: "read", why: "prints the lifecycle log" },
  { pattern: "lclog viewconfigresult -j <job>", effect: "read", why: "prints the result of a job" },
  { pattern: "lclog view -n|-s|-c|-i|-q <text>", effect: "read", why: "prints part of the lifecycle log" },
  { pattern: "raid|storage get pdisks|vdisks|controllers|enclosures|batteries|status|fans|emms|psus|tempprobes", effect: "read", why: "prints the state of the storage" },
  { pattern: "raid|storage get pdisks|vdisks|controllers|enclosures|batteries|emms -o -p <property>", effect: "read", why: "prints a property of the storage" },
  { pattern: "raid|storage get pdisks|vdisks|controllers|enclosures|batteries|emms <name>", effect: "read", why: "prints the state of one part of the storage" },
  { pattern: "raid|storage get pdisks|vdisks|controllers -o -p <property> <name>", effect: "read", why: "prints the state of one part of the storage" },
  // The name of what they change follows behind a colon, and most of them destroy something.
  { pattern: "raid|storage …", effect: "destructive", why: "changes the storage; what is on the disks may be lost" },
  { pattern: "license view", effect: "read", why: "prints licences" },
  { pattern: "vflashsd status", effect: "read", why: "prints the state of the flash card" },
  { pattern: "techsupreport getupdatetime", effect: "read", why: "prints when the report was made" },
  { pattern: "diagnostics|vmdisconnect …", effect: "service-impact", why: "restarts the server for its tests, or takes a medium away" },
  { pattern: "sensorsettings|testalert|testemail|testtrap …", effect: "mutate", why: "changes settings or sends something" },
  { pattern: "sshpkauth|usercertview -v …", effect: "read-secret", why: "prints keys of users" },
  // `get` of a user, a password, a key or a community prints secrets or their hashes.
  { pattern: "help|version", effect: "pure", why: "prints help" },
  { pattern: "help <word>", effect: "pure", why: "prints help" },
  { pattern: "get <object>", effect: "read", why: "prints settings" },
  { pattern: "getconfig …", effect: "read-secret", why: "may print or write out settings with secrets in them" },
  { pattern: "get …", effect: "mutate", why: "get with more than an object writes the settings into a file" },
  { pattern: "set|config|setniccfg|setled|setassettag|deploy|sslcsrgen|sslcertupload|sslcertdelete|sslkeyupload|krbkeytabupload|setractime|remoteimage|vflashpartition|vflashsd|license|techsupreport|supportassist|nicconfig|eventfilters|bioscert|fcstatistics|plugin|switchconnection …", effect: "mutate", why: "changes the controller's settings or sends data out" },
];

// With a star, whatever the group holds.
const SECRET_OBJECT = /\*|user|pass|key|secret|community|cert|ldap|activedirectory|adgroup|snmp|security|token|kms|sekm|ipmilan/i;

const judge = deviceClassifier({ name: "racadm", fits: (typed, spelled) => typed === spelled, plainWord: /^[\w.:#[\]*,=+-]+$/, drop: ["racadm"] }, rules);

export const classifyRacadm = (text: string): ReturnType<typeof judge> =>
  judge(text).map((segment) =>
    segment.proved && segment.rule === "racadm/get-object" && segment.argv.some((word) => SECRET_OBJECT.test(word))
      ? { ...segment, effect: "read-secret", proved: false, rule: "secret/racadm-object", why: "these settings hold users, keys or passwords" }
      : segment,
  );
