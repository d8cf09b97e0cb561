import type { ModelsView } from "../../../src-main/contract/index.ts";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { StatusDot } from "../../ui/status-dot.tsx";
import styles from "./models.module.css";

const NOBODY = "";
const DOTS = { none: "idle", loading: "idle", ready: "ok", failed: "warn" } as const;

/** What puts passages of documents in order before an answer rests on them. */
export const Reranker = ({ view, mayChange, isBusy, onChoose }: { view: Pick<ModelsView, "files" | "ranker">; mayChange: boolean; isBusy: boolean; onChoose: (id: string) => void }) => {
  const rankers = view.files.filter(({ isRanker }) => isRanker);
  const known = rankers.map(({ id, name }) => ({ value: id, text: name }));
  const gone = view.ranker.modelId !== NOBODY && !known.some(({ value }) => value === view.ranker.modelId) ? [{ value: view.ranker.modelId, text: "A model that was removed" }] : [];
  return (
    <FieldGroup title="Reranker" hint="A GGUF made as a reranker may read the passages found for an answer again and put the fitting ones first. It has a second and a half; what it does not reach keeps its place, and without it the search's own order stands.">
      {known.length + gone.length === 0 ? (
        <p className={styles.empty}>None of the imported models is a reranker.</p>
      ) : (
        <div className={styles.form}>
          <Field label="Passages are put in order by">
            <Select value={view.ranker.modelId} onValue={onChoose} isDisabled={!mayChange || isBusy} choices={[{ value: NOBODY, text: "The search alone" }, ...known, ...gone]} />
          </Field>
          {view.ranker.say === "" ? null : <StatusDot state={DOTS[view.ranker.state]} label={view.ranker.state === "loading" ? "Loading it." : view.ranker.say} />}
        </div>
      )}
    </FieldGroup>
  );
};
