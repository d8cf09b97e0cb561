import { defineFailures } from "../contract/index.ts";

export const CHAT_FAILURES = defineFailures({
  CONVERSATION_NOT_FOUND: { retryable: false, status: 404, say: () => "There is no such conversation. It may have been removed; start a new one." },
  TURN_OPEN: { retryable: true, status: 409, say: () => "The last question is still being worked on. Wait for it or stop it first; your words were not sent." },
  PROPOSAL_GONE: { retryable: false, status: 409, say: () => "That proposal was already taken up or dismissed. Ask again to get a fresh one; nothing was run." },
  NO_PLANNER: { retryable: false, status: 503, say: () => "Nothing here can answer: no skill pack is loaded and no model is set up. Add skills or a model in Settings." },
});
