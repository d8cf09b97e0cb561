import { describe, expect, it } from "vitest";
import { z } from "zod";
import { answerOf, formOf } from "../../../src-main/central/http/server.ts";

describe("a form that a browser brings", () => {
  it("is read with the fields that a form has, and refused by their number before a parser sees it", () => {
    expect(formOf(Buffer.from("SAMLResponse=a%2Bb&RelayState=r"))).toEqual({ SAMLResponse: "a+b", RelayState: "r" });
    expect(formOf(Buffer.from("a&".repeat(7)))).toEqual({ a: "" });
    for (const body of ["a&".repeat(100_000), "&".repeat(8)]) expect(() => formOf(Buffer.from(body))).toThrow(/more fields than any/);
  });
});

describe("an answer of a route", () => {
  const route = { method: "GET", path: "/v1/x", output: z.object({ n: z.number() }) } as const;
  it("is what the route declares; anything else is this server's fault and never told as a wrong question", () => {
    expect(answerOf(route, { n: 1, more: 2 })).toEqual({ n: 1 });
    const wrong = (): unknown => {
      try {
        return answerOf(route, { n: Number.NaN });
      } catch (error) {
        return error;
      }
    };
    expect(wrong()).toBeInstanceOf(Error);
    expect(wrong()).not.toBeInstanceOf(z.ZodError);
    expect(wrong()).toMatchObject({ message: expect.stringMatching(/GET \/v1\/x.*at n/s) as string });
  });
});
