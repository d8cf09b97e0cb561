import { lazy } from "react";
import type { SettingsSection } from "../../app/screen.ts";

export const OPERATORS_SECTION: SettingsSection = { id: "operators", title: "Operators", icon: "users", element: lazy(() => import("./operators-section.tsx").then((module) => ({ default: module.OperatorsSection }))) };
export const SECRETS_SECTION: SettingsSection = { id: "secrets", title: "Secrets", icon: "key", element: lazy(() => import("./secrets-section.tsx").then((module) => ({ default: module.SecretsSection }))) };
