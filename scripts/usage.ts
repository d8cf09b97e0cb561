import { parseArgs, type ParseArgsConfig } from "node:util";

/** As most programs of a Unix say that they were called in a way they do not know. */
const MISUSED = 2;

/**
 * What stands behind a script's name. Every script answers `--help` and what it does not know here: with how it is used,
 * before it has done anything.
 */
export function readOptions<const T extends ParseArgsConfig>(usage: string, config: T): ReturnType<typeof parseArgs<T>> {
  const args = config.args ?? process.argv.slice(2);
  if (args.some((argument) => argument === "--help" || argument === "-h")) {
    process.stdout.write(`${usage.trimEnd()}\n`);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    // Behind its first sentence Node explains how it tells options from other words.
    return refuse(usage, `${(error as Error).message.split(/\.\s/, 1)[0] ?? ""}.`);
  }
}

export function refuse(usage: string, sentence: string): never {
  process.stderr.write(`${sentence.replace(/\.\.$/, ".")} Nothing was done.\n\n${usage.trimEnd()}\n`);
  process.exit(MISUSED);
}
