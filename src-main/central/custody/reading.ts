import { PROOF_TYPES } from "../../contract/leaf-types.ts";
import type { Tx } from "../database/tenants.ts";
import { record } from "../events.ts";
import { fail } from "../failures.ts";

// What is kept, read again: for people who look for something, and for a copy that is checked somewhere else.

export type KeptEntry = { readonly desktopId: string; readonly desktop: string; readonly seq: number; readonly type: string; readonly at: string; readonly values: string | null };
export type EntryQuery = { readonly desktopId: string | undefined; readonly type: string | undefined; readonly text: string | undefined; readonly since: string | undefined; readonly before: readonly [number, string] | undefined; readonly limit: number };
type RecordRow = { leaf: Buffer; lines: string | null };

/** Words are looked for in this many of the newest entries that fit the rest: a pattern finds no index under row security. */
const LOOKED_THROUGH = 50_000;

export function createReading({ now }: { readonly now: () => number }) {
  return {
    async entries(tx: Tx, { desktopId, type, text, since, before, limit }: EntryQuery): Promise<(KeptEntry & { readonly atMs: number; readonly key: string })[]> {
      const pattern = text === undefined ? null : `%${text.replaceAll(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
      const rows = await tx.rows<KeptEntry>(
        `WITH newest AS (SELECT org_id, desktop_id, seq, type, at FROM app.entries WHERE ($1::uuid IS NULL OR desktop_id = $1) AND ($2::text IS NULL OR type = $2) AND ($3::text IS NULL OR at >= $3)
           AND ($4::text IS NULL OR (at, desktop_id::text || ' ' || lpad(seq::text, 16, '0')) < ($4, $5)) ORDER BY at DESC, desktop_id DESC, seq DESC LIMIT $6)
         SELECT n.desktop_id AS "desktopId", d.name AS desktop, n.seq, n.type, n.at, o.lines AS values FROM newest n JOIN app.desktops d ON d.org_id = n.org_id AND d.desktop_id = n.desktop_id
         LEFT JOIN app.openings o ON o.org_id = n.org_id AND o.desktop_id = n.desktop_id AND o.seq = n.seq WHERE ($7::text IS NULL OR o.lines ILIKE $7) ORDER BY n.at DESC, n.desktop_id DESC, n.seq DESC LIMIT $8`,
        [desktopId ?? null, type ?? null, since ?? null, before === undefined ? null : new Date(before[0]).toISOString(), before?.[1] ?? "", pattern === null ? limit : LOOKED_THROUGH, pattern, limit],
      );
      return rows.map((row) => ({ ...row, atMs: Date.parse(row.at), key: `${row.desktopId} ${String(row.seq).padStart(16, "0")}` }));
    },

    /** A run of the record as it was pushed, for a check elsewhere. Pages of it joined are the whole. */
    async run(tx: Tx, desktopId: string, from: number, most: number) {
      const desktop = await tx.one<{ log_key: string; size: number; note: string; cosigned: string }>("SELECT d.log_key, l.size, l.note, l.cosigned FROM app.desktops d JOIN app.ledgers l ON l.org_id = d.org_id AND l.desktop_id = d.desktop_id WHERE d.desktop_id = $1", [desktopId]);
      if (!desktop) throw fail("NOT_HERE");
      const rows = await tx.rows<RecordRow>("SELECT e.leaf, o.lines FROM app.entries e LEFT JOIN app.openings o ON o.org_id = e.org_id AND o.desktop_id = e.desktop_id AND o.seq = e.seq WHERE e.desktop_id = $1 AND e.seq >= $2 AND e.seq < $3 ORDER BY e.seq", [desktopId, from, from + most]);
      return { size: desktop.size, logKey: desktop.log_key, note: `${desktop.note}${desktop.cosigned}`, entries: rows.map(({ leaf, lines }) => ({ leaf: leaf.toString("base64"), openings: lines })) };
    },

    /** The heads this server cosigned, and the key that signed them. */
    async receipts(tx: Tx, desktopId: string, { before, limit }: { readonly before: number | undefined; readonly limit: number }) {
      const desktop = await tx.one<{ log_key: string }>("SELECT log_key FROM app.desktops WHERE desktop_id = $1", [desktopId]);
      if (!desktop) throw fail("NOT_HERE");
      return { logKey: desktop.log_key, items: await tx.rows<{ size: number; at: number; note: string }>("SELECT size, at, note FROM app.heads WHERE desktop_id = $1 AND ($2::bigint IS NULL OR size < $2::bigint) ORDER BY size DESC LIMIT $3", [desktopId, before ?? null, limit]) };
    },

    /** The values go; the leaves, the tree and every proof over them stay as they were, and so do values that are proofs themselves. */
    async erase(tx: Tx, orgId: string, actor: string, of: { readonly desktopId: string; readonly seqs: readonly number[]; readonly why: string }): Promise<{ readonly erased: number; readonly kept: number }> {
      const here = await tx.rows<{ seq: number; type: string }>("SELECT e.seq, e.type FROM app.openings o JOIN app.entries e ON e.org_id = o.org_id AND e.desktop_id = o.desktop_id AND e.seq = o.seq WHERE o.desktop_id = $1 AND o.seq = ANY($2::bigint[])", [of.desktopId, of.seqs]);
      if (here.length === 0) throw fail("NOT_HERE");
      const going = here.filter(({ type }) => !(PROOF_TYPES as readonly string[]).includes(type)).map(({ seq }) => seq);
      const kept = here.length - going.length;
      if (going.length === 0) return { erased: 0, kept };
      const erased = await tx.run("DELETE FROM app.openings WHERE desktop_id = $1 AND seq = ANY($2::bigint[])", [of.desktopId, going]);
      await record(tx, orgId, now(), { actor, kind: "values.erased", detail: { desktopId: of.desktopId, entries: erased, first: Math.min(...going), why: of.why } });
      return { erased, kept };
    },
  };
}
export type Reading = ReturnType<typeof createReading>;

/** The values of an entry by name, from the lines it committed to. */
export function valuesOfLines(lines: string | null): Record<string, unknown> | null {
  if (lines === null) return null;
  const values: Record<string, unknown> = {};
  for (const line of lines.split("\n")) {
    const [, name, value] = JSON.parse(line) as [string, string, unknown];
    if (!name.startsWith("blob:")) values[name] = value;
  }
  return values;
}
