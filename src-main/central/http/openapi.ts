import { z } from "zod";
import { exampleOf, type Schema } from "./example.ts";
import type { Route } from "./route.ts";

const PROBLEM = { type: "object", required: ["type", "title", "status", "detail", "code"], properties: { type: { type: "string" }, title: { type: "string" }, status: { type: "integer" }, detail: { type: "string" }, code: { type: "string" }, data: { type: "object" } } } as const;
const SECURITY = { anyone: [], person: [{ session: [] }], member: [{ session: [] }, { key: [] }], desktop: [{ desktop: [] }], sender: [{ signature: [] }], form: [] } as const;

type JsonSchema = Schema & { properties?: Record<string, Schema> };

const schemaOf = (schema: z.ZodType, io: "input" | "output"): JsonSchema => z.toJSONSchema(schema, { io, unrepresentable: "any" }) as JsonSchema;
/** What is asked and answered, as an example: the route's own where it has one. */
export const askedExample = ({ example, input }: Pick<Route, "example" | "input">): Readonly<Record<string, unknown>> => (example ?? exampleOf(schemaOf(input, "input"))) as Record<string, unknown>;
export const answeredExample = ({ output }: Pick<Route, "output">): unknown => exampleOf(schemaOf(output, "output"));

/** OpenAPI 3.1 from the same list that serves: what is not described is not there. */
export function openApi(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const each of routes) {
    const path = each.path.replaceAll(/:(\w+)/g, "{$1}");
    (paths[path] ??= {})[each.method.toLowerCase()] = operationOf(each);
  }
  return {
    openapi: "3.1.0",
    info: { title: "SENA central", version, description: "Organisations, desktops, approvals from elsewhere, and the custody of records." },
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      securitySchemes: { session: { type: "apiKey", in: "cookie", name: "__Host-sena.session_token" }, key: { type: "http", scheme: "bearer" }, desktop: { type: "http", scheme: "SENA-Desktop", description: "An Ed25519 signature over method, path, time, nonce and the hash of the body." }, signature: { type: "apiKey", in: "header", name: "webhook-signature", description: "Standard Webhooks: v1, and the base64 of an HMAC-SHA256 over `webhook-id.webhook-timestamp.body` with the secret of this address. Slack, Teams and PagerDuty sign as they document." } },
    },
  };
}

function operationOf(each: Route): Record<string, unknown> {
  const schema = schemaOf(each.input, "input");
  const example = askedExample(each);
  const inPath = [...each.path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
  const names = Object.keys(schema.properties ?? {});
  const inBody = each.method === "GET" ? [] : names.filter((name) => !inPath.includes(name));
  const parameters = names.filter((name) => !inBody.includes(name)).map((name) => ({ name, in: inPath.includes(name) ? "path" : "query", required: inPath.includes(name), schema: schema.properties?.[name], ...(example[name] !== undefined && { example: example[name] }) }));
  if (each.who === "member" && each.method === "POST") parameters.push({ name: "Idempotency-Key", in: "header", required: false, schema: { type: "string", maxLength: 100 } } as never);
  const body = { type: "object", properties: Object.fromEntries(inBody.map((name) => [name, schema.properties?.[name]])), required: inBody.filter((name) => schema.required?.includes(name)) };
  return {
    operationId: `${each.method.toLowerCase()}${each.path.replaceAll(/[/:.-]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: each.says,
    ...(each.needs !== undefined && { "x-permission": each.needs }),
    ...(each.isSensitive === true && { "x-step-up": true }),
    security: SECURITY[each.who],
    parameters,
    ...(inBody.length > 0 && { requestBody: { required: true, content: { [each.who === "form" ? "application/x-www-form-urlencoded" : "application/json"]: { schema: body, example: Object.fromEntries(inBody.flatMap((name) => (example[name] === undefined ? [] : [[name, example[name]]]))) } } } }),
    responses: {
      ...(each.answers === "onward" ? { 303: { description: "Where the browser goes on.", headers: { Location: { schema: { type: "string" } } } } } : { 200: { description: "Done.", content: each.answers === undefined ? { "application/json": { schema: schemaOf(each.output, "output"), example: answeredExample(each) } } : { [each.answers]: { schema: { type: "string", format: "binary" } } } } }),
      default: { description: "What went wrong, and what to do next.", content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } },
    },
  };
}
