import { deflateRawSync } from "node:zlib";
import { fail } from "../../failures.ts";
import { assertAnswers, readAssertion, type Asserted, type Expected } from "./assertion.ts";
import { keysOf, readCertificates } from "./certificates.ts";
import { readDescription, type Described } from "./metadata.ts";
import { ASSERTION, POST, PROTOCOL } from "./names.ts";
import { shapeOf, type Signed } from "./shape.ts";
import { signedBytes } from "./signature.ts";
import { escaped, isSame, onlyChild, readXml, type XmlElement } from "./xml.ts";

// SAML 2.0, web browser sign-on that begins here: a request goes out by redirect, the answer comes back by a form. The answer
// is read twice by one reader: once to look at its shape and believe nothing, and once more from the very bytes that a key of
// the provider signed. Only what the second reading says is taken, and the two must say the same.

export type SamlProvider = { readonly entityId: string; readonly signInUrl: string; readonly certificates: readonly string[] };
export type SamlPlace = { readonly entityId: string; readonly answersTo: string };
export type GivenProvider = { readonly metadata?: string | undefined; readonly entityId?: string | undefined; readonly signInUrl?: string | undefined; readonly certificates?: readonly string[] | undefined };
export type SamlNeeds = { readonly now: () => number; readonly placeOf: (orgId: string) => SamlPlace };
export type Answered = { readonly orgId: string; readonly answer: string; readonly requestId: string; /** When the request went out. */ readonly begunAt: number; readonly isProof: boolean };

/** An answer with fifty groups in it is 20 KB. */
const LARGEST_ANSWER = 128 * 1024;
const LONGEST_NAME = 300;

export function createSaml({ now, placeOf }: SamlNeeds) {
  return {
    placeOf,
    /** What an admin gave, as it is kept; said in plain words where it will not do. */
    look(of: GivenProvider): SamlProvider {
      try {
        return looked(of, now());
      } catch (error) {
        throw fail("PROVIDER_BAD", { detail: wordsOf(error) }, error);
      }
    },
    begin(of: SamlProvider, { orgId, requestId, state, isProof }: { readonly orgId: string; readonly requestId: string; readonly state: string; readonly isProof: boolean }): string {
      const { entityId, answersTo } = placeOf(orgId);
      const request = `<samlp:AuthnRequest xmlns:samlp="${PROTOCOL}" ID="${requestId}" Version="2.0" IssueInstant="${new Date(now()).toISOString()}" Destination="${escaped(of.signInUrl)}" AssertionConsumerServiceURL="${escaped(answersTo)}" ProtocolBinding="${POST}"${isProof ? ' ForceAuthn="true"' : ""}><saml:Issuer xmlns:saml="${ASSERTION}">${escaped(entityId)}</saml:Issuer><samlp:NameIDPolicy AllowCreate="true"/></samlp:AuthnRequest>`;
      const url = new URL(of.signInUrl);
      url.searchParams.set("SAMLRequest", deflateRawSync(request).toString("base64"));
      url.searchParams.set("RelayState", state);
      return url.href;
    },
    finish(of: SamlProvider, { orgId, answer, requestId, begunAt, isProof }: Answered): Asserted {
      try {
        const { entityId: audience, answersTo: recipient } = placeOf(orgId);
        const expected = { issuer: of.entityId, audience, recipient, requestId, begunAt, isProof, now: now() };
        return readAssertion(believed(textOf(answer), keysOf(of.certificates, now()), expected), expected);
      } catch (error) {
        throw fail("PROVIDER_REFUSED", { detail: wordsOf(error) }, error);
      }
    },
  };
}
export type Saml = ReturnType<typeof createSaml>;

const wordsOf = (error: unknown): string => (error as Error).message.replace(/\.$/, "").slice(0, 300);

function looked({ metadata, ...given }: GivenProvider, now: number): SamlProvider {
  const { entityId, signInUrl, certificates }: Described = metadata === undefined ? { entityId: given.entityId ?? "", signInUrl: given.signInUrl ?? "", certificates: given.certificates ?? [] } : readDescription(metadata);
  if (entityId === "" || entityId.length > LONGEST_NAME) throw new Error("it lacks its own name (entity id), or has one that is too long");
  if (URL.parse(signInUrl)?.protocol !== "https:" || signInUrl.length > 2 * LONGEST_NAME) throw new Error("its sign-in address is not an https address");
  return { entityId, signInUrl, certificates: readCertificates(certificates, now) };
}

function textOf(answer: string): string {
  const plain = answer.replaceAll(/[\r\n]/g, "");
  if (plain.length > (LARGEST_ANSWER * 4) / 3) throw new Error("it is larger than any provider's answer");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(plain)) throw new Error("it is not encoded as an answer is");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(plain, "base64"));
  } catch (error) {
    throw new Error("it is not text", { cause: error });
  }
}

/**
 * The assertion as it was signed. An envelope that is not signed is only looked at for contradictions, and before the signature
 * inside: whoever kept an old answer makes the library work no more for one that answers nothing that is open.
 */
function believed(text: string, keys: Parameters<typeof signedBytes>[2], expected: Expected): XmlElement {
  const { response, assertion, signed } = shapeOf(readXml(text));
  if (!signed.some(({ element }) => element === response)) assertAnswers(response, false, expected);
  const read = signed.map((each) => ({ of: each.element, signed: reread(text, each, keys) }));
  const outer = read.find(({ of }) => of === response)?.signed;
  if (outer !== undefined) assertAnswers(outer, true, expected);
  const inner = read.find(({ of }) => of === assertion)?.signed ?? (outer && onlyChild(outer, ASSERTION, "Assertion"));
  if (inner === undefined) throw new Error("nothing in it is signed");
  return inner;
}

function reread(text: string, { element, signature }: Signed, keys: Parameters<typeof signedBytes>[2]): XmlElement {
  try {
    readXml(text.slice(signature.from, signature.to));
  } catch (error) {
    throw new Error("its signature leans on names that stand outside of it", { cause: error });
  }
  const found = readXml(signedBytes(text, signature, keys));
  // The same element by two ways: what was looked at, without the signature that is taken out before hashing, and what was signed.
  if (!isSame({ ...element, children: element.children.filter((child) => child !== signature) }, found)) throw new Error("what is signed in it is not what it shows");
  return found;
}
