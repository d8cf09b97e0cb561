const PAGE = 500;

/** All rows there are behind `after`, each page read when the one before was taken: a long list never lies in memory whole. */
export function* inPages<T extends { readonly n: number }>(read: (after: number, limit: number) => readonly T[], after = 0): Generator<T> {
  for (let page = read(after, PAGE), last = page.at(-1); last !== undefined; page = read(last.n, PAGE), last = page.at(-1)) yield* page;
}
