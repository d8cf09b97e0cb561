import { z } from "zod";
import { answerSigned, LINK, readSync, wrapAnswer, type ReadSync, type SyncAnswer } from "../../central-link/port.ts";
import type { RemoteApprovals } from "../approvals/remote.ts";
import { Forked, type Custody } from "../custody/ingest.ts";
import type { Tenants, Tx } from "../database/tenants.ts";
import type { Editions } from "../editions/editions.ts";
import type { Enrolment } from "../enrolment/enrolment.ts";
import { record } from "../events.ts";
import { fail } from "../failures.ts";
import { sameBytes, sha256 } from "../sealing.ts";

// A desktop that no cable leads to, heard through a file that somebody carried. Who carried it proves nothing: the file is
// signed by the desktop, numbered, and taken whole or not at all.

const Line = z.union([
  z.strictObject({ enrol: LINK.enrol.input }),
  z.strictObject({ push: LINK.push.input }),
  z.strictObject({ ask: LINK.ask.input }),
  z.strictObject({ end: LINK.end.input }),
  z.strictObject({ told: LINK.told.input }),
]);
type Line = z.infer<typeof Line>;
type Row = { public_key: string; left_at: number | null; sync_seq: number; sync_hash: Buffer | null; edition_n: number };

export type SyncNeeds = { readonly tenants: Tenants; readonly enrolment: Pick<Enrolment, "enrol">; readonly custody: Custody; readonly approvals: RemoteApprovals; readonly editions: Editions; readonly now: () => number; readonly alarm: (orgId: string, desktopId: string, error: Forked) => Promise<never> };
export type Taken = { readonly desktopId: string; readonly size: number; readonly answer: string };

export function createSyncDesk(needs: SyncNeeds) {
  const { tenants, enrolment, custody, approvals, editions, now } = needs;
  const refuse = (detail: string) => fail("SYNC_FILE_REFUSED", { detail });

  /** The first file of a desktop brings its token. The same file again, because its answer was lost, finds the desktop it made. */
  async function desktopOf(orgId: string, file: ReadSync, lines: readonly Line[], address: string): Promise<{ readonly desktopId: string; readonly enrolled: SyncAnswer["enrolled"] }> {
    if (file.head.desktopId !== "") return { desktopId: file.head.desktopId, enrolled: null };
    const [enrol] = lines.flatMap((line) => ("enrol" in line ? [line.enrol] : []));
    if (!enrol) throw refuse("it is of a desktop that is in no organisation and brings no token");
    if (!file.isSignedBy(enrol.publicKey)) throw refuse("it was altered: the desktop's signature does not hold");
    const known = await tenants.withOrg(orgId, "sync", (tx) => tx.one<{ id: string; org: string }>("SELECT d.desktop_id AS id, o.name AS org FROM app.desktops d JOIN app.orgs o ON o.org_id = d.org_id WHERE d.public_key = $1", [enrol.publicKey]));
    if (known) return { desktopId: known.id, enrolled: { orgName: known.org, witnessKey: custody.witnessKey() } };
    const made = await enrolment.enrol(enrol, address);
    if (made.orgId !== orgId) throw refuse("its token is of another organisation");
    return { desktopId: made.desktopId, enrolled: { orgName: made.orgName, witnessKey: custody.witnessKey() } };
  }

  async function apply(tx: Tx, orgId: string, desktopId: string, line: Line): Promise<void> {
    if ("push" in line) await custody.push(tx, orgId, desktopId, { from: line.push.from, note: line.push.note, entries: line.push.entries.map(({ leaf, openings }) => ({ leaf: Buffer.from(leaf, "base64"), openings: openings ?? undefined })) });
    else if ("ask" in line) await approvals.submit(tx, orgId, desktopId, line.ask.file);
    else if ("end" in line) await approvals.end(tx, orgId, desktopId, line.end.approvalId, line.end.state, line.end.say);
    else if ("told" in line) {
      await approvals.taken(tx, desktopId, line.told.taken);
      await editions.tell(tx, desktopId, line.told.edition);
    }
  }

  return {
    async take(orgId: string, { actor, address }: { readonly actor: string; readonly address: string }, text: string): Promise<Taken> {
      const file = readSync(text);
      if (file.head.orgId !== orgId) throw refuse("it is of another organisation");
      const lines = file.lines.map((line, index) => {
        const parsed = Line.safeParse(line);
        if (!parsed.success) throw refuse(`line ${index + 2} is of no kind that this server knows`);
        return parsed.data;
      });
      const { desktopId, enrolled } = await desktopOf(orgId, file, lines, address);
      try {
        return await tenants.withOrg(orgId, actor, async (tx) => {
          const row = await tx.one<Row>("SELECT public_key, left_at, sync_seq, sync_hash, edition_n FROM app.desktops WHERE desktop_id = $1 FOR UPDATE", [desktopId]);
          if (!row) throw refuse("no desktop of this organisation wrote it");
          if (!file.isSignedBy(row.public_key)) throw refuse("it was altered, or another desktop wrote it: the signature does not hold");
          if (row.left_at !== null) throw refuse("the desktop that wrote it was let go");
          const hash = sha256(text);
          const isAgain = file.head.seq === row.sync_seq && row.sync_hash !== null && sameBytes(row.sync_hash, hash);
          if (!isAgain && file.head.seq <= row.sync_seq) throw refuse(`it is number ${file.head.seq} and number ${row.sync_seq} was taken: it is old, or a copy of that desktop writes too`);
          if (!isAgain) for (const line of lines) await apply(tx, orgId, desktopId, line);
          await tx.run("UPDATE app.desktops SET sync_seq = $2, sync_hash = $3, seen_at = $4, version = $5 WHERE desktop_id = $1", [desktopId, file.head.seq, hash, now(), file.head.version]);
          if (!isAgain) await record(tx, orgId, now(), { actor, kind: "desktop.file", detail: { desktopId, seq: file.head.seq, lines: lines.length } });
          return answerOf(tx, orgId, { desktopId, seq: file.head.seq, enrolled });
        });
      } catch (error) {
        if (error instanceof Forked) return needs.alarm(orgId, desktopId, error);
        throw error;
      }
    },
  };

  async function answerOf(tx: Tx, orgId: string, { desktopId, seq, enrolled }: { readonly desktopId: string; readonly seq: number; readonly enrolled: SyncAnswer["enrolled"] }): Promise<Taken> {
    const receipt = await custody.receipt(tx, desktopId);
    const has = await tx.one<{ edition_n: number }>("SELECT edition_n FROM app.desktops WHERE desktop_id = $1", [desktopId]);
    const newest = await editions.current(tx);
    const answer = JSON.stringify({
      kind: "sena-sync-answer", orgId, orgKey: await editions.publicKey(tx, orgId), desktopId, seq, at: now(), enrolled, receipt,
      decisions: await approvals.untaken(tx, desktopId),
      approvers: await approvals.approvers(tx),
      edition: newest !== undefined && newest.n !== has?.edition_n ? { text: newest.text, signature: newest.signature } : null,
    } satisfies SyncAnswer);
    return { desktopId, size: receipt.size, answer: wrapAnswer(answer, await editions.signAs(tx, orgId, answerSigned(answer))) };
  }
}
export type SyncDesk = ReturnType<typeof createSyncDesk>;
