import { z } from "zod";
import { actorOf, type BytePipe, type Contract, failer, Failure, type HandlerContext, LINK_FAILURES, type Principal, type Procedure } from "../contract/index.ts";
import type { Offers } from "../contract/link/index.ts";
import { diskTroubleOf } from "../kernel/index.ts";
import type { Json, LeafType, NewEntry } from "../ledger/port.ts";

const fail = failer(LINK_FAILURES);

export type DispatchNeeds = {
  readonly contract: Contract;
  /** `handlers[group][name]`; the compiler has checked the pairs where they were made. */
  readonly handlers: { readonly [group: string]: { readonly [name: string]: unknown } };
  /** Durable before it resolves; a rejection stops the procedure. */
  readonly record: (entry: NewEntry) => Promise<unknown>;
  /** Where failures nobody expected go: the log, under the reference the caller was told. */
  readonly report: (ref: string, error: unknown) => void;
  readonly newRef: () => string;
  /** Resolves once somebody is unlocked, with who it is. A feed that only shows waits for it: what was opened before a lock shows nothing during it. */
  readonly unlocked?: (signal: AbortSignal) => Promise<Principal>;
};

type Run = { readonly path: string; readonly input: unknown; readonly principal: Principal; readonly signal: AbortSignal };

/**
 * The one place where a request becomes an act: find it, check the permission, parse the input, record it when it says
 * so, run the handler, parse what goes out. Every carrier (link, REST, command line) comes through here.
 */
export interface Dispatch {
  /** Every procedure there is to ask, for the welcome of a connection. */
  readonly offers: Offers;
  kindOf(path: string): Procedure["kind"] | undefined;
  call(run: Run): Promise<unknown>;
  feed(run: Run): AsyncIterable<unknown>;
  pipe(run: Run, pipe: BytePipe): Promise<void>;
  /** Any error as the failure the caller may see. */
  failureOf(error: unknown): Failure;
}

const own = (of: unknown, key: string): unknown => (typeof of === "object" && of !== null && Object.hasOwn(of, key) ? (of as Record<string, unknown>)[key] : undefined);

export function createDispatch(needs: DispatchNeeds): Dispatch {
  const find = (path: string): Procedure | undefined => {
    const [group = "", name = "", ...rest] = path.split(".");
    return rest.length > 0 ? undefined : (own(own(needs.contract, group), name) as Procedure | undefined);
  };

  async function admit(run: Run, kind: Procedure["kind"]): Promise<{ procedure: Procedure; handler: (...args: unknown[]) => unknown; input: unknown; context: HandlerContext }> {
    const procedure = find(run.path);
    const [group = "", name = ""] = run.path.split(".");
    const handler = own(own(needs.handlers, group), name);
    if (!procedure || procedure.kind !== kind || typeof handler !== "function") throw fail("NO_SUCH_PROCEDURE", { path: run.path.slice(0, 128) });
    if (!run.principal.permissions.includes(procedure.needs)) {
      if (run.principal.permissions.length <= 1) throw fail("LOCKED");
      throw fail("FORBIDDEN", { permission: procedure.needs, name: run.principal.name });
    }
    const input = procedure.input.safeParse(run.input);
    if (!input.success) throw fail("BAD_INPUT", { detail: z.prettifyError(input.error).slice(0, 500) });
    if (procedure.records !== "none" && procedure.records !== "room") await needs.record(entryOf(run, procedure, procedure.records, input.data));
    return { procedure, handler: handler as (...args: unknown[]) => unknown, input: input.data, context: { principal: run.principal, signal: run.signal } };
  }

  // An act under way goes on through a lock; a look does not, nor does it pass to somebody who may not have it.
  async function assertMayStill({ signal, principal }: Run, { needs: permission }: Procedure): Promise<void> {
    const { permissions, name } = (await needs.unlocked?.(signal)) ?? principal;
    signal.throwIfAborted();
    if (!permissions.includes(permission)) throw fail("FORBIDDEN", { permission, name });
  }

  return {
    offers: Object.fromEntries(Object.entries(needs.contract).map(([group, procedures]) => [group, Object.fromEntries(Object.entries(procedures).map(([name, { kind }]) => [name, kind]))])),
    kindOf: (path) => find(path)?.kind,
    async call(run) {
      const { procedure, handler, input, context } = await admit(run, "call");
      const result = await untilAborted(run.signal, handler(input, context) as Promise<unknown>);
      return outgoing((procedure as { output: z.ZodType }).output, result);
    },
    async *feed(run) {
      const { procedure, handler, input, context } = await admit(run, "feed");
      for await (const item of handler(input, context) as AsyncIterable<unknown>) {
        run.signal.throwIfAborted();
        if (procedure.needs === "view" || procedure.needs === "audit") await assertMayStill(run, procedure);
        yield outgoing((procedure as { item: z.ZodType }).item, item);
      }
    },
    async pipe(run, pipe) {
      const { handler, input, context } = await admit(run, "pipe");
      await handler(input, context, pipe);
    },
    failureOf(error) {
      if (error instanceof Failure) return error;
      if (error instanceof Error && error.name === "AbortError") return fail("CANCELLED");
      const ref = needs.newRef();
      needs.report(ref, error);
      return diskFailureOf(error) ?? fail("INTERNAL", { ref });
    },
  };
}

/** A disk that is full or fails shows in whatever writes next; the operator can mend it, so it is no riddle with a number. */
function diskFailureOf(error: unknown): Failure | undefined {
  const trouble = diskTroubleOf(error);
  return trouble && (trouble.isFull ? fail("DISK_FULL", {}, error) : fail("DISK_FAILS", { code: trouble.code }, error));
}

/** Strips every field no schema names; what does not fit at all is our mistake, not the caller's. */
function outgoing(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`an answer does not fit its own schema: ${z.prettifyError(parsed.error)}`);
}

function entryOf(run: Run, procedure: Procedure, type: LeafType, input: unknown): NewEntry {
  const hidden = new Set(procedure.hides ?? []);
  const shown = typeof input === "object" && input !== null ? Object.fromEntries(Object.entries(input).map(([key, value]) => [key, hidden.has(key) ? "(hidden)" : value])) : input;
  return {
    type,
    actor: actorOf(run.principal),
    fields: { procedure: run.path, input: JSON.parse(JSON.stringify(shown ?? null)) as Json },
  };
}

function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason instanceof Failure ? signal.reason : fail("CANCELLED"));
    if (signal.aborted) {
      work.catch(() => {});
      return stop();
    }
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
