import { setTimeout as sleep } from "node:timers/promises";
import type { AccessRoom } from "../access/port.ts";
import { keyBlobOf, type ForeignRoom, type Queue } from "../approvals/index.ts";
import { Failure } from "../contract/failure.ts";
import type { Actor } from "../contract/terms.ts";
import { live, type Live } from "../kernel/index.ts";
import type { CopyBatch, SenaLedger } from "../ledger/index.ts";
import { createCalls } from "./calls.ts";
import { openEditions, type HouseSeat } from "./edition.ts";
import { fail } from "./failures.ts";
import { forgetMembership, readConfirmed, type Confirmed, type Membership } from "./membership.ts";
import { LINK, type LinkQuestion } from "./port.ts";
import { openQuestions } from "./questions.ts";
import { compareShown } from "./standing.ts";

export type LinkApprover = { readonly userId: string; readonly name: string; readonly publicKey: string; readonly isRetired: boolean; readonly isTrusted: boolean };
export type LinkState = {
  readonly state: "connecting" | "linked" | "waiting" | "alarm" | "refused";
  /** In words, what is the matter; empty when all is well. */
  readonly say: string;
  readonly orgName: string;
  readonly address: string;
  /** Entries of this record that the server has and vouches for. */
  readonly kept: number;
  readonly lag: number;
  readonly heardAt: number;
  readonly approvers: readonly LinkApprover[];
  readonly questions: readonly LinkQuestion[];
  /** What the organisation sets: the number in force here, and what of it was left out or refused. */
  readonly edition: { readonly n: number; readonly say: string };
};

export type LinkNeeds = {
  readonly folder: string;
  readonly membership: Membership;
  readonly ledger: Pick<SenaLedger, "append" | "head" | "copySource" | "followCommits" | "witness">;
  readonly approvals: Pick<Queue, "changes" | "list" | "get">;
  readonly foreign: Pick<ForeignRoom, "write" | "accept">;
  readonly access: Pick<AccessRoom, "operators" | "addRemote" | "change">;
  /** Where what the organisation sets takes effect. */
  readonly seat: HouseSeat;
  readonly version: string;
  readonly now: () => number;
  /** Between 0 and 1, to spread the return of many desktops to a server that was away. */
  readonly chance: () => number;
  readonly isSealed: () => boolean;
  /** How the trace of a run is named to whoever goes on with it. */
  readonly traceOf: (runId: string) => string;
  readonly pollMs?: number;
  /** A cosignature is written into the record, which makes an entry; not one for every entry. */
  readonly receiptEveryMs?: number;
};

export type CentralLink = AsyncDisposable & {
  readonly state: Live<LinkState>;
  /** From now on this approver's signature counts here. Somebody with the right at this desk decides that, nobody else. */
  trust(userId: string): Promise<void>;
  /** A question that was asked here, or will not be. */
  drop(itemId: string): void;
  leave(why: string): Promise<void>;
};

const BATCH = 1000;
const QUIET_MS = 250;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 20_000;
const ACTOR: Actor = { kind: "system", id: "central-link", name: "Link to the central server" };

