import { appContract } from "./app.ts";
import { auditContract } from "./audit.ts";
import { centralContract } from "./central.ts";
import { chatContract } from "./chat.ts";
import { defineContract } from "./define.ts";
import { evalsContract } from "./evals.ts";
import { filesContract } from "./files.ts";
import { hostsContract } from "./hosts.ts";
import { promptsContract } from "./prompts.ts";
import { knowledgeContract } from "./knowledge.ts";
import { skillsContract } from "./skills.ts";
import { terminalsContract } from "./terminals.ts";
import { runsContract } from "./runs.ts";
import { schedulesContract } from "./schedules.ts";
import { accessContract } from "./access.ts";
import { approvalsContract } from "./approvals.ts";
import { guardContract } from "./guard.ts";
import { insightContract } from "./insight.ts";
import { modelsContract } from "./models.ts";
import { policyContract } from "./policy.ts";
import { vaultContract } from "./vault.ts";

export * from "./app.ts";
export * from "./audit.ts";
export * from "./central.ts";
export * from "./chat.ts";
export * from "./define.ts";
export * from "./evals.ts";
export * from "./failure.ts";
export * from "./files.ts";
export * from "./hosts.ts";
export * from "./prompts.ts";
export * from "./knowledge.ts";
export * from "./runs.ts";
export * from "./schedules.ts";
export * from "./skills.ts";
export * from "./terminals.ts";
export * from "./terms.ts";
export * from "./access.ts";
export * from "./approvals.ts";
export * from "./guard.ts";
export * from "./insight.ts";
export * from "./models.ts";
export * from "./policy.ts";
export * from "./vault.ts";

/** Everything a screen, a script or another program may ask. One group per capability, each in its own file. */
export const contract = defineContract({
  app: appContract,
  audit: auditContract,
  central: centralContract,
  chat: chatContract,
  knowledge: knowledgeContract,
  hosts: hostsContract,
  files: filesContract,
  prompts: promptsContract,
  runs: runsContract,
  schedules: schedulesContract,
  skills: skillsContract,
  terminals: terminalsContract,
  access: accessContract,
  approvals: approvalsContract,
  guard: guardContract,
  insight: insightContract,
  models: modelsContract,
  evals: evalsContract,
  policy: policyContract,
  vault: vaultContract,
});
export type SenaContract = typeof contract;
