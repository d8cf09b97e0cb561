import { lazy } from "react";
import type { SettingsSection } from "../../app/screen.ts";

export const MODELS_SECTION: SettingsSection = { id: "models", title: "Models", icon: "model", element: lazy(() => import("./models-section.tsx").then((module) => ({ default: module.ModelsSection }))) };
