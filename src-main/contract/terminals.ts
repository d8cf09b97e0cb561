import { z } from "zod";
import { call, feed, pipe } from "./define.ts";
import { Done, Empty, Environment, Id, Instant } from "./terms.ts";

export const MAX_PANES = 64;
/** What a terminal may measure. Beyond it a mistake or an attack: a line of cells costs memory on both sides. */
const Cols = z.number().int().min(2).max(1000);
const Rows = z.number().int().min(1).max(500);

export const PaneState = z.discriminatedUnion("is", [
  z.object({ is: z.literal("connecting"), attempt: z.number().int() }),
  /** `answers`: the shell has shown a prompt, or said something; until then the account's start-up files may hold it up. */
  z.object({ is: z.literal("open"), since: Instant, fingerprint: z.string(), answers: z.boolean() }),
  /** The connection is gone. With `retryAt` SENA tries again by itself; without it the operator must act first. */
  z.object({ is: z.literal("lost"), why: z.string(), code: z.string(), retryAt: Instant.nullable(), attempts: z.number().int() }),
  /** The shell itself ended. */
  z.object({ is: z.literal("ended"), why: z.string(), status: z.number().int().nullable() }),
]);
export type PaneState = z.infer<typeof PaneState>;

export const Pane = z.object({
  id: Id,
  hostId: z.string(),
  hostName: z.string(),
  user: z.string(),
  environment: Environment,
  /** What the remote program called the window: untrusted, without controls, cut. */
  title: z.string(),
  cols: z.number().int(),
  rows: z.number().int(),
  state: PaneState,
  /** Why nothing may be typed here; empty when typing works. */
  readOnly: z.string(),
  /** Whether the recorder takes every byte of this pane. */
  isRecorded: z.boolean(),
  events: z.number().int(),
  keepsShell: z.boolean(),
  /** Escape sequences that were kept from the screen: clipboard writes, oversized strings, queries. */
  blocked: z.object({ count: z.number().int(), last: z.string() }),
});
export type Pane = z.infer<typeof Pane>;

/** How panes share a tab: a tree of splits. The order of words is the order on screen. */
export type PaneTree = { readonly is: "pane"; readonly paneId: string } | { readonly is: "split"; readonly direction: "row" | "column"; readonly share: number; readonly first: PaneTree; readonly second: PaneTree };
const leaf = z.object({ is: z.literal("pane"), paneId: Id });
const split = z.object({
  is: z.literal("split"),
  direction: z.enum(["row", "column"]),
  share: z.number().min(0.05).max(0.95),
  get first(): z.ZodType<PaneTree, PaneTree> {
    return PaneTree;
  },
  get second(): z.ZodType<PaneTree, PaneTree> {
    return PaneTree;
  },
});
export const PaneTree: z.ZodType<PaneTree, PaneTree> = z.discriminatedUnion("is", [leaf, split]);

export const Layout = z.object({
  tabs: z.array(z.object({ id: Id, tree: PaneTree, focused: Id })).max(MAX_PANES),
  active: z.string().max(64),
});
export type Layout = z.infer<typeof Layout>;

export const Snippet = z.object({ id: Id, title: z.string().min(1).max(80), text: z.string().min(1).max(8000) });
export type Snippet = z.infer<typeof Snippet>;

/** What the screen needs to draw all panes but their bytes. */
export const Desk = z.object({ panes: z.array(Pane), layout: Layout, broadcast: z.array(Id), snippets: z.array(Snippet) });
export type Desk = z.infer<typeof Desk>;

const OfPane = z.object({ paneId: Id });

export const terminalsContract = {
  desk: feed({ says: "Follow the open panes, how they are laid out, which take broadcast input, and the snippets.", needs: "view", records: "none", input: Empty, item: Desk }),
  list: call({ says: "List the open panes.", needs: "view", records: "none", input: Empty, output: z.object({ panes: z.array(Pane) }) }),
  open: call({ says: "Open a recorded shell on a host, named by name or id.", needs: "operate", records: "room", input: z.object({ host: z.string().min(1).max(255), cols: Cols.default(120), rows: Rows.default(32) }), output: z.object({ pane: Pane }) }),
  close: call({ says: "Close a pane and its session.", needs: "operate", records: "room", input: OfPane, output: Done }),
  reconnect: call({ says: "Connect a pane again now, with a new shell when the old one is gone.", needs: "operate", records: "room", input: OfPane, output: Done }),
  recordAgain: call({ says: "Try to record a pane again after its recorder failed; it takes input only when that works.", needs: "operate", records: "room", input: OfPane, output: Done }),
  resize: call({ says: "Tell the remote program how large its terminal is.", needs: "operate", records: "room", input: OfPane.extend({ cols: Cols, rows: Rows }), output: Done }),
  reset: call({ says: "Put a garbled screen back in order, here and on every screen that shows it.", needs: "operate", records: "none", input: OfPane, output: Done }),
  type: call({ says: "Type text into a pane as if pasted: in brackets where the program asks for them, recorded as input.", needs: "operate", records: "room", input: OfPane.extend({ text: z.string().min(1).max(256 * 1024), isRun: z.boolean().default(false) }), output: Done }),
  mark: call({ says: "Put a named marker into a pane's recording.", needs: "operate", records: "room", input: OfPane.extend({ label: z.string().min(1).max(200) }), output: Done }),
  broadcast: call({ says: "Choose the panes that all take what is typed into one of them; none ends it.", needs: "operate", records: "room", input: z.object({ paneIds: z.array(Id).max(MAX_PANES) }), output: Done }),
  layout: call({ says: "Keep how the panes are laid out.", needs: "view", records: "none", input: z.object({ layout: Layout }), output: Done }),
  scrollback: call({
    says: "Read the text a pane holds, newest lines last.",
    needs: "view",
    records: "none",
    input: OfPane.extend({ lines: z.number().int().min(1).max(20_000).default(200) }),
    output: z.object({ lines: z.array(z.string()), firstLine: z.number().int(), isCut: z.boolean() }),
  }),
  search: call({
    says: "Find text in what the open panes hold, hidden ones too.",
    needs: "view",
    records: "none",
    input: z.object({ text: z.string().min(1).max(200), paneId: Id.optional(), limit: z.number().int().min(1).max(500).default(100) }),
    output: z.object({ hits: z.array(z.object({ paneId: Id, line: z.number().int(), text: z.string() })), isCut: z.boolean() }),
  }),
  saveSnippet: call({ says: "Keep a snippet to insert later.", needs: "operate", records: "config", input: Snippet.extend({ id: Id.optional() }), output: Snippet }),
  removeSnippet: call({ says: "Remove a snippet.", needs: "operate", records: "config", input: z.object({ snippetId: Id }), output: Done }),
  /**
   * Bytes of one pane. From the core: a snapshot of the screen, then what comes after it, with nothing missing between.
   * To the core: what the operator types. Needs "operate"; whoever may only look reads `scrollback`.
   */
  attach: pipe({ says: "Show a pane and type into it.", needs: "operate", records: "room", input: OfPane.extend({ cols: Cols, rows: Rows }) }),
} as const;
