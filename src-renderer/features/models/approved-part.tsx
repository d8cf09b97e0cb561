import { useState } from "react";
import type { ModelListTaken, ModelsView } from "../../../src-main/contract/index.ts";
import { useAct } from "../../app/use-act.ts";
import { useApp } from "../../app/use-app.ts";
import { ApprovedModels } from "./approved-models.tsx";

type Props = { view: Pick<ModelsView, "approved" | "files">; mayChange: boolean; isBusy: boolean; onImport: (path: string, sha256: string) => void };

export const ApprovedPart = ({ view, mayChange, isBusy, onImport }: Props) => {
  const { client } = useApp();
  const [beside, setBeside] = useState<ModelListTaken["files"]>([]);
  const { act, problem } = useAct();
  return (
    <ApprovedModels
      view={view}
      beside={beside}
      problem={problem}
      mayChange={mayChange}
      isBusy={isBusy}
      onTake={(path) => void act(async () => setBeside((await client.models.takeApproved({ path })).files))}
      onImport={onImport}
      onForget={(source) => void act(() => client.models.forgetApproved({ source }))}
      onOnly={(isOnly) => void act(() => client.models.setOnlyApproved({ isOnly }))}
    />
  );
};
