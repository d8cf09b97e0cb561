export { classify, createClassifier, type ClassifierNeeds } from "./classify.ts";
export { FIXED_PATH } from "./judge.ts";
export { MAX_LENGTH } from "./walk.ts";
export { commandWords, type SecondOpinion } from "./second-opinion.ts";
export { treeSitterOpinion } from "./tree-sitter-opinion.ts";
export type { Classification, Classify, ClassifyOptions, Segment } from "./port.ts";
