export { createRuns, type RunsNeeds } from "./engine.ts";
export { RUN_FAILURES } from "./failures.ts";
export type * from "./port.ts";
export { hostRef, planSkillRun, previewSkill, resolveHosts, skillProgramOf, type Preview, type SkillRunNeeds, type SkillRunPlan } from "./skill-run.ts";
