import type { z } from "zod";
import type { auditContract } from "../../../src-main/contract/index.ts";

type Calls = typeof auditContract;
type WithOutput = { [Name in keyof Calls]: Calls[Name] extends { readonly output: z.ZodType } ? Name : never }[keyof Calls];

export type OutputOf<Name extends WithOutput> = Calls[Name] extends { readonly output: infer Output extends z.ZodType } ? z.output<Output> : never;
export type InputOf<Name extends keyof Calls> = z.input<Calls[Name]["input"]>;
