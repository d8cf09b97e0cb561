import { useEffect, useState } from "react";
import type { Inspection, ModelRoute, ModelsView } from "../../../src-main/contract/index.ts";
import { useApp, useFeed, useStatus } from "../../app/use-app.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { FieldGroup } from "../../ui/field.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ApprovedPart } from "./approved-part.tsx";
import { EvalsPart } from "./evals-part.tsx";
import { ImportForm } from "./import-form.tsx";
import { ListsPart } from "./lists-part.tsx";
import { ModelFiles } from "./model-files.tsx";
import { ProviderList } from "./provider-list.tsx";
import { Reranker } from "./reranker.tsx";
import { RunBudget } from "./run-budget.tsx";
import { SecondOpinion } from "./second-opinion.tsx";
import { RouteTable } from "./route-table.tsx";

type Work = { readonly label: string; readonly share: number };

export const ModelsSection = () => {
  const { client, toast } = useApp();
  const [view, setView] = useState<ModelsView>();
  const [work, setWork] = useState<Work>();
  const [looked, setLooked] = useState<Inspection | string>();
  const [removing, setRemoving] = useState<string>();
  useFeed("settings.models", (core, signal) => core.models.follow({}, { signal }), setView);
  const mayChange = useStatus((status) => status?.principal.permissions.includes("administer")) ?? false;
  const [routes, setRoutes] = useState<readonly ModelRoute[]>([]);
  // Every change of the models may change who is asked.
  useEffect(() => void client.models.routes({}).then(({ routes: found }) => setRoutes(found), () => setRoutes([])), [client, view]);
  /** Says why it was not done; nothing where it was. Also in passing, for whoever looks at something else by then. */
  const follow = async <T extends { share: number }>(label: string, items: AsyncIterable<T>, labelOf: (item: T) => string = () => label) => {
    setWork({ label, share: 0 });
    try {
      for await (const item of items) setWork({ label: labelOf(item), share: item.share });
      return "";
    } catch (failure) {
      const say = failure instanceof Error ? failure.message : String(failure);
      toast({ tone: "warn", title: `${label}: not done`, text: say });
      return say;
    } finally {
      setWork(undefined);
    }
  };
  const look = (path: string) => void client.models.inspect({ path }).then(setLooked, (error: unknown) => setLooked((error as Error).message));
  if (view === undefined) return <Skeleton lines={4} label="Waiting for the core" />;
  const name = view.files.find(({ id }) => id === removing)?.name ?? "";
  return (
    <>
      <ModelFiles
        view={view}
        isListed={view.approved.lists.length > 0 || view.approved.isOnly}
        work={work}
        onLoad={(id) => void follow("Loading the model", client.models.load({ id }), ({ step }) => step ?? "Loading the model")}
        onUnload={() => void client.models.unload({}).catch((failure: unknown) => toast({ tone: "warn", title: "Not unloaded", text: String(failure) }))}
        onTest={(id) => void follow("Testing the model", client.models.test({ id }), ({ step }) => step)}
        onRemove={setRemoving}
      />
      <ImportForm isBusy={work !== undefined} looked={looked} onLook={look} onImport={(path, sha256) => follow("Importing", client.models.import({ path, ...(sha256 !== "" && { sha256 }) }))} />
      <ApprovedPart view={view} mayChange={mayChange} isBusy={work !== undefined} onImport={(path, sha256) => void follow("Importing", client.models.import({ path, sha256 }))} />
      <ListsPart view={view} mayChange={mayChange} isBusy={work !== undefined} onImport={async (path, file) => void (await follow("Importing", client.models.importListed({ path, file })))} />
      <ProviderList view={view} mayChange={mayChange} />
      <RunBudget budget={view.runBudget} mayChange={mayChange} onSave={(amount) => void client.models.setRunBudget({ amount }).catch((failure: unknown) => toast({ tone: "warn", title: "Nothing was changed", text: (failure as Error).message }))} />
      <SecondOpinion view={view} mayChange={mayChange} onChoose={(reviewer) => void client.models.setReviewer({ name: reviewer }).catch((failure: unknown) => toast({ tone: "warn", title: "Nothing was changed", text: (failure as Error).message }))} />
      <Reranker view={view} mayChange={mayChange} isBusy={work !== undefined} onChoose={(id) => void client.models.setRanker({ id }).catch((failure: unknown) => toast({ tone: "warn", title: "Nothing was changed", text: (failure as Error).message }))} />
      <EvalsPart models={view} />
      <FieldGroup title="Who is asked for what" hint="Small models first for small work, the most capable one to plan; rules before preference. Each choice is recorded with its reason.">
        <RouteTable routes={routes} />
      </FieldGroup>
      <ConfirmDialog
        isOpen={removing !== undefined}
        title={`Delete ${name}?`}
        confirmText="Delete the copy"
        isDanger
        onCancel={() => setRemoving(undefined)}
        onConfirm={() => {
          if (removing !== undefined) void client.models.remove({ id: removing }).catch((failure: unknown) => toast({ tone: "warn", title: "Not deleted", text: String(failure) }));
          setRemoving(undefined);
        }}
      >
        The copy in SENA's home is deleted; the file it came from is not touched.
      </ConfirmDialog>
    </>
  );
};
