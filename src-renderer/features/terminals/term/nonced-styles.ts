import { styleNonce } from "../../../lib/style-nonce.ts";

/**
 * xterm.js makes <style> elements while it opens, and the page's policy takes none without this page's nonce. Only what
 * is made during `work` gets it: nobody else's style element does.
 */
export function withNoncedStyles<T>(work: () => T): T {
  const nonce = styleNonce();
  const make = document.createElement;
  document.createElement = function createElement(this: Document, name: string, options?: ElementCreationOptions) {
    const element = make.call(this, name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  } as typeof document.createElement;
  try {
    return work();
  } finally {
    document.createElement = make;
  }
}
