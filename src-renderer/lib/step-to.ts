/** Where a movement key leads in a list of `count`, or undefined when the key does not move. */
export const stepTo = (key: string, from: number, count: number, page: number): number | undefined => {
  if (count === 0) return undefined;
  const within = (index: number) => Math.min(count - 1, Math.max(0, index));
  switch (key) {
    case "ArrowDown":
      return within(from + 1);
    case "ArrowUp":
      return within(from - 1);
    case "PageDown":
      return within(from + page);
    case "PageUp":
      return within(from - page);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
};
