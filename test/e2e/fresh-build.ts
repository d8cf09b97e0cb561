/** What the tests drive is what ships: built when the tree is newer than dist/. */
export async function freshBuild(): Promise<void> {
  const { build, isFresh } = (await import("../../scripts/build.mjs" as string)) as { build: () => Promise<void>; isFresh: () => boolean };
  if (!isFresh()) await build();
}
