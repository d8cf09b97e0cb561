import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from "node:fs";

// What somebody brings, on a stick or as a download, is read only where it is a plain file: a link in a folder leads anywhere,
// `/dev/zero` never ends, and a pipe that nobody writes to is waited for by everybody.

/** To open a pipe so waits for nobody; what was opened is looked at before it is read. */
export const BROUGHT = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export function assertPlain(found: Pick<Stats, "isFile" | "isDirectory">): void {
  if (found.isDirectory()) throw Object.assign(new TypeError("it is a folder"), { code: "EISDIR" });
  if (!found.isFile()) throw new TypeError("it is not a plain file");
}

/** Whole, and no longer than it has reason to be. */
export function readBrought(path: string, maxBytes: number): Buffer {
  const file = openSync(path, BROUGHT);
  try {
    const found = fstatSync(file);
    assertPlain(found);
    if (found.size > maxBytes) throw new RangeError("it is larger than any of its kind");
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}
