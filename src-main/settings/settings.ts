import { Settings } from "../contract/index.ts";
import { live, type Live } from "../kernel/index.ts";
import type { Migration, Store } from "../store/index.ts";

export const DEFAULT_SETTINGS: Settings = {
  theme: "system",
  textSize: "normal",
  reducedMotion: false,
  terminalFontSize: 13,
  terminalScrollback: 10_000,
  idleLockMinutes: 15,
  network: "sealed",
  onboarded: false,
};

const MIGRATIONS: readonly Migration[] = [{ n: 1, name: "settings", sql: "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT" }];

export type SettingsRoom = { readonly current: Live<Settings>; change(some: Partial<Settings>): Settings };

export function createSettings({ store }: { readonly store: Store }): SettingsRoom {
  store.migrate("settings", MIGRATIONS);
  const all = store.sql<{ name: string; value: string }>("settings.all", "SELECT name, value FROM settings");
  const put = store.sql("settings.put", "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value");

  const read = (): Settings => {
    const settings: Record<string, unknown> = { ...DEFAULT_SETTINGS };
    for (const { name, value } of all.all()) {
      // A value an older or newer SENA wrote may not fit any more; its default stands in, the rest is kept.
      const shape = Settings.shape[name as keyof Settings];
      const parsed = shape?.safeParse(JSON.parse(value));
      if (parsed?.success) settings[name] = parsed.data;
    }
    return settings as Settings;
  };
  const current = live(read());
  return {
    current,
    change(some) {
      store.transaction(() => {
        for (const [name, value] of Object.entries(some)) if (value !== undefined) put.run([name, JSON.stringify(value)]);
      });
      current.set(read());
      return current.value;
    },
  };
}
