import { parse, forEachChild, type SyntaxNode } from "unbash";

// Two readers that share no code must see the same commands. Where they differ, or the second cannot say, a person decides.

/** The commands of a script as the second reader sees them, each the written words of one simple command; undefined when it abstains. */
export type SecondOpinion = (script: string) => readonly (readonly string[])[] | undefined;

/** The same list by the first reader, in the order of their places in the text. */
export function commandWords(script: string): readonly (readonly string[])[] {
  const found: { readonly at: number; readonly words: readonly string[] }[] = [];
  const visit = (node: SyntaxNode, source: string, base: number): void => {
    if (node.type === "Command" && node.name !== undefined) {
      const words = [node.name, ...node.suffix].filter((part) => part.type === "Word").map((part) => source.slice(part.pos, part.end));
      found.push({ at: base + node.pos, words });
    }
    // The script of a backquoted substitution counts its places in a text of its own.
    const own = node.type === "Script" && node.source !== undefined ? node.source : source;
    forEachChild(node, (child) => visit(child, own, own === source ? base : base + 1));
  };
  visit(parse(script), script, 0);
  return found.toSorted((one, other) => one.at - other.at).map(({ words }) => words);
}

const squeezed = (words: readonly string[]): string => words.map((word) => word.replaceAll("\\\n", "")).join("\u0000");

/** What the second reader sees run under a name that the first does not see run at all: it would stand in no list. Nothing where it abstains. */
export function unseenCommands(script: string, opinion: SecondOpinion): readonly (readonly string[])[] {
  const second = opinion(script);
  if (second === undefined) return [];
  const names = new Set(commandWords(script).map((words) => squeezed(words.slice(0, 1))));
  return second.filter((words) => !names.has(squeezed(words.slice(0, 1))));
}

/** Undefined when both see the same commands. */
export function disagreement(script: string, opinion: SecondOpinion): string | undefined {
  const second = opinion(script);
  if (second === undefined) return "the second reader of the shell could not read this without doubt";
  const ours = commandWords(script).map(squeezed).toSorted();
  const theirs = second.map(squeezed).toSorted();
  return ours.length === theirs.length && ours.every((words, at) => words === theirs[at]) ? undefined : "two readers of the shell see different commands here";
}
