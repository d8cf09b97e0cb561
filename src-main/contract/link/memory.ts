import type { Transport } from "./wire.ts";

/** Both ends in one process. */
export function memoryPair(): { near: Transport; far: Transport } {
  type Ears = Parameters<Transport["receive"]>[0];
  const ears: { near?: Ears; far?: Ears } = {};
  let isOpen = true;
  const end = (own: "near" | "far", other: "near" | "far"): Transport => ({
    send: (frame) => queueMicrotask(() => isOpen && ears[other]?.frame(frame)),
    receive: (on) => {
      ears[own] = on;
    },
    close: (code = 1000) => {
      if (!isOpen) return;
      isOpen = false;
      queueMicrotask(() => {
        ears.near?.close({ code, say: "" });
        ears.far?.close({ code, say: "" });
      });
    },
  });
  return { near: end("near", "far"), far: end("far", "near") };
}
