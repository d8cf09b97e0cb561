import { z } from "zod";
import { call } from "./define.ts";
import { Done, Empty, Instant } from "./terms.ts";

const Name = z.string().min(1).max(128);
const Passphrase = z.string().max(1024);
export const SecretView = z.object({ name: z.string(), version: z.number().int(), createdAt: Instant, changedAt: Instant, lastUsedAt: Instant.nullable(), rotateDays: z.number().int(), isDue: z.boolean() });
export type SecretView = z.infer<typeof SecretView>;

const Url = z.string().max(500).regex(/^https?:\/\//);
/** `caFile`: the certificate authority of a server on the premises, as PEM. */
const source = { id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), caFile: z.string().max(500).default("") };
/** Where else secrets live. What signs in to them is itself a secret of the local vault, named here. */
export const SourceConfig = z.discriminatedUnion("kind", [
  /** `tokenSecret` names a token or, with `roleId` set (AppRole), that role's secret id. */
  z.object({ ...source, kind: z.literal("openbao"), url: Url, mount: z.string().max(128).default("secret"), namespace: z.string().max(128).default(""), tokenSecret: Name, roleId: z.string().max(128).default("") }),
  /** `sessionTokenSecret`: of temporary credentials. */
  z.object({ ...source, kind: z.literal("aws"), region: z.string().max(64), url: Url.optional(), accessKeyId: z.string().max(128), secretKeySecret: Name, sessionTokenSecret: Name.optional() }),
  z.object({ ...source, kind: z.literal("azure"), url: Url, tenant: z.string().max(128), clientId: z.string().max(128), clientSecret: Name, loginUrl: Url.optional() }),
  z.object({ ...source, kind: z.literal("gcp"), project: z.string().max(128), keySecret: Name, url: Url.optional() }),
]);
export type SourceConfig = z.infer<typeof SourceConfig>;

export const vaultContract = {
  list: call({ says: "List the secrets by name; values never leave the vault this way.", needs: "view", records: "none", input: Empty, output: z.object({ isUnlocked: z.boolean(), secrets: z.array(SecretView) }) }),
  put: call({ says: "Store a secret, or a new version of it.", needs: "operate", records: "key", hides: ["value"], input: z.object({ name: Name, value: z.string().min(1).max(65_536) }), output: Done }),
  remove: call({ says: "Delete a secret.", needs: "operate", records: "key", input: z.object({ name: Name }), output: Done }),
  setRotation: call({ says: "Remind after so many days to rotate a secret; 0 is never.", needs: "operate", records: "key", input: z.object({ name: Name, days: z.number().int().min(0).max(3650) }), output: Done }),
  uses: call({ says: "List when secrets were used, and what for.", needs: "audit", records: "none", input: z.object({ limit: z.number().int().min(1).max(1000).default(200), name: Name.optional() }), output: z.object({ uses: z.array(z.object({ at: Instant, name: z.string(), for: z.string() })) }) }),
  exportSealed: call({ says: "Export all secrets into one file sealed with a passphrase of its own.", needs: "administer", records: "export", hides: ["passphrase"], input: z.object({ passphrase: Passphrase }), output: z.object({ name: z.string(), text: z.string() }) }),
  importSealed: call({ says: "Import a sealed export.", needs: "administer", records: "key", hides: ["text", "passphrase"], input: z.object({ text: z.string().max(64 * 1024 * 1024), passphrase: Passphrase }), output: z.object({ count: z.number().int() }) }),
  importPlain: call({ says: "Import names and values: NAME=VALUE lines, a JSON object, or CSV with a header as password managers write it.", needs: "administer", records: "key", hides: ["text"], input: z.object({ text: z.string().max(16 * 1024 * 1024) }), output: z.object({ count: z.number().int() }) }),
  sources: call({ says: "List the secret sources besides the local vault.", needs: "view", records: "none", input: Empty, output: z.object({ sources: z.array(SourceConfig) }) }),
  setSource: call({ says: "Add or change a secret source.", needs: "administer", records: "config", input: SourceConfig, output: Done }),
  removeSource: call({ says: "Remove a secret source.", needs: "administer", records: "config", input: z.object({ id: z.string().max(32) }), output: Done }),
  checkSource: call({ says: "See whether a secret source answers.", needs: "operate", records: "none", input: z.object({ id: z.string().max(32) }), output: z.object({ ok: z.boolean(), say: z.string() }) }),
  certify: call({ says: "Have the SSH authority of a secret source sign a public key, for minutes.", needs: "operate", records: "key", input: z.object({ id: z.string().max(32), role: z.string().min(1).max(128), publicKey: z.string().regex(/^[\w@.-]{1,64} [A-Za-z0-9+/=]{1,8192}( [^\n]{0,200})?$/), principal: z.string().regex(/^[\w.@-]{1,128}$/) }), output: z.object({ certificate: z.string() }) }),
} as const;
