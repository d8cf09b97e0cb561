export { assertPlain, BROUGHT, readBrought } from "./brought.ts";
export { openStore, snapshotOf, type Migration, type Store } from "./open.ts";
