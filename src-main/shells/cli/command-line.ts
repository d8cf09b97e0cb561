import { Failure } from "../../contract/index.ts";
import { VERSION } from "../core/version.ts";
import { homeFolder } from "../process/home.ts";
import { COMMANDS } from "./commands.ts";
import { USAGE, type CommandContext } from "./io.ts";
import { plainLine } from "./plain.ts";
import { meant, misuseOf, useOf, verbIn } from "./use.ts";

const FORBIDDEN = 4;
const overview = () => `sena: ask, approve, run and verify from the command line\n\n${Object.values(COMMANDS).map(({ says }) => `  sena ${says}\n`).join("")}\nEverywhere: --home FOLDER (SENA's home), and --help, which tells how a command, or one of its words, is used.\nsena --version tells which one this is.\n`;

type Needs = { readonly io: CommandContext["io"]; core(home: string): ReturnType<CommandContext["core"]> };

/**
 * One line of words, to its exit code. `--help` and words that are none are answered here, for every command alike, before
 * anything of a command has run.
 */
export async function commandLine(args: readonly string[], { io, core }: Needs): Promise<number> {
  const usage = (say: string, use: string): number => (io.stderr.write(`sena: ${say}\n\n${use}`), USAGE);
  const { given, isBare, rest } = takeHome(args);
  const [first = "", ...more] = rest;
  const [name = "", ...argv] = first === "help" && more.length > 0 ? [...more, "--help"] : rest;
  if (isBare) return usage("--home needs the folder behind it. Nothing was done.", overview());
  if (name === "--version" || name === "version") return io.stdout.write(`sena ${VERSION}\n`), 0;
  if (["", "--help", "-h", "help"].includes(name)) return io.stdout.write(overview()), 0;
  const listed = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (listed === undefined) return usage(`There is no command "${plainLine(name)}"${meant(name, Object.keys(COMMANDS))}`, overview());
  const { help, run, optionsEnd = endOf } = await listed.load();
  const own = argv.slice(0, optionsEnd(argv));
  const use = () => useOf(help, name, verbIn(help, own));
  const wantsHelp = own.includes("--help");
  // Who asks for help may have the rest wrong; only a verb that is none has no help of its own.
  const words = own.filter((word) => word !== "--help");
  const misuse = wantsHelp && words.length === 0 ? undefined : misuseOf(help, name, wantsHelp ? [verbIn(help, words)] : words);
  if (wantsHelp && misuse === undefined) return io.stdout.write(use()), 0;
  if (misuse !== undefined) return usage(misuse, use());
  try {
    const home = homeFolder(given);
    return await run(argv, { io, home, givenHome: given, core: () => core(home) });
  } catch (error) {
    if (isOfWords(error)) return usage(`${error.message.split(/(?<=\.) (?=To )/)[0]?.replace(/\.?$/, ".") ?? ""} Nothing was done.`, use());
    io.stderr.write(`sena: ${(error as Error).message}\n`);
    return error instanceof Failure && error.code === "FORBIDDEN" ? FORBIDDEN : 1;
  }
}

/** Behind `--` everything belongs to the command that is to be run on a host. */
const endOf = (argv: readonly string[]): number => (argv.includes("--") ? argv.indexOf("--") : argv.length);

/** What the parser of options says of words that fit none: a value that is missing, a word too many. */
const isOfWords = (error: unknown): error is Error => error instanceof Error && `${(error as NodeJS.ErrnoException).code}`.startsWith("ERR_PARSE_ARGS");

function takeHome(args: readonly string[]): { readonly given: string | undefined; readonly isBare: boolean; readonly rest: readonly string[] } {
  const at = args.slice(0, endOf(args)).findIndex((word) => word === "--home" || word.startsWith("--home="));
  const word = args[at];
  if (word === undefined) return { given: undefined, isBare: false, rest: args };
  const given = word === "--home" ? args[at + 1] : word.slice("--home=".length);
  return { given, isBare: given === undefined || given === "" || given.startsWith("--"), rest: [...args.slice(0, at), ...args.slice(at + (word === "--home" ? 2 : 1))] };
}
