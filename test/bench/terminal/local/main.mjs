// The terminal of the screens, fed from memory: the same code draws, and nothing else stands in the way.
import "@fontsource-variable/jetbrains-mono";
import "../../../../src-renderer/ui/tokens.css";
import { createTermView } from "../../../../src-renderer/features/terminals/term/term-view.ts";

const CHUNK = 64 * 1024;
const WINDOW = 256 * 1024;

window.feed = async ({ width, height, bytes, mark }) => {
  const box = document.querySelector("#box");
  box.style.cssText = `width:${width}px;height:${height}px;background:#07090c`;
  await document.fonts.load('13px "JetBrains Mono Variable"');
  const block = new Uint8Array(await (await fetch("/block.bin")).arrayBuffer());
  let onChunk;
  const pipe = { write: async () => {}, onChunk: (handle) => (onChunk = handle), closed: new Promise(() => {}), close() {} };
  const client = { terminals: { attach: () => pipe, resize: async () => {} } };
  const nothing = () => {};
  const view = createTermView({ element: box, client, paneId: "local", label: "local", look: { fontSize: 13, scrollback: 10_000, isSpoken: false }, ears: { onDetached: nothing, onFocus: nothing, onPaste: nothing, onLink: nothing, onLinkPressed: nothing, onFound: nothing, onFailure: nothing } });
  await new Promise((go) => setTimeout(go, 500));
  const from = performance.now();
  let pending = 0;
  let wake = nothing;
  for (let sent = 0; sent < bytes; ) {
    const at = sent % block.length;
    const chunk = block.slice(at, Math.min(at + CHUNK, block.length, at + bytes - sent));
    sent += chunk.length;
    pending += chunk.length;
    onChunk(chunk, () => {
      pending -= chunk.length;
      wake();
    });
    while (pending >= WINDOW) await new Promise((go) => (wake = go));
  }
  onChunk(new TextEncoder().encode(`\r\n${mark}\r\n`), nothing);
  await window.shows(mark);
  const ms = performance.now() - from;
  const size = view.size;
  view.dispose();
  return { ms, size };
};
window.shows = (mark) =>
  new Promise((done) => {
    const look = () => ([...document.querySelectorAll(".xterm-rows")].some((rows) => rows.textContent.includes(mark)) ? done() : requestAnimationFrame(look));
    look();
  });
