export { startCentral, type Central, type CentralNeeds } from "./central.ts";
export { lastBackup, makeBackup, takeBackup, type KeepingNeeds } from "./backup/verbs.ts";
export { exportWorm } from "./worm/verbs.ts";
export { checkFolder } from "./worm/worm.ts";
export { readConfig, type CentralConfig } from "./config.ts";
export { findBinaries } from "./database/binaries.ts";
