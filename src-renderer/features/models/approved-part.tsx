import { useState } from "react";
import type { ModelListTaken, ModelsView } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";
import { ApprovedModels } from "./approved-models.tsx";

type Props = { view: Pick<ModelsView, "approved" | "files">; mayChange: boolean; isBusy: boolean; onImport: (path: string, sha256: string) => void };

export const ApprovedPart = ({ view, mayChange, isBusy, onImport }: Props) => {
  const { client } = useApp();
  const [beside, setBeside] = useState<ModelListTaken["files"]>([]);
  const [problem, setProblem] = useState("");
  const act = <T,>(work: () => Promise<T>, then: (done: T) => void = () => {}) =>
    void work().then(
      (done) => {
        setProblem("");
        then(done);
      },
      (error: unknown) => setProblem((error as Error).message),
    );
  return (
    <ApprovedModels
      view={view}
      beside={beside}
      problem={problem}
      mayChange={mayChange}
      isBusy={isBusy}
      onTake={(path) => act(() => client.models.takeApproved({ path }), ({ files }) => setBeside(files))}
      onImport={onImport}
      onForget={(source) => act(() => client.models.forgetApproved({ source }))}
      onOnly={(isOnly) => act(() => client.models.setOnlyApproved({ isOnly }))}
    />
  );
};
