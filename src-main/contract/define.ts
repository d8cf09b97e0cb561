import type { z } from "zod";
import type { Permission } from "./terms.ts";

/**
 * How the API layer records a procedure in the ledger, before its handler runs.
 *   none  reading that leaves no trace
 *   room  the room writes its own, richer entries (runs, approvals, sessions)
 *   other an entry of that type, with the procedure's name and its input as disclosed fields
 */
export type Recording = "none" | "room" | "config" | "login" | "policy" | "skill" | "key" | "export" | "redaction";

type Common = {
  /** One line for the reference page: what it does, in the operator's words. */
  readonly says: string;
  readonly needs: Permission;
  readonly records: Recording;
  /** Input fields the ledger must never see (secrets). */
  readonly hides?: readonly string[];
};

export type Call = Common & { readonly kind: "call"; readonly input: z.ZodType; readonly output: z.ZodType };
export type Feed = Common & { readonly kind: "feed"; readonly input: z.ZodType; readonly item: z.ZodType };
export type Pipe = Common & { readonly kind: "pipe"; readonly input: z.ZodType };
export type Procedure = Call | Feed | Pipe;
export type Contract = { readonly [group: string]: { readonly [name: string]: Procedure } };

export const defineContract = <const C extends Contract>(contract: C): C => contract;

/** One question, one answer. */
export const call = <I extends z.ZodType, O extends z.ZodType>(o: Common & { input: I; output: O }) => ({ ...o, kind: "call" }) as const;
/** Ordered items with credit, ended once: streaming replies, live lists, log tails. */
export const feed = <I extends z.ZodType, T extends z.ZodType>(o: Common & { input: I; item: T }) => ({ ...o, kind: "feed" }) as const;
/** Duplex bytes with a 256 KiB window in each direction: terminals, file transfer. */
export const pipe = <I extends z.ZodType>(o: Common & { input: I }) => ({ ...o, kind: "pipe" }) as const;

export type CallOptions = { readonly signal?: AbortSignal };

export type Client<C extends Contract> = {
  readonly [G in keyof C]: {
    readonly [N in keyof C[G]]: C[G][N] extends { kind: "call"; input: infer I extends z.ZodType; output: infer O extends z.ZodType }
      ? (input: z.input<I>, options?: CallOptions) => Promise<z.output<O>>
      : C[G][N] extends { kind: "feed"; input: infer I extends z.ZodType; item: infer T extends z.ZodType }
        ? (input: z.input<I>, options?: CallOptions) => AsyncIterable<z.output<T>>
        : C[G][N] extends { kind: "pipe"; input: infer I extends z.ZodType }
          ? (input: z.input<I>, options?: CallOptions) => BytePipe
          : never;
  };
};

/** Who is calling, as the access room sees them at this moment. */
export type Principal = { readonly id: string; readonly name: string; readonly permissions: readonly Permission[] };
export type HandlerContext = { readonly principal: Principal; readonly signal: AbortSignal };

export type Handlers<C extends Contract> = { readonly [G in keyof C]: GroupHandlers<C[G]> };
export type GroupHandlers<G extends { readonly [name: string]: Procedure }> = {
  readonly [N in keyof G]: G[N] extends { kind: "call"; input: infer I extends z.ZodType; output: infer O extends z.ZodType }
    ? (input: z.output<I>, context: HandlerContext) => Promise<z.input<O>>
    : G[N] extends { kind: "feed"; input: infer I extends z.ZodType; item: infer T extends z.ZodType }
      ? (input: z.output<I>, context: HandlerContext) => AsyncIterable<z.input<T>>
      : G[N] extends { kind: "pipe"; input: infer I extends z.ZodType }
        ? (input: z.output<I>, context: HandlerContext, pipe: BytePipe) => Promise<void>
        : never;
};

/** Both ends see the same shape. */
export interface BytePipe {
  /** Resolves when the peer has room for all of it; rejects when the pipe is closed. */
  write(chunk: Uint8Array): Promise<void>;
  /** The consumer calls `done` when the chunk is really handled (for xterm: in its write callback). */
  onChunk(handle: (chunk: Uint8Array, done: () => void) => void): void;
  /** Settles when either end closed; rejects with the failure that ended it. */
  readonly closed: Promise<void>;
  close(): void;
}