/** Two loops and a listener: what this desktop tells, what it is told, and what it asks. Nothing here is waited for by the gate. */
export function openLink(needs: LinkNeeds): CentralLink {
  const { membership, ledger, approvals, foreign, access, folder, now } = needs;
  const over = new AbortController();
  const { signal } = over;
  const calls = createCalls({ place: membership, identity: membership, now });
  const editions = openEditions({ folder, orgId: membership.orgId, orgKey: membership.orgKey, ledger, seat: needs.seat });
  const questions = openQuestions({ folder, ledger, actor: ACTOR });
  const state = live<LinkState>({ questions: questions.list(), edition: editions.standing(), state: "connecting", say: "", orgName: membership.orgName, address: membership.address, kept: 0, lag: ledger.head().size, heardAt: 0, approvers: [] });
  const tell = (next: Partial<LinkState>): void => state.update((before) => ({ ...before, ...next, lag: Math.max(0, ledger.head().size - (next.kept ?? before.kept)) }));
  let kept: number | undefined;
  let isAlarmed = false;
  let receiptAt = Number.NEGATIVE_INFINITY;
  let taken: { approvalId: string; userId: string; say: string }[] = [];
  let wakePush = (): void => {};
  // After a failure the first answer is wanted at once: it says that the server is back.
  let isPollFresh = true;
  const resting = new Set<AbortController>();
  /** Whichever loop hears the server first wakes the other: it need not wait out what it waits for. */
  const heard = (): void => {
    for (const rest of resting) rest.abort();
    tell({ heardAt: now(), ...(isAlarmed ? {} : { state: "linked", say: "" }) });
  };

  async function alarm(say: string, detail: Readonly<Record<string, string | number>>): Promise<void> {
    if (!isAlarmed) await ledger.append({ type: "anchor", actor: ACTOR, fields: { act: "central-alarm", say, ...detail } });
    isAlarmed = true;
    tell({ state: "alarm", say });
  }

  /** What the server says it has is held against what it said before and against our own tree. */
  async function compare(shown: { readonly size: number; readonly note: string }, before: Confirmed): Promise<void> {
    const { alarms, isOurs } = compareShown({ folder, ledger, shown, before });
    for (const { say, detail } of alarms) await alarm(say, detail);
    if (!isOurs) {
      kept = undefined;
      return;
    }
    kept = shown.size;
    tell({ kept });
  }

  async function look(): Promise<void> {
    const before = readConfirmed(folder);
    await compare(await calls.ask({ method: "POST", path: "/v1/link/head", body: { head: ledger.head().note, version: needs.version }, signal }, LINK.head.output), before);
    heard();
  }

  /** Heads and pushes go one after the other; everything that is compared was said in that order. */
  async function push(): Promise<void> {
    if (kept === undefined) await look();
    while (kept !== undefined && kept < ledger.head().size) {
      const batch = ledger.copySource.batch(kept, BATCH);
      const wantsReceipt = now() - receiptAt >= (needs.receiptEveryMs ?? 60_000) && batch.entries.some(({ leaf }) => !isOwn(leaf));
      if (wantsReceipt) ledger.copySource.keepShown(batch.note);
      const before = readConfirmed(folder);
      const receipt = await calls.ask({ method: "POST", path: "/v1/link/push", body: bodyOf(batch), signal }, LINK.push.output);
      await compare(receipt, before);
      if (!wantsReceipt || receipt.cosignature === "") continue;
      ledger.witness.take(receipt.cosignature, { witnessKey: membership.witnessKey, by: ACTOR });
      receiptAt = now();
    }
  }

  async function poll(): Promise<void> {
    const told = taken;
    const heardOf = questions.heard();
    const confirmed = readConfirmed(folder).size;
    const wasFresh = isPollFresh;
    const answer = await calls.ask({ method: "POST", path: "/v1/link/poll", body: { waitMs: isPollFresh ? 0 : (needs.pollMs ?? 25_000), taken: told, heard: heardOf, edition: editions.standing() }, signal }, LINK.poll.output);
    isPollFresh = false;
    // After a silence, and when it has less than it confirmed, it is asked where it stands, also when there is nothing to send.
    if (answer.size < confirmed) kept = undefined;
    if (kept === undefined) wakePush();
    taken = taken.filter((each) => !told.includes(each));
    questions.told(heardOf);
    await questions.take(answer.questions);
    if (answer.questions.length > 0) tell({ questions: questions.list() });
    tell({ approvers: answer.approvers.map((each) => ({ ...each, isTrusted: operatorOf(each.publicKey)?.active === true })) });
    if (answer.edition !== null) {
      await editions.offer(answer.edition);
      tell({ edition: editions.standing() });
    }
    heard();
    requests.hear(answer.open, wasFresh);
    await retireGone(access, answer.approvers);
    for (const { approvalId, userId, response } of answer.decisions) {
      if (taken.some((each) => each.approvalId === approvalId && each.userId === userId)) continue;
      const say = await foreign.accept(response).then(() => "", (error: Error) => error.message);
      taken.push({ approvalId, userId, say: say.slice(0, 500) });
    }
  }
  const operatorOf = (publicKey: string) => remoteOperator(access, publicKey);

  /** Again and again until told to stop; after a failure later and later, never all desktops at once. */
  async function keepDoing(work: () => Promise<void>): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (needs.isSealed()) throw fail("LINK_SEALED");
        await work();
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        kept = undefined;
        isPollFresh = true;
        await explain(error as Error);
        const longestMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10));
        const rest = new AbortController();
        resting.add(rest);
        await sleep(longestMs * (0.5 + needs.chance() / 2), undefined, { signal: AbortSignal.any([signal, rest.signal]) }).catch(() => undefined);
        resting.delete(rest);
      }
    }
  }
  async function explain(error: Error): Promise<void> {
    if (!(error instanceof Failure)) return tell({ state: "waiting", say: error.message });
    if (error.code === "LOG_FORKED") return alarm(error.message, { code: error.code });
    if (!isAlarmed) tell({ state: error.code === "DESKTOP_REFUSED" ? "refused" : "waiting", say: error.message });
  }
  const pushing = keepDoing(async () => {
    await push();
    await new Promise<void>((resolve) => {
      wakePush = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted || (kept !== undefined && kept < ledger.head().size)) resolve();
    });
    await sleep(QUIET_MS, undefined, { signal }).catch(() => undefined);
  });
  const requests = followRequests({ approvals, foreign, traceOf: needs.traceOf, ask: (method, path, body, traceparent) => calls.ask({ method, path, body, signal, traceparent }, LINK.end.output), signal });
  const polling = keepDoing(poll);
  const stopFollowing = ledger.followCommits(() => {
    tell({});
    wakePush();
  });

  return {
    state,
    async trust(userId) {
      await trustApprover(access, state.value.approvers, userId);
      tell({ approvers: state.value.approvers.map((each) => ({ ...each, isTrusted: operatorOf(each.publicKey)?.active === true })) });
    },
    drop(itemId) {
      questions.drop(itemId);
      tell({ questions: questions.list() });
    },
    async leave(why) {
      // A server that is gone must not hold anybody: it sees the silence, and an admin may let the desktop go there.
      await calls.ask({ method: "POST", path: "/v1/link/leave", body: { why }, signal: AbortSignal.timeout(5000) }, LINK.leave.output).catch(() => undefined);
      await this[Symbol.asyncDispose]();
      editions.release();
      forgetMembership(folder);
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      stopFollowing();
      wakePush();
      await Promise.all([pushing, polling, requests.ended]);
      calls[Symbol.dispose]();
    },
  };
}

