import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import type { Output } from "../rest.ts";
import { useAsked, useOrg } from "../use-console.ts";

export type Member = Output<"GET /v1/orgs/:orgId/members">["items"][number];
export type Role = Member["role"];

/** What each role may comes from the server's policy, so that nobody has to know it by heart. */
export const RoleField = ({ role, onRole, leavesOut = [] }: { role: Role; onRole: (role: Role) => void; leavesOut?: readonly Role[] }) => {
  const { orgId } = useOrg();
  const { value } = useAsked("GET /v1/orgs/:orgId/roles", { orgId }, { isWhole: true });
  const may = value?.items.find((each) => each.role === role)?.permissions ?? [];
  return (
    <Field label="Role" hint={value === undefined ? undefined : may.length === 0 ? "May do nothing here yet." : `May: ${may.join(", ")}`}>
      <Select value={role} onValue={onRole} choices={(value?.items ?? [{ role }]).filter((each) => !leavesOut.includes(each.role)).map((each) => ({ value: each.role, text: each.role }))} />
    </Field>
  );
};
