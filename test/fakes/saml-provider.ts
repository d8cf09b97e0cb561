import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { SignedXml, type SignatureAlgorithm } from "xml-crypto";
import { ownAuthority } from "../../src-main/central/http/certificates.ts";

// A PROVIDER FOR TESTS, not somebody's product: it reads requests and signs answers as SAML 2.0 says (redirect out, form back)
// and can be told to say one thing wrong, to sign in another way, or to have its answer bent after it was signed.

export type Asked = { readonly id: string; readonly issuer: string; readonly answersTo: string; readonly destination: string; readonly isForced: boolean; readonly relay: string };
export type As = { readonly nameId: string; readonly format?: string; readonly attributes?: Readonly<Record<string, string>> };
export type Told = {
  issuer?: string; outerIssuer?: string; audience?: string; recipient?: string; destination?: string | null; inResponseTo?: string | null;
  /** Only in the confirmation, where it counts. */
  confirms?: string | null;
  notBefore?: string; notOnOrAfter?: string; confirmedUntil?: string; authnInstant?: string; way?: string; method?: string; status?: string; relay?: string; version?: string;
  /** Written as they are. */
  nameIdXml?: string; conditionsXml?: string; statementsXml?: string; conditions?: "none";
  signs?: "assertion" | "response" | "both" | "none"; with?: "own" | "next" | "foreign" | "curve"; algorithm?: string; digest?: string; transforms?: readonly string[]; prefix?: string; prefixList?: readonly string[]; showsKey?: boolean;
  beforeSigning?: (xml: string) => string; afterSigning?: (xml: string) => string;
};
export type SamlForm = { readonly SAMLResponse: string; readonly RelayState: string };
export type TestSamlProvider = {
  readonly entityId: string;
  readonly signInUrl: string;
  readonly certificate: string;
  readonly next: string;
  readonly curve: string;
  readonly foreign: string;
  metadata(over?: { readonly wantsSigned?: boolean; readonly binding?: string; readonly certificates?: readonly string[] }): string;
  asked(url: string): Asked;
  /** What a browser that is sent there and signs in is sent back with. */
  answer(url: string, as: As, told?: Told): SamlForm;
};

const MORE = "http://www.w3.org/2001/04/xmldsig-more#";
export const RSA_SHA256 = `${MORE}rsa-sha256`;
const SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256";
const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const size = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.of(tag, ...size), body]);
};
const seq = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const time = (ms: number): Buffer => der(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`));

/** Self-signed, as providers have them. */
export function certificateOf(keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }, name: string, endsAt = Date.now() + 365 * 86_400_000): string {
  const isRsa = keys.privateKey.asymmetricKeyType === "rsa";
  const algorithm = isRsa ? seq(der(0x06, Buffer.from("2a864886f70d01010b", "hex")), der(0x05)) : seq(der(0x06, Buffer.from("2a8648ce3d040302", "hex")));
  const named = seq(der(0x31, seq(der(0x06, Buffer.from("550403", "hex")), der(0x0c, Buffer.from(name)))));
  const body = seq(der(0xa0, der(0x02, Buffer.of(2))), der(0x02, Buffer.from(`01${randomBytes(8).toString("hex")}`, "hex")), algorithm, named, seq(time(Date.now() - 30 * 86_400_000), time(endsAt)), named, keys.publicKey.export({ type: "spki", format: "der" }));
  const bytes = seq(body, algorithm, der(0x03, Buffer.of(0), sign("sha256", body, keys.privateKey)));
  return `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64").replace(/(.{64})/g, "$1\n").trimEnd()}\n-----END CERTIFICATE-----\n`;
}

const bare = (pem: string): string => pem.replaceAll(/-----[A-Z ]+-----|\s/g, "");
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const at = (ms: number): string => new Date(ms).toISOString();

class EcdsaSha256 implements SignatureAlgorithm {
  getAlgorithmName = (): string => `${MORE}ecdsa-sha256`;
  getSignature = ((text: string, key: string) => sign("sha256", Buffer.from(text), { key: createPrivateKey(key), dsaEncoding: "ieee-p1363" }).toString("base64")) as SignatureAlgorithm["getSignature"];
  verifySignature = (): boolean => false;
}

