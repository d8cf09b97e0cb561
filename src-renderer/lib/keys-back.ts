/** What had the keys went with what was done: they go to the screen, not to nothing. Somebody who is elsewhere by then stays there. */
export const keysBack = (): void =>
  void requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.getElementById("main")?.focus({ preventScroll: true });
  });
