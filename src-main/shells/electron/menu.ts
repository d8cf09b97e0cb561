import { Menu, type MenuItemConstructorOptions } from "electron";

/** Only what the system expects; every command of SENA is in the palette. */
export function setMenu(isPackaged: boolean): void {
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === "darwin" ? [{ role: "appMenu" } as const] : []),
    { role: "editMenu" },
    { label: "View", submenu: [{ role: "togglefullscreen" }, { role: "zoomIn" }, { role: "zoomOut" }, { role: "resetZoom" }, ...(isPackaged ? [] : [{ role: "toggleDevTools" } as const])] },
    { role: "windowMenu" },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
