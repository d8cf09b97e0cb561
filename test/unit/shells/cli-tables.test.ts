import { expect, test } from "vitest";
import { tableLines } from "../../../src-main/shells/cli/plain.ts";

const COLUMNS = [{ key: "mount", title: "Mounted on", kind: "text" }, { key: "size", title: "Size", kind: "bytes" }, { key: "use", title: "Used %", kind: "percent" }, { key: "for", title: "For", kind: "duration" }] as const;
const lines = (...rows: readonly (readonly (string | number | null)[])[]) => tableLines({ columns: [...COLUMNS], rows: rows.map((cells) => ({ cells: [...cells] })) });

test("amounts stand in units a person reads, to the right, under their titles", () =>
  expect(lines(["/", 42_141_548_544, 96, 12], ["/var", 1000, 10.04, 7200])).toEqual(["Mounted on     Size  Used %    For", "/            39 GiB    96 %   12 s", "/var        1.0 KiB    10 %  2.0 h"]));
test("what is not known stays empty, and what a host wrote cannot move the cursor", () => expect(lines(["\u001b[2J", null, null, null])[1]).toBe("<U+001B>[2J"));
test("a size just below the next unit is written in it", () => expect(lines(["/", 1023, null, null])[1]).toContain("1.0 KiB"));
