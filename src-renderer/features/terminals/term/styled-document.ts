import { styleNonce } from "../../../lib/style-nonce.ts";

// xterm.js styles its cells in two ways the page's policy refuses: with <style> elements that lack this page's nonce, and
// with `setAttribute("style", …)` for every colour outside the palette. Its documentOverride option reaches neither.

/** <style> elements made during `work` carry the page's nonce; nobody else's do. */
export function withNoncedStyles<T>(work: () => T): T {
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = Document.prototype.createElement.call(document, name, options);
    if (element instanceof HTMLStyleElement) element.nonce = styleNonce();
    return element;
  }) as typeof document.createElement;
  try {
    return work();
  } finally {
    delete (document as Partial<Document>).createElement; // back to the prototype's own
  }
}

/**
 * The cells are spans. On a span, `setAttribute("style", …)` now means what `style.cssText = …` means, which the policy
 * allows to any script anyway: it is parsed as declarations, never as markup. Markup that carries a style attribute stays
 * refused.
 */
export function styleSpansByRules(): void {
  if (Object.hasOwn(HTMLSpanElement.prototype, "setAttribute")) return;
  const own = Element.prototype.setAttribute;
  HTMLSpanElement.prototype.setAttribute = function setAttribute(this: HTMLSpanElement, name: string, value: string) {
    if (name === "style") this.style.cssText = value;
    else own.call(this, name, value);
  };
}