export function samlProvider({ now = Date.now, signInUrl = "https://idp.example/sso?tenant=house" }: { readonly now?: () => number; readonly signInUrl?: string } = {}): TestSamlProvider {
  const entityId = "https://idp.example/metadata";
  const rsa = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keys = { own: rsa(), next: rsa(), foreign: rsa(), curve: generateKeyPairSync("ec", { namedCurve: "P-256" }) };
  const certificates = { own: certificateOf(keys.own, "house idp"), next: certificateOf(keys.next, "house idp"), foreign: certificateOf(keys.foreign, "house idp"), curve: certificateOf(keys.curve, "house idp") };

  const asked: TestSamlProvider["asked"] = (url) => {
    const { searchParams } = new URL(url);
    const xml = inflateRawSync(Buffer.from(searchParams.get("SAMLRequest") ?? "", "base64")).toString("utf8");
    const of = (name: string): string => new RegExp(` ${name}="([^"]*)"`).exec(xml)?.[1] ?? "";
    return { id: of("ID"), issuer: /<saml:Issuer[^>]*>([^<]*)</.exec(xml)?.[1] ?? "", answersTo: of("AssertionConsumerServiceURL"), destination: of("Destination"), isForced: of("ForceAuthn") === "true", relay: searchParams.get("RelayState") ?? "" };
  };

  function signed(xml: string, what: "Response" | "Assertion", told: Told): string {
    const which = told.with ?? "own";
    const signer = new SignedXml({ privateKey: keys[which].privateKey.export({ type: "pkcs8", format: "pem" }) as string, publicCert: certificates[which], signatureAlgorithm: told.algorithm ?? (which === "curve" ? `${MORE}ecdsa-sha256` : RSA_SHA256), canonicalizationAlgorithm: EXCLUSIVE, ...(told.showsKey === true ? {} : { getKeyInfoContent: () => null }) });
    signer.SignatureAlgorithms[`${MORE}ecdsa-sha256`] = EcdsaSha256;
    signer.addReference({ xpath: `//*[local-name(.)='${what}']`, transforms: told.transforms ?? [ENVELOPED, EXCLUSIVE], digestAlgorithm: told.digest ?? SHA256, inclusiveNamespacesPrefixList: [...(told.prefixList ?? [])] });
    // The library lists prefixes under every transform; providers do so only where it means something.
    const inner = signer as unknown as { signatureNode: { getElementsByTagName(name: string): ArrayLike<{ parentNode: { removeChild(one: unknown): void } }> }; calculateSignatureValue(...given: unknown[]): void };
    const calculate = inner.calculateSignatureValue.bind(signer);
    inner.calculateSignatureValue = (...given) => {
      const [first] = Array.from(inner.signatureNode.getElementsByTagName("InclusiveNamespaces"));
      first?.parentNode.removeChild(first);
      calculate(...given);
    };
    signer.computeSignature(xml, { prefix: told.prefix ?? "ds", location: { reference: `//*[local-name(.)='${what}']/*[local-name(.)='Issuer']`, action: "after" } });
    return signer.getSignedXml();
  }

  return {
    entityId, signInUrl, asked,
    certificate: certificates.own, next: certificates.next, curve: certificates.curve, foreign: certificates.foreign,
    metadata: ({ wantsSigned = false, binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect", certificates: shown = [certificates.own] } = {}) =>
      `<?xml version="1.0" encoding="UTF-8"?>\n<!-- of the house -->\n<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${entityId}">\n  <IDPSSODescriptor WantAuthnRequestsSigned="${String(wantsSigned)}" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">\n    ${shown.map((pem) => `<KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n${bare(pem)}\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>`).join("")}\n    <SingleSignOnService Binding="${binding}" Location="${escaped(signInUrl)}"/>\n  </IDPSSODescriptor>\n</EntityDescriptor>\n`,
    answer(url, { nameId, format = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", attributes = {} }, told = {}) {
      const { id, issuer, answersTo, relay } = asked(url);
      const newId = (): string => `_${randomBytes(16).toString("hex")}`;
      const given = (name: string, value: string | null | undefined, usual: string): string => (value === null ? "" : ` ${name}="${escaped(value ?? usual)}"`);
      const said = Object.entries(attributes).map(([name, value]) => `<saml:Attribute Name="${name}"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">${escaped(value)}</saml:AttributeValue></saml:Attribute>`).join("");
      const conditions = told.conditions === "none" ? "" : `<saml:Conditions NotBefore="${told.notBefore ?? at(now() - 1000)}" NotOnOrAfter="${told.notOnOrAfter ?? at(now() + 300_000)}">${told.conditionsXml ?? `<saml:AudienceRestriction><saml:Audience>${escaped(told.audience ?? issuer)}</saml:Audience></saml:AudienceRestriction>`}</saml:Conditions>`;
      const statements = told.statementsXml ?? `<saml:AuthnStatement AuthnInstant="${told.authnInstant ?? at(now() - 1000)}" SessionIndex="${newId()}"><saml:AuthnContext><saml:AuthnContextClassRef>${told.way ?? "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>${said === "" ? "" : `<saml:AttributeStatement>${said}</saml:AttributeStatement>`}`;
      const confirms = told.confirms === undefined ? told.inResponseTo : told.confirms;
      const assertion = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${newId()}" Version="2.0" IssueInstant="${at(now())}"><saml:Issuer>${escaped(told.issuer ?? entityId)}</saml:Issuer><saml:Subject>${told.nameIdXml ?? `<saml:NameID Format="${format}">${escaped(nameId)}</saml:NameID>`}<saml:SubjectConfirmation Method="${told.method ?? "urn:oasis:names:tc:SAML:2.0:cm:bearer"}"><saml:SubjectConfirmationData NotOnOrAfter="${told.confirmedUntil ?? at(now() + 300_000)}" Recipient="${escaped(told.recipient ?? answersTo)}"${given("InResponseTo", confirms, id)}/></saml:SubjectConfirmation></saml:Subject>${conditions}${statements}</saml:Assertion>`;
      const response = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${newId()}" Version="${told.version ?? "2.0"}" IssueInstant="${at(now())}"${given("Destination", told.destination, answersTo)}${given("InResponseTo", told.inResponseTo, id)}>\n  <saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${escaped(told.outerIssuer ?? told.issuer ?? entityId)}</saml:Issuer>\n  <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${told.status ?? "Success"}"/></samlp:Status>\n  ${told.status === undefined ? assertion : ""}\n</samlp:Response>`;
      const signs = told.status === undefined ? (told.signs ?? "assertion") : "none";
      let xml = told.beforeSigning?.(response) ?? response;
      if (signs === "assertion" || signs === "both") xml = signed(xml, "Assertion", told);
      if (signs === "response" || signs === "both") xml = signed(xml, "Response", told);
      return { SAMLResponse: Buffer.from(told.afterSigning?.(xml) ?? xml).toString("base64"), RelayState: told.relay ?? relay };
    },
  };
}

/** The same with a page that a browser can be sent to: whoever comes presses the one button and is Linus. By its address it is another site than the server. */
export async function samlPage(): Promise<AsyncDisposable & { readonly provider: TestSamlProvider }> {
  const folder = mkdtempSync(join(tmpdir(), "sena-saml-"));
  const tls = ownAuthority(folder, ["127.0.0.1"], Date.now());
  const server = createServer({ key: tls.key, cert: tls.cert }, (request, response) => {
    if (request.url?.startsWith("/sso?") !== true) return void response.writeHead(404).end();
    const url = new URL(request.url, provider.signInUrl).href;
    const form = provider.answer(url, { nameId: "linus", attributes: { mail: "linus@provider.example", displayName: "Linus" } });
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(`<!doctype html><html lang="en"><title>Provider for tests</title><h1>Provider for tests</h1><form method="post" action="${escaped(provider.asked(url).answersTo)}"><input type="hidden" name="SAMLResponse" value="${form.SAMLResponse}"><input type="hidden" name="RelayState" value="${escaped(form.RelayState)}"><button>Sign in as Linus</button></form>`);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const provider = samlProvider({ signInUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}/sso` });
  return {
    provider,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((gone) => server.close(gone));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const fingerprintOf = (pem: string): string => createHash("sha256").update(new X509Certificate(pem).raw).digest("hex");
