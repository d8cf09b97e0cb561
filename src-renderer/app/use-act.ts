import { useState } from "react";

export type Acting = {
  /** Does what was asked, then `after`; true when both went well, else `problem` says why not. */
  readonly act: (work: () => Promise<unknown>) => Promise<boolean>;
  readonly problem: string;
  readonly setProblem: (say: string) => void;
};

/** What a part of a screen asks for and shows the refusal of in its own place: the sentence comes with the failure. */
export const useAct = (after: () => Promise<unknown> = async () => {}): Acting => {
  const [problem, setProblem] = useState("");
  const act = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      await after();
      setProblem("");
      return true;
    } catch (error) {
      setProblem((error as Error).message);
      return false;
    }
  };
  return { act, problem, setProblem };
};
