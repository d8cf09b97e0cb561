import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

// What the entry pulls in before anything is drawn: followed through the sources, so that no build is needed.
const ROOT = resolve(import.meta.dirname, "..", "..", "..", "src-renderer");
const IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;

const follow = (file: string, seen: Set<string>, packages: Set<string>): void => {
  if (seen.has(file)) return;
  seen.add(file);
  for (const [, target = ""] of readFileSync(file, "utf8").matchAll(IMPORT)) {
    if (!target.startsWith(".")) packages.add(target.split("/").slice(0, target.startsWith("@") ? 2 : 1).join("/"));
    else if (/\.tsx?$/.test(target)) follow(join(file, "..", target), seen, packages);
  }
};

it("draws first without any schema, the terminal or any screen's own code", () => {
  const seen = new Set<string>();
  const packages = new Set<string>();
  follow(join(ROOT, "app", "main.tsx"), seen, packages);
  expect([...seen].map((file) => file.slice(ROOT.length + 1)).filter((file) => /^features\/[^/]+\/screen\.tsx$/.test(file))).toEqual([]);
  expect([...packages].sort()).toEqual(["@base-ui/react", "react", "react-dom", "zustand"]);
});

it("would see a schema", () => {
  const packages = new Set<string>();
  follow(join(ROOT, "..", "src-main", "contract", "terms.ts"), new Set(), packages);
  expect(packages).toContain("zod");
});
