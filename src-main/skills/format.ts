import { z } from "zod";
import { Effect } from "../contract/index.ts";

// The pack format, version 1. What is published as JSON Schema and what the loader takes are this one source.

const Name = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, "lower-case words joined by hyphens");
const VarName = z.string().regex(/^[a-z][a-zA-Z0-9_]{0,63}$/, "a name such as mountPoint");
const Text = z.string().min(1).max(600);
export const Semver = z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/, "three numbers such as 1.4.0");
const PatternText = z.string().min(1).max(1000);
const Scalar = z.union([z.string(), z.number(), z.boolean()]);

export const InputTypeSchema = z.enum(["text", "service", "path", "size", "duration", "time", "enum", "integer", "port", "user", "package", "process", "interface", "host", "domain", "database", "container", "pattern", "boolean"]);

const InputSchema = z.strictObject({
  type: InputTypeSchema,
  title: Text,
  hint: z.string().max(200).default(""),
  default: Scalar.optional(),
  optional: z.boolean().default(false),
  choices: z.array(z.string().min(1).max(64)).max(64).default([]),
  /** Other words for each choice: { error: [problems, failures] }. */
  words: z.record(z.string(), z.array(z.string().max(64)).max(32)).default({}),
  min: z.number().optional(),
  max: z.number().optional(),
});

// ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────
const Word = z.union([z.string().max(4000), z.number(), z.strictObject({ given: VarName, use: z.array(z.union([z.string().max(4000), z.number()])).min(1).max(8) })]);
const Argv = z.array(Word).min(1).max(64);
export type RunData =
  | readonly (string | number | { readonly given: string; readonly use: readonly (string | number)[] })[]
  | { readonly pipe: readonly RunData[] }
  | { readonly all: readonly RunData[] }
  | { readonly any: readonly RunData[] }
  | { readonly each: readonly RunData[] }
  | { readonly quiet: RunData }
  | { readonly merge: RunData };
export const Run: z.ZodType<RunData> = z.lazy(() =>
  z.union([
    Argv,
    z.strictObject({ pipe: z.array(Run).min(2).max(8) }),
    z.strictObject({ all: z.array(Run).min(2).max(12) }),
    z.strictObject({ any: z.array(Run).min(2).max(8) }),
    z.strictObject({ each: z.array(Run).min(2).max(24) }),
    z.strictObject({ quiet: Run }),
    z.strictObject({ merge: Run }),
  ]),
);

// ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────────────
const Ops = z.strictObject({ is: Scalar.optional(), not: Scalar.optional(), in: z.array(Scalar).optional(), above: Scalar.optional(), below: Scalar.optional(), atLeast: Scalar.optional(), atMost: Scalar.optional(), matches: PatternText.optional(), lacks: PatternText.optional() });
export type OpsData = z.infer<typeof Ops>;
export type ConditionData = {
  readonly step?: string | undefined;
  readonly exit?: number | readonly number[] | undefined;
  readonly line?: string | undefined;
  readonly noLine?: string | undefined;
  readonly empty?: boolean | undefined;
  readonly value?: string | undefined;
  readonly rows?: Readonly<Record<string, OpsData>> | undefined;
  readonly count?: OpsData | undefined;
  readonly var?: string | undefined;
  readonly is?: OpsData | undefined;
  readonly all?: readonly ConditionData[] | undefined;
  readonly any?: readonly ConditionData[] | undefined;
  readonly no?: ConditionData | undefined;
};
export const Condition: z.ZodType<ConditionData> = z.lazy(() =>
  z.strictObject({
    step: Name.optional(),
    exit: z.union([z.number().int(), z.array(z.number().int()).max(16)]).optional(),
    line: PatternText.optional(),
    noLine: PatternText.optional(),
    empty: z.boolean().optional(),
    value: z.string().max(64).optional(),
    rows: z.record(z.string().max(64), Ops).optional(),
    count: Ops.optional(),
    var: VarName.optional(),
    is: Ops.optional(),
    all: z.array(Condition).min(1).max(16).optional(),
    any: z.array(Condition).min(1).max(16).optional(),
    no: Condition.optional(),
  }),
);

// ── parsers ──────────────────────────────────────────────────────────────────────────────────────────────────────────
const Kind = z.enum(["text", "number", "bytes", "percent", "duration", "time", "state"]);
const ColumnSpec = z.strictObject({ key: VarName, title: z.string().max(64).optional(), kind: Kind.default("text"), from: z.string().max(200).optional(), times: z.number().optional() });
const Fixture = z.strictObject({ name: Text, output: z.string().max(64_000), rows: z.array(z.record(z.string(), z.union([Scalar, z.null()]))).max(200) });
const parserCommon = { columns: z.array(ColumnSpec).min(1).max(24), fixtures: z.array(Fixture).min(1).max(32) };
export const ParserSchema = z.discriminatedUnion("kind", [
  /** Lines cut into columns; the last column takes the rest of its line. */
  z.strictObject({ kind: z.literal("table"), separator: z.string().min(1).max(4).optional(), skip: z.number().int().min(0).max(50).default(0), only: PatternText.optional(), except: PatternText.optional(), ...parserCommon }),
  /** One row from "key: value" lines; `from` names the key. With `until`, a new row begins at each line matching it. */
  z.strictObject({ kind: z.literal("key-value"), separator: z.string().min(1).max(4).default("="), begins: PatternText.optional(), ...parserCommon }),
  /** `rows`: the path to the list, dots between; `from`: the path inside one row. */
  z.strictObject({ kind: z.literal("json"), rows: z.string().max(200).default(""), perLine: z.boolean().default(false), ...parserCommon }),
  /** One row per matching line; `from` names the group. */
  z.strictObject({ kind: z.literal("regex"), pattern: PatternText, ignoreCase: z.boolean().default(false), ...parserCommon }),
]);
export type ParserData = z.infer<typeof ParserSchema>;

