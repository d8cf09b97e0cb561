import { agreement, sketchOf, type Sketch } from "./compare.ts";
import type { Passage } from "./port.ts";
import { reordered } from "./reorder.ts";
import { isLater, likenessNeeded, versionOf, type Version } from "./versions.ts";

// Of a document that was found in two versions, people are sent to the later one. Pure.

export type Versioned = { readonly sketch: Sketch; readonly version: Version | undefined };

const supersedes = (newer: Versioned, older: Versioned): boolean => older.version !== undefined && isLater(newer.version, older.version) && agreement(newer.sketch, older.sketch) >= likenessNeeded(older.version);

/** A passage whose later version was found too stands behind it, however well its words fit. */
export function newerFirst<T extends Versioned>(found: readonly T[]): (T & { readonly later: T | undefined })[] {
  const ordered: (T & { readonly later: T | undefined })[] = [];
  for (const one of found) {
    const older = ordered.find((before) => supersedes(one, before));
    const marked = { ...one, later: found.find((other) => supersedes(other, one)) };
    if (older === undefined) ordered.push(marked);
    else ordered.splice(ordered.indexOf(older), 0, marked);
  }
  return ordered;
}

/** What is shown of passages that were scored: scores know nothing of versions, so their rule comes after them and before the cut. */
export function shownOf(found: readonly Passage[], scores: readonly number[], limit: number): readonly Passage[] {
  const versioned = reordered(found, scores).map((passage) => ({ passage, sketch: sketchOf(passage.text), version: versionOf(passage) }));
  const shown = newerFirst(versioned).slice(0, limit).map(({ passage }) => passage);
  const ids = new Set(shown.map(({ chunkId }) => chunkId));
  return shown.map((passage) => ({ ...passage, conflicts: passage.conflicts.filter(({ chunkId }) => ids.has(chunkId)) }));
}
