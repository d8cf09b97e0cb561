export { createModels, type LentModel, type Models, type ModelsNeeds } from "./models.ts";
export type { LoadOptions } from "./loading.ts";
export type { Answered, AskContext, AskEvent, Asking } from "./asking.ts";
export { createEngine, type Engine } from "./embedded/engine.ts";
export { MODEL_FAILURES } from "./failures.ts";
export { sealedFetch } from "./sealed-fetch.ts";
export type * from "./port.ts";
