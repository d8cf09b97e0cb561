import { z } from "zod";
import { Failure } from "../../../contract/failure.ts";
import type { Tenants } from "../../database/tenants.ts";
import { fail } from "../../failures.ts";
import type { IdentityPort } from "../../identity/port.ts";
import type { Providers } from "../../identity/providers.ts";
import { readCertificates, shownCertificate } from "../../identity/saml/certificates.ts";
import { ownDescription } from "../../identity/saml/metadata.ts";
import type { Saml } from "../../identity/saml/saml.ts";
import type { Refusals } from "../../refusals.ts";
import type { Asking, Route } from "../route.ts";
import { Done, done, DownloadAnswer, inOrg, Onward, route, Uuid } from "../route.ts";
import { GivenRole, type SamlAsked, type SamlOutcome } from "./sign-in.ts";
import type { SignInRecord } from "../noted.ts";

export type SamlRoutesNeeds = { readonly identity: Pick<IdentityPort, "ceremonies">; readonly providers: Providers; readonly saml: Saml; readonly tenants: Tenants; readonly refusals: Refusals; readonly redirectTo: () => string; readonly now: () => number; readonly recordSignIn: SignInRecord };

const ORG = "7f9c24e8-3b12-4b8a-9a51-6a1f0c6d2e11";
/** A description of a provider with all its claims is 70 KB. */
const DESCRIPTION_BYTES = 256 * 1024;
/** Larger than any answer that is read, so that a large one is told so in words. */
const FORM_BYTES = 256 * 1024;
/** From the form to the page that goes on: a moment. */
const ONWARD_MS = 2 * 60_000;
const Certificates = z.array(z.string().max(20_000)).max(10);
const ACS = "POST /v1/saml/:orgId/acs";

export const samlRoutes = (needs: SamlRoutesNeeds): readonly Route[] => [...wayRoutes(needs), ...adminRoutes(needs)];

function wayRoutes(needs: SamlRoutesNeeds): readonly Route[] {
  const { identity, providers, saml, tenants, refusals, redirectTo, recordSignIn } = needs;
  const { ceremonies } = identity;

  /** What it vouches for, once. It is not yet a sign-in: the form came from elsewhere, and whose browser brought it is not known. */
  async function judged(asked: SamlAsked, orgId: string, answer: string): Promise<SamlOutcome> {
    const { providerId, requestId, begunAt, sessionId } = asked;
    // The request is used up, whatever comes of it.
    if (asked.orgId !== orgId) throw fail("PROVIDER_REFUSED", { detail: "it was sent to another organisation than the one that was asked for" });
    const provider = await tenants.withOrg(orgId, "sign-in", (tx) => providers.get(tx, orgId, providerId));
    if (provider.protocol !== "saml") throw fail("NOT_HERE");
    const { assertionId, endsAt, ...vouched } = saml.finish(provider, { orgId, answer, requestId, begunAt, isProof: sessionId !== null });
    if (!(await tenants.withOrg(orgId, "sign-in", (tx) => providers.takeAnswer(tx, orgId, { providerId, assertionId, endsAt })))) throw fail("PROVIDER_REFUSED", { detail: "it was taken before" });
    return { vouched };
  }
  const refused = async (error: unknown, asked: SamlAsked, { address }: Asking): Promise<SamlOutcome> => {
    if (!(error instanceof Failure) || error.retryable) throw error;
    await recordSignIn({ email: "", result: error.code, address, way: "saml" });
    // Anybody may begin one and send rubbish to end it.
    await refusals.tell({ orgId: asked.orgId, actor: "refused", kind: `saml ${asked.providerId}`, detail: { code: error.code, route: ACS, address, say: error.message } });
    return { refused: error.code === "PROVIDER_REFUSED" ? String(error.data["detail"]) : "the provider is not one of this organisation any more" };
  };

  return [
    route({
      method: "GET", path: "/v1/saml/:orgId/metadata", who: "anyone", answers: "application/samlmetadata+xml", says: "This server as an organisation's SAML provider wants to read of it. It says nothing that is not in its own address.", input: z.object(inOrg), output: DownloadAnswer,
      handle: async ({ orgId }) => ({ name: "sena-central-metadata.xml", type: "application/samlmetadata+xml", text: ownDescription(saml.placeOf(orgId)) }),
    }),
    route({
      method: "POST", path: "/v1/saml/:orgId/acs", who: "form", answers: "onward", maxBytes: FORM_BYTES, says: "Where a SAML provider's form sends a browser. An answer that was asked for is judged here, once; the browser goes on to the console, which ends the sign-in or shows why not.",
      input: z.object({ ...inOrg, SAMLResponse: z.string().max(FORM_BYTES).default(""), RelayState: z.string().max(200).catch("") }), output: Onward, example: { orgId: ORG, SAMLResponse: "PHNhbWxwOlJlc3BvbnNlLz4=", RelayState: "mF3k0tqv2nSx8cUe5Zl1wYaR7dGb4hJp" },
      async handle({ orgId, SAMLResponse, RelayState }, asking) {
        const onward = (state: string) => ({ to: `${redirectTo()}?${new URLSearchParams({ state }).toString()}` });
        const asked = RelayState === "" ? undefined : await ceremonies.take<SamlAsked>("saml", RelayState);
        if (asked === undefined) {
          await recordSignIn({ email: "", result: "PROVIDER_REFUSED", address: asking.address, way: "saml" });
          await refusals.tell({ orgId, actor: "refused", kind: "saml unasked", detail: { code: "PROVIDER_REFUSED", route: ACS, address: asking.address, why: "nobody asked for it here, or too long ago" } });
          return onward("unasked");
        }
        const outcome = await judged(asked, orgId, SAMLResponse).catch((error: unknown) => refused(error, asked, asking));
        const { requestId: _, begunAt: __, ...begun } = asked;
        return onward(await ceremonies.begin("provider", { ...begun, ...outcome }, undefined, ONWARD_MS));
      },
    }),
  ];
}

