import type { Column, Effect, SkillRef } from "../contract/index.ts";
import type { Host } from "../inventory/port.ts";

export type Dialect = "posix" | "racadm" | "cisco-ios";
export type SkillRole = "check" | "capture" | "act" | "verify";

/** One command of a skill, compiled against its inputs and one host. */
export type CompiledStep = {
  /** The step's name in its skill; unique in it, and the key under which its result comes back to `next`. */
  readonly id: string;
  readonly title: string;
  /** Built from argv with every value quoted; never by pasting strings. */
  readonly script: string;
  readonly declaredEffect: Effect;
  readonly dialect: Dialect;
  readonly role: SkillRole;
  readonly timeoutMs: number;
  readonly why: string;
  /** The parser's id; `Skills.read` turns the output into rows. */
  readonly reads?: string;
  /** What will be looked at afterwards, as exact commands. */
  readonly checksAfter: readonly string[];
  /** The exact way back, known before the step runs; absent where there is none. */
  readonly undo?: string;
  /** Exit statuses that are an answer, not a failure: `systemctl is-active` says 3. */
  readonly okExitCodes: readonly number[];
  /** Values in the script that came out of a host's output, for the gate's taint rule. */
  readonly taint?: readonly { readonly token: string; readonly from: string }[];
};

export type SkillResult = {
  /** The step's id. */
  readonly key: string;
  readonly state: "done" | "failed" | "refused" | "unknown" | "stopped";
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  /** Why there is no answer, where the way to the host broke. */
  readonly say?: string;
};

/** Lines of one step's output, counted from 1, both ends in. The runs room knows run and step ids. */
export type SkillCite = { readonly key: string; readonly stream: "stdout" | "stderr"; readonly fromLine: number; readonly toLine: number };
export type SkillCell = string | number | boolean | null;
export type SkillFindings = {
  readonly statements: readonly { readonly text: string; readonly tone: "plain" | "good" | "attention" | "bad" | "unsure"; readonly cites: readonly SkillCite[] }[];
  readonly tables: readonly { readonly title: string; readonly columns: readonly Column[]; readonly rows: readonly { readonly cells: readonly SkillCell[]; readonly cite?: SkillCite }[]; readonly leftOut: number }[];
  readonly series: readonly { readonly title: string; readonly unit: string; readonly points: readonly { readonly label: string; readonly value: number }[]; readonly cite?: SkillCite }[];
  /** Never started by themselves. An undo is a proposal too, with `isUndo`. */
  readonly proposals: readonly { readonly title: string; readonly why: string; readonly skillId: string; readonly inputs: Readonly<Record<string, string>>; readonly cites: readonly SkillCite[]; readonly isUndo: boolean }[];
};

export type SkillNext =
  | { readonly kind: "step"; readonly step: CompiledStep }
  | { readonly kind: "end"; readonly state: "done" | "failed" | "refused" | "unknown"; readonly say: string; readonly findings: SkillFindings };

/** A skill bound to inputs and one host. Pure: the same results lead to the same next step, before and after a crash. */
export type CompiledSkill = {
  readonly skill: SkillRef;
  readonly title: string;
  readonly kind: SkillKind;
  readonly effect: Effect;
  /** True for a diagnosis: which steps run depends on what the earlier ones said. */
  readonly isTree: boolean;
  /** Every step it may take, in the order written; a tree takes some of them. */
  readonly outline: readonly { readonly title: string; readonly effect: Effect }[];
  /** Inputs as they were understood: defaults filled, values normalised. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The steps as far as they can be known before any has run: for plans, previews and dry runs. */
  readonly steps: readonly CompiledStep[];
  next(results: readonly SkillResult[]): SkillNext;
  /** Looks that wait for nothing of each other, from the next step on: they may begin together. At most one step where that is not certain. */
  ahead(results: readonly SkillResult[]): readonly CompiledStep[];
};

/** look: reads · change: alters · diagnosis: a tree of checks that ends in a conclusion. */
export type SkillKind = "look" | "change" | "diagnosis";
export type InputType = "text" | "service" | "path" | "size" | "duration" | "time" | "enum" | "integer" | "port" | "user" | "package" | "process" | "interface" | "host" | "domain" | "database" | "container" | "pattern" | "boolean";

export type SkillInput = {
  readonly name: string;
  readonly title: string;
  readonly type: InputType;
  readonly isRequired: boolean;
  readonly default?: string;
  readonly choices: readonly string[];
  /** Bounds of a number. */
  readonly min?: number;
  readonly max?: number;
  readonly hint: string;
};

export type Trust = "built-in" | "trusted" | "unsigned" | "untrusted";

export type SkillSummary = SkillRef & {
  readonly pack: string;
  readonly topic: string;
  readonly summary: string;
  readonly kind: SkillKind;
  readonly effect: Effect;
  readonly inputs: readonly SkillInput[];
  readonly targets: { readonly os: readonly Host["os"][]; readonly tags: readonly string[] };
  readonly trust: Trust;
  readonly examples: readonly string[];
};

/** What is needed to fill a skill's inputs and find its hosts once it was chosen. */
export type SkillOutline = {
  readonly skillId: string;
  /** One way to ask for it. */
  readonly example: string;
  /** A changing skill is only understood when one of these words was said. */
  readonly verbs: readonly string[];
  readonly title: string;
  readonly kind: SkillKind;
  readonly effect: Effect;
  readonly inputs: readonly SkillInput[];
  readonly os: readonly Host["os"][];
  readonly tags: readonly string[];
  readonly fleet: boolean;
};

/** What the request parser learns from. Thousands of sentences: made for one training, never kept. */
export type SkillPhrases = SkillOutline & { readonly say: readonly string[]; readonly not: readonly string[] };

export type ReadRow = { readonly values: Readonly<Record<string, SkillCell>>; readonly fromLine: number; readonly toLine: number };
export type ReadOutput = { readonly columns: readonly Column[]; readonly rows: readonly ReadRow[]; readonly problem?: string };

export interface Skills {
  /** Only what may run: signed by someone trusted, linted, and the active version of its pack. */
  list(): readonly SkillSummary[];
  get(skillId: string): SkillSummary | undefined;
  /** `host` may be left out for a plan that names no host yet. Throws a Failure (unknown skill, input missing or wrong, host not a target). */
  compile(skillId: string, inputs: Readonly<Record<string, string>>, host: Pick<Host, "id" | "name" | "os" | "tags" | "environment">): CompiledSkill;
  read(parserId: string, output: string): ReadOutput;
  outlines(): readonly SkillOutline[];
  /** The same skills in the same order, with every sentence they bring. */
  phrases(): readonly SkillPhrases[];
  /** Changes when any active pack changes: the request parser trains again. */
  readonly digest: string;
  /** The digest now and after each change. */
  changes(signal: AbortSignal): AsyncIterable<string>;
}
