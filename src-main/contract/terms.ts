import { z } from "zod";
import { EFFECTS, ENVIRONMENTS, ROLES } from "./words.ts";

export * from "./words.ts";

// The words every room and every screen shares. A word that only one capability uses lives in that
// capability's own contract file, not here.

/** How dear a host is. Drawn as a coloured edge everywhere a host appears. */
export const Environment = z.enum(ENVIRONMENTS);
export type Environment = z.infer<typeof Environment>;

export const Effect = z.enum(EFFECTS);
export type Effect = z.infer<typeof Effect>;

/** deny beats ask beats allow; no mode skips it. */
export const Verdict = z.enum(["allow", "ask", "deny"]);
export type Verdict = z.infer<typeof Verdict>;

export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** What a procedure needs. Roles grant permissions in one table (`ROLE_GRANTS`), procedures name one. */
export const Permission = z.enum(["public", "view", "operate", "approve", "audit", "administer"]);
export type Permission = z.infer<typeof Permission>;

export const ROLE_GRANTS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ["public", "view"],
  operator: ["public", "view", "operate"],
  approver: ["public", "view", "operate", "approve"],
  auditor: ["public", "view", "audit"],
  admin: ["public", "view", "operate", "approve", "audit", "administer"],
};
/** Whether one of the roles grants it. */
export const grants = (roles: readonly Role[], permission: Permission): boolean => roles.some((role) => ROLE_GRANTS[role].includes(permission));

/** Lower-case, url-safe, sortable where it matters. Minted by the core, never by a screen. */
export const Id = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/);
export type Id = z.infer<typeof Id>;

/** Milliseconds since the epoch, by the core's clock. */
export const Instant = z.number().int().nonnegative();
export type Instant = z.infer<typeof Instant>;

/** Lower-case hex of a SHA-256. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export type Sha256 = z.infer<typeof Sha256>;

/** Who acts. `kind` tells a person from a skill's schedule, a model or the system itself. */
export const Actor = z.object({
  kind: z.enum(["operator", "skill", "model", "schedule", "system"]),
  id: z.string().max(64),
  name: z.string().max(128),
});
export type Actor = z.infer<typeof Actor>;
/** A person, as the one who acts. */
export const actorOf = ({ id, name }: { readonly id: string; readonly name: string }): Actor => ({ kind: "operator", id, name });
/** What SENA does by itself, for nobody. */
export const SYSTEM: Actor = { kind: "system", id: "sena", name: "SENA" };

export const Empty = z.object({});
export const Done = z.object({ done: z.literal(true) });
