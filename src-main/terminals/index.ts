export { createTerminals, type Terminals, type TerminalsNeeds } from "./panes.ts";
export { TERMINAL_FAILURES } from "./failures.ts";
