import type { App, Session } from "electron";

// What the page may never do, said once for every window and every frame it could make.

export const SCHEME = "sena";
export const ORIGIN = `${SCHEME}://app`;

/** Switches that must stand before the app is ready. */
export function hardenBeforeReady(app: App): void {
  app.enableSandbox();
  // Names lead nowhere: even a request nobody foresaw finds no address.
  app.commandLine.appendSwitch("host-resolver-rules", "MAP * ~NOTFOUND");
  app.commandLine.appendSwitch("disable-background-networking");
  app.commandLine.appendSwitch("disable-component-update");
  app.commandLine.appendSwitch("disable-domain-reliability");
  app.commandLine.appendSwitch("no-pings");
}

export function hardenSession(session: Session, isPackaged: boolean): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(permission === "clipboard-sanitized-write"));
  session.setPermissionCheckHandler((_contents, permission) => permission === "clipboard-sanitized-write");
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((details, answer) => {
    const isOwn = details.url.startsWith(`${ORIGIN}/`) || (!isPackaged && details.url.startsWith("devtools://"));
    answer({ cancel: !isOwn });
  });
  session.on("will-download", (event) => event.preventDefault());
}

/** For every page that is ever made, whoever makes it. */
export function hardenContents(app: App): void {
  app.on("web-contents-created", (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: "deny" }));
    contents.on("will-navigate", (event) => event.preventDefault());
    contents.on("will-frame-navigate", (event) => event.preventDefault());
    contents.on("will-redirect", (event) => event.preventDefault());
    contents.on("will-attach-webview", (event) => event.preventDefault());
  });
}
