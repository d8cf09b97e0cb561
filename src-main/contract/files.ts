import { z } from "zod";
import { call, feed, pipe } from "./define.ts";
import { defineFailures } from "./failure.ts";
import { Done, Empty, Id, Instant, Sha256 } from "./terms.ts";

/** Bytes of a path as the server gave them need not be text: `name` is for reading, `path` goes back to the server. */
const RemotePath = z.string().min(1).max(4096).refine((path) => path.startsWith("/") && !path.includes("\0"), "an absolute path");
export const FileEntry = z.object({ name: z.string(), path: z.string(), kind: z.enum(["file", "folder", "link", "other"]), size: z.number(), modifiedAt: Instant, mode: z.number().int(), owner: z.string(), target: z.string().optional() });
export type FileEntry = z.infer<typeof FileEntry>;
export const Transfer = z.object({ id: Id, hostId: Id, direction: z.enum(["up", "down"]), path: z.string(), bytes: z.number(), total: z.number(), startedAt: Instant, state: z.enum(["running", "done", "failed", "stopped"]), say: z.string() });
export type Transfer = z.infer<typeof Transfer>;
export const Forward = z.object({ id: Id, hostId: Id, listenPort: z.number().int(), toHost: z.string(), toPort: z.number().int(), connections: z.number().int(), bytes: z.number(), openedAt: Instant, refused: z.string() });
export type Forward = z.infer<typeof Forward>;
/** A change by hand, as what it does. */
export const FileChange = z.discriminatedUnion("is", [
  z.object({ is: z.literal("save"), path: RemotePath, text: z.string().max(60_000), expected: Sha256 }),
  z.object({ is: z.literal("upload"), path: RemotePath, text: z.string().max(60_000), isReplacing: z.boolean() }),
  z.object({ is: z.literal("makeFolder"), path: RemotePath }),
  z.object({ is: z.literal("rename"), path: RemotePath, to: RemotePath }),
  z.object({ is: z.literal("remove"), path: RemotePath, isFolder: z.boolean() }),
]);
export type FileChange = z.infer<typeof FileChange>;

export const filesContract = {
  list: call({ says: "List a folder on a host.", needs: "operate", records: "none", input: z.object({ hostId: Id, path: z.string().max(4096) }), output: z.object({ path: z.string(), entries: z.array(FileEntry), cut: z.number().int() }) }),
  open: call({ says: "Read a text file to edit it.", needs: "operate", records: "room", input: z.object({ hostId: Id, path: RemotePath }), output: z.object({ text: z.string(), sha256: Sha256, mode: z.number().int(), size: z.number().int(), isCrlf: z.boolean() }) }),
  /** The sum of what was opened: refused when the file is another by now. */
  save: call({ says: "Save an edited text file, when it is still the one that was opened.", needs: "operate", records: "room", input: z.object({ hostId: Id, path: RemotePath, text: z.string().max(4_000_000), expected: Sha256 }), output: z.object({ sha256: Sha256 }) }),
  makeFolder: call({ says: "Make a folder on a host.", needs: "operate", records: "room", input: z.object({ hostId: Id, path: RemotePath }), output: Done }),
  rename: call({ says: "Rename a file or folder on a host.", needs: "operate", records: "room", input: z.object({ hostId: Id, path: RemotePath, to: RemotePath }), output: Done }),
  remove: call({ says: "Remove a file or an empty folder on a host.", needs: "operate", records: "room", input: z.object({ hostId: Id, path: RemotePath }), output: Done }),
  asCommand: call({ says: "A change of a file as a command line that does the same, for an approver.", needs: "operate", records: "none", input: z.object({ change: FileChange }), output: z.object({ script: z.string(), undo: z.string(), why: z.string() }) }),
  download: pipe({ says: "Read a file of a host as bytes, from an offset on.", needs: "operate", records: "room", input: z.object({ hostId: Id, path: RemotePath, from: z.number().int().min(0) }) }),
  upload: pipe({ says: "Write bytes to a file of a host, from an offset on.", needs: "operate", records: "room", input: z.object({ hostId: Id, path: RemotePath, from: z.number().int().min(0), size: z.number().int().min(0), isReplacing: z.boolean() }) }),
  transfers: feed({ says: "Follow file transfers.", needs: "operate", records: "none", input: Empty, item: z.object({ transfers: z.array(Transfer) }) }),
  forwards: feed({ says: "Follow port forwards.", needs: "operate", records: "none", input: Empty, item: z.object({ forwards: z.array(Forward) }) }),
  openForward: call({ says: "Listen on this machine's loopback and lead connections through a host.", needs: "operate", records: "room", input: z.object({ hostId: Id, listenPort: z.number().int().min(0).max(65_535), toHost: z.string().min(1).max(253), toPort: z.number().int().min(1).max(65_535) }), output: Forward }),
  closeForward: call({ says: "Close a port forward.", needs: "operate", records: "room", input: z.object({ id: Id }), output: Done }),
} as const;

export const FILES_FAILURES = defineFailures({
  FILE_NOT_READ: { retryable: false, status: 403, say: (d) => `${d["path"]} on ${d["host"]} is not read by hand: ${d["why"]} Nothing of it was read. What policies ask about is asked for as a command, with sena exec or as "run cat" in the chat.` },
  FILE_NEEDS_APPROVAL: { retryable: false, status: 403, say: (d) => `${d["path"]} on ${d["host"]} may not be changed by hand: ${d["why"]} Nothing was changed. It can be asked for as a command, which goes to an approver whole: in Files on the screen, or with sena exec.` },
  FILE_AS_NO_COMMAND: { retryable: false, status: 422, say: (d) => `No command can be read for changing ${JSON.stringify(d["path"])}: its name or its text holds a line break or a NUL where none may be, or the text is too long to be read. Nothing was changed. A runbook, or a policy that allows it, can do it.` },
  UPLOAD_CUT: { retryable: true, status: 499, say: (d) => `The upload of ${d["path"]} stopped before its end. What arrived is kept beside it; start it again to go on from there.` },
});
