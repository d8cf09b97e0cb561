/** What other rooms may ask. Everything that comes from a document is data from outside: label it, never obey it. */
export type Trust = "signed" | "unsigned";
export type SourceKind = "folder" | "file" | "git" | "collection" | "web" | "confluence" | "confluence-export" | "jira" | "sharepoint";
export type SourceState = {
  readonly id: string;
  readonly kind: SourceKind;
  readonly name: string;
  readonly location: string;
  readonly product: string;
  readonly environment: string;
  readonly trust: Trust;
  readonly signer: string;
  readonly documents: number;
  readonly passages: number;
  /** Documents that could not be read, or not whole. */
  readonly problems: number;
  readonly checkedAt: number;
  readonly changedAt: number;
  /** How long changes may go unseen: time since the source was last compared whole, 0 while it is watched. */
  readonly lagMs: number;
  /** When it is asked next; 0 while it is watched or never. */
  readonly nextAt: number;
  /** Name of the secret in the vault it is read with; "" without one. */
  readonly credential: string;
  readonly isBusy: boolean;
  readonly done: number;
  readonly total: number;
  readonly problem: string;
};
/** A source in another system. The credential is a name in the vault, never the secret. */
export type Connection = { readonly name: string; readonly product: string; readonly environment: string; readonly credential: string; readonly everyMs?: number | undefined } & (
  | { readonly kind: "web"; readonly url: string; readonly pages: number }
  | { readonly kind: "confluence"; readonly url: string; readonly user: string; readonly spaces: readonly string[] }
  | { readonly kind: "jira"; readonly url: string; readonly user: string; readonly jql: string }
  | { readonly kind: "sharepoint"; readonly tenant: string; readonly client: string; readonly drive: string; readonly graphUrl: string; readonly loginUrl: string }
);
export type Filter = { readonly sources?: readonly string[] | undefined; readonly product?: string | undefined; readonly environment?: string | undefined; readonly trust?: Trust | undefined; readonly fromMs?: number | undefined };
export type Passage = {
  readonly chunkId: number;
  readonly documentId: number;
  readonly score: number;
  readonly source: string;
  readonly sourceId: string;
  readonly path: string;
  readonly title: string;
  readonly heading: string;
  /** "lines 12–30", "page 3", "sheet Disks, rows 2–31". */
  readonly position: string;
  readonly text: string;
  readonly modifiedAt: number;
  /** Where a person opens it in the system it lives in; "" for files. */
  readonly url: string;
  readonly trust: Trust;
  /** The same words stand in so many more places. */
  readonly folded: number;
  /** What found it: words, meaning, or both. */
  readonly found: "words" | "meaning" | "both";
  /** Why it is to be read with care ("the document says so", "a newer document says otherwise"); "" when nothing says so. */
  readonly outdated: string;
  /** Other passages found that say the same but for a value. */
  readonly conflicts: readonly Conflict[];
};
export type Conflict = { readonly chunkId: number; readonly source: string; readonly path: string; readonly modifiedAt: number; readonly here: string; readonly there: string };
/** `order`: who put them in order beside the search itself, or why nobody did; "" where none is set up. */
export type Found = { readonly passages: readonly Passage[]; readonly tookMs: number; readonly order: string };
/** How passages are found by meaning now, and what is being made to take over. */
export type MeaningView = { readonly embedding: string; readonly next: string; readonly done: number; readonly total: number; readonly problem: string };
export type DocumentView = { readonly documentId: number; readonly source: string; readonly path: string; readonly title: string; readonly format: string; readonly modifiedAt: number; readonly url: string; readonly outdated: string; readonly trust: Trust; readonly remarks: readonly string[]; readonly before: number; readonly after: number; readonly passages: readonly { readonly chunkId: number; readonly heading: string; readonly position: string; readonly kind: "text" | "code" | "table"; readonly text: string }[] };
export type Problem = { readonly source: string; readonly path: string; readonly state: "failed" | "partial"; readonly what: string };
export type Changed = { readonly documentId: number; readonly source: string; readonly path: string; readonly title: string; readonly indexedAt: number };
export type Gap = { readonly query: string; readonly times: number; readonly lastAt: number };
export type Saved = { readonly name: string; readonly query: string };

export type DroppedPiece = { readonly name: string; readonly from: number; readonly bytes: Uint8Array; readonly isLast: boolean };

export interface Knowledge extends AsyncDisposable {
  add(source: { readonly path: string; readonly name: string; readonly product: string; readonly environment: string }): Promise<SourceState>;
  connect(connection: Connection): Promise<SourceState>;
  /** A piece of a file that was dropped on the window; with its last piece it is taken in, in place of one of the same name. */
  drop(piece: DroppedPiece): Promise<SourceState | undefined>;
  remove(sourceId: string): Promise<void>;
  /** Resolves when the source has been compared whole; without an id, all of them. */
  sync(sourceId?: string): Promise<readonly SourceState[]>;
  sources(): Promise<readonly SourceState[]>;
  follow(signal: AbortSignal): AsyncIterable<readonly SourceState[]>;
  search(query: string, options: { readonly limit: number; readonly filter: Filter; readonly remembersGap: boolean; readonly isTyping?: boolean; /** An answer will rest on them: worth the time of a reranker, where there is one. */ readonly isForAnswer?: boolean }): Promise<Found>;
  meaning(): Promise<MeaningView>;
  document(chunkId: number): Promise<DocumentView>;
  /** From its beginning. */
  opened(documentId: number): Promise<DocumentView>;
  problems(sourceId?: string): Promise<readonly Problem[]>;
  changes(limit: number): Promise<readonly Changed[]>;
  gaps(): Promise<readonly Gap[]>;
  forgetGap(query: string): Promise<void>;
  saved(): Promise<readonly Saved[]>;
  save(saved: Saved): Promise<void>;
  forget(name: string): Promise<void>;
  export(sourceIds: readonly string[], path: string): Promise<{ readonly path: string; readonly documents: number; readonly bytes: number; readonly signer: string; readonly publicKey: string }>;
  import(path: string, trustedKeys: readonly string[]): Promise<SourceState>;
}
