import { z } from "zod";
import { call, feed } from "./define.ts";
import { Environment, Id, Instant } from "./terms.ts";

/** What a server asks of a person while a connection is made. */
export const Prompt = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("secret"), id: Id, hostId: Id, host: z.string(), askedAt: Instant, what: z.enum(["password", "passphrase"]), detail: z.string() }),
  z.object({ kind: z.literal("interactive"), id: Id, hostId: Id, host: z.string(), askedAt: Instant, title: z.string(), instructions: z.string(), fields: z.array(z.object({ label: z.string(), isShown: z.boolean() })), isAgain: z.boolean().optional() }),
  z.object({ kind: z.literal("host-key"), id: Id, hostId: Id, host: z.string(), askedAt: Instant, keyType: z.string(), fingerprint: z.string(), randomart: z.string(), environment: Environment, otherTypes: z.array(z.string()) }),
]);
export type Prompt = z.infer<typeof Prompt>;

export const promptsContract = {
  /** Whoever follows this can answer; a server's question waits only while somebody does. Whoever only watches does not count as somebody. */
  pending: feed({ says: "Follow the questions servers ask while connecting.", needs: "operate", records: "none", input: z.object({ isOnlyWatching: z.boolean().optional() }), item: z.object({ prompts: z.array(Prompt) }) }),
  /** Host keys are answered with the fingerprint that was shown; no values at all means no. */
  answer: call({ says: "Answer a server's question; no values: refuse.", needs: "operate", records: "none", hides: ["values"], input: z.object({ id: Id, values: z.array(z.string().max(10_000)).max(16).optional() }), output: z.object({ taken: z.boolean() }) }),
} as const;
