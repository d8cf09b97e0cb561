export { connectCore, type CoreLink, type LinkState } from "./core-link.ts";
export { dialCore } from "./carriers.ts";
