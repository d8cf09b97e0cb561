import type { Scenario } from "../scenario.ts";
import { scenarios as asking } from "./asking.ts";
import { scenarios as changes } from "./changes.ts";
import { scenarios as diagnose } from "./diagnose.ts";
import { scenarios as looks } from "./looks.ts";
import { scenarios as traps } from "./traps.ts";

export const SCENARIOS: readonly Scenario[] = [...diagnose, ...looks, ...changes, ...asking, ...traps];
