import type { Conversation } from "../../../src-main/contract/index.ts";
import type { Example } from "./guide.tsx";

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

/** What of the first repair is behind the operator, as far as the list of conversations tells. */
export function guideProgress(conversations: readonly Conversation[]): readonly ("asked" | "answered" | "approved" | "fixed")[] {
  const about = conversations.filter(({ hosts }) => hosts.some(({ name }) => name === "web-01"));
  if (about.some(({ state }) => state === "done")) return ["asked", "answered", "approved", "fixed"];
  if (about.some(({ state }) => state === "waiting")) return ["asked", "answered"];
  return about.length > 0 ? ["asked"] : [];
}
