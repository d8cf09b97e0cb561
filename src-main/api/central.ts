import type { CentralLinkView, centralContract, GroupHandlers } from "../contract/index.ts";
import type { Live } from "../kernel/index.ts";

/** What is loaded of the link, if anything: a desktop without one has none of it in memory. */
export interface LinkSeat {
  readonly view: Live<CentralLinkView>;
  enrol(of: { readonly invitation: string; readonly name: string }, signal: AbortSignal): Promise<void>;
  trust(userId: string): Promise<void>;
  dropQuestion(itemId: string): Promise<void>;
  leave(why: string): Promise<void>;
  syncBegin(of: { readonly invitation: string; readonly name: string }): Promise<void>;
  syncExport(folder: string): Promise<{ readonly files: readonly string[]; readonly entries: number }>;
  syncImport(path: string): Promise<{ readonly kept: number; readonly decisions: number; readonly edition: number; readonly say: string }>;
}
const DONE = { done: true } as const;

export const centralHandlers = ({ link }: { readonly link: LinkSeat }): GroupHandlers<typeof centralContract> => ({
  status: async () => link.view.value,
  follow: (_input, { signal }) => link.view.follow(signal),
  enrol: async (input, { signal }) => {
    await link.enrol(input, signal);
    return link.view.value;
  },
  trust: async ({ userId }) => {
    await link.trust(userId);
    return DONE;
  },
  dropQuestion: async ({ itemId }) => {
    await link.dropQuestion(itemId);
    return DONE;
  },
  syncBegin: async (input) => {
    await link.syncBegin(input);
    return DONE;
  },
  syncExport: async ({ folder }) => {
    const { files, entries } = await link.syncExport(folder);
    return { files: [...files], entries };
  },
  syncImport: ({ path }) => link.syncImport(path),
  leave: async ({ why }) => {
    await link.leave(why);
    return DONE;
  },
});
