import type { Readable, Writable } from "node:stream";
import type { Client, SenaContract } from "../../contract/index.ts";

export type Io = { readonly stdin: Readable; readonly stdout: Writable; readonly stderr: Writable };

/** What a command is given. `core()` connects on first use: to the running core of this home, else to one of its own. */
export type CommandContext = {
  readonly io: Io;
  readonly home: string;
  core(): Promise<Client<SenaContract>>;
};

/** Answers with the exit code: 0 done, 1 failed, 2 waiting for approval, 3 asked back, 4 refused, 64 wrong usage. */
export type Command = (argv: readonly string[], context: CommandContext) => Promise<number>;

export const USAGE = 64;
