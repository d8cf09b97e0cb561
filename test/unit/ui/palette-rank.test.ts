import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rank } from "../../../src-renderer/app/palette-rank.ts";

const THINGS = [
  { id: "chat", title: "Go to Chat", words: ["gc"] },
  { id: "terminals", title: "Go to Terminals", words: ["gt"] },
  { id: "hosts", title: "Go to Hosts", words: ["gh"] },
  { id: "settings", title: "Go to Settings", words: ["gs"] },
  { id: "contrast", title: "Theme: high contrast", words: ["accessibility"] },
  { id: "split", title: "Split the pane to the right" },
  { id: "web-01", title: "web-01", note: "10.0.4.12 · prod" },
  { id: "web-10", title: "web-10", note: "10.0.4.21 · dev" },
  { id: "list", title: "List of stopped settings" },
];
const first = (query: string, recent: readonly string[] = []) => rank(query, THINGS, recent)[0]?.thing.id;

describe("the palette", () => {
  it.each([
    ["term", "terminals"],
    ["gt", "terminals"],
    ["gh", "hosts"],
    ["spr", "split"],
    ["high con", "contrast"],
    ["access", "contrast"],
    ["web-01", "web-01"],
    ["10.0.4.21", "web-10"],
    ["web prod", "web-01"],
    ["SETT", "settings"],
  ])("answers %j with %s first", (query, id) => expect(first(query)).toBe(id));

  it("finds nothing for letters that are not there in order", () => expect(rank("zzq", THINGS)).toEqual([]));

  it("does not take letters strewn over a long title for a match", () => {
    expect(rank("xtra", [{ id: "a", title: "eXamine The sofTwaRe of All hosts" }]).length).toBe(1);
    expect(rank("mfd", [{ id: "a", title: "examine the software of all hosts and their disks" }])).toEqual([]);
  });

  it("wants every word of the query somewhere", () => expect(rank("web staging", THINGS)).toEqual([]));

  it("puts what was used lately first when nothing is typed", () => expect(first("", ["split", "chat"])).toBe("split"));

  it("finds hidden words whole, never their letters strewn about", () => {
    const hidden = [{ id: "reboot", title: "Restart the machine", words: ["where everything else begins"] }, { id: "page", title: "Why the page is slow", words: ["a slow website"] }];
    expect(rank("web", hidden).map(({ thing }) => thing.id)).toEqual(["page"]);
  });

  it("lets recency decide between equals, not between good and bad", () => {
    expect(first("web", ["web-10"])).toBe("web-10");
    expect(first("terminals", ["list"])).toBe("terminals");
  });

  it("marks letters that really are the query's, in order", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 6 }), fc.array(fc.string({ maxLength: 24 }), { maxLength: 8 }), (query, titles) => {
        const word = query.toLowerCase().trim();
        fc.pre(word !== "" && !/\s/.test(word));
        for (const { thing, at } of rank(query, titles.map((title, index) => ({ id: String(index), title })))) {
          expect(at.map((position) => thing.title.toLowerCase()[position]).join("")).toBe(word);
          expect([...at].sort((a, b) => a - b)).toEqual(at);
        }
      }),
    );
  });

  it("orders ten thousand things without being felt", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ id: String(index), title: `web-${String(index).padStart(5, "0")}.lab.internal`, note: "10.0.0.1 · prod" }));
    expect(rank("web4217", many)[0]?.thing.title).toBe("web-04217.lab.internal");
    expect(rank("web", many)).toHaveLength(60);
  });
});
