import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { expect, test } from "vitest";
import { packJsonSchema } from "../../../src-main/skills/index.ts";
import { packOf } from "./world.ts";
import { loadPack } from "../../../src-main/skills/load.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const published = JSON.parse(readFileSync(join(root, "resources", "schemas", "skill-pack.json"), "utf8")) as { $defs: { part: object; pack: object } };

test("the published JSON Schema is the one the loader is made of", () => expect(published).toEqual(JSON.parse(JSON.stringify(packJsonSchema()))));

test("the published JSON Schema takes the built-in packs and refuses what the loader refuses", () => {
  const part = new Ajv2020({ strict: false }).compile(published.$defs.part);
  for (const file of ["nginx/nginx", "linux-core/disk", "linux-core/changes", "postgres/postgres", "docker/docker", "dell-idrac/racadm", "cisco-ios/ios"]) {
    const ok = part(parse(readFileSync(join(root, "resources", "skills", `${file}.yaml`), "utf8")));
    expect(part.errors ?? [], file).toEqual([]);
    expect(ok).toBe(true);
  }
  const bad = "skills: [{ id: x, title: 7 }]\n";
  expect(part(parse(bad))).toBe(false);
  expect(loadPack(packOf(bad)).pack).toBeUndefined();
});
