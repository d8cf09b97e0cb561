import type { Readable, Writable } from "node:stream";
import type { Client, SenaContract } from "../../contract/index.ts";

export type Io = { readonly stdin: Readable; readonly stdout: Writable; readonly stderr: Writable };

/** What a command is given. `core()` connects on first use: to the running core of this home, else to one of its own. */
export type CommandContext = {
  readonly io: Io;
  readonly home: string;
  /** As it was said with --home; the server has a folder of its own where nothing was said. */
  readonly givenHome?: string | undefined;
  core(): Promise<Client<SenaContract>>;
};

/** Answers with the exit code: 0 done, 1 failed, 2 waiting for approval, 3 asked back, 4 refused, 64 wrong usage. */
export type Command = (argv: readonly string[], context: CommandContext) => Promise<number>;

export const USAGE = 64;

/** A command with how it is used. `--help` and words its help does not know never reach `run`. */
export type CommandUse = {
  /** Names every verb and every option that `run` knows. */
  readonly help: string;
  readonly run: Command;
  /** Where options end, for a command whose arguments are someone else's words; behind `--` they always do. */
  readonly optionsEnd?: (argv: readonly string[]) => number;
};
