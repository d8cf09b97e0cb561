import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LinkSeat } from "../../api/central.ts";
import type { CentralLink, LinkNeeds } from "../../central-link/index.ts";
import type { CentralLinkView } from "../../contract/index.ts";
import type { SenaLedger } from "../../ledger/index.ts";

type SeatNeeds = Omit<LinkNeeds, "folder" | "membership" | "chance" | "ledger"> & { readonly home: string; readonly ledger: SenaLedger };

const NONE: CentralLinkView = { state: "none", say: "", orgName: "", address: "", kept: 0, lag: 0, heardAt: 0, edition: { n: 0, say: "" }, approvers: [] };
const load = () => import("../../central-link/index.ts");

/** The link is loaded when there is a membership, or when somebody enrols: a desktop of its own carries none of it. */
export async function composeCentralLink({ home, ...needs }: SeatNeeds): Promise<LinkSeat & AsyncDisposable> {
  const folder = join(home, "central-link");
  let link: CentralLink | undefined;
  const open = async (): Promise<void> => {
    const { openLink, readMembership } = await load();
    const membership = readMembership(folder);
    if (membership) link = openLink({ ...needs, folder, membership, chance: Math.random });
  };
  if (existsSync(folder)) await open();
  const current = async (): Promise<CentralLink> => {
    if (link) return link;
    const { fail } = await load();
    throw fail("LINK_NONE");
  };
  return {
    view: () => (link ? { ...link.state.value, approvers: [...link.state.value.approvers] } : NONE),
    async enrol({ invitation, name }, signal) {
      const { enrol, fail } = await load();
      if (link) throw fail("LINK_EXISTS", { org: link.state.value.orgName });
      if (needs.isSealed()) throw fail("LINK_SEALED");
      await enrol({ folder, invitation, name, version: needs.version, logOrigin: needs.ledger.origin, logKey: needs.ledger.copySource.logKey(), now: needs.now, signal });
      await open();
    },
    trust: async (userId) => (await current()).trust(userId),
    async leave(why) {
      await (await current()).leave(why);
      link = undefined;
    },
    [Symbol.asyncDispose]: async () => link?.[Symbol.asyncDispose](),
  };
}
