import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium, type Browser } from "playwright-core";
import { WebSocket, WebSocketServer } from "ws";

/** What Playwright starts it with where that matters here: a page out of sight is not slowed down, and small shared memory is enough. */
const AS_PLAYWRIGHT = ["--headless=new", "--no-startup-window", "--no-first-run", "--no-default-browser-check", "--disable-dev-shm-usage", "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding", "--disable-breakpad", "--disable-component-update", "--disable-default-apps", "--disable-extensions", "--disable-sync", "--mute-audio", "--hide-scrollbars"];
/** A browser that starts beside other work takes its time. */
const START_MS = 180_000;

/**
 * A Chromium whose pages nobody listens in on. Playwright turns the network's events on for every page, and then each frame of
 * a page's socket is copied, as text, through the page, the browser and the driver: more work than the frame itself, and
 * none that an operator's browser does. What asks for those events is answered on the way and never reaches the browser.
 */
export async function launchUnwatched(args: readonly string[]): Promise<Browser & AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "sena-bench-browser-"));
  opening.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const child = spawn("/usr/bin/chromium", [...AS_PLAYWRIGHT, "--remote-debugging-port=0", `--user-data-dir=${folder}`, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  opening.defer(async () => {
    child.kill("SIGKILL");
    await gone;
  });
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      const told = /^DevTools listening on (ws:.*)$/.exec(line);
      if (told !== null) resolve(told[1] as string);
    });
    child.once("exit", () => reject(new Error("Chromium ended before it could be driven")));
  });
  const proxy = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  opening.defer(() => void proxy.close());
  await new Promise((resolve) => proxy.once("listening", resolve));
  proxy.on("connection", (driver) => carry(driver, address));
  const browser = await chromium.connectOverCDP(`ws://127.0.0.1:${(proxy.address() as AddressInfo).port}`, { timeout: START_MS });
  const owned = opening.move();
  return Object.assign(browser, { [Symbol.asyncDispose]: () => owned.disposeAsync() });
}

function carry(driver: WebSocket, address: string): void {
  const chrome = new WebSocket(address, { perMessageDeflate: false, maxPayload: 256 << 20 });
  const early: string[] = [];
  chrome.on("open", () => early.splice(0).forEach((text) => chrome.send(text)));
  driver.on("message", (data) => {
    const text = String(data);
    const asked = JSON.parse(text) as { id: number; method: string; sessionId?: string };
    if (asked.method === "Network.enable") return driver.send(JSON.stringify({ id: asked.id, sessionId: asked.sessionId, result: {} }));
    if (chrome.readyState === WebSocket.OPEN) chrome.send(text);
    else early.push(text);
  });
  chrome.on("message", (data) => driver.send(String(data)));
  chrome.on("close", () => driver.close());
  driver.on("close", () => chrome.close());
}
