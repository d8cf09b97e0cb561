/**
 * A terminal's Ctrl+C reaches the program itself, and once more through each script that started it and hands on what it
 * is sent: all of that is one wish. Who still waits after that, and asks again, is not kept waiting.
 */
const ONE_WISH_MS = 2000;

/** Resolves when this program is told to end. */
export function toldToStop(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let firstMs: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      firstMs ??= performance.now();
      if (performance.now() - firstMs > ONE_WISH_MS) process.exit(1);
      resolve();
    });
  }
  return promise;
}
