import { ACCESS_FAILURES } from "../access/index.ts";
import { AGENT_FAILURES } from "../agent/index.ts";
import { APPROVAL_FAILURES } from "../approvals/index.ts";
import { CENTRAL_LINK_FAILURES } from "../central-link/port.ts";
import { CHAT_FAILURES } from "../chat/index.ts";
import { LINK_FAILURES, type FailureKind } from "../contract/index.ts";
import { EVAL_FAILURES } from "../evals/index.ts";
import { GUARD_FAILURES } from "../guard/index.ts";
import { INSIGHT_FAILURES } from "../insight/index.ts";
import { INVENTORY_FAILURES } from "../inventory/index.ts";
import { KNOWLEDGE_FAILURES } from "../knowledge/index.ts";
import { LEDGER_FAILURES } from "../ledger/index.ts";
import { MODEL_FAILURES } from "../models/index.ts";
import { POLICY_FAILURES } from "../policy/index.ts";
import { RUN_FAILURES } from "../runs/index.ts";
import { SCHEDULE_FAILURES } from "../schedules/index.ts";
import { SKILL_FAILURES } from "../skills/index.ts";
import { SSH_FAILURES } from "../ssh/index.ts";
import { TERMINAL_FAILURES } from "../terminals/index.ts";
import { SOURCE_HTTP_FAILURES, VAULT_FAILURES } from "../vault/index.ts";

/** Every code a caller may meet, from every room: what the reference lists, and what a test holds to its form. */
export const FAILURE_LIST: Readonly<Record<string, FailureKind>> = {
  ...LINK_FAILURES,
  ...ACCESS_FAILURES,
  ...AGENT_FAILURES,
  ...APPROVAL_FAILURES,
  ...CENTRAL_LINK_FAILURES,
  ...CHAT_FAILURES,
  ...EVAL_FAILURES,
  ...GUARD_FAILURES,
  ...INSIGHT_FAILURES,
  ...INVENTORY_FAILURES,
  ...KNOWLEDGE_FAILURES,
  ...LEDGER_FAILURES,
  ...MODEL_FAILURES,
  ...POLICY_FAILURES,
  ...RUN_FAILURES,
  ...SCHEDULE_FAILURES,
  ...SKILL_FAILURES,
  ...SSH_FAILURES,
  ...TERMINAL_FAILURES,
  ...VAULT_FAILURES,
  ...SOURCE_HTTP_FAILURES,
};
