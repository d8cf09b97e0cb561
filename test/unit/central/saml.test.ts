import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createSaml } from "../../../src-main/central/identity/saml/saml.ts";
import { shownText } from "../../../src-main/central/identity/shown-text.ts";
import { readXml } from "../../../src-main/central/identity/saml/xml.ts";
import { certificateOf, samlProvider, type As, type SamlForm, type Told } from "../../fakes/saml-provider.ts";

// Who somebody is stands in signed XML. Each way to bend it that has a name is tried here, and beside each stands the same
// answer unbent, which is taken.

const ORG = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const clock = { value: Date.parse("2026-03-01T12:00:00Z") };
const provider = samlProvider({ now: () => clock.value });
const placeOf = (orgId: string) => ({ entityId: `https://central.example/v1/saml/${orgId}`, answersTo: `https://central.example/v1/saml/${orgId}/acs` });
const saml = createSaml({ now: () => clock.value, placeOf });
const kept = { entityId: provider.entityId, signInUrl: provider.signInUrl, certificates: saml.look({ metadata: provider.metadata({ certificates: [provider.certificate, provider.curve] }) }).certificates };
const grace: As = { nameId: "grace-1", attributes: { mail: "grace@provider.example", displayName: "Grace <Hopper> & Co" } };
const REQUEST = "_request1";

const url = (isProof = false, requestId = REQUEST): string => saml.begin(kept, { orgId: ORG, requestId, state: "relay-1", isProof });
const finish = ({ SAMLResponse }: Pick<SamlForm, "SAMLResponse">, isProof = false, agoMs = 0) => saml.finish(kept, { orgId: ORG, answer: SAMLResponse, requestId: REQUEST, begunAt: clock.value - agoMs, isProof });
const answered = (told: Told = {}, as: As = grace) => provider.answer(url(), as, told);
const text = ({ SAMLResponse }: SamlForm): string => Buffer.from(SAMLResponse, "base64").toString("utf8");
const form = (xml: string) => ({ SAMLResponse: Buffer.from(xml).toString("base64") });
const at = (offsetMs: number): string => new Date(clock.value + offsetMs).toISOString();

