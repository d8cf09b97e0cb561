import type { FileEntry } from "../../../src-main/contract/index.ts";
import { formatBytes, formatInstant } from "../../lib/format.ts";
import { markBytes } from "../../lib/mark-bytes.ts";
import { Icon } from "../../ui/icon.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Table } from "../../ui/table.tsx";
import styles from "./files.module.css";

type Props = { entries: readonly FileEntry[] | undefined; cut: number; onOpen: (entry: FileEntry) => void; onDownload: (entry: FileEntry) => void; onRename: (entry: FileEntry) => void; onRemove: (entry: FileEntry) => void };

const rights = (mode: number): string => [6, 3, 0].map((shift) => ["r", "w", "x"].map((letter, bit) => ((mode >> (shift + 2 - bit)) & 1 ? letter : "-")).join("")).join("");

/** Names are shown with every hidden character named: a file called `a\nb` or one that reads backwards fools nobody. */
export const FileTable = ({ entries, cut, onOpen, onDownload, onRename, onRemove }: Props) => {
  if (entries === undefined) return <Skeleton lines={8} label="Reading the folder" />;
  return (
    <div className={styles.list}>
      <Table
        label="Files"
        rows={entries}
        rowId={(entry) => entry.path}
        onOpen={onOpen}
        empty="This folder is empty."
        columns={[
          { id: "kind", title: "Kind", isTitleHidden: true, width: "28px", cell: (entry) => <Icon name={entry.kind === "folder" ? "folder" : entry.kind === "link" ? "link" : "file"} size={14} /> },
          { id: "name", title: "Name", width: "minmax(160px, 3fr)", isMono: true, cell: (entry) => <Name text={entry.name} /> },
          { id: "size", title: "Size", width: "96px", align: "end", isMono: true, cell: (entry) => (entry.kind === "folder" ? "" : formatBytes(entry.size)) },
          { id: "changed", title: "Changed", width: "160px", isMono: true, cell: (entry) => formatInstant(entry.modifiedAt) },
          { id: "mode", title: "Rights", width: "96px", isMono: true, cell: (entry) => rights(entry.mode) },
          { id: "owner", title: "Owner", width: "90px", isMono: true, cell: (entry) => entry.owner },
          {
            id: "more",
            title: "More",
            isTitleHidden: true,
            width: "36px",
            cell: (entry) => (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- it only keeps the click from the row
              <span onClick={(event) => event.stopPropagation()}>
                <Menu
                  align="end"
                  trigger={<IconButton icon="more" size="sm" label={`More for ${entry.name}`} />}
                  entries={[
                    { id: "open", text: entry.kind === "file" ? "Edit…" : "Open", icon: entry.kind === "file" ? "edit" : "folder", onSelect: () => onOpen(entry) },
                    { id: "download", text: "Download", icon: "download", isDisabled: entry.kind !== "file", onSelect: () => onDownload(entry) },
                    { id: "rename", text: "Rename…", onSelect: () => onRename(entry) },
                    { kind: "rule", id: "rule" },
                    { id: "remove", text: "Remove…", icon: "trash", isDanger: true, onSelect: () => onRemove(entry) },
                  ]}
                />
              </span>
            ),
          },
        ]}
      />
      {cut > 0 ? <p className={styles.cut}>{cut} more are not shown: type a path to go further.</p> : null}
    </div>
  );
};

/** A line break is ordinary in a text and a trap in a name. */
const parts = (name: string) => name.split(/([\n\t])/).flatMap((part) => (part === "\n" ? [{ text: "⟨LF⟩", mark: "U+000A LF" }] : part === "\t" ? [{ text: "⟨TAB⟩", mark: "U+0009 TAB" }] : part === "" ? [] : markBytes(part)));

const Name = ({ text }: { text: string }) => (
  <bdi>
    {parts(text).map((part, index) =>
      part.mark === undefined ? (
        part.text
      ) : (
        // oxlint-disable-next-line no-array-index-key -- parts of one unchanging name
        <mark key={index} className={styles.mark} title={part.mark}>
          {part.text}
        </mark>
      ),
    )}
  </bdi>
);
