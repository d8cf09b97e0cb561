import { describe, expect, it } from "vitest";
import { type KeyPlace, listenToKeys, matchKeys } from "../../../src-renderer/app/keymap.ts";
import type { Command } from "../../../src-renderer/app/screen.ts";
import { keyNames, strokeOf } from "../../../src-renderer/lib/keys.ts";

const press = (key: string, modifiers: Partial<Record<"ctrlKey" | "metaKey" | "altKey" | "shiftKey", true>> = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers });
const command = (id: string, keys: string, more: Partial<Command> = {}): Command => ({ id, title: id, keys, run: () => {}, ...more });
const COMMANDS = [command("palette", "Mod+k", { worksInText: true, alsoKeys: ["Mod+Shift+P"] }), command("help", "?", { worksInText: true, alsoKeys: ["F1"] }), command("hosts", "g h"), command("chat", "g c"), command("delete", "Delete")];
const led = (stroke: string, place: KeyPlace = "page", pending = "", commands: readonly Command[] = COMMANDS) => {
  const match = matchKeys(commands, pending, stroke, place);
  return match.kind === "run" ? match.command.id : match.kind;
};

describe("a key press", () => {
  it.each([
    [press("k", { ctrlKey: true }), "Linux", "Mod+k"],
    [press("k", { metaKey: true }), "MacIntel", "Mod+k"],
    [press("k", { ctrlKey: true }), "MacIntel", "Ctrl+k"],
    [press("P", { ctrlKey: true, shiftKey: true }), "Linux", "Mod+Shift+p"],
    [press("?", { shiftKey: true }), "Linux", "?"],
    [press("ArrowLeft", { shiftKey: true, altKey: true }), "Linux", "Alt+Shift+ArrowLeft"],
    [press(" "), "Linux", "Space"],
  ])("is written as the keymap writes it (%#)", (event, platform, stroke) => expect(strokeOf(event, platform)).toBe(stroke));
  it("is nothing while only a modifier is down", () => expect(strokeOf(press("Shift", { shiftKey: true }), "Linux")).toBeUndefined());
  it("is drawn in this machine's words", () => {
    expect(keyNames("Mod+Shift+d", "Linux")).toBe("Ctrl ⇧ D");
    expect(keyNames("Mod+Shift+d", "MacIntel")).toBe("⌘ ⇧ D");
  });
});

describe("a key that is held down", () => {
  it("runs once, but for what is made to be repeated", () => {
    const ran: string[] = [];
    let press: (event: unknown) => void = () => {};
    const target = { addEventListener: (_kind: string, on: (event: unknown) => void) => (press = on), removeEventListener() {} } as unknown as Window;
    listenToKeys({ target, commands: () => [command("approve", "Mod+Enter"), command("on", "l", { mayRepeat: true })], run: ({ id }) => ran.push(id), isBlocked: () => false });
    let stopped = 0;
    const held = (key: string, repeat: boolean) => press({ key, ctrlKey: key === "Enter", metaKey: false, altKey: false, shiftKey: false, repeat, timeStamp: 0, target: null, preventDefault: () => (stopped += 1), stopPropagation() {} });
    for (const repeat of [false, true, true]) held("Enter", repeat);
    for (const repeat of [false, true]) held("l", repeat);
    expect(ran).toEqual(["approve", "on", "on"]);
    expect(stopped).toBe(5);
  });
});

describe("the keymap", () => {
  it("runs what a combination names, in either spelling", () => {
    expect(led("Mod+k")).toBe("palette");
    expect(led("Mod+Shift+p")).toBe("palette");
    expect(led("Mod+j")).toBe("none");
  });
  it("waits for the rest of a sequence and runs it", () => {
    expect(led("g")).toBe("wait");
    expect(led("h", "page", "g")).toBe("hosts");
  });
  it("takes a stroke that breaks a sequence for itself", () => {
    expect(led("?", "page", "g")).toBe("help");
    expect(led("x", "page", "g")).toBe("none");
    expect(led("g", "page", "g")).toBe("wait");
  });
  it("leaves letters to a text field, but not the combinations meant for it", () => {
    expect(led("g", "text")).toBe("none");
    expect(led("?", "text")).toBe("none");
    expect(led("Delete", "text")).toBe("none");
    expect(led("Mod+k", "text")).toBe("palette");
    expect(led("F1", "text")).toBe("help");
  });
  it("leaves a terminal everything a shell can receive", () => {
    expect(led("Mod+k", "raw")).toBe("none");
    expect(led("g", "raw")).toBe("none");
    expect(led("Mod+Shift+p", "raw")).toBe("palette");
    expect(led("F1", "raw")).toBe("help");
  });
  it("lets what came later shadow what was there before", () => expect(led("Mod+k", "page", "", [...COMMANDS, command("find", "Mod+K")])).toBe("find"));
});
