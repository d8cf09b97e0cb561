import type { KnowledgeNeeds } from "../../knowledge/index.ts";
import type { Models } from "../../models/index.ts";
import type { Principal } from "../../contract/index.ts";

/** The house's documents never leave the machine for their vectors: only a model in the engine, and only one made for it. */
const askedBy = (principal: () => Principal) => ({ kind: "operator", id: principal().id, name: principal().name }) as const;

/** Passages stay on the machine here too: a reranker is a file of this machine and nothing else. */
export const rerankerModel = (models: Pick<Models, "rank">, principal: () => Principal): NonNullable<KnowledgeNeeds["rank"]> => (query, passages, signal) => models.rank(askedBy(principal), query, passages, signal);

export const embeddingModel = (models: Pick<Models, "view" | "follow" | "embed">, principal: () => Principal): NonNullable<KnowledgeNeeds["model"]> => ({
  async *loaded(signal) {
    let before: string | undefined;
    for await (const { files, engine } of models.follow(signal)) {
      const file = engine.state === "ready" ? files.find(({ id }) => id === engine.modelId) : undefined;
      const id = file?.isEmbedding === true ? `model-${file.sha256.slice(0, 16)}` : undefined;
      if (id !== before) yield id;
      before = id;
    }
  },
  embed: (texts, signal) => models.embed({ actor: askedBy(principal), session: "knowledge", hasProtectedData: true, only: "embedded" }, texts, signal),
});
