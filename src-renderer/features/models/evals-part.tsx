import { useState } from "react";
import type { EvalsView, ModelsView } from "../../../src-main/contract/index.ts";
import { useApp, useFeed, useStatus } from "../../app/use-app.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Evals, type OpenReport } from "./evals-view.tsx";

export const EvalsPart = ({ models }: { models: Pick<ModelsView, "files" | "providers"> }) => {
  const { client, toast } = useApp();
  const [view, setView] = useState<EvalsView>();
  const [opened, setOpened] = useState<OpenReport>();
  const [removing, setRemoving] = useState<string>();
  useFeed("settings.evals", (core, signal) => core.evals.follow({}, { signal }), setView);
  const mayStart = useStatus((status) => status?.principal.permissions.includes("operate")) ?? false;
  const tell = (failure: unknown) => toast({ tone: "warn", title: "Not done", text: (failure as Error).message });
  if (view === undefined) return null;
  const known = [...models.files.filter(({ isEmbedding, isRanker }) => !isEmbedding && !isRanker).map(({ id, name }) => ({ value: id, text: name })), ...models.providers.map(({ config }) => ({ value: config.id, text: `${config.model} (${config.id})` }))];
  const open = (id: string) => void client.evals.report({ id }).then((report) => setOpened({ report, against: undefined }), tell);
  const compare = (before: string) => {
    if (opened !== undefined) void client.evals.compare({ before, after: opened.report.id }).then((comparison) => setOpened({ ...opened, against: { id: before, comparison } }), tell);
  };
  return (
    <>
      <Evals
        view={view}
        models={known}
        mayStart={mayStart}
        opened={opened}
        onStart={(model, part) => void client.evals.start({ model, part }).catch(tell)}
        onStop={() => void client.evals.stop({}).catch(tell)}
        onOpen={(id) => (id === undefined ? setOpened(undefined) : open(id))}
        onCompare={compare}
        onRemove={setRemoving}
      />
      <ConfirmDialog
        isOpen={removing !== undefined}
        title="Delete this report?"
        confirmText="Delete report"
        isDanger
        onCancel={() => setRemoving(undefined)}
        onConfirm={() => {
          if (removing !== undefined) void client.evals.remove({ id: removing }).catch(tell);
          if (removing === opened?.report.id) setOpened(undefined);
          setRemoving(undefined);
        }}
      >
        The trials stay in the record; the report itself is gone.
      </ConfirmDialog>
    </>
  );
};
