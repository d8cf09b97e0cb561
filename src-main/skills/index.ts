// Where to begin: format.ts (what a pack may say) and library.ts (which packs count). load.ts and lint.ts read one,
// signature.ts and pack-shelf.ts decide whether it is used; compile-skill.ts binds one to inputs and a host, and next.ts, pure,
// says the step after a result: run-script.ts and quote.ts write its command, parsers.ts and condition.ts read what came back.

export type * from "./port.ts";
export { SKILL_FAILURES } from "./failures.ts";
export { openSkills, type SkillLibrary, type SkillNeeds } from "./library.ts";
export { bookOf, lintPack } from "./lint.ts";
export { SIGNATURE_FILE, digestOf, loadPack, partsOf, type KnownParts, type PackFiles } from "./load.ts";
export { checkParser } from "./lint-fixtures.ts";
export type { ShelfPack } from "./pack-shelf.ts";
export { isBad, sayProblem, type Problem } from "./problems.ts";
export { readFolder } from "./read-folder.ts";
export { newSigningKey, signPack, type TrustedKey } from "./signature.ts";
export { normaliseInput } from "./inputs.ts";
export { expandPhrase, seeded } from "./vocabulary.ts";
export { diffLines } from "./diff.ts";
export { compileParser } from "./parsers.ts";
export { quoteText, quoteWord } from "./quote.ts";
export { packJsonSchema } from "./schema.ts";
