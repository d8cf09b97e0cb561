import type { Effect } from "../contract/terms.ts";

/** A skill compiled against its inputs and one host: the exact scripts, in order, with what comes after. */
export type CompiledStep = {
  readonly id: string;
  readonly title: string;
  /** Built from argv with every value quoted; never by pasting strings. */
  readonly script: string;
  readonly declaredEffect: Effect;
  readonly dialect: "posix" | "racadm" | "cisco-ios";
  readonly timeoutMs: number;
  /** The parser's id; the runs room calls `Skills.read` with the output. */
  readonly reads?: string;
  readonly checksAfter: readonly string[];
  readonly undo?: string;
};
