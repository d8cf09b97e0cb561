// A typed double of the part of Electron the shell uses, backed by a real Chromium page. Every export is held to
// Electron's own types, so an upgrade breaks it where the API moved; a member nobody wrote throws by name.
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import type * as Electron from "electron";
import { chromium, type Browser, type Page, type Route } from "playwright-core";

/** Chromium knows no sena: scheme without Electron; the page runs under this origin and requests are mapped back. */
const PAGE_ORIGIN = "https://app.sena.invalid";
const CHROMIUM = process.env["SENA_CHROMIUM"] ?? "/usr/bin/chromium";

/** A strict object: reading a member that is not there is a test failure that names it. */
const strict = <T extends object>(name: string, members: T): T =>
  new Proxy(members, {
    get(target, key, receiver) {
      if (!(key in target) && typeof key === "string" && key !== "then" && key !== "toJSON") throw new Error(`the harness has no electron.${name}.${key}: write it, true to Electron's documentation`);
      return Reflect.get(target, key, receiver) as unknown;
    },
  });

export type Observed = {
  readonly switches: [string, string | undefined][];
  readonly isSandboxed: () => boolean;
  readonly privileged: Electron.CustomScheme[];
  readonly windows: FakeWindow[];
  readonly sessions: Map<string, FakeSession>;
  readonly errors: string[];
  menu: Electron.MenuItemConstructorOptions[];
  userData: string;
  isFirstInstance: boolean;
  hasQuit: boolean;
};
let sandboxed = false;
export const observed: Observed = { switches: [], isSandboxed: () => sandboxed, privileged: [], windows: [], sessions: new Map(), errors: [], menu: [], userData: tmpdir(), isFirstInstance: true, hasQuit: false };

let browser: Browser | undefined;
export async function resetHarness(userData: string): Promise<void> {
  for (const window of observed.windows) await window.webContents.page?.context().close();
  observed.switches.length = 0;
  observed.privileged.length = 0;
  observed.windows.length = 0;
  observed.sessions.clear();
  observed.errors.length = 0;
  observed.menu = [];
  observed.userData = userData;
  observed.isFirstInstance = true;
  observed.hasQuit = false;
  sandboxed = false;
  appEvents.removeAllListeners();
}
export async function stopHarness(): Promise<void> {
  await browser?.close();
  browser = undefined;
}

const appEvents = new EventEmitter();
let isReady = false;

const appMembers = {
  isPackaged: true as boolean,
  on: appEvents.on.bind(appEvents),
  once: appEvents.once.bind(appEvents),
  emit: appEvents.emit.bind(appEvents),
  off: appEvents.off.bind(appEvents),
  getPath: () => observed.userData,
  getName: () => "SENA",
  getVersion: () => "0.0.0",
  commandLine: { appendSwitch: (name: string, value?: string) => void observed.switches.push([name, value]) },
  enableSandbox() {
    if (isReady) throw new Error("app.enableSandbox() is for before ready");
    sandboxed = true;
  },
  requestSingleInstanceLock: () => observed.isFirstInstance,
  async whenReady() {
    isReady = true;
  },
  quit() {
    let isPrevented = false;
    appEvents.emit("before-quit", { preventDefault: () => (isPrevented = true) });
    if (isPrevented) return;
    observed.hasQuit = true;
    isReady = false;
    appEvents.emit("quit");
  },
};
appMembers satisfies { [K in keyof typeof appMembers]: K extends keyof Electron.App ? unknown : never };
export const app = strict("app", appMembers);

export const protocol = strict("protocol", {
  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]) {
    if (isReady) throw new Error("registerSchemesAsPrivileged is for before ready");
    observed.privileged.push(...schemes);
  },
}) satisfies Pick<Electron.Protocol, "registerSchemesAsPrivileged">;

type Handler = (request: Request) => Response | Promise<Response>;
type BeforeRequest = Parameters<Electron.WebRequest["onBeforeRequest"]>[0];

