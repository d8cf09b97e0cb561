import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ApprovedList } from "../contract/models.ts";
import type { Actor } from "../contract/terms.ts";
import { jsonOf } from "../kernel/index.ts";
import type { SenaLedger } from "../ledger/index.ts";
import { EditionContent, editionSigned, type EditionPack } from "./edition-text.ts";
import { fail } from "./failures.ts";

/** Where the parts of an edition go on this desktop. Each is judged there again; what is returned is what was left out, in words. */
export interface HouseSeat {
  /** Throws when it does not load: then nothing of the edition is taken and the one before stays in force. */
  policy(text: string | undefined): void;
  packs(packs: readonly EditionPack[]): readonly string[];
  hosts(csv: string): readonly string[];
  modelHosts(hosts: readonly string[] | undefined): void;
  /** Throws when it is older than the one taken before: as with a policy that does not load. */
  models(list: ApprovedList | undefined, orgId: string): void;
}

export type Signed = { readonly text: string; readonly signature: string };
/** `seen`: the number that was offered last, taken or not. */
export type EditionStanding = { readonly n: number; readonly seen: number; readonly say: string };
export type EditionNeeds = { readonly folder: string; readonly orgId: string; readonly orgKey: string; readonly ledger: Pick<SenaLedger, "append">; readonly seat: HouseSeat };

const Kept = z.object({ text: z.string(), signature: z.string(), say: z.string() });
const FILE = "edition.json";
const ACTOR: Actor = { kind: "system", id: "central-house", name: "The organisation" };

/** What the organisation sets, taken only with its signature and only forwards. It holds without the server, from the start. */
export function openEditions({ folder, orgId, orgKey, ledger, seat }: EditionNeeds) {
  const path = join(folder, FILE);
  let current: EditionContent | undefined;
  let currentText = "";
  let standing: EditionStanding = { n: 0, seen: 0, say: "" };
  let refused = "";

  const read = ({ text, signature }: Signed): EditionContent => {
    if (!verify(null, editionSigned(text), createPublicKey(orgKey), Buffer.from(signature, "base64url"))) throw fail("EDITION_REFUSED", { detail: "it is not signed by the organisation's key" });
    const parsed = EditionContent.safeParse(jsonOf(text));
    if (!parsed.success) throw fail("EDITION_REFUSED", { detail: "it is not of a shape that this version reads" });
    if (parsed.data.orgId !== orgId) throw fail("EDITION_REFUSED", { detail: "it is of another organisation" });
    return parsed.data;
  };
  /** What may throw comes first, so that there is little to take back. */
  const bind = (content: EditionContent | undefined): void => {
    seat.policy(content?.policy ?? undefined);
    seat.models(content?.models ?? undefined, orgId);
    seat.modelHosts(content?.modelHosts ?? undefined);
  };
  const apply = (content: EditionContent): string => {
    bind(content);
    return [...(content.packs === null ? [] : seat.packs(content.packs)), ...(content.hosts === null ? [] : seat.hosts(content.hosts))].join(" ").slice(0, 1000);
  };

  function takeKept(): void {
    const kept = Kept.parse(jsonOf(readFileSync(path, "utf8")));
    const content = read(kept);
    bind(content);
    current = content;
    currentText = kept.text;
    standing = { n: content.n, seen: content.n, say: kept.say };
  }
  try {
    if (existsSync(path)) takeKept();
  } catch (error) {
    // A desktop starts without it, as one that lost the file would: that is recorded, and the server sends it again.
    bind(undefined);
    standing = { n: 0, seen: 0, say: (error as Error).message.slice(0, 1000) };
    void ledger.append({ type: "policy", actor: ACTOR, fields: { act: "central-edition-refused", say: `What was kept here is not believed: ${(error as Error).message}` } }).catch(() => undefined);
  }

  return {
    standing: () => standing,
    /** The same again says nothing. Anything older, altered or of somebody else is refused, recorded once, and changes nothing. */
    async offer(signed: Signed): Promise<void> {
      try {
        const next = read(signed);
        if (signed.text === currentText) return;
        if (current !== undefined && next.n <= current.n) throw fail("EDITION_REFUSED", { detail: `it is number ${next.n} and number ${current.n} is in force here: the server was put back, or somebody replays an older one` });
        await ledger.append({ type: "policy", actor: ACTOR, fields: { act: "central-edition", n: next.n, policy: next.policy === null ? "" : sha256(next.policy) }, blobs: [{ role: "edition", bytes: Buffer.from(signed.text) }] });
        const say = applied(next);
        write(path, { ...signed, say });
        current = next;
        currentText = signed.text;
        standing = { n: next.n, seen: next.n, say };
        refused = "";
      } catch (error) {
        const mark = sha256(signed.text + signed.signature);
        standing = { ...standing, seen: numberOf(signed.text), say: (error as Error).message.slice(0, 1000) };
        if (refused === mark) return;
        refused = mark;
        await ledger.append({ type: "policy", actor: ACTOR, fields: { act: "central-edition-refused", say: (error as Error).message } });
      }
    },
    /** Whoever leaves is bound by nothing any more. */
    release: (): void => bind(undefined),
  };

  function applied(next: EditionContent): string {
    try {
      return apply(next);
    } catch (error) {
      // Nothing of it is taken, and the one before goes on.
      bind(current);
      throw fail("EDITION_REFUSED", { detail: (error as Error).message }, error);
    }
  }
}
export type Editions = ReturnType<typeof openEditions>;

/** What it says its number is, for not being shown it again; nothing else is believed of a text that was refused. */
const numberOf = (text: string): number => z.object({ n: z.number().int().min(0) }).catch({ n: 0 }).parse(jsonOf(text)).n;
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
function write(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}
