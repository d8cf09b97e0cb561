/** What the ways of searching say of each passage, and how they are told together. Pure. */
export type Vote = { score: number; isWord: boolean; isMeaning: boolean };
type Kind = "word" | "meaning";

/** Reciprocal rank fusion: the damping of the first ranks. */
const RRF = 20;
/** How much of its document's beginning counts for a passage, and how much of the best passage for the beginning. */
const FROM_LEAD = 0.5;
const FROM_PASSAGES = 1.5;

export function createVotes() {
  const passages = new Map<number, Vote>();
  const leads = new Map<number, Vote>();
  const count = (into: Map<number, Vote>, ids: readonly { readonly id: number }[], weight: number, kind: Kind) =>
    ids.forEach(({ id }, rank) => {
      const held = into.get(id) ?? { score: 0, isWord: false, isMeaning: false };
      into.set(id, { score: held.score + (weight * (RRF + 1)) / (RRF + rank + 1), isWord: held.isWord || kind === "word", isMeaning: held.isMeaning || kind === "meaning" });
    });

  return {
    forPassages: (ids: readonly { readonly id: number }[], weight: number, kind: Kind) => count(passages, ids, weight, kind),
    /** Of the beginnings of documents, by the passage they begin with. */
    forLeads: (ids: readonly { readonly id: number }[], weight: number, kind: Kind) => count(leads, ids, weight, kind),
    /**
     * A manual page says in its first line what it is for, in the words of a question, and what to do further down, in words of
     * its own: either alone is weak, both in one document are strong. So each lends to the other.
     */
    told(documentsOf: (ids: readonly number[]) => readonly { readonly id: number; readonly document_id: number }[]): Map<number, Vote> {
      if (leads.size === 0) return passages;
      const documents = new Map<number, { lead: number | undefined; best: { readonly id: number; readonly score: number } | undefined; ids: number[] }>();
      for (const { id, document_id: document } of documentsOf([...new Set([...passages.keys(), ...leads.keys()])])) {
        const one = documents.get(document) ?? { lead: undefined, best: undefined, ids: [] };
        documents.set(document, one);
        if (leads.has(id)) one.lead = id;
        else {
          one.ids.push(id);
          const { score } = passages.get(id) as Vote;
          if (one.best === undefined || score > one.best.score) one.best = { id, score };
        }
      }
      const told = new Map<number, Vote>();
      for (const { lead, best, ids } of documents.values()) {
        const begins = lead === undefined ? undefined : leads.get(lead);
        for (const id of ids) {
          const own = passages.get(id) as Vote;
          told.set(id, { ...own, score: own.score + FROM_LEAD * (begins?.score ?? 0) });
        }
        if (lead === undefined || begins === undefined) continue;
        const own = passages.get(lead);
        const first = { score: begins.score + (own?.score ?? 0) + FROM_PASSAGES * Math.max(0, (best?.score ?? 0) - (own?.score ?? 0)), isWord: begins.isWord || own?.isWord === true, isMeaning: begins.isMeaning || own?.isMeaning === true };
        told.set(lead, first);
        // The document has earned this place; the passage that answers stands there, not the line that says what it is about.
        const answer = best === undefined || best.score <= begins.score ? undefined : told.get(best.id);
        if (answer !== undefined && answer.score < first.score) [answer.score, first.score] = [first.score, answer.score];
      }
      return told;
    },
  };
}
