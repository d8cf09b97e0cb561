import { describe, expect, it, test } from "vitest";
import { isLater, versionOf } from "../../../src-main/knowledge/versions.ts";

const at = (path: string, title = "", source = "wiki") => versionOf({ source, path, title });

describe("the version of a document", () => {
  test.each([
    ["failover-v1.2.md", "failover-v1.10.md"],
    ["4.2/failover.md", "5.0/failover.md"],
    ["manuals/array_rev_3.pdf", "manuals/array_rev_4.pdf"],
    ["plan 2023.docx", "plan 2024.docx"],
    ["plan-2024-03.docx", "plan-2024-11-02.docx"],
    ["guide-20240301.txt", "guide-20240302.txt"],
    ["release 7/notes.md", "release 8/notes.md"],
  ])("%s is before %s", (older, newer) => {
    expect(isLater(at(newer), at(older))).toBe(true);
    expect(isLater(at(older), at(newer))).toBe(false);
  });

  it("stands in the title where the path says nothing, whatever source it is from", () => {
    expect(isLater(at("b.md", "Failover of the array, March 2025", "files"), at("a.md", "Failover of the array, November 2024"))).toBe(true);
    expect(isLater(at("b.md", "Array 5.1 failover"), at("a.md", "Array 4.9 failover"))).toBe(true);
  });

  test.each([
    ["ls.1", "ls.8"],
    ["page-1.md", "page-2.md"],
    ["chapter3.md", "chapter4.md"],
    ["tcp/port-8080.md", "tcp/port-9090.md"],
    ["hosts/10.0.0.1.txt", "hosts/10.0.0.2.txt"],
    ["failover-v1.md", "backup-v2.md"],
    ["failover-v1.md", "failover-2024-01.md"],
    ["x264.html", "x265.html"],
  ])("%s and %s are not versions of one document", (one, other) => {
    expect(isLater(at(other), at(one))).toBe(false);
    expect(isLater(at(one), at(other))).toBe(false);
  });

  it("is not read from a path of another source, nor from a title that is nothing but a date", () => {
    expect(isLater(at("plan-v2.md", "", "other"), at("plan-v1.md"))).toBe(false);
    expect(at("a.md", "2024-05-02")).toBeUndefined();
  });
});
