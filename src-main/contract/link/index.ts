export { connect, type Connection } from "./connect.ts";
export { PipeEnd } from "./pipe-end.ts";
export * from "./wire.ts";
