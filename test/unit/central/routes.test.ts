import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { everyRoute } from "../../../scripts/central-client.ts";
import { answeredExample, askedExample, openApi } from "../../../src-main/central/http/openapi.ts";
import { pageOfAll, readCursor, type Route } from "../../../src-main/central/http/route.ts";

let routes: readonly Route[];
beforeAll(async () => {
  routes = await everyRoute();
});
const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
const namesIn = (schema: z.ZodType): readonly string[] => Object.keys((z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as { properties?: object }).properties ?? {});

describe("the routes of the server", () => {
  it("are many, each once, under names that nothing else has", () => {
    expect(routes.length).toBeGreaterThan(60);
    expect(new Set(routes.map(nameOf)).size).toBe(routes.length);
  });
  it("give every list in pages, with a way to the next", () => {
    const lists = routes.filter((each) => each.answers === undefined && namesIn(each.output).includes("items"));
    expect(lists.length).toBeGreaterThan(18);
    for (const each of lists) {
      expect(namesIn(each.output), nameOf(each)).toContain("next");
      expect(namesIn(each.input), nameOf(each)).toEqual(expect.arrayContaining(["cursor", "limit"]));
    }
    // A list by any other name is one too.
    for (const each of routes.filter(({ method, answers }) => method === "GET" && answers === undefined)) {
      const { properties = {} } = z.toJSONSchema(each.output, { io: "output", unrepresentable: "any" }) as { properties?: Record<string, { type?: string; items?: { type?: string } }> };
      const rows = Object.entries(properties).filter(([, { type, items }]) => type === "array" && items?.type === "object").map(([name]) => name);
      const isOneThing = /:(approvalId|n)$|\/record$|^\/v1\/session$/.test(each.path);
      if (!isOneThing) expect(rows.filter((name) => name !== "items"), nameOf(each)).toEqual([]);
    }
  });
  it("show an example of what is asked and what is answered that they would take and give themselves", () => {
    for (const each of routes) {
      expect(each.input.safeParse(askedExample(each)).error?.issues ?? [], nameOf(each)).toEqual([]);
      if (each.answers === undefined) expect(each.output.safeParse(answeredExample(each)).error?.issues ?? [], nameOf(each)).toEqual([]);
    }
  });
  it("are all described, with an example for every body and every answer", () => {
    const { paths } = openApi(routes, "test") as { paths: Record<string, Record<string, { requestBody?: { content: Record<string, { example?: unknown }> }; responses: Record<string, { content: Record<string, { example?: unknown }> }> }>> };
    const operations = Object.values(paths).flatMap((each) => Object.values(each));
    expect(operations.length).toBe(routes.length);
    for (const { requestBody, responses } of operations) {
      if (requestBody) for (const body of Object.values(requestBody.content)) expect(body).toHaveProperty("example");
      const answer = responses["200"]?.content["application/json"];
      if (answer) expect(answer).toHaveProperty("example");
    }
  });
});

describe("a list that is held whole", () => {
  const rows = [3, 1, 2, 2, 5, 4].map((n, index) => ({ n, id: String(index) }));
  const keyOf = ({ n, id }: (typeof rows)[number]): readonly [number, string] => [n, id];
  it("is cut into pages that join to all of it, in order, and end", () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let pages = 1; ; pages += 1) {
      const page = pageOfAll(rows, { cursor, limit: 2 }, keyOf);
      seen.push(...page.items.map(({ n, id }) => `${n}.${id}`));
      if (page.next === null) {
        expect(pages).toBe(3);
        break;
      }
      cursor = page.next;
    }
    expect(seen).toEqual(["1.1", "2.2", "2.3", "3.0", "4.5", "5.4"]);
  });
  it("goes on behind a row that is gone, and takes no cursor that was never given out", () => {
    const { next } = pageOfAll(rows, { limit: 2 }, keyOf);
    expect(pageOfAll(rows.filter(({ id }) => id !== "2"), { cursor: next ?? "", limit: 9 }, keyOf).items.map(({ n }) => n)).toEqual([2, 3, 4, 5]);
    for (const wrong of ["x", Buffer.from("[1]").toString("base64url"), Buffer.from('["1","a"]').toString("base64url")]) expect(() => readCursor(wrong)).toThrow(/given out/);
  });
});
