import { z } from "zod";
import { LINK_FAILURES, type Contract, type Procedure } from "../contract/index.ts";

/** OpenAPI 3.1 of the whole contract; pipes carry raw bytes and exist on the link only. */
export function openApiDocument(contract: Contract, version: string): object {
  const paths: Record<string, object> = {};
  for (const [group, procedures] of Object.entries(contract)) {
    for (const [name, procedure] of Object.entries(procedures)) {
      if (procedure.kind !== "pipe") paths[`/api/${group}/${name}`] = { post: operation(group, name, procedure) };
    }
  }
  return {
    openapi: "3.1.0",
    info: { title: "SENA", version, description: "Every procedure of the contract that needs no byte pipe. Feeds answer as JSON lines until they end or the request is closed.", license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    tags: Object.keys(contract).map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "The content of the file api-token in SENA's home." } },
      schemas: {
        Failure: {
          type: "object",
          required: ["code", "message", "data", "retryable"],
          properties: { code: { type: "string", examples: Object.keys(LINK_FAILURES) }, message: { type: "string" }, data: { type: "object" }, retryable: { type: "boolean" } },
        },
      },
    },
  };
}

function operation(group: string, name: string, procedure: Exclude<Procedure, { kind: "pipe" }>): object {
  const output = procedure.kind === "call" ? procedure.output : procedure.item;
  return {
    operationId: `${group}.${name}`,
    tags: [group],
    summary: procedure.says,
    description: `Needs the permission "${procedure.needs}". ${procedure.records === "none" ? "Leaves no entry in the record." : "Recorded before it is done."}`,
    requestBody: { required: true, content: { "application/json": { schema: schemaOf(procedure.input, "input") } } },
    responses: {
      200: { description: procedure.kind === "call" ? "Done." : "Items, one JSON document per line.", content: { [procedure.kind === "call" ? "application/json" : "application/x-ndjson"]: { schema: schemaOf(output, "output") } } },
      default: { description: "Not done; the message says why and what to do next.", content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Failure" } } } },
    },
    "x-needs": procedure.needs,
    "x-records": procedure.records,
  };
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any", target: "draft-2020-12" }) as Record<string, unknown>;
  return rest;
}
