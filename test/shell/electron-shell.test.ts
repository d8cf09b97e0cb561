import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { coreCommand } from "../../src-main/shells/process/core-command.ts";
import { readScreenFiles } from "../../src-main/shells/process/screen-files.ts";
import { supervise } from "../../src-main/shells/process/supervise.ts";
import { startShell } from "../../src-main/shells/electron/start.ts";
import { app, observed, resetHarness, stopHarness } from "../harness/electron.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const DIST = join(ROOT, "dist");
const CHROMIUM = process.env["SENA_CHROMIUM"] ?? "/usr/bin/chromium";
const canRun = existsSync(join(DIST, "renderer/index.html")) && existsSync(CHROMIUM);

// Without Chromium or the build nothing here was tested, and the report says "skipped".
describe.skipIf(!canRun)("the Electron shell, on real Chromium", () => {
  let folder: string;
  let log: string[];
  let running: Promise<void>;

  async function start(): Promise<void> {
    running = startShell({ core: coreCommand({ home: join(folder, "home"), lab: false }), files: readScreenFiles(join(DIST, "renderer")), preload: join(DIST, "preload.cjs"), onLog: (line) => void log.push(line) });
    running.catch((error: unknown) => log.push(String(error)));
    await vi.waitFor(() => expect(observed.windows).toHaveLength(1), { timeout: 30_000 });
    await observed.windows[0]!.loaded;
  }
  const contents = () => observed.windows[0]!.webContents;
  const page = () => contents().page!;
  const own = () => observed.sessions.get("sena")!;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "sena-shell-"));
    log = [];
    await resetHarness(folder);
  });
  afterEach(async () => {
    if (observed.windows.length > 0) {
      app.quit();
      await vi.waitFor(() => expect(observed.hasQuit).toBe(true), { timeout: 30_000 });
      await running;
    }
    rmSync(folder, { recursive: true, force: true });
  });
  afterAll(stopHarness);

  it("draws the first screen with the core behind it, and opens no window before it is drawn", async () => {
    await start();
    await page().getByRole("navigation").first().waitFor();
    await vi.waitFor(async () => expect(await page().locator("body").innerText()).toMatch(/sealed/i), { timeout: 30_000 });
    expect(observed.windows[0]!.options.show).toBe(false);
    expect(observed.windows[0]!.isShown).toBe(true);
  });

  it("breaks no rule of its own content policy while it draws", async () => {
    await start();
    await page().getByRole("navigation").first().waitFor();
    expect(contents().consoleLines.filter((line) => /content security policy|trusted ?type/i.test(line))).toEqual([]);
  });

  it("comes back after kill -9 of the core, in the same window", async () => {
    await start();
    await vi.waitFor(async () => expect(await page().locator("body").innerText()).toMatch(/sealed/i), { timeout: 30_000 });
    const { execFileSync } = await import("node:child_process");
    execFileSync("pkill", ["-KILL", "-f", join(folder, "home")]);
    await vi.waitFor(() => expect(log.join("")).toMatch(/The core stopped/), { timeout: 5000 });
    await vi.waitFor(async () => expect(await page().locator("body").innerText()).toMatch(/core has stopped|connected again/i), { timeout: 5000, interval: 20 });
    await vi.waitFor(async () => expect(await page().locator("body").innerText()).not.toMatch(/core has stopped/i), { timeout: 8000 });
    expect(await page().locator("body").innerText()).toMatch(/sealed/i);
  });

  it("enables the sandbox before ready, and maps every name to nowhere", async () => {
    await start();
    expect(observed.isSandboxed()).toBe(true);
    expect(observed.switches).toContainEqual(["host-resolver-rules", "MAP * ~NOTFOUND"]);
  });

  it("registers its scheme as standard and secure and nothing more", async () => {
    await start();
    expect(observed.privileged).toEqual([{ scheme: "sena", privileges: { standard: true, secure: true, supportFetchAPI: false, corsEnabled: false } }]);
  });

  it("keeps its session in memory", async () => {
    await start();
    expect([...observed.sessions.keys()]).toEqual(["sena"]);
    expect([...observed.sessions.keys()].some((name) => name.startsWith("persist:"))).toBe(false);
  });

  it("isolates the page: sandbox, context isolation and web security on, Node off everywhere, no developer tools when packed", async () => {
    await start();
    expect(observed.windows[0]!.options.webPreferences).toMatchObject({ sandbox: true, contextIsolation: true, webSecurity: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false, webviewTag: false, allowRunningInsecureContent: false, spellcheck: false, devTools: false });
    expect(own().isSpellChecked).toBe(false);
    expect(await page().evaluate(() => [typeof (globalThis as Record<string, unknown>)["require"], typeof (globalThis as Record<string, unknown>)["process"]])).toEqual(["undefined", "undefined"]);
  });

  it("serves what the build has, and nothing by a path that is not in it", async () => {
    await start();
    const handler = own().handlers.get("sena")!;
    expect((await handler(new Request("sena://app/"))).status).toBe(200);
    for (const url of ["sena://app/../package.json", "sena://app/%2e%2e/package.json", "sena://other/index.html", "sena://app/nope.js"]) expect((await handler(new Request(url))).status).toBe(404);
    expect((await handler(new Request("sena://app/", { method: "POST" }))).status).toBe(404);
  });

  it("sends the policy as a header, with no connection allowed and a fresh nonce each time", async () => {
    await start();
    const handler = own().handlers.get("sena")!;
    const [one, two] = [await handler(new Request("sena://app/")), await handler(new Request("sena://app/"))];
    expect(one.headers.get("content-security-policy")).toContain("connect-src 'none'");
    expect(one.headers.get("content-security-policy")).not.toContain("unsafe-inline");
    expect(one.headers.get("content-security-policy")).not.toBe(two.headers.get("content-security-policy"));
    expect(await page().evaluate(() => fetch("https://example.com").then(() => "open", () => "blocked"))).toBe("blocked");
    expect(await page().evaluate(() => { try { const s = document.createElement("script"); s.textContent = "window.inline = 1"; document.body.append(s); } catch { /* trusted types refuse already the text */ } return (window as never as { inline?: number }).inline; })).toBeUndefined();
  });

  it("cancels every request but its own scheme's", async () => {
    await start();
    for (const url of ["https://example.com/", "http://127.0.0.1/", "file:///etc/passwd", "sena://other/", "devtools://devtools/x", "ws://127.0.0.1/"]) expect(own().isCancelled(url)).toBe(true);
    expect(own().isCancelled("sena://app/assets/x.js")).toBe(false);
  });

  it("denies every permission but writing text to the clipboard", async () => {
    await start();
    const asked = (permission: string) => {
      let answer: boolean | undefined;
      own().askPermission!({} as never, permission as never, (is) => (answer = is), {} as never);
      return answer;
    };
    for (const permission of ["media", "geolocation", "notifications", "clipboard-read", "openExternal", "fullscreen", "hid", "usb"]) {
      expect(asked(permission)).toBe(false);
      expect(own().checkPermission!(null, permission as never, "", {} as never)).toBe(false);
    }
    expect(asked("clipboard-sanitized-write")).toBe(true);
    expect(own().checkPermission!(null, "clipboard-sanitized-write", "", {} as never)).toBe(true);
    expect(own().checkDevice!({} as never)).toBe(false);
  });

  it("stays where it is: no navigation, no new window, no frame, no webview, no download", async () => {
    await start();
    await page().evaluate(() => { location.href = "/elsewhere"; });
    await vi.waitFor(() => expect(contents().blocked).toContain("sena://app/elsewhere"));
    expect(page().url()).not.toContain("elsewhere");
    expect(contents().openHandler!({ url: "https://example.com" })).toEqual({ action: "deny" });
    for (const event of ["will-navigate", "will-frame-navigate", "will-redirect", "will-attach-webview"]) {
      let isPrevented = false;
      contents().emit(event, { preventDefault: () => (isPrevented = true) });
      expect([event, isPrevented]).toEqual([event, true]);
    }
    let isPrevented = false;
    own().emit("will-download", { preventDefault: () => (isPrevented = true) });
    expect(isPrevented).toBe(true);
    // The twin: moving between SENA's own screens is no navigation and works.
    await page().getByRole("navigation").getByRole("link", { name: /hosts/i }).click();
    expect(page().url()).toMatch(/hosts/);
  });

  it("is a single instance: a second start quits, and shows the first window", async () => {
    await start();
    let isFocused = false;
    observed.windows[0]!.on("focus", () => (isFocused = true));
    app.emit("second-instance");
    expect(isFocused).toBe(true);
    const before = observed.windows.length;
    observed.isFirstInstance = false;
    await startShell({ core: { file: "/nonexistent", args: [] }, files: new Map(), preload: "", onLog: () => {} }).catch(() => {});
    expect(observed.windows.length).toBe(before);
    await start().catch(() => {});
  });

  it("keeps the window's bounds and nothing else", async () => {
    await start();
    observed.windows[0]!.setBounds({ x: 100, y: 120, width: 1200, height: 800 });
    observed.windows[0]!.close();
    const { readFileSync } = await import("node:fs");
    expect(JSON.parse(readFileSync(join(folder, "window.json"), "utf8"))).toEqual({ bounds: { x: 100, y: 120, width: 1200, height: 800, isMaximized: false } });
  });

  it("says what is wrong when the core cannot start at all, and quits", async () => {
    const home = join(folder, "home");
    await using other = supervise({ command: coreCommand({ home, lab: false }), onLog: () => {} });
    await other.ready(AbortSignal.timeout(10_000));
    await start();
    await vi.waitFor(() => expect(observed.errors).toHaveLength(1), { timeout: 30_000 });
    expect(observed.errors[0]).toMatch(/already runs/);
    await vi.waitFor(() => expect(observed.hasQuit).toBe(true));
  });
});
