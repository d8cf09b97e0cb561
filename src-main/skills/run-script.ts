import type { Var } from "./cells.ts";
import type { RunData } from "./format.ts";
import type { Dialect } from "./port.ts";
import { plainArgv, quoteArgv } from "./quote.ts";
import { fillRaw, type Vars } from "./template.ts";

export type Script = { readonly text: string; readonly used: readonly Var[] };
type Argv = Extract<RunData, readonly unknown[]>;
const isArgv = (run: RunData): run is Argv => Array.isArray(run);

/** The exact command text of a step. Values only ever become whole words, quoted. */
export function writeScript(run: RunData, vars: Vars, dialect: Dialect): Script {
  const used: Var[] = [];
  const argvOf = (words: Argv): readonly string[] =>
    words.flatMap((word) => {
      const parts = typeof word === "object" ? ((vars.get(word.given)?.value ?? undefined) === undefined ? [] : word.use) : [word];
      return parts.map((part) => {
        const filled = fillRaw(String(part), vars);
        used.push(...filled.used);
        return filled.text;
      });
    });
  const joined = (parts: readonly RunData[], sign: string): string => parts.map((part) => write(part, true)).join(sign);
  const write = (part: RunData, inList: boolean): string => {
    if (isArgv(part)) return dialect === "posix" ? quoteArgv(argvOf(part)) : plainArgv(argvOf(part));
    if (dialect !== "posix") throw new TypeError("a device's command line knows single commands only");
    if ("pipe" in part) return joined(part.pipe, " | ");
    if ("all" in part) return braced(joined(part.all, " && "), inList);
    if ("any" in part) return braced(joined(part.any, " || "), inList);
    if ("each" in part) return braced(joined(part.each, "; "), inList);
    if ("quiet" in part) return `${single(part.quiet)} 2>/dev/null`;
    if ("merge" in part) return `${single(part.merge)} 2>&1`;
    return part satisfies never;
  };
  const single = (part: RunData): string => {
    if (!isArgv(part)) throw new TypeError("redirections belong to one command");
    return write(part, true);
  };
  // Lists inside lists would need grouping: the format keeps to one level, which every shell and every reader understands.
  const braced = (text: string, inList: boolean): string => {
    if (inList) throw new TypeError("lists of commands do not nest");
    return text;
  };
  return { text: write(run, false), used };
}

/** Every argv of a command, for the linter. */
export function argvsOf(run: RunData): readonly Argv[] {
  if (isArgv(run)) return [run];
  if ("quiet" in run) return argvsOf(run.quiet);
  if ("merge" in run) return argvsOf(run.merge);
  return ("pipe" in run ? run.pipe : "all" in run ? run.all : "any" in run ? run.any : run.each).flatMap(argvsOf);
}
