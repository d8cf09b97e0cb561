export * from "./canonical.ts";
export * from "./bytes.ts";
export * from "./disk-trouble.ts";
export * from "./ids.ts";
export * from "./json.ts";
export * from "./live.ts";
export * from "./network-words.ts";
export * from "./slips.ts";