class FakeSession extends EventEmitter {
  readonly partition: string;
  readonly handlers = new Map<string, Handler>();
  isSpellChecked = true;
  askPermission: Parameters<Electron.Session["setPermissionRequestHandler"]>[0] = null;
  checkPermission: Parameters<Electron.Session["setPermissionCheckHandler"]>[0] = null;
  checkDevice: Parameters<Electron.Session["setDevicePermissionHandler"]>[0] = null;
  beforeRequest: Exclude<BeforeRequest, null> | undefined;
  constructor(partition: string) {
    super();
    this.partition = partition;
  }
  readonly protocol = strict("session.protocol", {
    handle: (scheme: string, handler: Handler) => {
      if (!observed.privileged.some((it) => it.scheme === scheme)) throw new Error(`${scheme}: was not registered as privileged`);
      this.handlers.set(scheme, handler);
    },
  });
  readonly webRequest = strict("session.webRequest", {
    onBeforeRequest: (handler: Exclude<BeforeRequest, null>) => {
      this.beforeRequest = handler;
    },
  });
  setPermissionRequestHandler(handler: FakeSession["askPermission"]) {
    this.askPermission = handler;
  }
  setPermissionCheckHandler(handler: FakeSession["checkPermission"]) {
    this.checkPermission = handler;
  }
  setDevicePermissionHandler(handler: FakeSession["checkDevice"]) {
    this.checkDevice = handler;
  }
  setSpellCheckerEnabled(is: boolean) {
    this.isSpellChecked = is;
  }
  isCancelled(url: string): boolean {
    let cancel = false;
    this.beforeRequest?.({ url } as Electron.OnBeforeRequestListenerDetails, (answer) => {
      cancel = answer.cancel ?? false;
    });
    return cancel;
  }
}

export const session = strict("session", {
  fromPartition(partition: string) {
    const it = observed.sessions.get(partition) ?? new FakeSession(partition);
    observed.sessions.set(partition, it);
    return it;
  },
}) as unknown as Pick<typeof Electron.session, "fromPartition">;

class FakePortMain extends EventEmitter {
  readonly inner: MessagePort;
  constructor(inner: MessagePort) {
    super();
    this.inner = inner;
    inner.on("message", (data) => this.emit("message", { data, ports: [] }));
    inner.on("close", () => this.emit("close"));
    inner.unref();
  }
  postMessage(value: unknown) {
    this.inner.postMessage(value);
  }
  start() {}
  close() {
    this.inner.close();
  }
}
export class MessageChannelMain {
  readonly port1: FakePortMain;
  readonly port2: FakePortMain;
  constructor() {
    const channel = new MessageChannel();
    this.port1 = new FakePortMain(channel.port1);
    this.port2 = new FakePortMain(channel.port2);
  }
}

type Packed = { b: string } | { v: unknown };
const pack = (value: unknown): Packed => (value instanceof Uint8Array ? { b: Buffer.from(value).toString("base64") } : { v: value });
const unpack = (value: Packed): unknown => ("b" in value ? new Uint8Array(Buffer.from(value.b, "base64")) : value.v);

export class FakeContents extends EventEmitter {
  page: Page | undefined;
  readonly session: FakeSession;
  readonly blocked: string[] = [];
  readonly consoleLines: string[] = [];
  openHandler: ((details: { url: string }) => { action: string }) | undefined;
  #isLoading = false;
  #toMain: (value: unknown) => void = () => {};
  constructor(own: FakeSession) {
    super();
    this.session = own;
  }
  setWindowOpenHandler(handler: FakeContents["openHandler"]) {
    this.openHandler = handler;
  }
  isLoading() {
    return this.#isLoading;
  }
  reload() {
    void this.page?.reload();
  }
  postMessage(channel: string, value: unknown, ports: FakePortMain[]) {
    const port = ports[0]?.inner;
    if (!port || !this.page) return;
    const page = this.page;
    // What the far side posts before the page has its port must not be lost: ports queue until started.
    void page.evaluate(([name, v]) => (globalThis as never as { __deliver(c: string, v: unknown): void }).__deliver(name as string, v), [channel, value]).then(() => {
      port.on("message", (message: unknown) => void page.evaluate((x) => (globalThis as never as { __fromMain(x: unknown): void }).__fromMain(x), pack(message)).catch(() => {}));
      port.ref();
    }, () => {});
    this.#toMain = (message) => port.postMessage(message);
  }
  async load(url: string, preload: string): Promise<void> {
    browser ??= await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-background-networking"] });
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    this.page = page;
    this.#isLoading = true;
    page.on("console", (line) => this.consoleLines.push(line.text()));
    await page.route("**/*", (route) => this.#route(route, new URL(url).origin === "null" ? url.replace(/\/[^/]*$/, "") : new URL(url).origin));
    await page.exposeBinding("__toMain", (_source, value: Packed) => this.#toMain(unpack(value)));
    await page.addInitScript(`${PRELOAD_RUNTIME}\n(function (require, exports, module) { ${readFileSync(preload, "utf8")} })(__preloadRequire, {}, {});`);
    page.on("load", () => {
      this.#isLoading = false;
      this.emit("did-finish-load");
    });
    page.on("popup", (popup) => void popup.close());
    await page.goto(`${PAGE_ORIGIN}/`);
  }
  async #route(route: Route, origin: string): Promise<void> {
    const request = route.request();
    const asked = request.url().replace(PAGE_ORIGIN, origin);
    const isFirst = this.page?.url() === "about:blank";
    const isReload = request.isNavigationRequest() && request.url() === `${PAGE_ORIGIN}/`;
    if (request.isNavigationRequest() && !isFirst && !isReload) {
      let isStopped = false;
      this.emit("will-navigate", { preventDefault: () => (isStopped = true) }, asked);
      if (isStopped) {
        this.blocked.push(asked);
        return route.fulfill({ status: 204 }); // like a prevented navigation: the page stays
      }
    }
    if (this.session.isCancelled(asked)) {
      this.blocked.push(asked);
      return route.abort();
    }
    const handler = this.session.handlers.get(asked.split(":")[0] ?? "");
    if (!handler) return route.abort();
    const response = await handler(new Request(asked, { method: request.method() }));
    await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body: Buffer.from(await response.arrayBuffer()) });
  }
}

