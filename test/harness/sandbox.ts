import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

// Commands that nobody wrote are run here for real, often by an administrator: all they may change is one folder.

const BWRAP = "/usr/bin/bwrap";
const WHOLE = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"];
/** What nothing that a sandbox is made of would hold back from the machine itself. */
const NEVER = ["CAP_SYS_TIME", "CAP_SYS_BOOT", "CAP_SYS_MODULE", "CAP_SYS_RAWIO"].flatMap((power) => ["--cap-drop", power]);

/** Whether `program` can be run in one here. */
export const hasSandbox = (program: readonly string[] = ["true"]): boolean => existsSync(BWRAP) && spawnSync(BWRAP, [...WHOLE, ...program]).status === 0;

/** The start of a command line that runs the rest with a network of its own and nothing writable but `folder`. It ends with whoever began it. */
export const sandboxed = (folder: string, place: string): readonly [string, ...string[]] => [BWRAP, ...WHOLE, "--bind", folder, folder, "--unshare-net", "--unshare-pid", "--unshare-ipc", "--die-with-parent", ...NEVER, "--chdir", place];
