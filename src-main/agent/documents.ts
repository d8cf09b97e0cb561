import type { Passage } from "../knowledge/port.ts";
import type { CitedDocument, Entry } from "./port.ts";
import { line, plain } from "./untrusted.ts";

export const PASSAGES_ASKED = 5;
const MAX_PASSAGE_CHARS = 1200;
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Documents a lane has read so far, `d1` first: what its claims may name. */
export const documentsOf = (entries: readonly Entry[]): CitedDocument[] => entries.flatMap((entry) => (entry.kind === "reply" ? (entry.documents ?? []) : []));

/** A passage with where it stands, how old it is, and who answers for it: an old page nobody signed weighs less than a line of output. */
export function citedOf(passages: readonly Passage[], known: number): { readonly documents: readonly CitedDocument[]; readonly text: string } {
  const documents = passages.map(({ source, path, title, position, modifiedAt, trust, text }, i): CitedDocument => ({ id: `d${known + i + 1}`, title: line(title, 120) || line(path, 120), where: [line(source, 80), line(path, 200), position].join(", "), date: day(modifiedAt), trust, text: plain(text, MAX_PASSAGE_CHARS) }));
  const text = passages.map((passage, i) => {
    const { id, where, date, trust } = documents[i] as CitedDocument;
    return `${id}: ${where}; changed ${date}; ${trust}${doubtsOf(passage)}\n${plain(passage.text, MAX_PASSAGE_CHARS)}`;
  });
  return { documents, text: text.length === 0 ? "No document speaks of this." : text.join("\n\n") };
}

/** What speaks against a passage stands beside it: its age, and who says otherwise. */
const doubtsOf = ({ outdated, conflicts }: Passage): string => [outdated === "" ? "" : `; outdated: ${line(outdated, 160)}`, ...conflicts.slice(0, 2).map(({ source, path, there }) => `; ${line(source, 80)}/${line(path, 120)} says instead: ${line(there, 160)}`)].join("");

/** What a document says is told as what it says, never as what was seen on the host. */
export const asTold = ({ title, where, date, trust }: CitedDocument, text: string): string => `According to “${title}” (${where}, ${date}${trust === "signed" ? "" : ", unsigned"}): ${text}`;
