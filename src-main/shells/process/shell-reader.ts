import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Language, Parser } from "web-tree-sitter";
import { treeSitterOpinion, type SecondOpinion } from "../../shellcheck/index.ts";

/** The second reader of the shell, with its grammar loaded from the package's own bytes. */
export async function loadSecondOpinion(): Promise<SecondOpinion> {
  const grammar = createRequire(import.meta.url).resolve("@lumis-sh/wasm-bash/tree-sitter-bash.wasm");
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(await readFile(grammar)));
  return treeSitterOpinion(parser);
}
