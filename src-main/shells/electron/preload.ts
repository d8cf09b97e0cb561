import { ipcRenderer } from "electron";

// One job: hand the core's port to the page. The page gets no other word of Electron.
ipcRenderer.on("sena:port", (event) => {
  window.postMessage("sena:port", window.location.origin, [...event.ports]);
});