function adminRoutes({ providers, saml, now }: SamlRoutesNeeds): readonly Route[] {
  return [
    route({
      method: "POST", path: "/v1/orgs/:orgId/providers/saml", who: "member", needs: "settings:write", isSensitive: true, maxBytes: DESCRIPTION_BYTES, says: "Let members sign in at a SAML provider: give its description (metadata), or its entity id, sign-in address and certificates. Whoever it vouches for becomes a member with this role.",
      input: z.object({ ...inOrg, name: z.string().trim().min(1).max(80), role: GivenRole, metadata: z.string().max(DESCRIPTION_BYTES).optional(), entityId: z.string().trim().max(300).optional(), signInUrl: z.string().trim().max(600).optional(), certificates: Certificates.optional() }), output: z.object({ providerId: z.string() }),
      example: { orgId: ORG, name: "House sign-in", role: "viewer", entityId: "https://idp.example.org/metadata", signInUrl: "https://idp.example.org/sso", certificates: ["-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----"] },
      async handle({ orgId, name, role, ...given }, { actor, inOrg: within }) {
        const of = saml.look(given);
        return { providerId: await within((tx) => providers.addSaml(tx, orgId, actor, { name, role, ...of })) };
      },
    }),
    route({
      method: "PUT", path: "/v1/orgs/:orgId/providers/:providerId/certificates", who: "member", needs: "settings:write", isSensitive: true, says: "The certificates that a SAML provider's answers are taken under, all of them: the next beside the one of now, and later the next alone.",
      input: z.object({ ...inOrg, providerId: Uuid, certificates: Certificates }), output: Done, example: { orgId: ORG, providerId: "0b7c1de2-5a40-4a55-8d3d-3a3f5b6f9a10", certificates: ["-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----"] },
      async handle({ orgId, providerId, certificates: given }, { actor, inOrg: within }) {
        const certificates = goodCertificates(given, now());
        await within((tx) => providers.setCertificates(tx, orgId, actor, { providerId, certificates, fingerprints: certificates.map((body) => shownCertificate(body).fingerprint) }));
        return done;
      },
    }),
  ];
}

function goodCertificates(given: readonly string[], now: number): readonly string[] {
  try {
    return readCertificates(given, now);
  } catch (error) {
    throw fail("PROVIDER_BAD", { detail: (error as Error).message }, error);
  }
}
