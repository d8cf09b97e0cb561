import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LinkSeat } from "../../api/central.ts";
import type { CentralLink, LinkNeeds } from "../../central-link/index.ts";
import type { CentralLinkView } from "../../contract/index.ts";
import { live } from "../../kernel/index.ts";
import type { SenaLedger } from "../../ledger/index.ts";

type SeatNeeds = Omit<LinkNeeds, "folder" | "membership" | "chance" | "ledger"> & { readonly home: string; readonly ledger: SenaLedger };

const NONE: CentralLinkView = { state: "none", say: "", orgName: "", address: "", kept: 0, lag: 0, heardAt: 0, edition: { n: 0, say: "" }, questions: [], approvers: [] };
const load = () => import("../../central-link/index.ts");

/** The link is loaded when there is a membership, or when somebody enrols: a desktop of its own carries none of it. */
export async function composeCentralLink({ home, ...needs }: SeatNeeds): Promise<LinkSeat & AsyncDisposable> {
  const folder = join(home, "central-link");
  let link: CentralLink | undefined;
  /** A membership without an address: nothing is dialled, files go there and back. */
  let byFile: ByFile | undefined;
  const view = live<CentralLinkView>(NONE);
  const over = new AbortController();
  const show = (): void => view.set(link ? { ...link.state.value, questions: [...link.state.value.questions], approvers: [...link.state.value.approvers] } : (byFile?.view() ?? NONE));
  const open = async (): Promise<void> => {
    const { openLink, readMembership } = await load();
    const membership = readMembership(folder);
    if (membership?.address === "") byFile = await openByFile({ ...needs, folder });
    else if (membership) {
      const opened = openLink({ ...needs, folder, membership, chance: Math.random });
      link = opened;
      void (async () => {
        for await (const _ of opened.state.follow(over.signal)) if (link === opened) show();
      })();
    }
    show();
  };
  if (existsSync(folder)) await open();
  const assertFree = async (): Promise<void> => {
    const { fail } = await load();
    if (link || byFile) throw fail("LINK_EXISTS", { org: view.value.orgName });
  };
  const sync = async () => (await load()).createSync({ ...needs, folder, logOrigin: needs.ledger.origin });
  const none = async (): Promise<never> => {
    throw (await load()).fail("LINK_NONE");
  };
  return {
    view,
    async enrol({ invitation, name }, signal) {
      await assertFree();
      const { enrol, fail } = await load();
      if (needs.isSealed()) throw fail("LINK_SEALED");
      await enrol({ folder, invitation, name, version: needs.version, logOrigin: needs.ledger.origin, logKey: needs.ledger.copySource.logKey(), now: needs.now, signal });
      await open();
    },
    async trust(userId) {
      await (link ?? byFile ?? (await none())).trust(userId);
      show();
    },
    async dropQuestion(itemId) {
      const { fail } = await load();
      if (!link) throw fail("LINK_NONE");
      link.drop(itemId);
    },
    async leave(why) {
      await (link ?? byFile ?? (await none())).leave(why);
      link = undefined;
      byFile = undefined;
      show();
    },
    async syncBegin(of) {
      await assertFree();
      (await sync()).begin(of);
    },
    async syncExport(into) {
      const exported = (await sync()).export(into);
      show();
      return exported;
    },
    async syncImport(path) {
      const imported = await (await sync()).import(path);
      if (!link) await open();
      return imported;
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      await link?.[Symbol.asyncDispose]();
    },
  };
}

type ByFile = { view(): CentralLinkView; trust(userId: string): Promise<void>; leave(why: string): Promise<void> };

async function openByFile(needs: Omit<SeatNeeds, "home"> & { readonly folder: string }): Promise<ByFile> {
  const { createSync, forgetMembership, openEditions, readConfirmed, readMembership, trustApprover, fail } = await load();
  const { folder, ledger, access, seat } = needs;
  const membership = readMembership(folder);
  if (!membership) throw fail("LINK_NONE");
  const editions = openEditions({ folder, orgId: membership.orgId, orgKey: membership.orgKey, ledger, seat });
  const approvers = () => createSync({ ...needs, logOrigin: ledger.origin }).approvers();
  const isTrusted = (publicKey: string): boolean => access.operators().some((each) => each.isRemote && each.active && each.publicKey === publicKey);
  return {
    view: () => {
      const kept = readConfirmed(folder).size;
      return { ...NONE, state: "by-file", orgName: membership.orgName, kept, lag: Math.max(0, ledger.head().size - kept), edition: editions.standing(), approvers: approvers().map((each) => ({ ...each, isTrusted: isTrusted(each.publicKey) })) };
    },
    trust: (userId) => trustApprover(access, approvers(), userId),
    async leave() {
      editions.release();
      forgetMembership(folder);
    },
  };
}
