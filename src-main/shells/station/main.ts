import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { diskTroubleOf } from "../../kernel/index.ts";
import { homeFolder } from "../process/home.ts";
import { coreCommand } from "../process/core-command.ts";
import { screensFolder } from "../process/places.ts";
import { readScreenFiles } from "../process/screen-files.ts";
import { toldToStop } from "../process/stopping.ts";
import { supervise, untilReady } from "../process/supervise.ts";
import { announce } from "./announce.ts";
import { createDoor, freshToken } from "./door.ts";
import { serveStation } from "./serve.ts";
import { findBrowser, hasDisplay, openWindow } from "./window.ts";

const SAY_STILL_MS = 10_000;

// The station shell: the screens for a Chromium on this machine, the core as its child.

process.umask(0o077); // sockets and keys are this account's from the moment they are there

const HELP = "SENA starts with: --lab (practice hosts), --headless (only serve), --port N, --address ADDRESS (of this machine), --home FOLDER, --verbose.";

if (process.argv.includes("--help")) {
  console.log(HELP);
  process.exit(0);
}
const { values } = optionsOf(process.argv.slice(2));

await using owned = new AsyncDisposableStack();
try {
  await start(owned);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function start(stack: AsyncDisposableStack): Promise<void> {
  const home = homeFolder(values.home);
  tryHome(home);
  const supervisor = stack.use(supervise({ command: coreCommand({ home, lab: values.lab }), onLog: (line) => values.verbose && process.stderr.write(line.endsWith("\n") ? line : `${line}\n`) }));
  const door = createDoor({ apiToken: apiToken(home) });
  const station = stack.use(await serveStation({ address: values.address, port: portOf(values.port), door, files: readScreenFiles(screensFolder), supervisor }));
  const still = setTimeout(() => console.error("SENA is opening its record. A large one takes a while after this machine was started."), SAY_STILL_MS);
  await untilReady(supervisor).finally(() => clearTimeout(still));
  const freshUrl = () => `${station.origin}/enter?token=${door.mint()}`;
  stack.use(await announce(home, freshUrl));
  const url = freshUrl();

  const browser = values.headless || !hasDisplay() ? undefined : findBrowser();
  if (browser) openWindow(browser, url, join(home, "window"));
  console.log(browser ? `SENA is open in a window. It stops with Ctrl+C here.` : `SENA is ready: ${url}`);

  await toldToStop();
}

function optionsOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        home: { type: "string" },
        port: { type: "string", default: "0" },
        address: { type: "string", default: "127.0.0.1" },
        headless: { type: "boolean", default: false },
        lab: { type: "boolean", default: false },
        verbose: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    console.error(`${(error as Error).message.split(". ", 1)[0]}. ${HELP} Nothing was started.`);
    return process.exit(64);
  }
}

/** Before anything else: a home that takes no file would otherwise fail somewhere deep, in words of the system. */
function tryHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    rmdirSync(mkdtempSync(join(home, ".try-")));
  } catch (error) {
    throw new Error(`SENA keeps its record and settings in ${home}, and nothing can be written there (${(error as NodeJS.ErrnoException).code ?? "no reason given"}). Make that folder yours, free some space, or start with --home OTHER. Nothing was started.`, { cause: error });
  }
}

/**
 * Kept between starts, so that scripts keep working; readable by this account only. Delete the file to have a new one.
 * A disk without room for it keeps nobody from the screens, and an empty file that one left behind is no token.
 */
function apiToken(home: string): string {
  const path = join(home, "api-token");
  const kept = existsSync(path) ? readFileSync(path, "utf8").trim() : "";
  if (kept !== "") return kept;
  const token = freshToken();
  try {
    writeFileSync(path, `${token}\n`, { mode: 0o600 });
  } catch (error) {
    if (diskTroubleOf(error) === undefined) throw error;
    console.error(`The token for REST could not be kept in ${path} (${diskTroubleOf(error)?.code}); there is one when SENA starts again with room.`);
  }
  return token;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port takes a number from 0 (any free port) to 65535, not "${text}".`);
  return port;
}
