/** What this file reads of a JSON schema that zod wrote. */
export type Schema = { readonly type?: string | readonly string[]; readonly format?: string; readonly const?: unknown; readonly enum?: readonly unknown[]; readonly default?: unknown; readonly examples?: readonly unknown[]; readonly anyOf?: readonly Schema[]; readonly oneOf?: readonly Schema[]; readonly items?: Schema; readonly properties?: Readonly<Record<string, Schema>>; readonly required?: readonly string[]; readonly additionalProperties?: Schema | boolean; readonly minimum?: number; readonly exclusiveMinimum?: number; readonly minLength?: number; readonly contentEncoding?: string };

const STRINGS: Readonly<Record<string, string>> = { uuid: "7f9c24e8-3b12-4b8a-9a51-6a1f0c6d2e11", email: "ada@example.org", "date-time": "2026-03-01T12:00:00.000Z", uri: "https://hooks.example.org/sena", base64: "c2VuYQ==" };
/** A moment that reads as one, where a number has no bounds of its own. */
const INSTANT = 1_772_366_400_000;

/** One value that fits: for the description, where a route gives none itself. What a pattern asks of a text is not looked at. */
export function exampleOf(schema: Schema): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.examples) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return exampleOf(choices[0] ?? {});
  if (typeof schema.type === "object") return exampleOf({ ...schema, type: schema.type[0] ?? "null" });
  switch (schema.type) {
    case "string":
      return STRINGS[schema.format ?? schema.contentEncoding ?? ""] ?? "text".padEnd(schema.minLength ?? 0, "x");
    case "integer":
    case "number":
      return schema.minimum !== undefined && schema.minimum > -Number.MAX_SAFE_INTEGER ? Math.max(schema.minimum, 1) : (schema.exclusiveMinimum ?? INSTANT);
    case "boolean":
      return true;
    case "null":
      return null;
    case "array":
      return [exampleOf(schema.items ?? {})];
    case "object":
      if (schema.properties === undefined) return typeof schema.additionalProperties === "object" ? { name: exampleOf(schema.additionalProperties) } : {};
      return Object.fromEntries(Object.entries(schema.properties).filter(([name]) => schema.required?.includes(name) === true).map(([name, each]) => [name, exampleOf(each)]));
    default:
      return "text";
  }
}
