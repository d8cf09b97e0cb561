import { useCallback, useEffect, useState } from "react";

type Loaded<T> = {
  readonly value: T | undefined;
  readonly problem: string;
  /** Does something, then loads again. True when it was done. */
  act(work: () => Promise<unknown>): Promise<boolean>;
};

/** What the core answers, and what it says when something is asked of it. Nothing is shown before it is so. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [value, setValue] = useState<T>();
  const [problem, setProblem] = useState("");
  const again = useCallback(() => load().then(setValue), [load]);
  const failed = (error: unknown) => setProblem(error instanceof Error ? error.message : "It did not work. Nothing was changed.");
  useEffect(() => void again().catch(failed), [again]);
  return {
    value,
    problem,
    act: (work) =>
      work()
        .then(again)
        .then(
          () => {
            setProblem("");
            return true;
          },
          (error: unknown) => {
            failed(error);
            return false;
          },
        ),
  };
}
