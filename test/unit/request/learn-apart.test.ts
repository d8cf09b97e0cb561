import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { createRequestParser, learnApart, learnHere } from "../../../src-main/request/index.ts";
import { openSkills } from "../../../src-main/skills/index.ts";
import { openStore } from "../../../src-main/store/index.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const apart = learnApart(join(ROOT, "src-main/request/learn-worker.ts"));
const library = () => openSkills({ store: openStore({ path: ":memory:" }), now: () => 0, watches: false, builtInFolder: join(ROOT, "resources", "skills"), homeFolder: join(ROOT, "none"), pins: undefined, classify: undefined });

test("what is learned on a thread of its own is what is learned here, to the byte", async () => {
  using skills = library();
  const some = skills.phrases().slice(0, 6);
  const learned = await apart(some, new AbortController().signal);
  expect(Buffer.compare(learned, learnHere(some))).toBe(0);
});

test("a parser that is closed while it learns does not wait for the end of it, and others have a turn while it does", async () => {
  using skills = library();
  let turns = 0;
  const beat = setInterval(() => (turns += 1), 5);
  {
    await using parser = createRequestParser({ skills, learns: apart });
    const ready = parser.ready();
    ready.catch(() => {});
    while (turns < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(parser.isTrained).toBe(false);
    expect(parser.parse("why is the disk full", { hosts: [], chosenHosts: [], earlier: [], now: 0 })).toMatchObject({ kind: "out-of-scope", say: expect.stringMatching(/still learning/) });
  }
  clearInterval(beat);
});
