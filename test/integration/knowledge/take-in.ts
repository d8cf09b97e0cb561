import { openKnowledge } from "../../../src-main/knowledge/index.ts";

// A core that will be killed while it takes a folder in.
const [dbPath = "", docs = ""] = process.argv.slice(2);
const source = (file: string) => new URL(`../../../${file}`, import.meta.url).pathname;
const knowledge = openKnowledge({ dbPath, embeddingFile: source("resources/embedding/words.bin"), entry: source("src-main/knowledge/index-worker.ts"), reveal: async () => "", barred: () => undefined });
if ((await knowledge.sources()).length === 0) await knowledge.add({ path: docs, name: "docs", product: "", environment: "" });
process.send?.("started");
