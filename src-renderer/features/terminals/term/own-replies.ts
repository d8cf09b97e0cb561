import type { Terminal } from "@xterm/xterm";

/**
 * The core's own terminal answers what a program may ask (where the cursor is, what kind of terminal this is), once, also
 * for panes nobody looks at. A screen that answered too would type everything twice, so here the questions end.
 */
export function answerNothing({ parser }: Terminal): void {
  const taken = () => true;
  for (const prefix of [undefined, ">", "="] as const) parser.registerCsiHandler({ ...(prefix && { prefix }), final: "c" }, taken);
  for (const prefix of [undefined, "?"] as const) {
    parser.registerCsiHandler({ ...(prefix && { prefix }), final: "n" }, taken);
    parser.registerCsiHandler({ ...(prefix && { prefix }), intermediates: "$", final: "p" }, taken);
  }
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, taken);
  for (const code of [4, 10, 11, 12, 52, 104, 110, 111, 112]) parser.registerOscHandler(code, taken);
}
