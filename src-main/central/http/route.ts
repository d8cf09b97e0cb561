import { z } from "zod";
import { jsonOf } from "../../kernel/index.ts";
import type { Tx } from "../database/tenants.ts";
import type { Sender } from "../inbox/inlets.ts";
import type { Session } from "../identity/port.ts";
import type { CentralPermission } from "../identity/roles.ts";

/**
 * One route: what it says, who may, what goes in and what comes out. From this list the server, its description and the
 * tests that walk every route are made; there is no other way to serve something.
 *   anyone   no one is asked who they are; limited by address
 *   person   somebody signed in, in no organisation
 *   member   somebody signed in, or an API key with the scope, inside `/v1/orgs/:orgId`
 *   desktop  an enrolled desktop
 *   sender   whoever signs with the secret of an address that was made for them (`/v1/in/:orgId/:inletId`)
 *   form     a browser that another site sends here with a form; no cookie of ours comes with it, and none is given
 */
export type Who = "anyone" | "person" | "member" | "desktop" | "sender" | "form";

export type Asking = {
  readonly actor: string;
  readonly orgId: string;
  readonly session: Session | undefined;
  readonly desktopId: string;
  readonly sender: Sender | undefined;
  readonly address: string;
  readonly agent: string;
  readonly cookie: string;
  readonly signal: AbortSignal;
  /** This organisation's rows, under this actor. */
  readonly inOrg: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  readonly setCookies: (lines: readonly string[]) => void;
};

/** A file to take away. One with a path was made for this one answer: it is removed when it was sent, or could not be. */
export type Download = { readonly name: string; readonly type: string } & ({ readonly path: string } | { readonly text: string });
export const DownloadAnswer = z.custom<Download>();
/** Where a browser goes on. Always a place of this server. */
export const Onward = z.object({ to: z.string() });

export type Route = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly says: string;
  readonly who: Who;
  readonly needs?: CentralPermission;
  /** Whoever is signed in must have proved themselves again within the last minutes; keys may not at all. */
  readonly isSensitive?: boolean;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly example?: unknown;
  readonly maxBytes?: number;
  /** It answers with a file of this type instead of JSON (its output is `DownloadAnswer`), or sends a browser on (`Onward`). */
  readonly answers?: "application/zip" | "application/samlmetadata+xml" | "onward";
  readonly handle: (input: never, asking: Asking) => Promise<unknown>;
};

type Typed<I extends z.ZodType, O extends z.ZodType> = Omit<Route, "input" | "output" | "handle" | "example"> & { readonly input: I; readonly output: O; readonly example?: z.input<I>; readonly handle: (input: z.output<I>, asking: Asking) => Promise<z.input<O>> };

/** `input` is the path's names, the query and the body in one: each name means one thing. */
export const route = <I extends z.ZodType, O extends z.ZodType>(of: Typed<I, O>): Route => of as unknown as Route;

export const Uuid = z.uuid();
export const inOrg = { orgId: Uuid } as const;
export const Done = z.object({ done: z.literal(true) });
export const done = { done: true } as const;
export const Limit = z.coerce.number().int().min(1).max(200).default(50);
export const Cursor = z.string().max(800).optional();
/** What every list takes and gives: pages of a length, and where the next one begins. */
export const paged = { cursor: Cursor, limit: Limit } as const;
export const listOf = <T extends z.ZodType>(row: T) => z.object({ items: z.array(row), next: z.string().nullable() });

/** Where a page ended: the time and the name of its last row. Nothing a client makes of it reaches SQL as text. */
export function readCursor(cursor: string | undefined): readonly [number, string] | undefined {
  if (cursor === undefined) return undefined;
  const parsed = z.tuple([z.number().int(), z.string().max(400)]).safeParse(jsonOf(Buffer.from(cursor, "base64url").toString("utf8")));
  if (!parsed.success) throw new z.ZodError([{ code: "custom", path: ["cursor"], message: "it is not one that was given out", input: cursor }]);
  return parsed.data;
}
export const makeCursor = (time: number, id: string): string => Buffer.from(JSON.stringify([time, id])).toString("base64url");
export const pageOf = <T>(rows: readonly T[], limit: number, at: (row: T) => readonly [number, string]): { readonly items: readonly T[]; readonly next: string | null } => {
  const last = rows.at(-1);
  return { items: rows, next: rows.length === limit && last !== undefined ? makeCursor(...at(last)) : null };
};

/** A list that is short by nature and held whole: ordered by its keys, smallest first, and cut into the same pages. */
export function pageOfAll<T>(rows: readonly T[], { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number }, keyOf: (row: T) => readonly [number, string]): { readonly items: T[]; readonly next: string | null } {
  const after = readCursor(cursor);
  const isLater = ([a, b]: readonly [number, string], [c, d]: readonly [number, string]): boolean => a > c || (a === c && b > d);
  const rest = rows.toSorted((a, b) => (isLater(keyOf(a), keyOf(b)) ? 1 : -1)).filter((row) => after === undefined || isLater(keyOf(row), after));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rest.length > limit && last !== undefined ? makeCursor(...keyOf(last)) : null };
}
