import { request } from "node:https";
import { isIP } from "node:net";
import { rootCertificates } from "node:tls";
import * as oidc from "openid-client";
import { z } from "zod";
import { isInside, outsideOnly } from "../addresses.ts";
import { fail } from "../failures.ts";
import { shownText } from "./shown-text.ts";

// OpenID Connect, code flow with PKCE, a nonce and the answer's issuer; the token's signature is verified although it came
// over TLS. Nothing that was not begun here is ended here, and a code goes to nobody but whom it came from: each organisation
// has an address of its own to come back to, since many providers do not say which of them answers.

/** `redirectTo`: where it sends people back to. */
export type OidcClient = { readonly issuer: string; readonly clientId: string; readonly clientSecret: string; readonly redirectTo: string };
export type Begun = { readonly url: string; readonly verifier: string; readonly nonce: string };
export type Vouched = { readonly subject: string; readonly email: string; readonly name: string; /** The provider says that it asked for more than a password. */ readonly isStrong: boolean };
export type OidcNeeds = { readonly mayGoInside: boolean; readonly authorities: string | undefined };

const ANSWER_MS = 10_000;
const LARGEST_ANSWER = 512 * 1024;
/** How long ago the provider may have asked for the password when somebody proves themselves again. */
const FRESH_S = 300;

const Claims = z.object({ sub: z.string().min(1).max(255).refine((sub) => sub.isWellFormed() && !sub.includes("\0"), "it is no text that can be kept"), email: z.string().max(200).optional(), email_verified: z.boolean().optional(), name: z.string().max(200).optional(), preferred_username: z.string().max(200).optional(), amr: z.array(z.string()).optional() });

/** Where anybody may have an account, and one directory's people cannot be told from the world's by the issuer alone. The long number is Microsoft's own directory of everybody's private accounts. */
const FOR_EVERYBODY = /^https:\/\/(?:login\.microsoftonline\.(?:com|us)\/(?:common|organizations|consumers|9188040d-6c67-4c5b-b112-36a304b66dad)(?:\/|$)|(?:accounts\.google|appleid\.apple|gitlab|www\.facebook|www\.linkedin|id\.twitch|api\.login\.yahoo)\.(?:com|tv)(?:\/|$))/i;
export const isForEverybody = (issuer: string): boolean => FOR_EVERYBODY.test(new URL(issuer).href);

export function createOidc({ mayGoInside, authorities }: OidcNeeds) {
  const dial = createDial({ mayGoInside, authorities });
  const clientOf = ({ issuer, clientId, clientSecret }: Omit<OidcClient, "redirectTo">): Promise<oidc.Configuration> =>
    oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, { execute: [oidc.enableNonRepudiationChecks], timeout: ANSWER_MS / 1000, [oidc.customFetch]: dial });

  return {
    /** Whether somebody speaks OpenID Connect there, before it is kept. */
    async look(of: Omit<OidcClient, "redirectTo">): Promise<void> {
      if (isForEverybody(of.issuer)) throw fail("PROVIDER_BAD", { detail: "it vouches for everybody who has an account there, and all of them would become members. Name one that knows your own people alone: a directory of your own (such as https://login.microsoftonline.com/TENANT/v2.0), or a provider of the house before it" });
      try {
        const { authorization_endpoint, token_endpoint, jwks_uri } = (await clientOf(of)).serverMetadata();
        if (!authorization_endpoint || !token_endpoint || !jwks_uri) throw new Error("what it says about itself lacks an address to sign in at, for tokens or for keys");
      } catch (error) {
        throw fail("PROVIDER_BAD", { detail: wordsOf(error) }, error);
      }
    },
    async begin(of: OidcClient, { state, isProof }: { readonly state: string; readonly isProof: boolean }): Promise<Begun> {
      const config = await clientOf(of).catch((error: unknown) => {
        throw fail("PROVIDER_REFUSED", { detail: wordsOf(error) }, error);
      });
      const verifier = oidc.randomPKCECodeVerifier();
      const nonce = oidc.randomNonce();
      const url = oidc.buildAuthorizationUrl(config, { redirect_uri: of.redirectTo, scope: "openid profile email", code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256", state, nonce, ...(isProof && { prompt: "login", max_age: "0" }) });
      return { url: url.href, verifier, nonce };
    },
    async finish(of: OidcClient, { answer, state, verifier, nonce, isProof }: Omit<Begun, "url"> & { readonly answer: Readonly<Record<string, string>>; readonly state: string; readonly isProof: boolean }): Promise<Vouched> {
      const came = new URL(of.redirectTo);
      for (const [name, value] of Object.entries(answer)) came.searchParams.set(name, value);
      try {
        const tokens = await oidc.authorizationCodeGrant(await clientOf(of), came, { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true, ...(isProof && { maxAge: FRESH_S }) });
        const { sub, email, email_verified, name, preferred_username, amr } = Claims.parse(tokens.claims());
        const address = shownText(email !== undefined && email_verified !== false ? email : `${sub}@${new URL(of.issuer).hostname}`, 300);
        return { subject: sub, email: address, name: [name, preferred_username, address].map((each) => shownText(each ?? "", 80)).find((each) => each !== "") ?? "", isStrong: amr?.includes("mfa") === true };
      } catch (error) {
        throw fail("PROVIDER_REFUSED", { detail: wordsOf(error) }, error);
      }
    },
  };
}
export type Oidc = ReturnType<typeof createOidc>;

const wordsOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  const inner = cause instanceof Error ? cause.message : ((cause as { error_description?: string } | undefined)?.error_description ?? "");
  return `${message}${inner === "" || inner === message ? "" : ` (${inner})`}`.replace(/\.$/, "").slice(0, 300);
};

/** What goes to a provider goes over https to where it was named, follows no redirect, and reads no endless answer. */
function createDial({ mayGoInside, authorities }: Pick<OidcNeeds, "mayGoInside" | "authorities">): oidc.CustomFetch {
  return (url, { method, headers, body }) =>
    new Promise((resolve, reject) => {
      const place = new URL(url);
      const host = place.hostname.replace(/^\[|\]$/g, "");
      if (place.protocol !== "https:") return reject(new Error(`${place.origin} is not https`));
      if (!mayGoInside && isIP(host) !== 0 && isInside(host)) return reject(new Error(`${host} is an address inside; a server of one house may allow that (providersInside)`));
      const payload = body === undefined || body === null ? undefined : Buffer.from(String(body));
      const asked = request(place, { method, headers: { ...(headers as Record<string, string>), ...(payload && { "content-length": String(payload.byteLength) }) }, signal: AbortSignal.timeout(ANSWER_MS), agent: false, allowPartialTrustChain: true, ...(authorities !== undefined && { ca: [...rootCertificates, authorities] }), ...(mayGoInside ? {} : { lookup: outsideOnly }) }, (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          size += chunk.byteLength;
          if (size > LARGEST_ANSWER) return void asked.destroy(new Error("it answers with more than any provider says"));
          chunks.push(chunk);
        });
        response.on("error", reject);
        response.on("end", () => resolve(new Response(Buffer.concat(chunks), { status: response.statusCode ?? 500, headers: { "content-type": response.headers["content-type"] ?? "" } })));
      });
      asked.on("error", reject);
      asked.end(payload);
    });
}
