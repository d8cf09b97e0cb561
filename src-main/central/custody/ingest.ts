import { randomUUID } from "node:crypto";
import { growEdge, readCopied, readSignedHead, rootOf, type CopiedEntry, type Cosigner } from "../../ledger/index.ts";
import type { Tx } from "../database/tenants.ts";
import { fail } from "../failures.ts";

// The server as witness and mirror of each desktop's record.

export type Push = { readonly from: number; readonly entries: readonly CopiedEntry[]; readonly note: string };
export type Standing = { readonly size: number; readonly note: string };
export type Receipt = Standing & { readonly cosignature: string };
type LedgerRow = { size: number; frontier: Buffer; root: Buffer | null; note: string; cosigned: string };
type DesktopKey = { log_key: string };

export type CustodyNeeds = { readonly cosigner: Cosigner; readonly now: () => number };
/** Two heads that cannot both be true; the caller records it in a transaction of its own, because this one is undone. */
export class Forked extends Error {
  readonly evidence: { readonly desktopId: string; readonly seen: Standing; readonly shown: Standing };
  constructor(evidence: Forked["evidence"]) {
    super("the record of a desktop forked");
    this.evidence = evidence;
  }
}

export function createCustody({ cosigner, now }: CustodyNeeds) {
  const standing = (tx: Tx, desktopId: string) => tx.one<LedgerRow>("SELECT size, frontier, root, note, cosigned FROM app.ledgers WHERE desktop_id = $1 FOR UPDATE", [desktopId]);
  const headOf = async (tx: Tx, desktopId: string, note: string) => {
    const desktop = await tx.one<DesktopKey>("SELECT log_key FROM app.desktops WHERE desktop_id = $1", [desktopId]);
    if (!desktop) throw fail("NOT_HERE");
    const read = readSignedHead(note, desktop.log_key);
    if ("problem" in read) throw fail("ENTRIES_REFUSED", { detail: read.problem });
    return read;
  };
  const receiptOf = ({ size, note, cosigned }: LedgerRow): Receipt => ({ size, note, cosignature: cosigned });

  /** Whether a shorter head was true once. Its tree is hashed again from what is kept here. */
  async function wasOnceSo(tx: Tx, desktopId: string, size: number, root: Buffer): Promise<boolean> {
    const kept = await tx.rows<{ leaf: Buffer }>("SELECT leaf FROM app.entries WHERE desktop_id = $1 AND seq < $2 ORDER BY seq", [desktopId, size]);
    return kept.length === size && rootOf(kept.map(({ leaf }) => leaf)).equals(root);
  }

  return {
    /** All of a batch or nothing of it. A batch that was taken before is answered as it was then. */
    async push(tx: Tx, orgId: string, desktopId: string, push: Push): Promise<Receipt> {
      const row = await standing(tx, desktopId);
      if (!row) throw fail("NOT_HERE");
      const { head, text } = await headOf(tx, desktopId, push.note);
      const fork = () => new Forked({ desktopId, seen: { size: row.size, note: row.note }, shown: { size: head.size, note: push.note } });
      if (head.size !== push.from + push.entries.length) throw fail("ENTRIES_REFUSED", { detail: "the head is not of the end of this batch" });
      if (push.from > row.size) throw fail("ENTRIES_GAP", { have: row.size, got: push.from });
      if (head.size <= row.size) {
        const isSame = head.size === row.size ? (row.root?.equals(head.root) ?? head.size === 0) : await wasOnceSo(tx, desktopId, head.size, head.root);
        if (!isSame) throw fork();
        return receiptOf(row);
      }
      const fresh = push.entries.slice(row.size - push.from);
      const grown = growEdge({ size: row.size, frontier: row.frontier }, fresh.map(({ leaf }) => leaf));
      // Entries that do not give the signed root were altered on the way, unless the log itself no longer continues what it showed.
      if (!grown.root.equals(head.root)) {
        if (push.from < row.size) throw fork();
        const isForked = row.size > 0 && push.entries.every((entry, index) => "leaf" in readCopied(entry, push.from + index));
        throw isForked ? fork() : fail("ENTRIES_REFUSED", { detail: "their tree does not give the signed root" });
      }
      const leaves = fresh.map((entry, index) => {
        const read = readCopied(entry, row.size + index);
        if ("problem" in read) throw fail("ENTRIES_REFUSED", { detail: read.problem });
        return read.leaf;
      });
      await insert(tx, orgId, desktopId, row.size, fresh, leaves);
      const cosignature = cosigner.cosign(text, now());
      await tx.run("INSERT INTO app.heads (org_id, desktop_id, size, at, note) VALUES ($1, $2, $3, $4, $5)", [orgId, desktopId, grown.size, now(), `${push.note}${cosignature}`]);
      await tx.run("UPDATE app.ledgers SET size = $2, frontier = $3, root = $4, note = $5, cosigned = $6, updated_at = $7 WHERE desktop_id = $1", [desktopId, grown.size, grown.frontier, grown.root, push.note, cosignature, now()]);
      await tx.run("UPDATE app.desktops SET log_size = greatest(log_size, $2) WHERE desktop_id = $1", [desktopId, grown.size]);
      return { size: grown.size, note: push.note, cosignature };
    },

    /** A desktop tells how long its record is now. A record that is shorter than it was is a record put back. */
    async look(tx: Tx, desktopId: string, note: string): Promise<Receipt> {
      const row = await standing(tx, desktopId);
      if (!row) throw fail("NOT_HERE");
      const { head } = await headOf(tx, desktopId, note);
      const isOther = head.size === row.size && head.size > 0 && !(row.root?.equals(head.root) ?? false);
      if (head.size < row.size || isOther) throw new Forked({ desktopId, seen: { size: row.size, note: row.note }, shown: { size: head.size, note } });
      await tx.run("UPDATE app.desktops SET log_size = $2 WHERE desktop_id = $1", [desktopId, head.size]);
      return receiptOf(row);
    },

    /** Where the record stands here, for whoever asks without showing a head. */
    async receipt(tx: Tx, desktopId: string): Promise<Receipt> {
      const row = await standing(tx, desktopId);
      if (!row) throw fail("NOT_HERE");
      return receiptOf(row);
    },
    sizeOf: async (tx: Tx, desktopId: string): Promise<number> => (await tx.one<{ size: number }>("SELECT size FROM app.ledgers WHERE desktop_id = $1", [desktopId]))?.size ?? 0,

    /** Once for each pair of heads: a desktop that goes on showing the same does not fill the list. */
    async alarm(tx: Tx, orgId: string, { desktopId, seen, shown }: Forked["evidence"]): Promise<boolean> {
      const known = await tx.one("SELECT 1 FROM app.fork_alarms WHERE desktop_id = $1 AND seen_note = $2 AND shown_note = $3", [desktopId, seen.note, shown.note]);
      if (known) return false;
      await tx.run("INSERT INTO app.fork_alarms (org_id, alarm_id, desktop_id, at, seen_size, seen_note, shown_size, shown_note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", [orgId, randomUUID(), desktopId, now(), seen.size, seen.note, shown.size, shown.note]);
      await tx.run("UPDATE app.ledgers SET forked_at = coalesce(forked_at, $2) WHERE desktop_id = $1", [desktopId, now()]);
      return true;
    },
    witnessKey: cosigner.key,
  };
}
export type Custody = ReturnType<typeof createCustody>;

async function insert(tx: Tx, orgId: string, desktopId: string, from: number, entries: readonly CopiedEntry[], leaves: readonly { readonly type: string; readonly time: string }[]): Promise<void> {
  const seqs = entries.map((_, index) => from + index);
  await tx.run("INSERT INTO app.entries (org_id, desktop_id, seq, type, at, leaf) SELECT $1, $2, * FROM unnest($3::bigint[], $4::text[], $5::text[], $6::bytea[])", [orgId, desktopId, seqs, leaves.map(({ type }) => type), leaves.map(({ time }) => time), entries.map(({ leaf }) => leaf)]);
  const open = entries.flatMap(({ openings }, index) => (openings === undefined ? [] : [{ seq: from + index, openings }]));
  if (open.length > 0) await tx.run("INSERT INTO app.openings (org_id, desktop_id, seq, lines) SELECT $1, $2, * FROM unnest($3::bigint[], $4::text[])", [orgId, desktopId, open.map(({ seq }) => seq), open.map(({ openings }) => openings)]);
}
