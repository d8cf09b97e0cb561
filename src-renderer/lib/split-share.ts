/** Keeps both parts at their least size; a box too small for both is halved. */
export const clampShare = (share: number, sizePx: number, minFirstPx: number, minSecondPx: number): number => {
  if (sizePx <= 0) return Math.min(1, Math.max(0, share));
  if (sizePx < minFirstPx + minSecondPx) return 0.5;
  return Math.min(1 - minSecondPx / sizePx, Math.max(minFirstPx / sizePx, share));
};
