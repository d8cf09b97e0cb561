import { z } from "zod";
import type { CedarEngine } from "../../policy/index.ts";
import { fail } from "../failures.ts";
import type { IdentityPort } from "./port.ts";

export const CentralRole = z.enum(["admin", "developer", "operator", "approver", "auditor", "viewer", "guest"]);
export type CentralRole = z.infer<typeof CentralRole>;

export const CentralPermission = z.enum(["people:read", "people:write", "desktops:read", "desktops:write", "approvals:read", "approvals:decide", "audit:read", "audit:erase", "keys:write", "settings:write", "policy:read", "policy:write", "webhooks:write", "inbox:read", "inbox:write"]);
export type CentralPermission = z.infer<typeof CentralPermission>;

export type Grants = Readonly<Record<CentralRole, readonly CentralPermission[]>>;

/** Roles are a Cedar policy (resources/policy/central.cedar). They depend on nothing but the role, so it is asked once for each pair and remembered. */
export function grantsOf(cedar: CedarEngine, texts: { readonly policy: string; readonly schema: string }): Grants {
  const checked = cedar.validate({ validationSettings: { mode: "strict" }, schema: texts.schema, policies: { staticPolicies: texts.policy } });
  const problem = checked.type === "failure" ? checked.errors[0]?.message : checked.validationErrors[0]?.error.message;
  if (problem !== undefined) throw fail("CENTRAL_CONFIG", { detail: `the policy of roles does not load: ${problem}` });
  const may = (role: CentralRole, permission: CentralPermission): boolean => {
    const answer = cedar.isAuthorized({
      principal: { type: "Member", id: "someone" },
      action: { type: "Action", id: permission },
      resource: { type: "Organisation", id: "theirs" },
      context: {},
      policies: { staticPolicies: texts.policy },
      entities: [
        { uid: { type: "Member", id: "someone" }, attrs: {}, parents: [{ type: "Role", id: role }] },
        { uid: { type: "Organisation", id: "theirs" }, attrs: {}, parents: [] },
      ],
    });
    return answer.type === "success" && answer.response.decision === "allow" && answer.response.diagnostics.errors.length === 0;
  };
  return Object.fromEntries(CentralRole.options.map((role) => [role, CentralPermission.options.filter((permission) => may(role, permission))])) as unknown as Grants;
}

/** For what whoever runs the server gives out themselves. */
export const SERVER = "server";
/**
 * Whether somebody may still do what they did. What is given out to be taken up later counts only then: whoever is an admin no
 * more would else come back, or bring a desktop in, by what they had kept.
 */
export type StillMay = (orgId: string, by: string, permission: CentralPermission) => Promise<boolean>;
export const createStillMay = ({ identity, grants }: { readonly identity: Pick<IdentityPort, "roleIn">; readonly grants: Grants }): StillMay =>
  async (orgId, by, permission) => {
    if (by === SERVER) return true;
    const role = await identity.roleIn(orgId, by);
    return role !== undefined && grants[role].includes(permission);
  };
