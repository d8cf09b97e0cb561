import type { FileChange } from "../contract/index.ts";
import { quoteText, quoteWord } from "../skills/index.ts";

export type FileCommand = { readonly script: string; readonly undo: string; readonly why: string };

const BEFORE = ".sena-before";

/**
 * The change as a command line that does the same: what the policies want to be asked about goes to an approver as exactly
 * that, whole, and through the same gate as everything else. Undefined where no command can be read for what it does.
 */
export function fileCommand(change: FileChange): FileCommand | undefined {
  if (Object.values(change).some((value) => typeof value === "string" && value.includes("\0"))) return undefined;
  if (/[\r\n]/.test(change.path) || (change.is === "rename" && /[\r\n]/.test(change.to))) return undefined;
  const path = quoteWord(change.path);
  switch (change.is) {
    case "save":
      return {
        script: [`[ "$(sha256sum < ${path})" = '${change.expected}  -' ] || { echo 'it is not the file that was opened' >&2; exit 1; }`, `${keep(path, change.path)} && ${writing(path, change.text)}`].join("\n"),
        undo: `mv -f -- ${quoteWord(change.path + BEFORE)} ${path}`,
        why: `${change.path} was edited by hand.`,
      };
    case "upload":
      return change.isReplacing
        ? { script: `${keep(path, change.path)} && ${writing(path, change.text)}`, undo: `mv -f -- ${quoteWord(change.path + BEFORE)} ${path}`, why: `${change.path} is replaced by a file from the operator's machine.` }
        : { script: `[ ! -e ${path} ] && ${writing(path, change.text)}`, undo: `rm -- ${path}`, why: `${change.path} comes from the operator's machine.` };
    case "makeFolder":
      return { script: `mkdir -- ${path}`, undo: `rmdir -- ${path}`, why: "A folder is made." };
    case "rename":
      return { script: `[ ! -e ${quoteWord(change.to)} ] && mv -T -- ${path} ${quoteWord(change.to)}`, undo: `mv -T -- ${quoteWord(change.to)} ${path}`, why: "A file or folder gets another name." };
    case "remove":
      return { script: `${change.isFolder ? "rmdir" : "rm"} -- ${path}`, undo: "", why: change.isFolder ? "An empty folder is removed." : "A file is removed; there is no way back." };
    default:
      return change satisfies never;
  }
}

/** Whoever may write to the folder could have put a link there: what is copied over is removed first. */
const keep = (path: string, plain: string): string => `cp -p --remove-destination -- ${path} ${quoteWord(plain + BEFORE)}`;

/** As a here-document, so that an approver reads the text line by line; a text without a last line break has no such form. */
function writing(path: string, text: string): string {
  if (!text.endsWith("\n")) return `printf %s ${quoteText(text)} > ${path}`;
  const lines = new Set(text.split("\n"));
  let end = "END_OF_FILE";
  while (lines.has(end)) end += "_";
  return `cat > ${path} <<'${end}'\n${text}${end}`;
}
