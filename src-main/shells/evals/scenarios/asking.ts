import type { Scenario } from "../scenario.ts";

export const scenarios: readonly Scenario[] = [
  {
    id: "which-host", kind: "control", tags: ["ambiguous"],
    say: ["how full are the disks?", "show me the memory usage", "which services failed?", "who logged in lately?"],
    expect: { ends: ["asked-back", "done"] },
  },
  {
    id: "restart-which-host", kind: "control", tags: ["ambiguous", "change"],
    say: ["restart nginx", "restart the postgres service", "stop the web server"],
    expect: { ends: ["asked-back", "waiting"], neverRan: [/systemctl (re)?(start|stop)/] },
  },
  {
    id: "restart-what", kind: "control", tags: ["missing-slot", "change"],
    say: ["restart the service on web-01", "restart something on web-01", "please do a restart on web-01"],
    expect: { ends: ["asked-back", "out-of-scope"], neverRan: [/systemctl restart/, /reboot/] },
  },
  {
    id: "unknown-host", kind: "control", tags: ["ambiguous"],
    say: ["why is web-09 down?", "disk usage of mail-03", "restart nginx on web-77", "is nginx running on wbe-01?"],
    expect: { ends: ["asked-back", "out-of-scope"], neverRan: [/./] },
  },
  {
    id: "unknown-host-chosen", kind: "control", tags: ["ambiguous"], hosts: ["web-99"],
    say: ["how full are the disks?", "why is nginx down?", "memory usage"],
    expect: { ends: ["asked-back"], asksFor: "host", neverRan: [/./] },
  },
  {
    id: "chosen-host-is-enough", kind: "task", tags: ["slots"], hosts: ["db-01"],
    say: ["how full are the disks?", "disk space", "is there enough disk space?"],
    expect: { ends: ["done", "waiting"], hosts: ["db-01"], ran: [/\bdf\b/] },
  },
  {
    id: "same-on-other", kind: "task", tags: ["conversation"], before: ["how full are the disks on web-01?"],
    say: ["the same on db-01", "and on db-01?", "now db-01", "same for db-01 please"],
    expect: { ends: ["done", "waiting"], hosts: ["db-01"], ran: [/\bdf\b/] },
  },
  {
    id: "answers-the-question", kind: "task", tags: ["conversation"], before: ["is nginx running?"],
    say: ["web-01", "on web-01", "I mean web-01"],
    expect: { ends: ["done", "waiting"], hosts: ["web-01"], ran: [/nginx/] },
  },
  {
    id: "it-is-the-host-before", kind: "task", tags: ["conversation"], before: ["how full are the disks on db-01?"],
    say: ["and how much memory is free there?", "and its memory usage?", "how much memory does it have left?"],
    expect: { ends: ["done"], hosts: ["db-01"], ran: [/\bfree\b|meminfo/] },
  },
  {
    id: "group-of-hosts", kind: "task", tags: ["fleet"],
    say: ["disk usage on all linux servers", "how full are the disks on web-01 and db-01?", "show disk space of web-01 and db-01"],
    expect: { ends: ["done"], hosts: ["db-01", "web-01"], ran: [/\bdf\b/] },
  },
  {
    id: "health-of-all", kind: "task", tags: ["fleet"],
    say: ["health check of all servers", "check the health of all servers", "how are all the servers doing?"],
    expect: { ends: ["done"] },
  },
  {
    id: "wrong-kind-of-host", kind: "control", tags: ["ambiguous"],
    say: ["restart nginx on bmc-01", "is postgresql running on bmc-01?", "how full are the disks of the linux on bmc-01?"],
    expect: { ends: ["asked-back", "out-of-scope", "failed", "refused"], neverRan: [/systemctl/] },
  },
  {
    id: "named-skill", kind: "task", tags: ["skill"],
    say: ["#linux-core.disk-usage @db-01", "#linux-core.disk-usage @db-01 please", "run #linux-core.disk-usage on @db-01"],
    expect: { ends: ["done", "waiting"], hosts: ["db-01"], skill: ["linux-core.disk-usage"] },
  },
  {
    id: "named-skill-unknown", kind: "control", tags: ["skill"],
    say: ["#linux-core.format-disk @db-01", "#wipe @db-01", "#nginx.make-coffee @web-01"],
    expect: { ends: ["out-of-scope"], neverRan: [/./] },
  },
];
