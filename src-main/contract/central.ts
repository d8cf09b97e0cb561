import { z } from "zod";
import { call, feed } from "./define.ts";
import { Done, Empty, Instant } from "./terms.ts";

export const CentralQuestion = z.object({ itemId: z.string(), at: Instant, from: z.string(), title: z.string(), question: z.string(), content: z.string() });
export type CentralQuestion = z.infer<typeof CentralQuestion>;

/** How this desktop stands with a central server; without one, everything here works as it is. */
export const CentralLinkView = z.object({
  state: z.enum(["none", "by-file", "connecting", "linked", "waiting", "alarm", "refused"]),
  /** What is the matter, in words; empty when all is well. */
  say: z.string(),
  orgName: z.string(),
  address: z.string(),
  /** Entries of this record that the server keeps and vouches for, and how many wait to be sent. */
  kept: z.number().int(),
  lag: z.number().int(),
  heardAt: Instant,
  /** What the organisation sets for its desktops: the number in force here (0 none), and what of it was left out or refused. */
  edition: z.object({ n: z.number().int(), say: z.string() }),
  /** What the organisation hands over to be looked into: a colleague's words, and what a third party sent, which is data. */
  questions: z.array(CentralQuestion),
  approvers: z.array(z.object({ userId: z.string(), name: z.string(), publicKey: z.string(), isRetired: z.boolean(), isTrusted: z.boolean() })),
});
export type CentralLinkView = z.infer<typeof CentralLinkView>;

export const centralContract = {
  status: call({ says: "How this desktop stands with its central server.", needs: "view", records: "none", input: Empty, output: CentralLinkView }),
  follow: feed({ says: "Follow how this desktop stands with its central server.", needs: "view", records: "none", input: Empty, item: CentralLinkView }),
  enrol: call({ says: "Link this desktop to a central server with the one-time line of an admin there.", needs: "administer", records: "config", hides: ["invitation"], input: z.object({ invitation: z.string().max(400), name: z.string().trim().min(1).max(80) }), output: CentralLinkView }),
  trust: call({ says: "Let an approver of the central server decide requests of this desktop.", needs: "administer", records: "config", input: z.object({ userId: z.string().max(64) }), output: Done }),
  dropQuestion: call({ says: "Take a question of the organisation off the list: it was asked here, or will not be.", needs: "operate", records: "none", input: z.object({ itemId: z.string().max(64) }), output: Done }),
  syncBegin: call({ says: "Begin with a central server that no network leads to, with the one-time line (sena-file:…) of an admin there.", needs: "administer", records: "config", hides: ["invitation"], input: z.object({ invitation: z.string().max(400), name: z.string().trim().min(1).max(80) }), output: Done }),
  syncExport: call({ says: "Write what the central server does not have yet into files, to be carried there.", needs: "administer", records: "config", input: z.object({ folder: z.string().min(1).max(4096) }), output: z.object({ files: z.array(z.string()), entries: z.number().int() }) }),
  syncImport: call({ says: "Take the answer of the central server that was carried back.", needs: "administer", records: "config", input: z.object({ path: z.string().min(1).max(4096) }), output: z.object({ kept: z.number().int(), decisions: z.number().int(), edition: z.number().int(), say: z.string() }) }),
  leave: call({ says: "Leave the central server. The record stays here, whole.", needs: "administer", records: "config", input: z.object({ why: z.string().max(200).default("") }), output: Done }),
} as const;
