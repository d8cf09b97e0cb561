import { useEffect, useState } from "react";
import type { KnowledgeFilter, KnowledgePassage } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";

const TYPING_MS = 60;
/** Who stops typing for so long has asked; only then a search without result counts as a gap. */
const ASKED_MS = 1_500;

/** Results while one types: the newest answer stands until the next is there, and a late one never overwrites it. */
export const useSearch = (query: string, filter: KnowledgeFilter, changedAt: number): { readonly passages: readonly KnowledgePassage[] | undefined; readonly failure: string | undefined } => {
  const { client } = useApp();
  const [passages, setPassages] = useState<readonly KnowledgePassage[]>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    const over = new AbortController();
    const ask = (isTyping: boolean) =>
      client.knowledge.search({ query, limit: 40, filter, isTyping }, { signal: over.signal }).then(
        (found) => {
          if (over.signal.aborted) return;
          setPassages(found.passages);
          setFailure(undefined);
        },
        (error: Error) => over.signal.aborted || setFailure(error.message),
      );
    const timers = [setTimeout(() => void ask(true), TYPING_MS), setTimeout(() => void ask(false), ASKED_MS)];
    return () => {
      for (const timer of timers) clearTimeout(timer);
      over.abort();
    };
  }, [client, query, filter, changedAt]);
  return { passages, failure };
};
