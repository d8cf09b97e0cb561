/** What a bench is handed of what it takes on the command line: each exports its `OPTIONS` beside it. */
export type Flags<Options extends Readonly<Record<string, { readonly type: "string" | "boolean" }>>> = { readonly [Name in keyof Options]?: (Options[Name]["type"] extends "string" ? string : boolean) | undefined };
