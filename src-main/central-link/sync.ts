import { createPrivateKey, sign } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Actor } from "../contract/terms.ts";
import { readBrought } from "../store/index.ts";
import { openEditions } from "./edition.ts";
import { fail } from "./failures.ts";
import { bodyOf, isOwn, retireGone, type LinkNeeds } from "./link.ts";
import { keepMembership, readConfirmed, readMembership, type Membership } from "./membership.ts";
import { enrolText, newLinkKey } from "./port.ts";
import { compareShown } from "./standing.ts";
import { keyHash, MAX_SYNC_BYTES, parseFileInvitation, PART_BYTES, readAnswer, writeSync, type SyncAnswer } from "./sync-text.ts";

// The link of a desktop that no cable leads to: what it would have said goes out as files, what it would have heard comes back
// as one. Nothing is lost when a file is: the next export begins where the last answer ended.

const State = z.object({
  /** The number of the last file written, and of the last one answered. */
  seq: z.number(), answered: z.number(),
  asked: z.array(z.string()),
  taken: z.array(z.object({ approvalId: z.string(), userId: z.string(), say: z.string() })),
  approvers: z.array(z.object({ userId: z.string(), name: z.string(), publicKey: z.string(), isRetired: z.boolean() })),
});
type State = z.infer<typeof State>;
const Pending = z.object({ token: z.string(), orgId: z.string(), orgKeyHash: z.string(), privateKey: z.string(), publicKey: z.string(), name: z.string() });
const ACTOR: Actor = { kind: "system", id: "central-link", name: "Link to the central server" };

export type SyncNeeds = Pick<LinkNeeds, "folder" | "ledger" | "approvals" | "foreign" | "access" | "seat" | "version" | "now"> & { readonly logOrigin: string };
export type Exported = { readonly files: readonly string[]; readonly entries: number };
export type Imported = { readonly kept: number; readonly decisions: number; readonly edition: number; readonly say: string };

