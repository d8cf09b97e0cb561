import { useEffect, useRef, useState } from "react";
import type { FileChange, FileEntry, Host, Transfer } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { useApp, useFeed } from "../../app/use-app.ts";
import { formatBytes } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Progress } from "../../ui/progress.tsx";
import { ChangeApproval } from "./change-approval.tsx";
import { EditDialog } from "./edit-dialog.tsx";
import { FileTable } from "./file-table.tsx";
import { NameDialog } from "./name-dialog.tsx";
import { PathBar } from "./path-bar.tsx";
import styles from "./files.module.css";
import { saveRemote, sendFile } from "./transfer.ts";
import { failureText, needsApproval } from "./words.ts";

type Asking = { readonly is: "none" } | { readonly is: "folder" } | { readonly is: "rename"; readonly entry: FileEntry } | { readonly is: "remove"; readonly entry: FileEntry } | { readonly is: "replace"; readonly file: File; readonly path: string } | { readonly is: "edit"; readonly entry: FileEntry } | { readonly is: "approval"; readonly change: FileChange };
const PART = ".sena-part";
const EDITABLE_BYTES = 2 * 1024 * 1024;
/** What an approver can still read as a command. */
const READABLE_BYTES = 60_000;

/** The files of one host. What changes them goes through the same policies as a command, and into the record. */
export const FilesView = ({ host, onClose }: { host: Host; onClose: () => void }) => {
  const { client, toast } = useApp();
  const [asked, setAsked] = useState("");
  const [folder, setFolder] = useState<{ path: string; entries: readonly FileEntry[]; cut: number }>();
  const [turn, setTurn] = useState(0);
  const [failure, setFailure] = useState<string>();
  const [asking, setAsking] = useState<Asking>({ is: "none" });
  const [transfers, setTransfers] = useState<readonly Transfer[]>([]);
  const stops = useRef(new AbortController());
  useEffect(() => () => stops.current.abort(), []);
  useFeed("transfers", (core, signal) => core.files.transfers({}, { signal }), (item) => setTransfers(item.transfers));
  useEffect(() => {
    const stop = new AbortController();
    setFailure(undefined);
    client.files.list({ hostId: host.id, path: asked }, { signal: stop.signal }).then(setFolder, (error: unknown) => stop.signal.aborted || setFailure(failureText(error)));
    return () => stop.abort();
  }, [client, host.id, asked, turn]);

  /** What the policies do not let a person do by hand is asked for instead, where a command says the same. */
  const attempt = (work: () => Promise<unknown>, say?: string, change?: () => Promise<FileChange | undefined>) => {
    setFailure(undefined);
    setAsking({ is: "none" });
    const instead = async (error: unknown) => {
      const asked = needsApproval(error) ? await change?.() : undefined;
      if (asked === undefined) setFailure(renderedText(failureText(error)));
      else setAsking({ is: "approval", change: asked });
    };
    work().then(() => {
      setTurn((before) => before + 1);
      if (say !== undefined) toast({ title: say, tone: "ok" });
    }, instead);
  };
  const at = (name: string) => `${folder?.path === "/" ? "" : (folder?.path ?? "")}/${name}`;
  const upload = (file: File, isReplacing: boolean) => {
    const path = at(file.name);
    const partial = folder?.entries.find((entry) => entry.path === `${path}${PART}`);
    attempt(() => sendFile(client, host.id, path, file, isReplacing, partial !== undefined && partial.size <= file.size ? partial.size : 0, stops.current.signal), `${renderedText(file.name)} uploaded`, async () => {
      const text = file.size > READABLE_BYTES ? undefined : await textOf(file);
      return text === undefined ? undefined : { is: "upload", path, text, isReplacing };
    });
  };
  const open = (entry: FileEntry) => {
    if (entry.kind === "folder" || entry.kind === "link") setAsked(entry.path);
    else if (entry.kind === "file" && entry.size <= EDITABLE_BYTES) setAsking({ is: "edit", entry });
    else attempt(() => saveRemote(client, host.id, entry.path, entry.name, stops.current.signal));
  };
  const running = transfers.filter(({ hostId, state }) => hostId === host.id && state === "running");
  return (
    <section className={styles.view} aria-label={`Files of ${host.name}`}>
      <PathBar
        host={host.name}
        environment={host.environment}
        shown={folder}
        onGo={setAsked}
        onClose={onClose}
        onRefresh={() => setTurn(turn + 1)}
        onMakeFolder={() => setAsking({ is: "folder" })}
        onUpload={(file) => (folder?.entries.some(({ name }) => name === file.name) ? setAsking({ is: "replace", file, path: at(file.name) }) : upload(file, false))}
      />
      {failure === undefined ? null : <Banner shape="strip" tone="bad" title={failure} onDismiss={() => setFailure(undefined)} />}
      {running.map((one) => (
        <Progress key={one.id} label={`${one.direction === "up" ? "Uploading" : "Downloading"} ${renderedText(one.path)}`} fraction={one.total === 0 ? null : one.bytes / one.total} detail={`${formatBytes(one.bytes)} of ${formatBytes(one.total)}`} onCancel={() => (stops.current.abort(), (stops.current = new AbortController()))} />
      ))}
      <FileTable
        entries={folder?.entries}
        cut={folder?.cut ?? 0}
        onOpen={open}
        onDownload={(entry) => attempt(() => saveRemote(client, host.id, entry.path, entry.name, stops.current.signal))}
        onRename={(entry) => setAsking({ is: "rename", entry })}
        onRemove={(entry) => setAsking({ is: "remove", entry })}
      />
      <NameDialog isOpen={asking.is === "folder"} title="Make a folder" verb="Make folder" start="" onClose={() => setAsking({ is: "none" })} onName={(name) => attempt(() => client.files.makeFolder({ hostId: host.id, path: at(name) }), undefined, async () => ({ is: "makeFolder", path: at(name) }))} />
      <NameDialog isOpen={asking.is === "rename"} title={asking.is === "rename" ? `Rename ${renderedText(asking.entry.name)}` : ""} verb="Rename" start={asking.is === "rename" ? asking.entry.name : ""} onClose={() => setAsking({ is: "none" })} onName={(name) => asking.is === "rename" && attempt(() => client.files.rename({ hostId: host.id, path: asking.entry.path, to: at(name) }), undefined, async () => ({ is: "rename", path: asking.entry.path, to: at(name) }))} />
      <ConfirmDialog isOpen={asking.is === "remove"} title={asking.is === "remove" ? `Remove ${renderedText(asking.entry.name)}?` : ""} confirmText={asking.is === "remove" && asking.entry.kind === "folder" ? "Remove folder" : "Remove file"} isDanger onCancel={() => setAsking({ is: "none" })} onConfirm={() => asking.is === "remove" && attempt(() => client.files.remove({ hostId: host.id, path: asking.entry.path }), undefined, async () => ({ is: "remove", path: asking.entry.path, isFolder: asking.entry.kind === "folder" }))}>
        It is removed from {host.name} at once and cannot be brought back from here. A folder must be empty.
      </ConfirmDialog>
      <ConfirmDialog isOpen={asking.is === "replace"} title={asking.is === "replace" ? `Replace ${renderedText(asking.file.name)}?` : ""} confirmText="Replace file" isDanger onCancel={() => setAsking({ is: "none" })} onConfirm={() => asking.is === "replace" && upload(asking.file, true)}>
        There is a file of that name on {host.name}. The new one takes its place when all of it has arrived.
      </ConfirmDialog>
      {asking.is === "edit" ? <EditDialog host={host} path={asking.entry.path} onClose={(isSaved) => (setAsking({ is: "none" }), isSaved && setTurn(turn + 1))} onNeedsApproval={(change) => setAsking({ is: "approval", change })} /> : null}
      {asking.is === "approval" ? <ChangeApproval host={host} change={asking.change} onClose={(isDone) => (setAsking({ is: "none" }), isDone && setTurn(turn + 1))} /> : null}
    </section>
  );
};

/** The file's text, when it is nothing else: bytes that are no UTF-8 cannot be read in a command. */
async function textOf(file: File): Promise<string | undefined> {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
  } catch {
    return undefined;
  }
}
