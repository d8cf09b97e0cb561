import { createPrivateKey, createPublicKey, randomBytes, sign, type KeyObject } from "node:crypto";
import type { ApprovedList } from "../../contract/models.ts";
import { EditionContent, editionSigned, MAX_EDITION, type EditionPack } from "../../central-link/port.ts";
import type { Tx } from "../database/tenants.ts";
import { record } from "../events.ts";
import { fail } from "../failures.ts";
import { seal, unseal } from "../sealing.ts";

// What an organisation sets for its desktops. Each edition is whole, signed with the organisation's key, and numbered; a
// desktop takes a higher number only. The text goes out as it was signed, byte for byte.

export type EditionParts = { readonly policy: string | null; readonly packs: readonly EditionPack[] | null; readonly hosts: string | null; readonly modelHosts: readonly string[] | null; readonly models: ApprovedList | null };
/** A part that is undefined stays as the edition before had it. */
export type EditionChange = { readonly [Part in keyof EditionParts]?: EditionParts[Part] | undefined };
export type EditionRow = { readonly n: number; readonly at: number; readonly by: string; readonly note: string };
export type SignedEdition = { readonly n: number; readonly text: string; readonly signature: string };

export type EditionNeeds = {
  readonly secret: Buffer;
  readonly now: () => number;
  /** What is wrong with a policy, in words; a desktop judges it again. */
  readonly faultOfPolicy: (text: string) => string | undefined;
};
type KeyRow = { public_key: string; sealed: Buffer };

const NOTHING: EditionParts = { policy: null, packs: null, hosts: null, modelHosts: null, models: null };
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

export function createEditions({ secret, now, faultOfPolicy }: EditionNeeds) {
  const context = (orgId: string): string => `organisation key ${orgId}`;

  async function keyOf(tx: Tx, orgId: string): Promise<{ readonly publicKey: string; readonly key: KeyObject }> {
    const read = () => tx.one<KeyRow>("SELECT public_key, sealed FROM app.org_keys");
    let row = await read();
    if (!row) {
      const seed = randomBytes(32);
      const sealed = seal(secret, context(orgId), seed); // before the seed becomes a key and is wiped
      const publicKey = createPublicKey(keyFrom(seed)).export({ format: "pem", type: "spki" }).toString();
      await tx.run("INSERT INTO app.org_keys (org_id, public_key, sealed, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", [orgId, publicKey, sealed, now()]);
      row = await read();
    }
    if (!row) throw fail("NOT_HERE");
    return { publicKey: row.public_key, key: keyFrom(unseal(secret, context(orgId), row.sealed)) };
  }
  /** Numbers of a name only grow, so the last edition with a list of that name has the highest. The texts are our own: the name stands in them as it is written here, and in a string it would be escaped. */
  async function lastNamed(tx: Tx, name: string): Promise<ApprovedList | null> {
    const row = await tx.one<{ text: string }>("SELECT text FROM app.editions WHERE position($1 in text) > 0 ORDER BY n DESC LIMIT 1", [`"models":{"kind":"sena-models","name":${JSON.stringify(name)},"number":`]);
    return row === undefined ? null : EditionContent.parse(JSON.parse(row.text)).models;
  }
  const current = (tx: Tx) => tx.one<SignedEdition>("SELECT n, text, signature FROM app.editions ORDER BY n DESC LIMIT 1");

  return {
    current,
    publicKey: async (tx: Tx, orgId: string): Promise<string> => (await keyOf(tx, orgId)).publicKey,
    /** For other things that are said in the organisation's name; each kind of text begins with its own words. */
    async signAs(tx: Tx, orgId: string, bytes: Uint8Array): Promise<string> {
      return sign(null, bytes, (await keyOf(tx, orgId)).key).toString("base64url");
    },

    /** `after`: the number this change was made against, so that two people do not undo each other. */
    async publish(tx: Tx, orgId: string, actor: string, { after, note, change }: { readonly after: number; readonly note: string; readonly change: EditionChange }): Promise<{ readonly n: number }> {
      const { key } = await keyOf(tx, orgId);
      await tx.run("SELECT pg_advisory_xact_lock(hashtextextended('edition ' || $1, 0))", [orgId]);
      const before = await current(tx);
      const n = (before?.n ?? 0) + 1;
      if (after !== n - 1) throw fail("TAKEN", { what: `edition ${n - 1}, and yours was made after ${after}: look at it first` });
      const { policy, packs, hosts, modelHosts, models } = before === undefined ? NOTHING : EditionContent.parse(JSON.parse(before.text));
      const content: EditionContent = EditionContent.parse({ kind: "sena-edition", orgId, n, at: now(), policy, packs, hosts, modelHosts, models, ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) });
      if (content.models !== null && change.models !== undefined) refuseOlder(content.models, await lastNamed(tx, content.models.name));
      const fault = content.policy === null ? undefined : faultOfPolicy(content.policy);
      if (fault !== undefined) throw fail("EDITION_BAD", { detail: fault });
      const { models: list, ...others } = content;
      const text = JSON.stringify(list === null ? others : content);
      if (text.length > MAX_EDITION) throw fail("EDITION_BAD", { detail: `it is larger than ${MAX_EDITION / 1_000_000} MB` });
      await tx.run("INSERT INTO app.editions (org_id, n, at, by, note, text, signature) VALUES ($1, $2, $3, $4, $5, $6, $7)", [orgId, n, content.at, actor, note, text, sign(null, editionSigned(text), key).toString("base64url")]);
      await record(tx, orgId, now(), { actor, kind: "edition.published", detail: { n, note, changed: Object.keys(change) } });
      return { n };
    },
    async get(tx: Tx, n: number): Promise<EditionRow & { readonly content: EditionContent; readonly signature: string }> {
      const row = await tx.one<EditionRow & { text: string; signature: string }>("SELECT n, at, by, note, text, signature FROM app.editions WHERE n = $1", [n]);
      if (!row) throw fail("NOT_HERE");
      return { ...row, content: EditionContent.parse(JSON.parse(row.text)) };
    },
    list: (tx: Tx, { before, limit }: { readonly before: number | undefined; readonly limit: number }) => tx.rows<EditionRow>("SELECT n, at, by, note FROM app.editions WHERE $1::bigint IS NULL OR n < $1 ORDER BY n DESC LIMIT $2", [before ?? null, limit]),
    /** What a desktop says is in force there; the newest, where it has another and was not shown it: what it refused is not offered in a circle. */
    async tell(tx: Tx, desktopId: string, has: { readonly n: number; readonly seen: number; readonly say: string }): Promise<SignedEdition | null> {
      await tx.run("UPDATE app.desktops SET edition_n = $2, edition_say = $3 WHERE desktop_id = $1 AND (edition_n <> $2 OR edition_say <> $3)", [desktopId, has.n, has.say]);
      const newest = await current(tx);
      return newest !== undefined && newest.n !== has.n && newest.n !== has.seen ? newest : null;
    },
  };
}
export type Editions = ReturnType<typeof createEditions>;

/** A desktop would refuse the whole edition for it. */
function refuseOlder(list: ApprovedList, last: ApprovedList | null): void {
  if (last === null || list.number > last.number || JSON.stringify(list) === JSON.stringify(last)) return;
  const why = list.number < last.number ? `is number ${list.number}, and number ${last.number} was published before` : `was changed and kept its number, ${list.number}`;
  throw fail("EDITION_BAD", { detail: `the list of approved models "${list.name}" ${why}: give it a higher one` });
}

function keyFrom(seed: Buffer): KeyObject {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: "der", type: "pkcs8" });
  seed.fill(0);
  return key;
}
