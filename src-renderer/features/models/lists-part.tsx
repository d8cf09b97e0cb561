import { useState } from "react";
import type { ModelList, ModelsView } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";
import { SignedLists } from "./signed-lists.tsx";

type Props = { view: Pick<ModelsView, "signers" | "files">; mayChange: boolean; isBusy: boolean; onImport: (path: string, file: string) => Promise<void> };

export const ListsPart = ({ view, mayChange, isBusy, onImport }: Props) => {
  const { client } = useApp();
  const [list, setList] = useState<ModelList>();
  const [problem, setProblem] = useState("");
  const act = <T,>(work: () => Promise<T>, then: (done: T) => void = () => {}) =>
    void work().then(
      (done) => {
        setProblem("");
        then(done);
      },
      (error: unknown) => setProblem((error as Error).message),
    );
  const read = (path: string) => {
    setList(undefined);
    act(() => client.models.readList({ path }), setList);
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
      onTrust={(publicKey) => act(() => client.models.trustSigner({ publicKey }))}
      onDistrust={(id) => {
        setList(undefined);
        act(() => client.models.distrustSigner({ id }));
      }}
    />
  );
};
