import { useState } from "react";

export type Acting = {
  /** Does what was asked, then `after`; true when both went well, else `problem` says why not. */
  readonly act: (work: () => Promise<unknown>) => Promise<boolean>;
  readonly isBusy: boolean;
  readonly problem: string;
  readonly setProblem: (say: string) => void;
};
type Ways = { readonly after?: () => Promise<unknown>; readonly wordsOf?: (error: unknown) => string };

const ownWords = (error: unknown): string => (error instanceof Error ? error.message : "It did not work. Nothing was changed.");

/** What a part of a screen asks for and shows the refusal of in its own place: the sentence comes with the failure. */
export const useAct = ({ after, wordsOf = ownWords }: Ways = {}): Acting => {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const act = async (work: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    try {
      await work();
      await after?.();
      setProblem("");
      return true;
    } catch (error) {
      setProblem(wordsOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { act, isBusy, problem, setProblem };
};
