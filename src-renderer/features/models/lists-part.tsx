import { useState } from "react";
import type { ModelList, ModelsView } from "../../../src-main/contract/index.ts";
import { useAct } from "../../app/use-act.ts";
import { useApp } from "../../app/use-app.ts";
import { SignedLists } from "./signed-lists.tsx";

type Props = { view: Pick<ModelsView, "signers" | "files">; mayChange: boolean; isBusy: boolean; onImport: (path: string, file: string) => Promise<void> };

export const ListsPart = ({ view, mayChange, isBusy, onImport }: Props) => {
  const { client } = useApp();
  const [list, setList] = useState<ModelList>();
  const { act, problem } = useAct();
  const read = (path: string) => {
    setList(undefined);
    void act(async () => setList(await client.models.readList({ path })));
  };
  return (
    <SignedLists
      signers={view.signers}
      list={list}
      problem={problem}
      mayChange={mayChange}
      isBusy={isBusy}
      onRead={read}
      onImport={(path, file) => void onImport(path, file).then(() => read(path))}
      onTrust={(publicKey) => void act(() => client.models.trustSigner({ publicKey }))}
      onDistrust={(id) => {
        setList(undefined);
        void act(() => client.models.distrustSigner({ id }));
      }}
    />
  );
};
