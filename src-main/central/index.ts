export { startCentral, type Central, type CentralNeeds } from "./central.ts";
export { readConfig } from "./config.ts";
export { findBinaries } from "./database/binaries.ts";
