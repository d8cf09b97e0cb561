// Where to begin: learn.ts (learns the packs, and again when they change) and parser.ts, from a sentence to an answer. spans.ts
// finds values, german.ts and reword.ts bring one wish into fewer words, wishes.ts parts several; decide.ts asks two voices
// (train.ts with classifier.ts, and lexical.ts) and whether a change was ordered (acts.ts, mood.ts); fill.ts gives the runbook
// its inputs; carry-over.ts leans on the turn before.

export { createRequestParser, type OwnedRequestParser, type RequestNeeds } from "./learn.ts";
export type * from "./port.ts";
export { learnHere, type Keep } from "./train.ts";
export { learnApart } from "./learn-apart.ts";
export { fileKeep } from "./keep.ts";
