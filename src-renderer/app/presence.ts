const EVERY_MS = 20_000;
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel"] as const;

type Needs = {
  readonly target: Pick<Window, "addEventListener" | "removeEventListener">;
  readonly now: () => number;
  readonly onPresence: () => void;
};

/** The core locks after a while without a sign of anybody; these are the signs, told at most three times a minute. */
export const reportPresence = ({ target, now, onPresence }: Needs): (() => void) => {
  let toldAt = Number.NEGATIVE_INFINITY;
  const sign = () => {
    const at = now();
    if (at - toldAt < EVERY_MS) return;
    toldAt = at;
    onPresence();
  };
  const options = { capture: true, passive: true };
  for (const kind of SIGNS) target.addEventListener(kind, sign, options);
  return () => {
    for (const kind of SIGNS) target.removeEventListener(kind, sign, options);
  };
};