export class FakeWindow extends EventEmitter {
  readonly webContents: FakeContents;
  readonly options: Electron.BrowserWindowConstructorOptions;
  isShown = false;
  #bounds: Electron.Rectangle;
  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    this.#bounds = { x: options.x ?? 10, y: options.y ?? 10, width: options.width ?? 800, height: options.height ?? 600 };
    this.webContents = new FakeContents(options.webPreferences?.session as unknown as FakeSession);
    observed.windows.push(this);
    appEvents.emit("web-contents-created", {}, this.webContents);
  }
  loaded: Promise<void> = Promise.resolve();
  loadURL(url: string): Promise<void> {
    this.loaded = this.webContents.load(url, this.options.webPreferences?.preload ?? "").then(() => void this.emit("ready-to-show"));
    return this.loaded;
  }
  show() {
    this.isShown = true;
  }
  maximize() {}
  isMaximized() {
    return false;
  }
  isMinimized() {
    return false;
  }
  restore() {}
  focus() {
    this.emit("focus");
  }
  getNormalBounds() {
    return this.#bounds;
  }
  setBounds(bounds: Electron.Rectangle) {
    this.#bounds = bounds;
  }
  close() {
    this.emit("close", { preventDefault() {} });
    this.emit("closed");
  }
}
export const BrowserWindow = FakeWindow as unknown as typeof Electron.BrowserWindow;

export const screen = strict("screen", { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] as Electron.Display[] }) satisfies Pick<Electron.Screen, "getAllDisplays">;
export const dialog = strict("dialog", { showErrorBox: (title: string, content: string) => void observed.errors.push(`${title}: ${content}`) }) satisfies Pick<Electron.Dialog, "showErrorBox">;
export const Menu = strict("Menu", {
  buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => template,
  setApplicationMenu: (menu: unknown) => {
    observed.menu = menu as Electron.MenuItemConstructorOptions[];
  },
});
// electron-store asks for these two; it works in the main process alone.
export const ipcMain = strict("ipcMain", { on: () => ipcMain, handle: () => {} });
export const ipcRenderer = undefined;
export const shell = strict("shell", { openPath: async () => "" });

const electron = { app, protocol, session, MessageChannelMain, BrowserWindow, screen, dialog, Menu, ipcMain, ipcRenderer, shell };
// eslint-disable-next-line import/no-default-export
export default electron;

/** What a sandboxed preload has: its own scope, `require("electron")` with a few names, nothing of Node. */
const PRELOAD_RUNTIME = `
var __preloadRequire;
{
  const bus = new Map(); let far;
  const packed = (m) => m instanceof Uint8Array ? { b: btoa(Array.from(m, (c) => String.fromCharCode(c)).join("")) } : { v: m };
  const unpacked = (m) => "b" in m ? Uint8Array.from(atob(m.b), (c) => c.charCodeAt(0)) : m.v;
  globalThis.__deliver = (channel, value) => {
    const c = new MessageChannel(); far = c.port2;
    far.onmessage = (e) => __toMain(packed(e.data));
    for (const f of bus.get(channel) ?? []) f({ ports: [c.port1] }, value);
  };
  globalThis.__fromMain = (m) => far.postMessage(unpacked(m));
  __preloadRequire = (name) => {
    if (name !== "electron") throw new Error("a sandboxed preload cannot require " + name);
    const on = (c, f) => bus.set(c, [...(bus.get(c) ?? []), f]);
    return { ipcRenderer: { on, once: on } };
  };
}
`;