describe("a sign-in by SAML", () => {
  it("goes out as a request that names us, where to answer and nothing else, and asks again for a proof", () => {
    expect(url()).toMatch(/^https:\/\/idp\.example\/sso\?tenant=house&SAMLRequest=.+&RelayState=relay-1$/);
    expect(provider.asked(url())).toEqual({ id: REQUEST, issuer: placeOf(ORG).entityId, answersTo: placeOf(ORG).answersTo, destination: provider.signInUrl, isForced: false, relay: "relay-1" });
    expect(provider.asked(url(true)).isForced).toBe(true);
  });

  it.each<[string, Told]>([
    ["whose assertion is signed", {}],
    ["that is signed itself", { signs: "response" }],
    ["that is signed, with an assertion that is signed", { signs: "both" }],
    ["signed on a curve", { with: "curve" }],
    ["signed with RSA and SHA-512", { algorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", digest: "http://www.w3.org/2001/04/xmlenc#sha512" }],
    ["that shows a key, which nobody looks at", { showsKey: true }],
    ["that says nothing of where it is sent to, while its assertion does", { destination: null }],
    ["whose assertion was made by a clock that is a little ahead", { beforeSigning: (xml) => xml.replace(/(<saml:Assertion [^>]*IssueInstant=")[^"]+/, `$1${at(59_000)}`) }],
    ["whose session at the provider goes on", { beforeSigning: (xml) => xml.replace("<saml:AuthnStatement ", `<saml:AuthnStatement SessionNotOnOrAfter="${at(-59_000)}" `) }],
    ["whose name is said to be the provider's, for us", { nameIdXml: `<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" NameQualifier="${provider.entityId}" SPNameQualifier="${placeOf(ORG).entityId}">grace-1</saml:NameID>` }],
    ["with a second confirmation that is not for whoever brings it", { beforeSigning: (xml) => xml.replace("<saml:SubjectConfirmation ", `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"/><saml:SubjectConfirmation `) }],
    ["with a declaration in single quotes, and a mark of the byte order before it", { afterSigning: (xml) => `\u{feff}<?xml  version='1.0'  encoding='utf-8'?>${xml}` }],
    ["with a few words more in its status", { afterSigning: (xml) => xml.replace("</samlp:Status>", `<samlp:StatusDetail>${"<x/>".repeat(20)}</samlp:StatusDetail></samlp:Status>`) }],
    ["of a clock that is a little ahead", { notBefore: at(50_000) }],
    ["of a clock that is a little behind", { notOnOrAfter: at(-50_000), confirmedUntil: at(-50_000) }],
  ])("is taken with an answer %s", (_, told) => {
    expect(finish(answered(told))).toMatchObject({ subject: "persistent grace-1", email: "grace@provider.example", name: "Grace <Hopper> & Co", isStrong: false });
  });

  const saml2 = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"';
  it.each<[string, Told]>([
    ["with its namespaces on the envelope and a list of prefixes", { prefixList: ["xs"], signs: "both", beforeSigning: (xml) => xml.replaceAll(` ${saml2}`, "").replaceAll(' xmlns:xs="http://www.w3.org/2001/XMLSchema"', "").replace("<samlp:Response ", `<samlp:Response ${saml2} xmlns:xs="http://www.w3.org/2001/XMLSchema" `) }],
    ["in default namespaces, its signature too", { prefix: "", beforeSigning: (xml) => xml.replaceAll(saml2, 'xmlns="urn:oasis:names:tc:SAML:2.0:assertion"').replaceAll(/(<\/?)saml:/g, "$1") }],
    ["with returns in its signature, as some write base64", { showsKey: true, afterSigning: (xml) => xml.replaceAll(/(<ds:SignatureValue>.{40})/g, "$1&#13;\n").replaceAll(/(<ds:X509Certificate>.{64})/g, "$1&#xD;\n") }],
  ])("is taken as other houses' providers write it: %s", (_, told) => {
    expect(text(answered(told))).not.toBe(text(answered({ ...told, beforeSigning: (xml) => xml, afterSigning: (xml) => xml })));
    expect(finish(answered(told))).toMatchObject({ subject: "persistent grace-1", email: "grace@provider.example" });
    expect(() => finish(answered({ ...told, with: "foreign" }))).toThrow(/none of this provider's certificates/);
  });

  it("is taken with umlauts, a declaration before it and line ends of Windows", () => {
    const told: Told = { beforeSigning: (xml) => `<?xml version="1.0" encoding="UTF-8"?>\r\n${xml.replaceAll("\n", "\r\n")}` };
    expect(finish(answered(told, { nameId: "jürgen", attributes: { mail: "j@provider.example", givenName: "Jürgen", sn: "Groß" } }))).toMatchObject({ subject: "persistent jürgen", name: "Jürgen Groß" });
  });

  it("knows more than a password when the provider says so in a way that is known, and never makes an address up that would find somebody", () => {
    expect(finish(answered({ way: "https://refeds.org/profile/mfa" })).isStrong).toBe(true);
    expect(finish(answered({}, { nameId: "x", attributes: { "http://schemas.microsoft.com/claims/authnmethodsreferences": "http://schemas.microsoft.com/claims/multipleauthn" } })).isStrong).toBe(true);
    expect(finish(answered({ way: "urn:mfa-says-somebody" })).isStrong).toBe(false);
    // Every way that it names; one of two is not all.
    const statement = (way: string): string => `<saml:AuthnStatement AuthnInstant="${at(-1000)}"><saml:AuthnContext><saml:AuthnContextClassRef>${way}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`;
    const strong = statement("https://refeds.org/profile/mfa");
    expect([strong + strong, strong + statement("urn:password")].map((statementsXml) => finish(answered({ statementsXml })).isStrong)).toEqual([true, false]);
    expect(finish(answered({}, { nameId: "o'neil" })).email).toBe("o-neil@idp.example");
    expect(finish(answered({}, { nameId: "ada@provider.example", format: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress" }))).toMatchObject({ subject: "emailAddress ada@provider.example", email: "ada@provider.example" });
  });
});

describe("what SAML says of somebody", () => {
  it("knows whom it is about to the letter: white space that XML has none of is part of a name, and of nobody else's", () => {
    const named = (nameId: string): string => finish(answered({}, { ...grace, nameId })).subject;
    expect(named("\n  grace-1\t")).toBe("persistent grace-1");
    for (const other of ["grace-1\u00a0", "\u2003grace-1", "grace-1\ufeff"]) expect(named(other)).toBe(`persistent ${other}`);
    expect(() => finish(answered({ audience: `${placeOf(ORG).entityId}\u00a0` }))).toThrow(/another audience/);
  });

  it("is kept as far as it can be seen, whole characters of it, and never as an empty name", () => {
    const named = (displayName: string): string => finish(answered({}, { nameId: "x", attributes: { mail: "x@provider.example", displayName } })).name;
    expect(named(`${"a".repeat(79)}\u{1f600}b`)).toBe(`${"a".repeat(79)}\u{1f600}`);
    expect(named("Ad\u{202e}a\u{200b} \u{2066}L\u{feff}\u{85}ovelace")).toBe("Ada L ovelace");
    expect(named("\u{200b}\u{200b}")).toBe("x@provider.example");
    expect(named("Zoë 李")).toBe("Zoë 李");
    expect(shownText("\u{d83d}x", 5)).toBe("\u{fffd}x");
  });
  it("holds a day at most, whatever it says, and as long as it says below that", () => {
    const day = 24 * 3_600_000;
    expect(finish(answered({ confirmedUntil: at(30 * day) })).endsAt).toBe(clock.value + day);
    expect(finish(answered({ confirmedUntil: at(3_600_000) })).endsAt).toBe(clock.value + 3_660_000);
  });
});

describe("an answer by SAML is refused when", () => {
  const refused = (given: Pick<SamlForm, "SAMLResponse">, why: RegExp, isProof = false): void => {
    expect(() => finish(given, isProof)).toThrow(expect.objectContaining({ code: "PROVIDER_REFUSED", message: expect.stringMatching(why) as string }) as Error);
    // The twin.
    expect(finish(answered()).subject).toBe("persistent grace-1");
  };

  it.each<[string, Told, RegExp]>([
    ["it is signed by another key", { with: "foreign" }, /in none of this provider's certificates/],
    ["it is signed by another key, which it shows", { with: "foreign", showsKey: true }, /in none of this provider's certificates/],
    ["its response is signed by another key around an assertion that is not", { signs: "response", with: "foreign", showsKey: true }, /in none of this provider's certificates/],
    ["nothing in it is signed", { signs: "none" }, /nothing in it is signed/],
    ["it is signed with SHA-1", { algorithm: "http://www.w3.org/2000/09/xmldsig#rsa-sha1" }, /rsa-sha1.*SHA-1 is not/],
    ["it is hashed with SHA-1", { digest: "http://www.w3.org/2000/09/xmldsig#sha1" }, /sha1.*SHA-1 is not/],
    ["what is signed is canonical in another way", { transforms: ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"] }, /ways that are not taken/],
    ["comments are signed with it", { transforms: ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"] }, /ways that are not taken/],
    ["it has expired", { notOnOrAfter: at(-61_000) }, /has expired/],
    ["its confirmation has expired", { confirmedUntil: at(-61_000) }, /has expired/],
    ["it does not hold yet", { notBefore: at(61_000) }, /does not hold yet/],
    ["its times are no times", { confirmedUntil: "tomorrow" }, /no proper NotOnOrAfter/],
    ["it is for another audience", { audience: "https://elsewhere.example" }, /another audience/],
    ["it is for another organisation here", { audience: placeOf("bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb").entityId }, /another audience/],
    ["it is for no audience", { conditionsXml: "" }, /another audience/],
    ["one of two audiences is another", { conditionsXml: `<saml:AudienceRestriction><saml:Audience>${placeOf(ORG).entityId}</saml:Audience></saml:AudienceRestriction><saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction>` }, /another audience/],
    ["it sets a condition that nobody knows", { conditionsXml: `<saml:AudienceRestriction><saml:Audience>${placeOf(ORG).entityId}</saml:Audience></saml:AudienceRestriction><saml:Condition>x</saml:Condition>` }, /condition that is not known/],
    ["it has no conditions", { conditions: "none" }, /lacks its issuer, its subject or its conditions/],
    ["it is for another recipient", { recipient: "https://elsewhere.example/acs" }, /another recipient/],
    ["it was sent to another address", { destination: "https://elsewhere.example/acs" }, /sent to another address/],
    ["it is signed and does not say where it is sent to", { signs: "response", destination: null }, /sent to another address/],
    ["it comes from another provider", { issuer: "https://evil.example" }, /another provider/],
    ["its envelope comes from another provider", { outerIssuer: "https://evil.example" }, /another provider/],
    ["nobody asked for it", { inResponseTo: null }, /answers nothing that was asked here/],
    ["its envelope alone says that it was asked for", { confirms: null }, /answers nothing that was asked here/],
    ["it answers another sign-in", { inResponseTo: "_another" }, /another sign-in/],
    ["its envelope alone answers this sign-in", { confirms: "_another" }, /another sign-in/],
    ["it is not for whoever brings it", { method: "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches" }, /not for whoever brings it/],
    ["its assertion was made in the future", { beforeSigning: (xml) => xml.replace(/(<saml:Assertion [^>]*IssueInstant=")[^"]+/, `$1${at(61_000)}`) }, /made in the future/],
    ["the session at the provider is over", { beforeSigning: (xml) => xml.replace("<saml:AuthnStatement ", `<saml:AuthnStatement SessionNotOnOrAfter="${at(-61_000)}" `) }, /has expired/],
    ["its confirmation has a beginning", { beforeSigning: (xml) => xml.replace("<saml:SubjectConfirmationData ", `<saml:SubjectConfirmationData NotBefore="${at(-1000)}" `) }, /has a beginning/],
    ["two confirmations are for whoever brings it", { beforeSigning: (xml) => xml.replace(/<saml:SubjectConfirmation [^]*<\/saml:SubjectConfirmation>/, (one) => `${one}${one}`) }, /more than one/],
    ["the name is one among another provider's", { nameIdXml: `<saml:NameID NameQualifier="https://evil.example">grace-1</saml:NameID>` }, /names of another provider/],
    ["the name is one for another service", { nameIdXml: `<saml:NameID SPNameQualifier="https://other.example">grace-1</saml:NameID>` }, /for another service/],
    ["it declares prefixes without end", { afterSigning: (xml) => xml.replace("<samlp:StatusCode", `<samlp:StatusDetail ${Array.from({ length: 39 }, (_, index) => `xmlns:a${index}="u"`).join(" ")}><x ${Array.from({ length: 30 }, (_, index) => `xmlns:b${index}="u"`).join(" ")}/></samlp:StatusDetail><samlp:StatusCode`) }, /more prefixes/],
    ["nobody signed in", { statementsXml: "" }, /does not say that anybody signed in/],
    ["somebody signed in tomorrow", { authnInstant: at(86_400_000) }, /in the future/],
    ["the provider says no", { status: "Requester" }, /says Requester/],
    ["it is of another version", { version: "1.1" }, /no response of SAML 2.0/],
    ["the name changes each time", { nameIdXml: `<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient">x</saml:NameID>` }, /transient/],
    ["the name has elements in it", { nameIdXml: "<saml:NameID><b>admin</b></saml:NameID>" }, /elements where a text belongs/],
    ["there is no name", { nameIdXml: "<saml:NameID> </saml:NameID>" }, /whom it vouches for/],
    ["there are two names", { nameIdXml: "<saml:NameID>a</saml:NameID><saml:NameID>b</saml:NameID>" }, /more than one NameID/],
    ["a comment splits the name", { nameIdXml: "<saml:NameID>admin@house.example<!-- -->.evil.example</saml:NameID>" }, /holds a comment/],
    ["a comment is put into the name afterwards", { afterSigning: (xml) => xml.replace("grace-1<", "grace<!---->-1<") }, /holds a comment/],
    ["an instruction is in it", { afterSigning: (xml) => xml.replace("grace-1<", "grace<?x?>-1<") }, /processing instruction/],
    ["a CDATA section is in it", { nameIdXml: "<saml:NameID><![CDATA[grace-1]]></saml:NameID>" }, /CDATA/],
    ["it declares entities", { afterSigning: (xml) => `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${xml}` }, /document type/],
    ["it uses an entity of its own", { afterSigning: (xml) => xml.replace("grace-1<", "&e;<") }, /entity of its own/],
    ["two elements have one id", { afterSigning: (xml) => xml.replace("<saml:Subject>", `<saml:Subject Id="${/Assertion [^>]*ID="([^"]+)"/.exec(xml)?.[1] ?? ""}">`) }, /one id/],
    ["something is encrypted in it", { afterSigning: (xml) => xml.replace("<samlp:Status>", "<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"/><samlp:Status>") }, /encrypted/],
  ])("%s", (_, told, why) => refused(answered(told), why));

  it("any letter of what was signed is another, in any text and any attribute", () => {
    for (const signs of ["assertion", "both"] as const) {
      const xml = text(answered({ signs }));
      const from = signs === "assertion" ? xml.indexOf("<saml:Assertion") : 0;
      // Every value between quotes and every text between tags, one letter each; the signature's own are among them.
      // Only a prefix that stands in a value and in no name is not signed (exclusive canonical XML); nobody reads it.
      const places = [...xml.slice(from).matchAll(/(?<!xmlns:xs)="([^"]+)"|>([^<\s][^<]*)</g)].map((found) => from + found.index + (signs === "both" ? found[0].indexOf(found[1] ?? found[2] ?? "") : found[0].length - 2));
      expect(places.length).toBeGreaterThan(30);
      for (const place of places) {
        const bent = `${xml.slice(0, place)}${xml[place] === "A" ? "B" : "A"}${xml.slice(place + 1)}`;
        expect(() => finish(form(bent)), xml.slice(place - 30, place + 2)).toThrow(/not taken/);
      }
      expect(finish(form(xml)).subject).toBe("persistent grace-1");
    }
  });

  it("somebody else signed it, which is asked before anything large is hashed", () => {
    const bend = (xml: string): string => xml.replace("grace-1", "admin");
    refused(answered({ with: "foreign", afterSigning: bend }), /none of this provider's certificates/);
    refused(answered({ afterSigning: bend }), /changed after it was signed/);
  });

  it("nobody signed its envelope and there is more in it than any provider says, or it answers nothing, whatever stands inside", () => {
    const loose = (more: number) => answered({ afterSigning: (xml) => xml.replace("</samlp:Status>", `<samlp:StatusDetail>${"<x/>".repeat(more)}</samlp:StatusDetail></samlp:Status>`) });
    refused(loose(2800), /more around what is signed/);
    refused(answered({ signs: "both", showsKey: true, afterSigning: (xml) => xml.replace("<ds:X509Data>", `<ds:X509Data>${"<ds:x/>".repeat(100)}`) }), /more around what is signed/);
    // It is told before the signature is looked at: this one is nobody's.
    refused(answered({ with: "foreign", inResponseTo: "_old" }), /another sign-in/);
    refused(answered({ with: "foreign", outerIssuer: "https://evil.example" }), /another provider/);
    expect(finish(loose(40)).subject).toBe("persistent grace-1");
  });

  it("it is read in one way and was signed in another, or its signature is only one where it stands", () => {
    // What verifies takes a line separator for the end of a line, and what reads does not.
    const lines: As = { ...grace, attributes: { ...grace.attributes, title: "one\ntwo" } };
    expect(finish(answered({}, lines)).subject).toBe("persistent grace-1");
    refused(answered({ afterSigning: (xml) => xml.replace("one\ntwo", "one\u{2028}two") }, lines), /not what it shows/);
    const outside = ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"';
    refused(answered({ afterSigning: (xml) => xml.replace(outside, "").replace("<samlp:Response ", `<samlp:Response${outside} `) }), /leans on names/);
  });

  it("it is too large, no base64, no text or no XML", () => {
    refused({ SAMLResponse: Buffer.from(`<a>${"x".repeat(140 * 1024)}</a>`).toString("base64") }, /larger than any/);
    refused({ SAMLResponse: "<samlp:Response/>" }, /not encoded/);
    refused({ SAMLResponse: Buffer.from([0x3c, 0xff, 0xfe]).toString("base64") }, /not text/);
    refused(form("hello"), /text outside/);
    refused(form(text(answered()).slice(0, -20)), /not|breaks off/);
    refused(form(`${"<a>".repeat(40)}${"</a>".repeat(40)}`), /nested more deeply/);
    refused(form(`<a ${Array.from({ length: 100 }, (_, index) => `xmlns:p${index}="u"`).join(" ")}/>`), /more attributes/);
  });

  it("it proves somebody again whom the provider did not ask again", () => {
    // A minute is what two clocks may be apart; before the request it is another time that they were asked.
    refused(answered({ authnInstant: at(-61_000) }), /did not ask again/, true);
    expect(finish(answered({ authnInstant: at(-59_000) }), true).subject).toBe("persistent grace-1");
    expect(finish(answered({ authnInstant: at(-239_000) }), true, 180_000).subject).toBe("persistent grace-1");
    expect(finish(answered({ authnInstant: at(-3_600_000) })).subject).toBe("persistent grace-1");
  });

  it("the certificate it was signed under has ended, and is taken under the next", () => {
    const old = { ...kept, certificates: [certificateOf(generateKeyPairSync("rsa", { modulusLength: 2048 }), "old", clock.value - 1000).replaceAll(/-----[A-Z ]+-----|\s/g, "")] };
    expect(() => saml.finish(old, { orgId: ORG, answer: answered().SAMLResponse, requestId: REQUEST, begunAt: clock.value, isProof: false })).toThrow(/has ended/);
    const both = { ...kept, certificates: saml.look({ metadata: provider.metadata({ certificates: [provider.certificate, provider.next] }) }).certificates };
    for (const which of ["own", "next"] as const) expect(saml.finish(both, { orgId: ORG, answer: answered({ with: which }).SAMLResponse, requestId: REQUEST, begunAt: clock.value, isProof: false }).subject).toBe("persistent grace-1");
    refused(answered({ with: "next" }), /in none of this provider's certificates/);
  });
});

// Somlo and others gave eight shapes their numbers: what is signed is moved to where a verifier finds it, and something else
// is put where a reader looks.
describe("a signature is not wrapped around something else", () => {
  /** With ids of its own all through: that an id is there twice is a defence of its own, and tested as one. */
  const fresh = (xml: string): string => xml.replaceAll(/ ID="([^"]+)"/g, ' ID="$1evil"');
  const parts = (xml: string) => {
    const [assertion = ""] = /<saml:Assertion[^]*<\/saml:Assertion>/.exec(xml) ?? [];
    const [signature = ""] = /<ds:Signature[^]*?<\/ds:Signature>/.exec(xml) ?? [];
    const bare = assertion.replace(signature, "");
    const evil = fresh(bare.replace("grace-1", "admin"));
    return { assertion, signature, bare, evil };
  };
  const inside = (outer: string, more: string): string => outer.replace(/<\/saml:Assertion>$/, `${more}</saml:Assertion>`);
  const withSignature = (evil: string, signature: string): string => evil.replace("</saml:Issuer>", `</saml:Issuer>${signature}`);
  const withObject = (signature: string, more: string): string => signature.replace("</ds:Signature>", `<ds:Object>${more}</ds:Object></ds:Signature>`);
  const ofResponse = (xml: string, place: "after" | "before" | "object"): string => {
    const { signature } = parts(xml);
    const original = xml.replace(signature, "");
    const evil = fresh(original.replace("grace-1", "admin"));
    return evil.replace("</saml:Issuer>", `</saml:Issuer>${place === "object" ? withObject(signature, original) : place === "after" ? `${signature}${original}` : `${original}${signature}`}`);
  };
  const ofAssertion: readonly [string, (xml: string) => string, RegExp][] = [
    ["XSW3: another assertion stands before it", (xml) => xml.replace(parts(xml).assertion, `${parts(xml).evil}${parts(xml).assertion}`), /exactly one assertion/],
    ["XSW4: another assertion stands around it", (xml) => xml.replace(parts(xml).assertion, inside(parts(xml).evil, parts(xml).assertion)), /more than one assertion/],
    ["XSW5: another has its signature and it stands after", (xml) => xml.replace(parts(xml).assertion, `${withSignature(parts(xml).evil, parts(xml).signature)}${parts(xml).bare}`), /exactly one assertion/],
    ["XSW6: another has its signature, with it inside", (xml) => xml.replace(parts(xml).assertion, withSignature(parts(xml).evil, parts(xml).signature.replace("</ds:Signature>", `${parts(xml).bare}</ds:Signature>`))), /more than one assertion/],
    ["XSW7: another stands in an extension before it", (xml) => xml.replace("<samlp:Status>", `<samlp:Extensions>${parts(xml).evil}</samlp:Extensions><samlp:Status>`), /says something else first/],
    ["XSW8: another has its signature, with it in an object", (xml) => xml.replace(parts(xml).assertion, withSignature(parts(xml).evil, withObject(parts(xml).signature, parts(xml).bare))), /more than one assertion/],
    ["another stands after it", (xml) => xml.replace(parts(xml).assertion, `${parts(xml).assertion}${parts(xml).evil}`), /exactly one assertion/],
    ["it stands in the status, another in its place", (xml) => xml.replace(parts(xml).assertion, parts(xml).evil).replace("</samlp:Status>", `<samlp:StatusDetail>${parts(xml).assertion}</samlp:StatusDetail></samlp:Status>`), /more than one assertion/],
    ["it stands in a key, another in its place with its signature", (xml) => xml.replace(parts(xml).assertion, withSignature(parts(xml).evil, parts(xml).signature.replace("</ds:Signature>", `<ds:KeyInfo>${parts(xml).bare}</ds:KeyInfo></ds:Signature>`))), /more than one assertion/],
    ["another has the name of an assertion in no namespace", (xml) => xml.replace(parts(xml).assertion, `<Assertion>x</Assertion>${parts(xml).assertion}`), /exactly one assertion/],
    ["its signature was taken away", (xml) => xml.replace(parts(xml).signature, ""), /nothing in it is signed/],
    ["its signature was put into the envelope", (xml) => xml.replace(parts(xml).signature, "").replace("</saml:Issuer>", `</saml:Issuer>${parts(xml).signature}`), /over something else than what it stands in/],
    ["its signature has two things that were signed", (xml) => xml.replace(/<ds:Reference[^]*?<\/ds:Reference>/, (reference) => `${reference}${reference}`), /not over exactly one thing/],
    ["its signature has two lists of what was signed", (xml) => xml.replace(/<ds:SignedInfo[^]*?<\/ds:SignedInfo>/, (info) => `${info}${info}`), /a place where none belongs/],
    ["a comment stands in its hash", (xml) => xml.replace("<ds:DigestValue>", "<ds:DigestValue><!--x-->"), /holds a comment/],
  ];
  it.each(ofAssertion)("%s", (_, bend, why) => {
    const xml = text(answered());
    expect(bend(xml)).not.toBe(xml);
    expect(() => finish(form(bend(xml)))).toThrow(why);
    expect(finish(form(xml)).subject).toBe("persistent grace-1");
  });
  it.each<[string, "after" | "before" | "object", RegExp]>([["XSW1: the true response stands after its signature in another", "after", /says something else first/], ["XSW2: the true response stands before its signature in another", "before", /says something else first/], ["the true response stands in an object of its signature", "object", /more than one assertion/]])("%s", (_, place, why) => {
    const xml = text(answered({ signs: "response" }));
    expect(() => finish(form(ofResponse(xml, place)))).toThrow(why);
    expect(finish(form(xml)).subject).toBe("persistent grace-1");
  });
  it("an assertion of another answer, signed and all, is not put under this envelope, nor this one's under that", () => {
    const [mine, other] = [text(answered({ signs: "both" })), text(provider.answer(url(false, "_other"), { nameId: "admin" }, { signs: "both" }))];
    expect(() => finish(form(mine.replace(parts(mine).assertion, parts(other).assertion)))).toThrow(/changed after it was signed/);
    // With an envelope that is not signed the assertion itself says what it answers.
    const loose = text(answered());
    expect(() => finish(form(loose.replace(parts(loose).assertion, parts(text(provider.answer(url(false, "_other"), { nameId: "admin" }))).assertion)))).toThrow(/another sign-in/);
    expect(finish(form(loose)).subject).toBe("persistent grace-1");
  });
});

describe("a provider that an admin describes", () => {
  it.each<[string, Parameters<typeof saml.look>[0], RegExp]>([
    ["is no XML", { metadata: "https://idp.example/metadata" }, /text outside of its root|not XML/],
    ["is a page", { metadata: "<html><body>Sign in</body></html>" }, /no description of a provider/],
    ["wants signed requests", { metadata: provider.metadata({ wantsSigned: true }) }, /signs none/],
    ["wants signed requests, in a digit", { metadata: provider.metadata().replace(/WantAuthnRequestsSigned="[^"]*"/, 'WantAuthnRequestsSigned="1"') }, /signs none/],
    ["has no redirect", { metadata: provider.metadata({ binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" }) }, /HTTP-Redirect/],
    ["has no certificate", { metadata: provider.metadata({ certificates: [] }) }, /lacks the certificate/],
    ["declares entities", { metadata: `<!DOCTYPE x [<!ENTITY a "b">]>${provider.metadata()}` }, /document type/],
    ["is asked for without TLS", { entityId: "x", signInUrl: "http://idp.example/sso", certificates: [provider.certificate] }, /not an https address/],
    ["would run in a browser", { entityId: "x", signInUrl: "javascript:alert(1)", certificates: [provider.certificate] }, /not an https address/],
    ["has something else as a certificate", { entityId: "x", signInUrl: "https://idp.example/sso", certificates: ["hello"] }, /is none/],
    ["has a certificate that has ended", { entityId: "x", signInUrl: "https://idp.example/sso", certificates: [certificateOf(generateKeyPairSync("rsa", { modulusLength: 2048 }), "old", clock.value - 86_400_000)] }, /has ended/],
    ["has a short key", { entityId: "x", signInUrl: "https://idp.example/sso", certificates: [certificateOf(generateKeyPairSync("rsa", { modulusLength: 1024 }), "short")] }, /too weak/],
    ["is nobody", { signInUrl: "https://idp.example/sso", certificates: [provider.certificate] }, /lacks its own name/],
  ])("and %s is not added, in plain words", (_, of, why) => {
    expect(() => saml.look(of)).toThrow(why);
    expect(() => saml.look(of)).toThrow(expect.objectContaining({ code: "PROVIDER_BAD" }) as Error);
  });

  it("is kept by its name, its sign-in address and its certificates, however these were given", () => {
    const bare = provider.certificate.replaceAll(/-----[A-Z ]+-----|\s/g, "");
    for (const metadata of [provider.metadata(), `\u{feff}${provider.metadata().replace(/^<\?xml[^>]*>/, "<?xml version='1.0'\n encoding='utf-8'?>")}`, provider.metadata().replace(/WantAuthnRequestsSigned="[^"]*"/, 'WantAuthnRequestsSigned="0"')]) expect(saml.look({ metadata })).toEqual({ entityId: provider.entityId, signInUrl: provider.signInUrl, certificates: [bare] });
    expect(saml.look({ entityId: provider.entityId, signInUrl: provider.signInUrl, certificates: [`${provider.certificate}\n${provider.next}`, bare] }).certificates).toHaveLength(2);
  });
});

describe("the XML that is read", () => {
  it.each(["<a b='1' b='2'/>", "<a xmlns:x='u' xmlns:y='u' x:b='1' y:b='2'/>", "<x:a/>", "<a x:b='1'/>", "<a xmlns:xml='u'/>", "<a></b>", "<a/><b/>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>]]></a>", "<a b='<'/>", "<a b=1/>", "<a>\u{1}</a>", "<a>x<b/></a>", "<a", "", "<a>&amp</a>", "<?xml version='1.1'?><a/>", " <?xml version=\"1.0\"?><a/>", "<a xmlns:b=''/>"])("is not %s", (source) => {
    expect(() => readXml(source)).toThrow();
  });
  it("is elements, attributes and text, with names resolved", () => {
    const read = readXml(`<?xml version="1.0"?><p:a xmlns:p="urn:p" xmlns="urn:d" p:x="1&#10;2"><b>&lt;&#x41;&amp;</b><c xmlns=""/></p:a>`);
    expect([read.name, read.namespace, read.attributes.get("{urn:p}x"), read.children.map(({ name, namespace, text: said }) => [name, namespace, said])]).toEqual(["a", "urn:p", "1 2", [["b", "urn:d", "<A&"], ["c", "", ""]]]);
  });
});
