import { describe, expect, it } from "vitest";
import { looseningOf, type Host } from "../../../src-main/inventory/index.ts";

const host = (over: Partial<Host> = {}): Host => ({ id: "h1", name: "web-01", address: "web-01.example", port: 22, user: "ops", environment: "prod", criticality: "normal", groups: [], tags: ["pci"], os: "linux", jumps: [], credential: { kind: "agent" }, transport: "ssh2", legacyAlgorithms: false, keepShell: false, notes: "", favourite: false, source: "manual", ...over });
const changed = (before: Host, to: Partial<Host>) => looseningOf([{ before, after: { ...before, ...to } }], [before]);
const dear = host({ environment: "dev", criticality: "high" });

describe("what makes less of a host", () => {
  it.each([
    ["another environment", host(), { environment: "staging" }],
    ["another environment, though not of production", host({ environment: "staging" }), { environment: "dev" }],
    ["less criticality", dear, { criticality: "normal" }],
    ["less criticality, though not the highest", host({ environment: "dev" }), { criticality: "low" }],
    ["less criticality, though it becomes production", dear, { environment: "prod", criticality: "low" }],
    ["a tag less", host(), { tags: [] }],
    ["a tag more", host(), { tags: ["pci", "unwatched"] }],
    ["another place", host(), { address: "elsewhere.example" }],
    ["another port", dear, { port: 2222 }],
    ["another kind of device", host(), { os: "cisco-ios" }],
  ] as const)("%s", (_what, before, to) => {
    expect(changed(before, to)).toContain("web-01");
  });
  it.each([
    ["what no policy goes by", host(), { name: "web", user: "root", notes: "n", groups: ["g"], favourite: true, jumps: ["b"] }],
    ["more criticality", host(), { criticality: "high" }],
    ["production that was not", host({ environment: "dev" }), { environment: "prod" }],
    ["a place, a tag or a kind of what is neither production nor critical", host({ environment: "dev" }), { address: "other", port: 1, os: "idrac", tags: [] }],
  ] as const)("but not %s", (_what, before, to) => {
    expect(changed(before, to)).toBeUndefined();
  });

  it("that it is taken out, where it is production or critical", () => {
    const gone = (before: Host) => looseningOf([{ before, after: undefined }], [before]);
    expect([host(), dear, host({ environment: "staging" }), host({ environment: "dev", criticality: "low" })].map((each) => gone(each) !== undefined)).toEqual([true, true, false, false]);
    expect(looseningOf([{ before: undefined, after: undefined }], [host()])).toBeUndefined();
  });

  it("a second entry of its place that counts for less, and no other", () => {
    const other = (over: Partial<Host>) => looseningOf([{ before: undefined, after: host({ id: "h2", name: "again", ...over }) }], [host({ criticality: "high" })]);
    expect(other({ environment: "dev", criticality: "high", address: "WEB-01.example" })).toBe("again would be another name for the place of web-01, and count for less");
    expect(other({ criticality: "normal" })).toContain("count for less");
    expect(other({ criticality: "high", user: "root" })).toBeUndefined();
    expect(other({ environment: "dev", port: 2222 })).toBeUndefined();
    expect(other({ environment: "dev", address: "web-02.example" })).toBeUndefined();
  });

  it("the first of many that does is named", () => {
    expect(looseningOf([{ before: host(), after: host({ notes: "n" }) }, { before: dear, after: undefined }], [host()])).toContain("no longer be known");
  });
});
