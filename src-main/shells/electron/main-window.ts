import { BrowserWindow, screen, type Session } from "electron";
import Store from "electron-store";
import { ORIGIN } from "./guard-web.ts";

type Bounds = { readonly x?: number; readonly y?: number; readonly width: number; readonly height: number; readonly isMaximized: boolean };
const DEFAULT: Bounds = { width: 1440, height: 900, isMaximized: false };

/** Window bounds are the only thing kept here; everything else belongs to the core. */
export function openMainWindow(needs: { readonly session: Session; readonly preload: string; readonly isPackaged: boolean }): BrowserWindow {
  const kept = new Store<{ bounds: Bounds }>({ name: "window", defaults: { bounds: DEFAULT }, clearInvalidConfig: true });
  const bounds = onSomeScreen(kept.get("bounds"));
  const window = new BrowserWindow({
    ...placed(bounds),
    minWidth: 960,
    minHeight: 640,
    show: false,
    title: "SENA",
    backgroundColor: "#0b0d10",
    autoHideMenuBar: true,
    webPreferences: {
      session: needs.session,
      preload: needs.preload,
      sandbox: true,
      contextIsolation: true,
      webSecurity: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !needs.isPackaged,
    },
  });
  if (bounds.isMaximized) window.maximize();
  window.once("ready-to-show", () => window.show());
  window.on("close", () => kept.set("bounds", { ...window.getNormalBounds(), isMaximized: window.isMaximized() }));
  void window.loadURL(`${ORIGIN}/`);
  return window;
}

const placed = ({ x, y, width, height }: Bounds): { x?: number; y?: number; width: number; height: number } => ({ width, height, ...(x === undefined || y === undefined ? {} : { x, y }) });

/** A window kept on a display that is gone would open where nobody sees it. */
function onSomeScreen(bounds: Bounds): Bounds {
  const { x, y } = bounds;
  if (x === undefined || y === undefined) return bounds;
  const isSeen = screen.getAllDisplays().some(({ workArea }) => x < workArea.x + workArea.width && x + bounds.width > workArea.x && y < workArea.y + workArea.height && y + 40 > workArea.y);
  return isSeen ? bounds : DEFAULT;
}
