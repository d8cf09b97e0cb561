import { parseArgs } from "node:util";

export const ELECTRON_HELP = "SENA's window starts with: --lab (practice hosts), --home FOLDER, --verbose. With --station or --headless SENA opens in a browser instead, or only serves.";

export type CommandLine = {
  readonly home: string | undefined;
  readonly lab: boolean;
  readonly verbose: boolean;
  readonly wantsHelp: boolean;
  /** Why nothing is started. */
  readonly refused: string | undefined;
  /** What is none of SENA's. Chromium reads the same line, and alone knows whether it is one of its own. */
  readonly others: readonly string[];
};

export function readCommandLine(args: readonly string[]): CommandLine {
  const options = { home: { type: "string" }, lab: { type: "boolean" }, verbose: { type: "boolean" }, help: { type: "boolean" } } as const;
  const { values, tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  // A start in another home than the one that was meant would look as if everything was lost.
  const isHomeless = values.home !== undefined && (typeof values.home !== "string" || values.home === "" || values.home.startsWith("-"));
  return {
    home: typeof values.home === "string" ? values.home : undefined,
    lab: values.lab === true,
    verbose: values.verbose === true,
    wantsHelp: values.help === true,
    refused: isHomeless ? "--home takes a folder." : undefined,
    others: tokens.flatMap((token) => (token.kind === "option" && !Object.hasOwn(options, token.name) ? [token.rawName] : [])),
  };
}
