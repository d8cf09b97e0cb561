import { ipcRenderer } from "electron";

// One job: hand the core's port to the page, when the page says it listens. The page gets no other word of Electron.
let kept: MessagePort | undefined;
let isWanted = false;

const hand = () => {
  if (!isWanted || !kept) return;
  window.postMessage("sena:port", window.location.origin, [kept]);
  kept = undefined;
  isWanted = false;
};

ipcRenderer.on("sena:port", (event) => {
  kept?.close(); // of a core that is gone
  kept = event.ports[0];
  hand();
});
window.addEventListener("message", (event) => {
  if (event.source !== window || event.data !== "sena:want-port") return;
  isWanted = true;
  hand();
});
