import ssh2 from "ssh2";
import { expect, it } from "vitest";
import { freshKey } from "../../../src-main/ssh/index.ts";

it("makes another key where the one that was made cannot be read", () => {
  const good = freshKey();
  const cut = { ...good, private: good.private.replace(/.{8}\n-----END/, "\n-----END") };
  expect(ssh2.utils.parseKey(cut.private)).toBeInstanceOf(Error);
  const made = [cut, cut, good];
  expect(freshKey({ make: () => made.shift() as typeof good }).public).toBe(good.public);
  expect(made).toEqual([]);
  expect(freshKey({ comment: "lab" }).public).toMatch(/^ssh-ed25519 \S+ lab$/);
});
