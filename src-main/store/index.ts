export { openStore, snapshotOf, type Migration, type Store } from "./open.ts";
