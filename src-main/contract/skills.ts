import { z } from "zod";
import { call, feed } from "./define.ts";
import { Column, SkillRef } from "./runs.ts";
import { Done, Effect, Empty, Id } from "./terms.ts";

export const SkillProblem = z.object({ severity: z.enum(["error", "warning"]), file: z.string().max(128), line: z.number().int().nonnegative(), where: z.string().max(200), message: z.string().max(2000) });
export type SkillProblem = z.infer<typeof SkillProblem>;

export const SkillInputView = z.object({
  name: z.string().max(64),
  title: z.string().max(600),
  type: z.enum(["text", "service", "path", "size", "duration", "time", "enum", "integer", "port", "user", "package", "process", "interface", "host", "domain", "database", "container", "pattern", "boolean"]),
  isRequired: z.boolean(),
  default: z.string().optional(),
  choices: z.array(z.string()),
  hint: z.string(),
});
export type SkillInputView = z.infer<typeof SkillInputView>;

export const SkillView = SkillRef.extend({
  pack: z.string(),
  topic: z.string(),
  summary: z.string(),
  kind: z.enum(["look", "change", "diagnosis"]),
  effect: Effect,
  inputs: z.array(SkillInputView),
  targets: z.object({ os: z.array(z.string()), tags: z.array(z.string()) }),
  trust: z.enum(["built-in", "trusted", "unsigned", "untrusted"]),
  examples: z.array(z.string()),
  isFavourite: z.boolean(),
});
export type SkillView = z.infer<typeof SkillView>;

export const PackView = z.object({
  id: z.string(),
  version: z.string(),
  title: z.string(),
  summary: z.string(),
  origin: z.enum(["built-in", "installed"]),
  trust: z.enum(["built-in", "trusted", "unsigned", "untrusted", "tampered"]),
  signer: z.string(),
  isActive: z.boolean(),
  skills: z.number().int(),
  problems: z.array(SkillProblem),
  /** Its folder among the installed packs; of one that comes with SENA nothing. */
  place: z.string(),
});
export type PackView = z.infer<typeof PackView>;

/** File names to their text. */
export const PackFilesText = z.record(z.string().max(128), z.string().max(1024 * 1024));
export const PlanStep = z.object({ id: z.string(), title: z.string(), script: z.string(), effect: Effect, role: z.enum(["check", "capture", "act", "verify"]), checksAfter: z.array(z.string()), undo: z.string().optional() });
export type PlanStep = z.infer<typeof PlanStep>;
export const DiffLine = z.object({ kind: z.enum(["same", "added", "removed"]), text: z.string() });
export const TrustKey = z.object({ id: z.string(), name: z.string(), publicKey: z.string() });

const pack = { pack: z.string().max(64), version: z.string().max(32) };
/** A pack that cannot be read has no version and the name of a folder for an id: only its place tells it from others. */
const placed = { pack: z.string().max(255), version: z.string().max(32), place: z.string().max(600).optional() };

export const skillsContract = {
  list: call({ says: "List the runbooks that may run.", needs: "view", records: "none", input: z.object({ search: z.string().max(200).default("") }), output: z.object({ skills: z.array(SkillView), digest: z.string() }) }),
  packs: feed({ says: "Follow the packs there are, good or not, with what is wrong with them.", needs: "view", records: "none", input: Empty, item: z.object({ packs: z.array(PackView) }) }),
  plan: call({
    says: "The exact commands a runbook would run, without running anything.",
    needs: "view",
    records: "none",
    input: z.object({ skillId: z.string().max(128), inputs: z.record(z.string().max(64), z.string().max(4000)).default({}), hostId: Id.optional() }),
    output: z.object({ title: z.string(), isTree: z.boolean(), inputs: z.record(z.string(), z.string()), outline: z.array(z.object({ title: z.string(), effect: Effect })), steps: z.array(PlanStep), problem: z.string().optional() }),
  }),
  favourite: call({ says: "Mark a runbook as a favourite, or not.", needs: "view", records: "none", input: z.object({ skillId: z.string().max(128), isFavourite: z.boolean() }), output: Done }),
  source: call({ says: "The files of a pack version.", needs: "view", records: "none", input: z.object(placed), output: z.object({ files: PackFilesText }) }),
  diff: call({ says: "What differs between two versions of a pack.", needs: "view", records: "none", input: z.object({ pack: z.string().max(64), from: z.string().max(32), to: z.string().max(32) }), output: z.object({ files: z.array(z.object({ file: z.string(), lines: z.array(DiffLine) })) }) }),
  check: call({ says: "Lint a pack that is being written; nothing is kept.", needs: "view", records: "none", input: z.object({ files: PackFilesText }), output: z.object({ problems: z.array(SkillProblem), skills: z.array(z.object({ id: z.string(), title: z.string() })), parsers: z.array(z.string()) }) }),
  tryParser: call({
    says: "Read a sample of output with a parser that is being written.",
    needs: "view",
    records: "none",
    input: z.object({ files: PackFilesText, parser: z.string().max(64), output: z.string().max(256 * 1024) }),
    output: z.object({ columns: z.array(Column), rows: z.array(z.object({ cells: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])), fromLine: z.number().int(), toLine: z.number().int() })), problem: z.string().optional() }),
  }),
  tryRequest: call({ says: "What a sentence would be understood as; nothing runs.", needs: "view", records: "none", input: z.object({ text: z.string().trim().min(1).max(2000) }), output: z.object({ kind: z.enum(["skill", "ask", "out-of-scope"]), skillId: z.string().optional(), inputs: z.record(z.string(), z.string()), hosts: z.array(z.string()), confidence: z.number(), why: z.string(), choices: z.array(z.string()) }) }),
  install: call({ says: "Install a pack signed by someone on the trust list.", needs: "administer", records: "skill", hides: ["files"], input: z.object({ files: PackFilesText }), output: PackView }),
  publish: call({ says: "Sign a pack written here with this installation's own key, and install it.", needs: "administer", records: "skill", hides: ["files"], input: z.object({ files: PackFilesText }), output: PackView }),
  activate: call({ says: "Use this version of a pack: forward, or back to an earlier one.", needs: "administer", records: "skill", input: z.object(pack), output: Done }),
  remove: call({ says: "Remove an installed pack version, or what lies in its place.", needs: "administer", records: "skill", input: z.object(placed), output: Done }),
  keys: call({ says: "The keys whose packs are trusted.", needs: "view", records: "none", input: Empty, output: z.object({ keys: z.array(TrustKey) }) }),
  trust: call({ says: "Trust the packs of a signer.", needs: "administer", records: "key", input: z.object({ publicKey: z.string().max(2000), name: z.string().trim().min(1).max(120) }), output: TrustKey }),
  distrust: call({ says: "No longer trust the packs of a signer; those in use stop being used.", needs: "administer", records: "key", input: z.object({ keyId: z.string().max(64) }), output: Done }),
} as const;
