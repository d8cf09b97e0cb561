// Two terminals fed from memory, with nothing else in the way: xterm.js as it comes, and the one of the screens.
import "@fontsource-variable/jetbrains-mono";
import "../../../../src-renderer/ui/tokens.css";
import { Terminal } from "@xterm/xterm";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import "@xterm/xterm/css/xterm.css";
import { optionsOf } from "../../../../src-renderer/features/terminals/term/look.ts";
import { createTermView } from "../../../../src-renderer/features/terminals/term/term-view.ts";

const CHUNK = 64 * 1024;
const WINDOW = 256 * 1024;

const look = { fontSize: 13, scrollback: 10_000, isSpoken: false };
const nothing = () => {};

/** xterm.js with the same font and scrollback and no more: what its `write` is given, it has to draw. */
function stock(box, { cols, rows }) {
  const terminal = new Terminal({ ...optionsOf(box, look), cols, rows });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  terminal.open(box);
  return { write: (chunk, done) => terminal.write(chunk, done), size: { cols, rows }, dispose: () => terminal.dispose() };
}

function ours(box) {
  let onChunk;
  const pipe = { write: async () => {}, onChunk: (handle) => (onChunk = handle), closed: new Promise(() => {}), close() {} };
  const client = { terminals: { attach: () => pipe, resize: async () => {} } };
  const view = createTermView({ element: box, client, paneId: "local", label: "local", look, ears: { onDetached: nothing, onFocus: nothing, onPaste: nothing, onLink: nothing, onLinkPressed: nothing, onFound: nothing, onFailure: nothing } });
  return { write: (chunk, done) => onChunk(chunk, done), size: view.size, dispose: () => view.dispose() };
}

window.feed = async ({ kind, width, height, size, bytes, mark }) => {
  const box = document.querySelector("#box");
  box.style.cssText = `width:${width}px;height:${height}px;background:#07090c`;
  await document.fonts.load('13px "JetBrains Mono Variable"');
  const block = new Uint8Array(await (await fetch("/block.bin")).arrayBuffer());
  const terminal = kind === "stock" ? stock(box, size) : ours(box);
  await new Promise((go) => setTimeout(go, 500));
  const from = performance.now();
  let pending = 0;
  let wake = nothing;
  for (let sent = 0; sent < bytes; ) {
    const at = sent % block.length;
    const chunk = block.slice(at, Math.min(at + CHUNK, block.length, at + bytes - sent));
    sent += chunk.length;
    pending += chunk.length;
    terminal.write(chunk, () => {
      pending -= chunk.length;
      wake();
    });
    while (pending >= WINDOW) await new Promise((go) => (wake = go));
  }
  terminal.write(new TextEncoder().encode(`\r\n${mark}\r\n`), nothing);
  await window.shows(mark);
  const ms = performance.now() - from;
  terminal.dispose();
  return { ms, size: terminal.size };
};
window.shows = (mark) =>
  new Promise((done) => {
    const look = () => ([...document.querySelectorAll(".xterm-rows")].some((rows) => rows.textContent.includes(mark)) ? done() : requestAnimationFrame(look));
    look();
  });
