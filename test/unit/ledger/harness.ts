import { randomFillSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger, type NewEntry, type OpenNeeds, type SenaLedger } from "../../../src-main/ledger/index.ts";

export const operator = { kind: "operator", id: "op_ada", name: "Ada Example" } as const;
export const random = (bytes: Uint8Array<ArrayBuffer>): Uint8Array => randomFillSync(bytes);

/** A directory that goes with the test, and ids that count. */
export function workplace() {
  const dir = mkdtempSync(join(tmpdir(), "sena-ledger-"));
  let count = 0;
  const needs = (over: Partial<OpenNeeds> = {}): OpenNeeds => ({ dir, now: () => Date.now(), newId: (prefix) => `${prefix}_${(count += 1).toString().padStart(6, "0")}`, random, version: "test", ...over });
  return {
    dir,
    needs,
    open: (over: Partial<OpenNeeds> = {}): Promise<SenaLedger> => openLedger(needs(over)),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

export const intent = (fields: NewEntry["fields"] = { script: "uptime" }, over: Partial<NewEntry> = {}): NewEntry => ({ type: "intent", actor: operator, host: "host_web01", session: "run_1", fields, ...over });
