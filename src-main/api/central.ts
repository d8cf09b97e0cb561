import type { CentralLinkView, centralContract, GroupHandlers } from "../contract/index.ts";

/** What is loaded of the link, if anything: a desktop without one has none of it in memory. */
export interface LinkSeat {
  view(): CentralLinkView;
  enrol(of: { readonly invitation: string; readonly name: string }, signal: AbortSignal): Promise<void>;
  trust(userId: string): Promise<void>;
  leave(why: string): Promise<void>;
}
const DONE = { done: true } as const;

export const centralHandlers = ({ link }: { readonly link: LinkSeat }): GroupHandlers<typeof centralContract> => ({
  status: async () => link.view(),
  enrol: async (input, { signal }) => {
    await link.enrol(input, signal);
    return link.view();
  },
  trust: async ({ userId }) => {
    await link.trust(userId);
    return DONE;
  },
  leave: async ({ why }) => {
    await link.leave(why);
    return DONE;
  },
});