const remoteOperator = (access: Pick<AccessRoom, "operators">, publicKey: string) => access.operators().find((each) => each.isRemote && keyBlobOf(each.publicKey) === keyBlobOf(publicKey));

/** The server can take an approver's word away here, and never give one. */
export async function retireGone(access: Pick<AccessRoom, "operators" | "change">, approvers: readonly { readonly publicKey: string; readonly isRetired: boolean }[]): Promise<void> {
  for (const each of approvers) {
    const known = remoteOperator(access, each.publicKey);
    if (each.isRetired && known?.active) await access.change(known.id, { active: false });
  }
}

/** From now on this approver's signature counts here. */
export async function trustApprover(access: Pick<AccessRoom, "operators" | "change" | "addRemote">, approvers: readonly { readonly userId: string; readonly name: string; readonly publicKey: string; readonly isRetired: boolean }[], userId: string): Promise<void> {
  const approver = approvers.find((each) => each.userId === userId && !each.isRetired);
  if (!approver) throw fail("LINK_NO_APPROVER");
  const known = remoteOperator(access, approver.publicKey);
  if (known) await access.change(known.id, { active: true });
  else await access.addRemote({ name: `${approver.name} (central)`, roles: ["approver"], publicKey: approver.publicKey });
}

/** Each request goes out once and its end once; what cannot be sent is tried with the next change or second. */
function followRequests({ approvals, foreign, traceOf, ask, signal }: { readonly traceOf: LinkNeeds["traceOf"]; readonly approvals: LinkNeeds["approvals"]; readonly foreign: LinkNeeds["foreign"]; readonly ask: (method: string, path: string, body: unknown, traceparent?: string) => Promise<unknown>; readonly signal: AbortSignal }) {
  const sent = new Set<string>();
  const endOf = (id: string): { readonly state: string; readonly say: string } => {
    try {
      return approvals.get(id);
    } catch {
      return { state: "cancelled", say: "The desktop that asked does not know this request any more." };
    }
  };
  const tend = async (): Promise<void> => {
    for (const { id, object } of approvals.list({ open: true, limit: 100 })) {
      if (sent.has(id)) continue;
      await ask("POST", "/v1/link/approvals", { file: foreign.write(id) }, traceOf(object.run));
      sent.add(id);
    }
    for (const id of sent) {
      const { state, say } = endOf(id);
      if (state === "waiting" || state === "approved") continue;
      await ask("PUT", `/v1/link/approvals/${id}`, { state, say: say.slice(0, 500) });
      sent.delete(id);
    }
  };
  let isBehind = false;
  let turn = Promise.resolve();
  /** One after the other: two at the same time would send the same thing twice. */
  const catchUp = (): Promise<void> => (turn = turn.then(tend).then(() => void (isBehind = false), () => void (isBehind = true)));
  const retry = setInterval(() => {
    if (isBehind) void catchUp();
  }, 1000);
  retry.unref();
  const following = async (): Promise<void> => {
    try {
      for await (const _ of approvals.changes(signal)) await catchUp();
    } finally {
      clearInterval(retry);
      await turn;
    }
  };
  return {
    ended: following(),
    /** What is open there and was not asked in this life is tended too. After a silence all of it is said again: a server that was put back knows less. */
    hear(open: readonly string[], isFresh: boolean): void {
      const isNews = isFresh || open.some((id) => !sent.has(id));
      if (isFresh) sent.clear();
      for (const id of open) sent.add(id);
      if (isNews) void catchUp();
    },
  };
}

export const bodyOf = ({ from, entries, note }: CopyBatch) => ({ from, note, entries: entries.map(({ leaf, openings }) => ({ leaf: leaf.toString("base64"), openings: openings ?? null })) });
/** Entries that this room itself causes: asking a receipt for a receipt would never end. */
export const isOwn = (leaf: Buffer): boolean => leaf.includes('"id":"central-link"');
