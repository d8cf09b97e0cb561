export { openStore, type Migration, type Store } from "./open.ts";
