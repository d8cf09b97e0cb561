import type { Overlay } from "./create-app.ts";

type Needs = {
  readonly target: Pick<Window, "addEventListener" | "removeEventListener">;
  readonly overlay: { getState(): Overlay; setState(next: Overlay, replace: true): void };
  /** The palette has the focus, or the window is locked: the keys find their own way. */
  readonly hasTaker: () => boolean;
};

/**
 * Whoever presses the palette's key types on at once, while its code may still be on its way. Until it has the focus its
 * letters are kept for it: left where the focus was, they would go into a question or to a remote machine.
 */
export const keepEarlyTyping = ({ target, overlay, hasTaker }: Needs): (() => void) => {
  const onKeyDown = (event: KeyboardEvent) => {
    const now = overlay.getState();
    if (now.is !== "palette" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || hasTaker()) return;
    const isLetter = [...event.key].length === 1;
    if (!isLetter && event.key !== "Backspace" && event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key === "Escape") overlay.setState({ is: "none" }, true);
    else if (event.key !== "Enter") overlay.setState({ is: "palette", query: isLetter ? now.query + event.key : now.query.slice(0, -1) }, true);
  };
  target.addEventListener("keydown", onKeyDown, { capture: true });
  return () => target.removeEventListener("keydown", onKeyDown, { capture: true });
};
