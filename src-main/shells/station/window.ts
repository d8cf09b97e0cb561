import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "brave-browser"] as const;
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  darwin: ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"],
  win32: ["C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe"],
};

export function findBrowser(path = process.env["PATH"] ?? ""): string | undefined {
  const candidates = [...path.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name))), ...(ELSEWHERE[process.platform] ?? [])];
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Is there a screen to open a window on? */
export const hasDisplay = (): boolean => process.platform !== "linux" || Boolean(process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]);

/** A window without tabs or address bar, with a browser profile of its own that holds nothing of the person's. */
export function openWindow(browser: string, url: string, profile: string): void {
  const isRoot = process.getuid?.() === 0;
  const args = [`--app=${url}`, `--user-data-dir=${profile}`, "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-sync", "--disable-component-update", "--class=SENA", "--window-size=1440,900", ...(isRoot ? ["--no-sandbox"] : [])];
  spawn(browser, args, { detached: true, stdio: "ignore" }).on("error", () => {}).unref();
}
