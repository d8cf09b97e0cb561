export { createChat, type ChatNeeds } from "./service.ts";
export { createSkillPlanner, type SkillPlannerNeeds } from "./skill-planner.ts";
export { createAgentPlanner, type AgentPlannerNeeds } from "./agent-planner.ts";
export { completionsOf } from "./completions.ts";
export { CHAT_FAILURES } from "./failures.ts";
export type * from "./port.ts";