export function createSync(needs: SyncNeeds) {
  const { folder, ledger, now } = needs;
  const at = (name: string): string => join(folder, name);
  const pending = () => read(at("pending.json"), Pending);
  const state = (): State => read(at("sync.json"), State) ?? { seq: 0, answered: 0, asked: [], taken: [], approvers: [] };
  const keepState = (next: State): void => write(at("sync.json"), next);
  const identity = (): { readonly orgId: string; readonly desktopId: string; readonly privateKey: string } => {
    const membership = readMembership(folder);
    if (membership) return membership;
    const waiting = pending();
    if (!waiting) throw fail("LINK_NONE");
    return { ...waiting, desktopId: "" };
  };

  /** What is said beside the entries; the first part carries it. */
  function lines(before: State): unknown[] {
    const { approvals, foreign } = needs;
    const open = approvals.list({ open: true, limit: 100 }).map(({ id }) => id);
    const ended = before.asked.map((id) => approvals.get(id)).filter(({ state: is }) => is !== "waiting" && is !== "approved");
    const membership = readMembership(folder);
    const edition = membership ? openEditions({ folder, orgId: membership.orgId, orgKey: membership.orgKey, ledger, seat: QUIET }).standing() : { n: 0, seen: 0, say: "" };
    return [
      ...open.map((id) => ({ ask: { file: foreign.write(id) } })),
      ...ended.map(({ id, state: is, say }) => ({ end: { approvalId: id, state: is, say } })),
      { told: { taken: before.taken, edition } },
    ];
  }
  function enrolLine(): unknown[] {
    const waiting = pending();
    if (!waiting || readMembership(folder)) return [];
    const { token, name, publicKey, privateKey } = waiting;
    const logKey = ledger.copySource.logKey();
    const proof = sign(null, enrolText({ token, logKey, name }), createPrivateKey(privateKey)).toString("base64url");
    return [{ enrol: { token, name, version: needs.version, publicKey, logOrigin: needs.logOrigin, logKey, proof } }];
  }

  return {
    /** The token waits in the first file; the key that it will be known by is made here and never leaves. */
    begin({ invitation, name }: { readonly invitation: string; readonly name: string }): void {
      const line = parseFileInvitation(invitation);
      if (!line) throw fail("LINK_BAD_INVITATION");
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      write(at("pending.json"), { ...line, ...newLinkKey(), name } satisfies z.infer<typeof Pending>);
    },

    /** Everything since the last answer, in parts of about 16 MB; written whole or not at all. */
    export(into: string): Exported {
      const { orgId, desktopId, privateKey } = identity();
      const key = createPrivateKey(privateKey);
      mkdirSync(into, { recursive: true, mode: 0o700 });
      let current = state();
      const opened = lines(current);
      const files: string[] = [];
      let from = readConfirmed(folder).size;
      const first = from;
      do {
        const part: unknown[] = files.length === 0 ? [...enrolLine(), ...opened] : [];
        for (let bytes = 0; from < ledger.head().size && bytes < PART_BYTES; ) {
          const batch = ledger.copySource.batch(from, 1000);
          const push = { push: bodyOf(batch) };
          from += batch.entries.length;
          bytes += JSON.stringify(push).length;
          part.push(push);
          if (batch.entries.some(({ leaf }) => !isOwn(leaf))) ledger.copySource.keepShown(batch.note);
        }
        // A number is used once, also by a file that could not be written: the server takes each number for one file.
        current = { ...current, seq: current.seq + 1, asked: needs.approvals.list({ open: true, limit: 100 }).map(({ id }) => id) };
        keepState(current);
        const path = join(into, `sena-sync-${String(current.seq).padStart(6, "0")}.jsonl`);
        writeWhole(path, writeSync({ kind: "sena-sync", orgId, desktopId, seq: current.seq, at: now(), version: needs.version }, part, key));
        files.push(path);
      } while (from < ledger.head().size);
      return { files, entries: from - first };
    },

    async import(path: string): Promise<Imported> {
      if (!existsSync(path)) throw fail("SYNC_REFUSED", { detail: "there is no such file" });
      const before = state();
      const membership = readMembership(folder);
      const waiting = pending();
      const answer = readAnswer(broughtText(path), (orgKey) => (membership ? orgKey === membership.orgKey : waiting !== undefined && keyHash(orgKey) === waiting.orgKeyHash));
      if (membership && answer.desktopId !== membership.desktopId) throw fail("SYNC_REFUSED", { detail: "it is for another desktop" });
      if (answer.seq > before.seq) throw fail("SYNC_REFUSED", { detail: `it answers file ${answer.seq} and this desktop wrote ${before.seq}: it is for another desktop, or this one was put back` });
      if (answer.seq <= before.answered) throw fail("SYNC_REFUSED", { detail: "it, or a later one, was taken before" });
      const own = membership ?? (await joinWith(answer, waiting));
      const say = await takeReceipt(answer, own);
      // Whoever may not decide any more decides nothing with what they signed before.
      await retireGone(needs.access, answer.approvers);
      const taken = await takeDecisions(answer);
      const editions = openEditions({ folder, orgId: own.orgId, orgKey: own.orgKey, ledger, seat: needs.seat });
      if (answer.edition) await editions.offer(answer.edition);
      keepState({ ...before, answered: answer.seq, taken, approvers: answer.approvers });
      return { kept: answer.receipt.size, decisions: taken.length, edition: editions.standing().n, say: [say, editions.standing().say].filter(Boolean).join(" ") };
    },
    approvers: () => state().approvers,
  };

  async function joinWith(answer: SyncAnswer, waiting: z.infer<typeof Pending> | undefined): Promise<Membership> {
    if (!waiting || answer.enrolled === null) throw fail("SYNC_REFUSED", { detail: "this desktop is in no organisation and the file does not say that it was taken into one" });
    const membership: Membership = { address: "", ca: "", orgId: answer.orgId, orgKey: answer.orgKey, orgName: answer.enrolled.orgName, witnessKey: answer.enrolled.witnessKey, desktopId: answer.desktopId, privateKey: waiting.privateKey, enrolledAt: now() };
    keepMembership(folder, membership);
    await ledger.append({ type: "anchor", actor: ACTOR, fields: { act: "central-joined-by-file", org: membership.orgName, desktop: membership.desktopId } });
    return membership;
  }
  async function takeReceipt({ receipt }: SyncAnswer, { witnessKey }: Membership): Promise<string> {
    const { alarms, isOurs } = compareShown({ folder, ledger, shown: receipt, before: readConfirmed(folder) });
    for (const { say, detail } of alarms) await ledger.append({ type: "anchor", actor: ACTOR, fields: { act: "central-alarm", say, ...detail } });
    // A cosignature that was taken before, or is of a head nobody remembers, is no reason to refuse the rest.
    if (isOurs && receipt.cosignature !== "") {
      try {
        ledger.witness.take(receipt.cosignature, { witnessKey, by: ACTOR });
      } catch (error) {
        return [...alarms.map(({ say }) => say), (error as Error).message].join(" ");
      }
    }
    return alarms.map(({ say }) => say).join(" ");
  }
  async function takeDecisions({ decisions }: SyncAnswer): Promise<State["taken"]> {
    const taken: State["taken"] = [];
    for (const { approvalId, userId, response } of decisions) {
      const say = await needs.foreign.accept(response).then(() => "", (error: Error) => error.message);
      taken.push({ approvalId, userId, say: say.slice(0, 500) });
    }
    return taken;
  }
}
export type Sync = ReturnType<typeof createSync>;

/** To look at what is in force and change nothing. */
const QUIET: LinkNeeds["seat"] = { policy: () => undefined, packs: () => [], hosts: () => [], modelHosts: () => undefined, models: () => undefined };

function broughtText(path: string): string {
  try {
    return readBrought(path, MAX_SYNC_BYTES).toString("utf8");
  } catch (error) {
    throw fail("SYNC_REFUSED", { detail: (error as Error).message }, error);
  }
}
function read<T>(path: string, schema: z.ZodType<T>): T | undefined {
  return existsSync(path) ? schema.parse(JSON.parse(readFileSync(path, "utf8"))) : undefined;
}
const write = (path: string, value: unknown): void => writeWhole(path, JSON.stringify(value));
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}
