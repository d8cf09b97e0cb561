import { describe, expect, it } from "vitest";
import { createSettings, DEFAULT_SETTINGS } from "../../../src-main/settings/index.ts";
import { openStore } from "../../../src-main/store/index.ts";

describe("settings", () => {
  it("start with their defaults and keep what was changed", () => {
    using store = openStore({ path: ":memory:" });
    expect(createSettings({ store }).current.value).toEqual(DEFAULT_SETTINGS);
    createSettings({ store }).change({ theme: "light" });
    expect(createSettings({ store }).current.value).toEqual({ ...DEFAULT_SETTINGS, theme: "light" });
  });

  it("fall back to the default for a value that no longer fits, and keep the others", () => {
    using store = openStore({ path: ":memory:" });
    createSettings({ store }).change({ terminalFontSize: 20 });
    store.sql("spoil", "INSERT INTO settings VALUES ('theme', '\"neon\"')").run();
    expect(createSettings({ store }).current.value).toEqual({ ...DEFAULT_SETTINGS, terminalFontSize: 20 });
  });

  it("tell followers the newest value", async () => {
    using store = openStore({ path: ":memory:" });
    const settings = createSettings({ store });
    const abort = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const { theme } of settings.current.follow(abort.signal)) {
        seen.push(theme);
        if (theme === "dark") abort.abort();
      }
    })();
    await Promise.resolve();
    settings.change({ theme: "dark" });
    await following;
    expect(seen).toEqual(["system", "dark"]);
  });
});