// ── steps, trees, skills ─────────────────────────────────────────────────────────────────────────────────────────────
const Propose = z.strictObject({ skill: z.string().regex(/^[a-z][a-z0-9.-]{0,127}$/), inputs: z.record(VarName, Scalar).default({}), title: Text, why: Text });
export type ProposeData = z.infer<typeof Propose>;
const Derive = z.record(VarName, z.union([z.strictObject({ nearest: z.string().max(200), of: Name }), z.strictObject({ text: z.string().max(600) }), z.strictObject({ line: PatternText, step: Name.optional() }), z.strictObject({ value: z.string().max(64), step: Name.optional() })]));
export type DeriveData = z.infer<typeof Derive>;

const StepSchema = z.strictObject({
  id: Name.optional(),
  title: Text,
  run: Run,
  role: z.enum(["check", "capture", "act", "verify"]).optional(),
  timeout: z.string().regex(/^\d{1,4}[smh]$/).default("30s"),
  ok: z.array(z.number().int().min(0).max(255)).min(1).max(16).default([0]),
  read: Name.optional(),
  effect: Effect.optional(),
  why: z.string().max(600).default(""),
  derive: Derive.default({}),
  when: Condition.optional(),
  /** What must hold of the result for the skill to go on. */
  expect: Condition.optional(),
  else: Text.optional(),
  /** A failed step that is optional does not end the skill: some hosts lack the tool. */
  optional: z.boolean().default(false),
});
export type StepData = z.infer<typeof StepSchema>;

const Tone = z.enum(["plain", "good", "attention", "bad", "unsure"]);
export const TellSchema = z.strictObject({ when: Condition.optional(), say: Text, tone: Tone.default("plain"), each: z.boolean().default(false), stop: z.boolean().default(false), propose: z.array(Propose).max(4).default([]) });
export type TellData = z.infer<typeof TellSchema>;
const Branch = z.strictObject({ when: Condition.optional(), derive: Derive.default({}), say: Text.optional(), tone: Tone.default("plain"), go: Name.optional(), propose: z.array(Propose).max(4).default([]) });
const NodeSchema = z.strictObject({ step: StepSchema.optional(), branches: z.array(Branch).min(1).max(24) });
export type NodeData = z.infer<typeof NodeSchema>;
const ShowSchema = z.strictObject({ step: Name.optional(), title: Text, columns: z.array(VarName).max(24).optional(), most: z.number().int().min(1).max(500).default(100), chart: z.strictObject({ label: VarName, value: VarName, unit: z.string().max(32).default("") }).optional(), sort: z.string().max(64).optional() });
export type ShowData = z.infer<typeof ShowSchema>;
const UndoSchema = z.union([
  z.strictObject({ skill: z.string().max(128), inputs: z.record(VarName, Scalar).default({}), title: Text, when: Condition.optional() }),
  z.strictObject({ none: Text }),
]);
export type UndoData = z.infer<typeof UndoSchema>;

export const SkillSchema = z.strictObject({
  id: Name,
  title: z.string().min(1).max(120),
  summary: Text,
  topic: z.string().regex(/^[a-z][a-z -]{0,31}$/),
  effect: Effect.default("read"),
  /** One host at a time unless it says otherwise: "check all servers" needs `fleet`. */
  fleet: z.boolean().default(false),
  targets: z.strictObject({ os: z.array(z.enum(["linux", "idrac", "cisco-ios", "other"])).min(1).default(["linux"]), tags: z.array(z.string().max(64)).default([]) }).default({ os: ["linux"], tags: [] }),
  dialect: z.enum(["posix", "racadm", "cisco-ios"]).default("posix"),
  inputs: z.record(VarName, InputSchema).default({}),
  ask: z.strictObject({ say: z.array(z.string().min(2).max(300)).min(1).max(200), not: z.array(z.string().min(2).max(300)).max(100).default([]), verbs: z.array(z.string().max(40)).max(40).default([]) }),
  steps: z.array(StepSchema).max(24).default([]),
  tree: z.strictObject({ start: Name, nodes: z.record(Name, NodeSchema) }).optional(),
  tell: z.array(TellSchema).max(32).default([]),
  show: z.array(ShowSchema).max(8).default([]),
  undo: UndoSchema.optional(),
});
export type SkillData = z.infer<typeof SkillSchema>;

export const PackSchema = z.strictObject({
  sena: z.literal(1),
  id: Name,
  version: Semver,
  title: z.string().min(1).max(120),
  summary: Text,
  author: z.string().max(120).default(""),
  /** Words that stand for each other in `ask`: `{show}` is replaced by each of them. */
  words: z.record(Name, z.array(z.string().min(1).max(60)).min(1).max(60)).default({}),
  /** Closed vocabularies: the right spellings a misspelt word is compared with. */
  lists: z.record(Name, z.array(z.string().max(80)).min(1).max(2000)).default({}),
});
export type PackData = z.infer<typeof PackSchema>;

export const PartSchema = z.strictObject({ parsers: z.record(Name, ParserSchema).default({}), skills: z.array(SkillSchema).max(200).default([]) });
export type PartData = z.infer<typeof PartSchema>;
