// Where to begin: classify.ts. words.ts says what a word becomes, walk.ts lists every command of a script (place.ts: in which
// folders it may stand), judge.ts holds one against what families/ say it may be given (grammar.ts is their language; programs/
// are those with a language of their own), and second-opinion.ts takes back what another parser reads otherwise. devices/ are
// prompts that are no shell.

export { classify, createClassifier, type ClassifierNeeds } from "./classify.ts";
export { FIXED_PATH } from "./judge.ts";
export { MAX_LENGTH } from "./walk.ts";
export { commandWords, type SecondOpinion } from "./second-opinion.ts";
export { treeSitterOpinion } from "./tree-sitter-opinion.ts";
export type { Classification, Classify, ClassifyOptions, Segment } from "./port.ts";
