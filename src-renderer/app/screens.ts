import { screen as approvals } from "../features/approvals/index.ts";
import { screen as audit } from "../features/audit/index.ts";
import { screen as chat } from "../features/chat/index.ts";
import { screen as hosts } from "../features/hosts/index.ts";
import { screen as insight } from "../features/insight/index.ts";
import { screen as knowledge } from "../features/knowledge/index.ts";
import { screen as runbooks } from "../features/runbooks/index.ts";
import { screen as settings } from "../features/settings/index.ts";
import { screen as terminals } from "../features/terminals/index.ts";
import type { Screen } from "./screen.ts";

/** In the rail's order. The last stands apart, at the foot. */
export const SCREENS: readonly Screen[] = [chat, terminals, hosts, runbooks, knowledge, approvals, audit, insight, settings];
