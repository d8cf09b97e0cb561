import type { ParserData } from "./format.ts";
import type { LoadedPack } from "./load.ts";
import { compileParser } from "./parsers.ts";
import type { Problem } from "./problems.ts";

/** Every parser reads its own fixtures into the rows its author expects; a fixture names only the columns it cares about. */
export function lintFixtures(pack: LoadedPack): readonly Problem[] {
  return [...pack.parsers].flatMap(([name, { data, file, line }]) => checkParser(data).map((message): Problem => ({ severity: "error", file, line: line(), where: name, message })));
}

export function checkParser(data: ParserData): readonly string[] {
  let parser: ReturnType<typeof compileParser>;
  try {
    parser = compileParser(data);
  } catch (error) {
    return [(error as Error).message];
  }
  const keys = new Set(data.columns.map(({ key }) => key));
  const wrong: string[] = [];
  for (const fixture of data.fixtures) {
    const read = parser.read(fixture.output);
    if (read.problem !== undefined) wrong.push(`fixture "${fixture.name}": ${read.problem}`);
    if (read.rows.length !== fixture.rows.length) {
      wrong.push(`fixture "${fixture.name}" gives ${read.rows.length} rows instead of ${fixture.rows.length}`);
      continue;
    }
    for (const [at, expected] of fixture.rows.entries()) {
      for (const [key, value] of Object.entries(expected)) {
        const got = read.rows[at]?.values[key] ?? null;
        if (!keys.has(key)) wrong.push(`fixture "${fixture.name}" names the column "${key}", which there is not`);
        else if (got !== value) wrong.push(`fixture "${fixture.name}", row ${at + 1}: "${key}" is ${JSON.stringify(got)} instead of ${JSON.stringify(value)}`);
      }
    }
  }
  return wrong;
}
