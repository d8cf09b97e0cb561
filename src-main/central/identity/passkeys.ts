import { isIP } from "node:net";
import { generateAuthenticationOptions, generateRegistrationOptions, verifyAuthenticationResponse, verifyRegistrationResponse, type AuthenticationResponseJSON, type RegistrationResponseJSON } from "@simplewebauthn/server";
import { z } from "zod";
import { fail } from "../failures.ts";
import type { Ceremonies, Rows } from "./ceremonies.ts";
import type { Passkey, Session } from "./port.ts";

// WebAuthn. A passkey counts as two factors, because the authenticator is asked to look at its user each time; what did not
// look is refused.

/** What a page's address must be: a passkey made for another name, or shown on another, opens nothing. */
export type Site = { readonly name: string; readonly origins: readonly string[] };
export type PasskeyNeeds = { readonly rows: Rows; readonly ceremonies: Ceremonies; readonly now: () => number; readonly site: () => Site };
type Row = { passkey_id: string; user_id: string; public_key: Buffer; counter: string; transports: string[] };

/** COSE: Ed25519, ES256, RS256. What every authenticator speaks. */
const ALGORITHMS = [-8, -7, -257];
const Text = z.string().max(20_000);
export const PasskeyAnswer = z.looseObject({ id: Text, rawId: Text, type: z.literal("public-key"), response: z.looseObject({ clientDataJSON: Text }) });
export type PasskeyAnswer = z.infer<typeof PasskeyAnswer>;
const ClientData = z.object({ challenge: z.string().max(200) });

export function createPasskeys({ rows, ceremonies, now, site }: PasskeyNeeds) {
  const named = (): Site => {
    const here = site();
    if (isIP(here.name) !== 0) throw fail("PASSKEY_NO_NAME", { name: here.name });
    return here;
  };
  const refuse = (detail: string, cause?: unknown): Error => fail("PASSKEY_REFUSED", { detail }, cause);
  /** The challenge is found by itself: only one that was given out, is not too old and was not answered before is there. */
  async function begun<T>(kind: "passkey-add" | "passkey", answer: PasskeyAnswer): Promise<{ readonly challenge: string; readonly detail: T }> {
    const data = ClientData.safeParse(jsonOf(answer.response.clientDataJSON));
    const detail = data.success ? await ceremonies.take<T>(kind, data.data.challenge) : undefined;
    if (!data.success || detail === undefined) throw refuse("its challenge was not given out here, was answered before, or is too old");
    return { challenge: data.data.challenge, detail };
  }
  const expected = (challenge: string) => ({ expectedChallenge: challenge, expectedOrigin: [...named().origins], expectedRPID: named().name, requireUserVerification: true });

  /** Whose passkey answered. */
  async function holder(answer: PasskeyAnswer): Promise<string> {
    const { challenge } = await begun<object>("passkey", answer);
    const [row] = await rows<Row>("SELECT passkey_id, user_id, public_key, counter, transports FROM passkeys WHERE passkey_id = $1", [answer.id]);
    if (!row) throw refuse("it is not known here, or was removed");
    const credential = { id: row.passkey_id, publicKey: new Uint8Array(row.public_key), counter: Number(row.counter), transports: row.transports };
    // A counter that did not move forward means two authenticators with one key; that is refused in there.
    const verified = await verifyAuthenticationResponse({ response: answer as unknown as AuthenticationResponseJSON, ...expected(challenge), credential }).catch((error: unknown) => {
      throw refuse((error as Error).message, error);
    });
    if (!verified.verified) throw refuse("what it signed does not hold");
    const { newCounter } = verified.authenticationInfo;
    const moved = await rows("UPDATE passkeys SET counter = $2, used_at = $3 WHERE passkey_id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0)) RETURNING passkey_id", [row.passkey_id, newCounter, now()]);
    if (moved.length === 0) throw refuse("its counter did not move forward: there may be a copy of it");
    return row.user_id;
  }

  return {
    holder,
    /** Whom it lets in. A provider says each time whether its people may still come; a passkey beside it would outlive that. */
    async opener(answer: PasskeyAnswer): Promise<string> {
      const userId = await holder(answer);
      if ((await rows("SELECT 1 FROM provider_people WHERE user_id = $1", [userId])).length > 0) throw refuse("this account signs in at its identity provider; there the passkey proves again that it is you, and opens nothing by itself");
      return userId;
    },
    async beginAdding(session: Session): Promise<Record<string, unknown>> {
      const known = await rows<Row>("SELECT passkey_id, transports FROM passkeys WHERE user_id = $1", [session.userId]);
      const options = await generateRegistrationOptions({ rpName: "SENA central", rpID: named().name, userName: session.email, userDisplayName: session.name, userID: new Uint8Array(Buffer.from(session.userId)), attestationType: "none", supportedAlgorithmIDs: ALGORITHMS, authenticatorSelection: { residentKey: "required", userVerification: "required" }, excludeCredentials: known.map((each) => ({ id: each.passkey_id, transports: each.transports })) });
      await ceremonies.begin("passkey-add", { userId: session.userId }, options.challenge);
      return { ...options };
    },
    async add(session: Session, { name, answer }: { readonly name: string; readonly answer: PasskeyAnswer }): Promise<string> {
      const { challenge, detail } = await begun<{ userId: string }>("passkey-add", answer);
      if (detail.userId !== session.userId) throw refuse("its challenge was given to somebody else");
      const verified = await verifyRegistrationResponse({ response: answer as unknown as RegistrationResponseJSON, ...expected(challenge), supportedAlgorithmIDs: ALGORITHMS }).catch((error: unknown) => {
        throw refuse((error as Error).message, error);
      });
      if (!verified.verified) throw refuse("what it signed does not hold");
      const { id, publicKey, counter, transports } = verified.registrationInfo.credential;
      const added = await rows("INSERT INTO passkeys (passkey_id, user_id, name, public_key, counter, transports, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING passkey_id", [id, session.userId, name, Buffer.from(publicKey), counter, transports ?? [], now()]);
      if (added.length === 0) throw fail("TAKEN", { what: "this passkey" });
      return id;
    },
    list: async (userId: string): Promise<readonly Passkey[]> => (await rows<{ passkeyId: string; name: string; createdAt: string; usedAt: string | null }>(`SELECT passkey_id AS "passkeyId", name, created_at AS "createdAt", used_at AS "usedAt" FROM passkeys WHERE user_id = $1 ORDER BY created_at`, [userId])).map((row) => ({ ...row, createdAt: Number(row.createdAt), usedAt: row.usedAt === null ? null : Number(row.usedAt) })),
    remove: async (userId: string, passkeyId: string): Promise<boolean> => (await rows("DELETE FROM passkeys WHERE passkey_id = $1 AND user_id = $2 RETURNING passkey_id", [passkeyId, userId])).length === 1,

    /** Nobody is named: which passkey it is, the authenticator says. So this tells nobody who has an account. */
    async ask(): Promise<Record<string, unknown>> {
      const options = await generateAuthenticationOptions({ rpID: named().name, userVerification: "required" });
      await ceremonies.begin("passkey", {}, options.challenge);
      return { ...options };
    },
  };
}
export type Passkeys = ReturnType<typeof createPasskeys>;

function jsonOf(base64url: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64url, "base64url").toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
