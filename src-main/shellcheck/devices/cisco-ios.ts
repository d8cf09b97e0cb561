import { deviceClassifier, type DeviceRule } from "./device.ts";

// Cisco IOS and IOS XE in exec mode. IOS takes any unambiguous beginning of a word, so a dangerous word is recognised by its first
// letters too, and a mild one only when it is written out far enough to be nothing else.

const READS: readonly string[] = [
  ..."version clock inventory users privilege uptime history processes memory vlan arp logging environment platform diag redundancy cdp lldp etherchannel spanning-tree module power stack stack-power switch buffers controllers flash: bootvar boot license ntp protocols sessions hosts debugging calendar location line terminal".split(" "),
  ..."interfaces interface ip ipv6 mac mac-address-table route-map access-lists access-list bgp ospf eigrp isis mpls vrf port-security storm-control errdisable monitor inventory policy-map class-map queueing idprom sdm facility-alarm call track bfd lacp pagp udld vtp dot1x authentication policy bridge cef adjacency mls object-group prefix-list dhcp nat rip multicast pim igmp".split(" "),
];

const rules: readonly DeviceRule[] = [
  // Output filters that write or send: `| redirect`, `| tee`, `| append`.
  { pattern: "show running-config|startup-config|tech-support|archive|configuration …", effect: "read-secret", why: "prints the configuration with its passwords and keys" },
  { pattern: "show run …", effect: "read-secret", why: "prints the configuration with its passwords and keys" },
  { pattern: "show sta …", effect: "read-secret", why: "may print the stored configuration with its passwords" },
  { pattern: "show tech …", effect: "read-secret", why: "prints the configuration with its passwords and keys" },
  { pattern: "show snmp|crypto|aaa|radius|tacacs|key|username|wlan|keys …", effect: "read-secret", why: "prints communities, keys or accounts" },
  // What routers say to each other may be signed with a word, and in full it is printed.
  { pattern: "show standby|vrrp|hsrp brief", effect: "read", why: "prints a state of the device" },
  { pattern: "show standby|vrrp|hsrp …", effect: "read-secret", why: "may print the word that routers know each other by" },
  // On other systems of the same maker any other word is a file, and is printed.
  { pattern: "show file systems|descriptors", effect: "read", why: "prints a state of the device" },
  { pattern: "show file information …", effect: "read", why: "prints a state of the device" },
  ...READS.map((word): DeviceRule => ({ pattern: `show ${word} …`, effect: "read", why: "prints a state of the device" })),
  { pattern: "dir", effect: "read", why: "lists files" },
  { pattern: "dir flash:|nvram:|bootflash:|disk0:", effect: "read", why: "lists files" },
  { pattern: "terminal length|width <number>", effect: "pure", why: "sets how this session prints" },
  { pattern: "where", effect: "read", why: "lists sessions" },
  { pattern: "reload …", effect: "service-impact", why: "restarts the device" },
  { pattern: "clear …", effect: "service-impact", why: "clears counters, tables or sessions" },
  { pattern: "debug …", effect: "service-impact", why: "debugging can stall the device" },
  { pattern: "write erase …", effect: "destructive", why: "erases the stored configuration" },
  { pattern: "erase|format|delete|squeeze …", effect: "destructive", why: "erases files or the configuration" },
  { pattern: "write|copy|archive|verify|rename|mkdir|rmdir|more|undebug|clock|disable|hostname …", effect: "mutate", why: "changes the device" },
  { pattern: "no|set|enable|configure|interface|shutdown|setup|test|vlan …", effect: "service-impact", why: "changes how the device works, or enters a mode that does" },
  { pattern: "ping|traceroute|telnet|ssh|connect|rlogin …", effect: "egress", why: "sends packets to another machine" },
  { pattern: "tclsh|event|guestshell|request|install|app-hosting …", effect: "arbitrary-exec", why: "runs programs or scripts on the device" },
];

// Whatever could be the beginning of a word on this list is not read as a mild one.
const fits = (typed: string, spelled: string): boolean => typed.toLowerCase() === spelled;

const judge = deviceClassifier({ name: "cisco-ios", fits, plainWord: /^[\w.:/|,*^$-]+$/ }, rules);

const FILTERS = new Set(["include", "exclude", "begin", "section", "count"]);
/** What may follow a `show` topic: words that print secrets are found wherever they stand. */
const SECRET_WORD = /(^|[-_])(pass|key|secret|cred|comm|config|run|start|tech)/i;

export const classifyCiscoIos = (text: string): ReturnType<typeof judge> =>
  judge(text).map((segment) => {
    if (!segment.proved) return segment;
    const bar = segment.argv.indexOf("|");
    const filter = segment.argv[bar + 1] ?? "";
    if (bar >= 0 && (!FILTERS.has(filter) || segment.argv.lastIndexOf("|") !== bar)) return { ...segment, effect: "mutate", proved: false, rule: "trap/ios-redirect", why: "this output filter can write to a file or a server" };
    if (segment.argv.some((word) => /[^|]\||\|[^|]/.test(word))) return { ...segment, effect: "unknown", proved: false, rule: "cisco-ios/words", why: "a bar inside a word is read differently by different versions" };
    const topic = bar < 0 ? segment.argv : segment.argv.slice(0, bar);
    if (topic.slice(1).some((word) => SECRET_WORD.test(word))) return { ...segment, effect: "read-secret", proved: false, rule: "secret/ios-topic", why: "this prints configuration, keys or passwords" };
    return segment;
  });
