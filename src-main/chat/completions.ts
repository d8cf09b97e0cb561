import type { Completion } from "../contract/index.ts";
import type { Inventory } from "../inventory/port.ts";
import type { Skills } from "../skills/port.ts";

const COMMANDS: readonly Completion[] = [
  { insert: "/new", label: "/new", detail: "Start a new conversation", kind: "command" },
  { insert: "/stop", label: "/stop", detail: "Stop what runs now", kind: "command" },
  { insert: "/retry", label: "/retry", detail: "Ask the last question again", kind: "command" },
  { insert: "/pin", label: "/pin", detail: "Pin or unpin this conversation", kind: "command" },
  { insert: "/rename ", label: "/rename NAME", detail: "Rename this conversation", kind: "command" },
  { insert: "/export", label: "/export", detail: "Save this conversation as Markdown", kind: "command" },
  { insert: "/help", label: "/help", detail: "What can be asked, and the keys", kind: "command" },
];
const LIMIT = 12;

/** What `@`, `#` and `/` complete to: starts first, then anywhere in the name, then in the words around it. */
export const completionsOf =
  ({ inventory, skills }: { readonly inventory: Pick<Inventory, "all">; readonly skills: Pick<Skills, "list"> }) =>
  (sign: "@" | "#" | "/", typed: string): Completion[] => {
    const skillCompletions = () => skills.list().map(({ id, title, summary }): Completion => ({ insert: `#${id} `, label: title, detail: `${id}: ${summary}`.slice(0, 200), kind: "skill" }));
    switch (sign) {
      case "@":
        return ranked(hostCompletions(inventory), typed);
      case "#":
        return ranked(skillCompletions(), typed);
      case "/":
        return [...ranked(COMMANDS, typed), ...ranked(skillCompletions(), typed)].slice(0, LIMIT);
      default:
        return sign satisfies never;
    }
  };

function hostCompletions(inventory: Pick<Inventory, "all">): Completion[] {
  const hosts = inventory.all();
  const groups = new Map<string, number>();
  for (const host of hosts) for (const group of host.groups) groups.set(group, (groups.get(group) ?? 0) + 1);
  return [
    ...hosts.map((host): Completion => ({ insert: `@${host.name} `, label: host.name, detail: `${host.environment} · ${host.os}`, kind: "host" })),
    ...[...groups].map(([group, count]): Completion => ({ insert: `@${group} `, label: group, detail: `group of ${count}`, kind: "group" })),
    ...(hosts.length > 1 ? [{ insert: "@all ", label: "all", detail: `every host (${hosts.length})`, kind: "group" } as const] : []),
  ];
}

function ranked(all: readonly Completion[], typed: string): Completion[] {
  const wanted = typed.toLowerCase();
  const rank = ({ insert, label, detail }: Completion): number => {
    const name = insert.slice(1).trim().toLowerCase();
    if (name.startsWith(wanted) || label.toLowerCase().startsWith(wanted)) return 0;
    if (name.includes(wanted) || label.toLowerCase().includes(wanted)) return 1;
    return detail.toLowerCase().includes(wanted) ? 2 : 3;
  };
  return all
    .map((one) => ({ one, rank: rank(one) }))
    .filter((entry) => entry.rank < 3)
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, LIMIT)
    .map((entry) => entry.one);
}
