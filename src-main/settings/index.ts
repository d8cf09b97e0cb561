export { createSettings, DEFAULT_SETTINGS, type SettingsRoom } from "./settings.ts";
