import { describe, expect, it } from "vitest";
import { FAILURE_LIST } from "../../../src-main/api/failure-list.ts";

const sentence = (code: string) => FAILURE_LIST[code]?.say(new Proxy({}, { get: () => "x" }) as never) ?? "";

describe("every failure of every room", () => {
  it.each(Object.keys(FAILURE_LIST))("%s is a code, says a whole sentence, and has a status a client understands", (code) => {
    expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(sentence(code)).toMatch(/^[\p{L}\p{N}"“‘⟦$/.~-].*[.?!)”"x]$/su);
    expect(sentence(code)).not.toMatch(/undefined|\[object/);
    const status = FAILURE_LIST[code]?.status ?? 400;
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
  });
});
