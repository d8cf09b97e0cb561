import { z } from "zod";
import type { AccessRoom } from "../access/port.ts";
import { actorOf, type Effect } from "../contract/terms.ts";
import { jsonOf } from "../kernel/index.ts";
import type { Ledger } from "../ledger/port.ts";
import type { Classify } from "../shellcheck/port.ts";
import { fail } from "./failures.ts";
import { ApprovalObject, objectBytes } from "./object.ts";
import type { ApprovalRequest, DecidedBy, Shown } from "./port.ts";
import { sha256Hex, type Queue } from "./queue.ts";
import { APPROVAL_NAMESPACE, DENIAL_NAMESPACE, signSsh } from "./sshsig.ts";

// A request goes to somebody on another installation as a file (or a picture of one), and their decision comes back the
// same way. No server: the signature over the whole object is what carries it.

const REQUEST = "sena-approval-request/v1";
const RESPONSE = "sena-approval-response/v1";
const Reasons = z.object({ reasons: z.string().max(8000), reasonsFrom: z.string().max(200), whyAsked: z.string().max(4000), taint: z.array(z.object({ token: z.string().max(500), from: z.string().max(500) })).max(200) });
const RequestFile = z.strictObject({ kind: z.literal(REQUEST), object: ApprovalObject, script: z.string().max(65_536), words: Reasons });
const ResponseFile = z.strictObject({ kind: z.literal(RESPONSE), id: z.string().max(64), decision: z.enum(["approve", "deny"]), note: z.string().max(500), sig: z.string().max(4000) });

export type Foreign = {
  readonly object: ApprovalObject;
  readonly shown: Shown;
  /** The script in the file is the one that the object names. */
  readonly isScriptTrue: boolean;
  /** What this installation's own reader makes of it. */
  readonly ownEffect: Effect;
  readonly warnings: readonly string[];
};

export type ForeignNeeds = {
  readonly queue: Pick<Queue, "get" | "accept">;
  readonly access: Pick<AccessRoom, "signer" | "operator">;
  readonly ledger: Pick<Ledger, "append">;
  readonly classify: Classify;
  readonly now: () => number;
};

export function createForeign({ queue, access, ledger, classify, now }: ForeignNeeds) {
  function read(text: string): Foreign {
    const parsed = RequestFile.safeParse(jsonOf(text));
    if (!parsed.success) throw fail("APPROVAL_BAD_FILE", { detail: kindOf(text) === RESPONSE ? "it is a decision that goes back to where it was asked, not a request" : "it is not a request written by SENA" });
    const { object, script, words } = parsed.data;
    // Nothing the file says about the command is believed: it is read again here.
    const own = classify(script, { dialect: object.dialect });
    const isScriptTrue = sha256Hex(script) === object.script;
    const warnings = [
      ...(isScriptTrue ? [] : ["The command in this file is not the one the request is about. Do not approve it."]),
      ...(own.effect === object.effect ? [] : [`The other installation calls this ${object.effect}; read here it is ${own.effect}.`]),
      ...(now() > object.not_after ? ["This request has expired."] : []),
    ];
    return { object, isScriptTrue, ownEffect: own.effect, warnings, shown: { script, segments: own.segments, rule: own.rule, whyEffect: own.why, ...words } };
  }

  return {
    read,
    write(id: string): string {
      const { object, shown } = queue.get(id);
      const { script, reasons, reasonsFrom, whyAsked, taint } = shown;
      return `${JSON.stringify({ kind: REQUEST, object, script, words: { reasons, reasonsFrom, whyAsked, taint } })}\n`;
    },
    /** Signed here, recorded here too: the head of the other log inside the object is thereby witnessed. */
    async sign(text: string, of: { readonly decision: "approve" | "deny"; readonly note: string } & DecidedBy): Promise<string> {
      const { object, isScriptTrue, shown } = read(text);
      if (of.decision === "approve" && !isScriptTrue) throw fail("APPROVAL_BAD_FILE", { detail: "the command in it is not the one the request is about" });
      if (of.decision === "approve" && now() > object.not_after) throw fail("APPROVAL_EXPIRED");
      const operator = access.operator(of.operatorId);
      if (!operator?.active) throw fail("APPROVAL_NOT_YOURS", { say: "This operator does not work here." });
      const signer = await access.signer(operator.id, of.passphrase);
      const actor = actorOf(operator);
      const sig = await signSsh(objectBytes(object), signer.publicKey, signer.sign, of.decision === "approve" ? APPROVAL_NAMESPACE : DENIAL_NAMESPACE);
      await ledger.append({
        type: "decision", actor,
        fields: { decision: `${of.decision}-elsewhere`, approval: object.id, requester: object.requester.name, headSize: object.head.size, headRoot: object.head.root, effect: object.effect, note: of.note },
        blobs: [{ role: "object", bytes: objectBytes(object) }, { role: "script", bytes: Buffer.from(shown.script) }, { role: "object.sig", bytes: Buffer.from(sig) }],
      });
      return `${JSON.stringify({ kind: RESPONSE, id: object.id, decision: of.decision, note: of.note, sig })}\n`;
    },
    accept(text: string): Promise<ApprovalRequest> {
      const parsed = ResponseFile.safeParse(jsonOf(text));
      if (!parsed.success) throw fail("APPROVAL_BAD_FILE", { detail: kindOf(text) === REQUEST ? "it is the request itself, not the decision that came back" : "it is not a decision written by SENA" });
      const { id, decision, note, sig } = parsed.data;
      return queue.accept(id, { decision, signature: sig, note });
    },
  };
}
export type ForeignRoom = ReturnType<typeof createForeign>;

/** Which of the two files it says it is: the wrong one of two that look alike is told from nonsense. */
const kindOf = (text: string): unknown => (jsonOf(text) as { readonly kind?: unknown } | null | undefined)?.kind;
