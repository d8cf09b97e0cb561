import { existsSync } from "node:fs";
import { join } from "node:path";
import { app, dialog, MessageChannelMain, protocol, session, type BrowserWindow } from "electron";
import { supervise, type Command, type Supervisor } from "../process/supervise.ts";
import type { ScreenFile } from "../process/screen-files.ts";
import { hardenBeforeReady, hardenContents, hardenSession, SCHEME } from "./guard-web.ts";
import { openMainWindow } from "./main-window.ts";
import { setMenu } from "./menu.ts";
import { relayPort, type RelayPort } from "./port-relay.ts";
import { serveScreens } from "./serve-screens.ts";

export type ShellNeeds = { readonly core: Command; readonly files: ReadonlyMap<string, ScreenFile>; readonly preload: string; readonly onLog: (line: string) => void };

/** Electron's part of SENA: a window, its scheme, its locks, and the core as a child. Resolves when the shell is over. */
export async function startShell({ core, files, preload, onLog }: ShellNeeds): Promise<void> {
  if (!app.requestSingleInstanceLock()) return app.quit();
  hardenBeforeReady(app);
  hardenContents(app);
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: false, corsEnabled: false } }]);
  const supervisor = supervise({ command: core, onLog });
  await app.whenReady();

  const own = session.fromPartition("sena"); // without "persist:": nothing of the page reaches the disk
  hardenSession(own, app.isPackaged);
  serveScreens(own, SCHEME, files);
  setMenu(app.isPackaged);

  let window: BrowserWindow | undefined = open();
  function open(): BrowserWindow {
    const opened = openMainWindow({ session: own, preload, isPackaged: app.isPackaged });
    opened.webContents.on("did-finish-load", () => sendPort(opened, supervisor));
    opened.webContents.on("render-process-gone", (_event, { reason }) => {
      onLog(`the screen stopped (${reason}); it is loaded again`);
      if (reason !== "clean-exit") opened.webContents.reload();
    });
    opened.on("closed", () => {
      window = undefined;
    });
    return opened;
  }
  app.on("second-instance", () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on("activate", () => {
    window ??= open();
  });
  app.on("window-all-closed", () => app.quit());
  quitCleanly(supervisor);

  // Each start of the core makes every port before it useless: the screen gets a fresh one.
  const over = new AbortController();
  app.on("quit", () => over.abort());
  for await (const state of supervisor.state.follow(over.signal)) {
    if (state.is === "ready" && window && !window.webContents.isLoading()) sendPort(window, supervisor);
    if (state.is === "failed") {
      dialog.showErrorBox("SENA cannot start", state.say);
      app.quit();
    }
  }
}

function sendPort(window: BrowserWindow, supervisor: Supervisor): void {
  const { port1, port2 } = new MessageChannelMain();
  if (relayPort(port1 as RelayPort, supervisor)) window.webContents.postMessage("sena:port", null, [port2]);
}

/** The core flushes what it holds before the app goes. */
function quitCleanly(supervisor: Supervisor): void {
  let isStopped = false;
  app.on("before-quit", (event) => {
    if (isStopped) return;
    event.preventDefault();
    void (async () => {
      await supervisor[Symbol.asyncDispose]();
      isStopped = true;
      app.quit();
    })();
  });
}

/**
 * Packed, the core is a tree of plain files beside the archive, with the Node 24 it runs on: a plain Node cannot read
 * from inside the archive. In a checkout it is dist/ and npm's `node` package. Electron's own Node never runs the core.
 */
export function coreOf(resourcesPath: string, root: string): { readonly nodePath: string; readonly entry?: string } {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const entry = join(resourcesPath, "core", "dist", "core.mjs");
  return existsSync(entry) ? { nodePath: join(resourcesPath, "core", "node", "bin", name), entry } : { nodePath: join(root, "node_modules", "node", "bin", name) };
}
