import { describe, expect, it } from "vitest";
import { enter, holdsNameOf, looksAt, mayLook, movedTo, newPlace, type Place } from "../../../src-main/shellcheck/place.ts";
import { knownValue, unknownValue, type Value } from "../../../src-main/shellcheck/words.ts";

// In which folders a script may stand after it entered some, and what a word is from there.

const globbed = (source: string, prefix: string, glob: string): Value => ({ ...unknownValue(source), prefix, glob });
const after = (...entered: readonly (readonly Value[])[]): Place => {
  const place = newPlace();
  for (const words of entered) enter(place, words);
  return place;
};
const known = (...texts: readonly string[]): readonly Value[] => texts.map((text) => knownValue(text));

describe("where a script may stand", () => {
  it("is every folder it entered, and each below each", () => {
    expect(after(known("/srv"), known("a"), known("../b")).folders).toEqual(["/srv", "a", "/srv/a", "../b", "/b", "b", "/srv/b"]);
  });

  it("is told by the words that are folders, not by options", () => {
    expect([after(known("-P", "/etc")).folders, after(known("--", "x-")).folders]).toEqual([["/etc"], ["x-"]]);
  });

  it("is the home where no word is, or nothing is left of one", () => {
    expect([after([]).folders, after([{ ...unknownValue("$x"), leaves: "" }]).folders, after([{ ...unknownValue("$x/a"), leaves: "/a" }]).folders]).toEqual([["~"], ["~"], ["/a"]]);
  });

  it("begins in the folder itself", () => {
    expect(after(known("."), known("x")).folders).toEqual(["", "x"]);
  });

  it("may be the root behind any way up, and is not behind a way down", () => {
    expect([known("/"), known(".."), known("-P", "a/../.."), known("/srv/a/..", "x")].map((words) => after(words).isRoot)).toEqual([true, true, true, true]);
    expect([known("/srv"), known("a..b"), known("../x"), known("...")].map((words) => after(words).isRoot)).toEqual([false, false, false, false]);
  });

  it("is nowhere in particular where the kernel keeps what is alive", () => {
    const ways: readonly (readonly Value[])[] = [known("/proc/1"), known("sys"), known("/run"), known("/var/run"), known("/run/systemd"), known("../proc"), [globbed("/pro[c]/1", "/pro", String.raw`\/pro[c]\/1`)], [globbed("/sys/class/*", "/sys/class/", String.raw`\/sys\/class\/.*`)]];
    expect(ways.filter((words) => !after(words).isOpen)).toEqual([]);
    expect([known("/srv/proc"), known("/run/nginx"), known("/run/user/1000"), [globbed("/srv/*", "/srv/", String.raw`\/srv\/.*`)]].filter((words) => after(words).isOpen)).toEqual([]);
  });

  it("is a folder of secrets that a pattern spells, whole or below one that was entered", () => {
    expect(after([globbed("/etc/powerdn[s]", "/etc/powerdn", String.raw`\/etc\/powerdn[s]`)]).folders).toEqual(["/etc/powerdns"]);
    expect(after(known("/etc"), [globbed("pow*", "pow", "pow.*")]).folders).toEqual(["/etc", "/etc/powerdns"]);
    expect(after([globbed("web*", "web", "web.*")]).folders).toEqual([]);
  });

  it("is followed to the thirty-second folder", () => {
    const folders = Array.from({ length: 33 }, (_, at) => `/srv/a${at}`);
    expect([after(known(...folders.slice(0, 32))).isOpen, after(known(...folders)).isOpen]).toEqual([false, true]);
  });

  it("is followed as long as there are looks left", () => {
    const place = newPlace();
    expect([mayLook(place, 100_000), mayLook(place, 1), mayLook(place, 0)]).toEqual([true, false, false]);
    expect([looksAt(unknownValue("$x")), looksAt(knownValue("abcd")), looksAt(knownValue("-ab"))]).toEqual([1, 1 + 4 / 64, 1 + 9 / 64]);
  });
});

describe("a word, from a folder that was entered", () => {
  it("is what lies there, unless it says where it is", () => {
    const moved = (folder: string, text: string) => movedTo(folder, knownValue(text))?.known;
    expect([moved("/etc", "users"), moved("/", "users"), moved("/etc", "./x"), moved("/etc", "~+/x"), moved("/etc", "~-/x"), moved("/etc", "~1/x"), moved("/etc", "a~+/x")]).toEqual(["/etc/users", "/users", "/etc/./x", "/etc/x", "/etc/x", "/etc/x", "/etc/a~+/x"]);
    expect([moved("/etc", "/users"), moved("/etc", "-n"), moved("/etc", "~/x"), moved("/etc", "~ada/x")]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("keeps its signs", () => {
    expect(movedTo("/etc", globbed("u*", "u", "u.*"))).toMatchObject({ prefix: "/etc/u", glob: String.raw`\/etc\/u.*`, known: undefined });
    expect(movedTo("/", globbed("*", "", ".*"))).toMatchObject({ prefix: "/", glob: String.raw`\/.*` });
    expect([movedTo("/etc", globbed("/srv/*", "/srv/", String.raw`\/srv\/.*`)), movedTo("/etc", globbed("-*", "-", String.raw`\-.*`)), movedTo("/etc", unknownValue("$x"))]).toEqual([undefined, undefined, undefined]);
  });

  it("may hold a name behind a sign or letters that is a secret's only there", () => {
    expect(["if=users", "--file=users", "-fusers", "-abusers"].filter((word) => !holdsNameOf("/etc/dovecot", word))).toEqual([]);
    expect(["users", "if=notes", "-fnotes", "a-fusers", "if=/srv/users", "--users"].filter((word) => holdsNameOf("/etc/dovecot", word))).toEqual([]);
    expect(holdsNameOf("/srv", "if=users")).toBe(false);
  });
});
