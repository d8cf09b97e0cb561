import { z } from "zod";
import { PackSchema, PartSchema } from "./format.ts";

/** The pack format as JSON Schema, for editors and for authors who have no SENA at hand. */
export const packJsonSchema = (): Record<string, unknown> => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "SENA skill pack, format 1",
  description: "pack.yaml matches #/$defs/pack; every other .yaml file of a pack matches #/$defs/part.",
  $defs: { pack: bare(z.toJSONSchema(PackSchema, { io: "input" })), part: bare(z.toJSONSchema(PartSchema, { io: "input" })) },
});

// Inner references (`#/$defs/__schema0`) are made to start at the part they belong to: each part becomes a schema resource of its own.
const bare = (schema: object): object => {
  const { $schema: _, ...rest } = schema as { $schema?: string };
  return { $id: `urn:sena:skill-pack:1:${"skills" in ((rest as { properties?: object }).properties ?? {}) ? "part" : "pack"}`, ...rest };
};
