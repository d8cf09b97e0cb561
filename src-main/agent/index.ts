export { createAgent, type AgentNeeds } from "./agent.ts";
export { AGENT_FAILURES } from "./failures.ts";
export type { Agent } from "./port.ts";
