import type { OperatorEntry } from "../../src-main/contract/index.ts";

/** Whose word would be taken today: by their own role, not by what somebody lent them. */
export const mayApprove = ({ active, roles }: Pick<OperatorEntry, "active" | "roles">): boolean => active && (roles.includes("approver") || roles.includes("admin"));
