import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

// docs/architecture.md is what newcomers believe; the drawn list is what `npm run check` holds. Neither may say more than there is.
const ROOT = resolve(import.meta.dirname, "../..");
const page = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
const { forbidden } = createRequire(import.meta.url)(join(ROOT, ".dependency-cruiser.cjs")) as { forbidden: { name: string; to: { pathNot: string[] } }[] };

/** Room → rooms it may import, as the rules have it. */
const allowed = new Map(
  forbidden.flatMap(({ name, to }) => {
    const room = /^src-main\/([\w-]+) reaches too far$/.exec(name)?.[1];
    return room === undefined ? [] : [[room, to.pathNot.map((path) => path.replace(/^\^src-main\/|\/$/g, "")).filter((other) => other !== room)] as const];
  }),
);
const rooms = readdirSync(join(ROOT, "src-main"));
const blockAfter = (heading: string): string => page.slice(page.indexOf(`## ${heading}`)).split("```")[1] ?? "";
const floors = blockAfter("Arrows").trim().split("\n").map((line) => line.split(" · "));
const floorOf = (room: string): number => floors.findIndex((floor) => floor.includes(room));

function importsOf(room: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const entry of readdirSync(join(ROOT, "src-main", room), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
    for (const [, path = ""] of readFileSync(join(entry.parentPath, entry.name), "utf8").matchAll(/(?:from |import\()"(\.\.?\/[^"]+)"/g)) {
      const other = resolve(entry.parentPath, path).slice(join(ROOT, "src-main/").length).split("/")[0] ?? "";
      if (other !== room) found.add(other);
    }
  }
  return found;
}

describe("the page on the architecture", () => {
  it("names every room there is, and no other", () => {
    const named = blockAfter("Rooms").split("src-renderer/")[0]?.split("\n").filter((line) => line.startsWith("  ") && !line.startsWith("    ")).flatMap((line) => [...line.slice(0, 29).matchAll(/([\w-]+)\//g)].map(([, room]) => room));
    expect(named?.sort()).toEqual([...rooms].sort());
    expect(floors.flat().sort()).toEqual([...rooms].sort());
  });

  it.each([...allowed])("draws %s above every room it may import", (room, others) => {
    for (const other of others) expect(floorOf(other), `${room} → ${other}`).toBeGreaterThan(floorOf(room));
  });

  it("shows no arrow that nobody uses: what is allowed and not needed would be taken without a decision", () => {
    const ground = ["kernel", "contract", "store"]; // what anybody may stand on
    const unused = [...allowed].flatMap(([room, others]) => {
      const used = importsOf(room);
      return others.filter((other) => !ground.includes(other) && !used.has(other)).map((other) => `${room} → ${other}`);
    });
    expect(unused).toEqual([]);
  });
});
