import { appContract } from "./app.ts";
import { auditContract } from "./audit.ts";
import { chatContract } from "./chat.ts";
import { defineContract } from "./define.ts";
import { terminalsContract } from "./terminals.ts";
import { runsContract } from "./runs.ts";

export * from "./app.ts";
export * from "./audit.ts";
export * from "./chat.ts";
export * from "./define.ts";
export * from "./failure.ts";
export * from "./runs.ts";
export * from "./terminals.ts";
export * from "./terms.ts";

/** Everything a screen, a script or another program may ask. One group per capability, each in its own file. */
export const contract = defineContract({
  app: appContract,
  audit: auditContract,
  chat: chatContract,
  runs: runsContract,
  terminals: terminalsContract,
});
export type SenaContract = typeof contract;
