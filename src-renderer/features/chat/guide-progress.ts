import type { Conversation } from "../../../src-main/contract/index.ts";

export type Example = { readonly text: string; readonly says: string };

export const LAB_EXAMPLES: readonly Example[] = [
  { text: "which disks are filling up on db-01?", says: "a filling disk" },
  { text: "what is slow in the database on db-01?", says: "a runaway query" },
  { text: "how healthy is the hardware of bmc-01?", says: "a management controller" },
];
export const EXAMPLES: readonly Example[] = [
  { text: "health check of all servers", says: "one table for the fleet" },
  { text: "which disks are filling up?", says: "usage and growth" },
  { text: "what changed since yesterday 18:00?", says: "packages, logins, services" },
];

export const FIRST_QUESTION = "why is web-01 down?";

/** What of the first repair is behind the operator, as far as the conversation that began with its question tells; others about the same host repair nothing. */
export function guideProgress(conversations: readonly Conversation[]): readonly ("asked" | "answered" | "approved" | "fixed")[] {
  const about = conversations.filter(({ title }) => title === FIRST_QUESTION);
  if (about.some(({ state }) => state === "done")) return ["asked", "answered", "approved", "fixed"];
  if (about.some(({ state }) => state === "waiting")) return ["asked", "answered"];
  return about.length > 0 ? ["asked"] : [];
}
