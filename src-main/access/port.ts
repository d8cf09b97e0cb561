import type { Principal } from "../contract/define.ts";
import type { Role } from "../contract/terms.ts";

export type Operator = { readonly id: string; readonly name: string; readonly roles: readonly Role[]; readonly active: boolean };

export interface Access {
  /** Who acts now on this workstation; permissions are empty but "public" while locked. */
  principal(): Principal;
  operator(id: string): Operator | undefined;
  readonly locked: boolean;
  readonly singleOperator: boolean;
}
