import type { Output } from "../rest.ts";

type State = Output<"GET /v1/orgs/:orgId/approvals">["items"][number]["state"];

export const STATE_WORDS: Readonly<Record<State, string>> = { waiting: "waits", approved: "approved", denied: "denied, not run", expired: "expired, not run", cancelled: "taken back, not run", used: "approved and run", withdrawn: "withdrawn, not run" };
