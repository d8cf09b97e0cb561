// node scripts/central-client.ts: writes src-main/contract/central-rest.ts, the types of every route of the server that
// people and programs call, from the routes themselves. A test compares the file with what this would write.
import { readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { Route } from "../src-main/central/http/route.ts";

const ROOT = resolve(import.meta.dirname, "..");
const FILE = join(ROOT, "src-main/contract/central-rest.ts");
const ROUTES = join(ROOT, "src-main/central/http/routes");

type Schema = { readonly type?: string | readonly string[]; readonly const?: unknown; readonly enum?: readonly unknown[]; readonly anyOf?: readonly Schema[]; readonly oneOf?: readonly Schema[]; readonly allOf?: readonly Schema[]; readonly items?: Schema; readonly prefixItems?: readonly Schema[]; readonly properties?: Readonly<Record<string, Schema>>; readonly required?: readonly string[]; readonly additionalProperties?: Schema | boolean; readonly $ref?: string };

/** The routes ask nothing of what they are given until somebody calls them. */
const nothing: unknown = new Proxy(() => nothing, { get: (_, name) => (name === Symbol.toPrimitive ? () => "" : nothing), apply: () => nothing });

/** All of them, those of desktops and senders too. */
export async function everyRoute(): Promise<readonly Route[]> {
  const routes: Route[] = [];
  for (const name of readdirSync(ROUTES).sort()) {
    const module = (await import(join(ROUTES, name))) as Record<string, unknown>;
    for (const [exported, make] of Object.entries(module)) if (exported.endsWith("Routes") && typeof make === "function") routes.push(...(make as (needs: unknown) => readonly Route[])(nothing));
  }
  return routes.sort((a, b) => `${a.path} ${a.method}`.localeCompare(`${b.path} ${b.method}`, "en"));
}

function typeOf(schema: Schema): string {
  const choices = schema.anyOf ?? schema.oneOf;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (choices) return choices.map(typeOf).join(" | ");
  if (schema.allOf) return schema.allOf.map((each) => `(${typeOf(each)})`).join(" & ");
  if (typeof schema.type === "object") return schema.type.map((type) => typeOf({ ...schema, type })).join(" | ");
  switch (schema.type) {
    case "string":
    case "boolean":
    case "null":
      return schema.type;
    case "number":
    case "integer":
      return "number";
    case "array":
      return schema.prefixItems ? `readonly [${schema.prefixItems.map(typeOf).join(", ")}]` : `readonly (${typeOf(schema.items ?? {})})[]`;
    case "object": {
      const names = Object.entries(schema.properties ?? {});
      if (names.length === 0) return typeof schema.additionalProperties === "object" ? `Readonly<Record<string, ${typeOf(schema.additionalProperties)}>>` : "Readonly<Record<string, never>>";
      return `{ ${names.map(([name, each]) => `readonly ${/^\w+$/.test(name) ? name : JSON.stringify(name)}${schema.required?.includes(name) === true ? "" : "?"}: ${typeOf(each)}`).join("; ")} }`;
    }
    default:
      return "unknown";
  }
}

export async function centralClientText(): Promise<string> {
  const schemaOf = (schema: z.ZodType, io: "input" | "output"): Schema => z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Schema;
  const lines = (await everyRoute()).filter(({ who }) => who !== "desktop" && who !== "sender" && who !== "form").map((route) => `  /** ${route.says} */\n  "${route.method} ${route.path}": { readonly input: ${typeOf(schemaOf(route.input, "input"))}; readonly output: ${route.answers === undefined ? typeOf(schemaOf(route.output, "output")) : "CentralFile"} };`);
  return `// Written by scripts/central-client.ts from the routes of the central server. Changes are made there.\n\n/** What a route that answers with a file gives; a browser's Blob is one. */\nexport type CentralFile = { readonly size: number; readonly type: string };\n\nexport type CentralRest = {\n${lines.join("\n")}\n};\n`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(FILE, await centralClientText());
