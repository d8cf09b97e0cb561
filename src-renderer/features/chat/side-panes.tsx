import type { ReactNode } from "react";
import type { HostRef } from "../../../src-main/contract/index.ts";

/** The conversation, and beside it the panes of the hosts it is about. */
export const SidePanes = ({ children }: { hosts: readonly HostRef[]; children: ReactNode }) => <>{children}</>;
