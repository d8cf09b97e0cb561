import { z } from "zod";
import type { Vouched } from "../oidc.ts";
import { shownText } from "../shown-text.ts";
import { ASSERTION, BEARER } from "./names.ts";
import { childrenNamed, onlyChild, type XmlElement } from "./xml.ts";

// What an assertion says, and whether it says it to us, now, and about the sign-in that was begun here. Everything in here is
// handed elements that were read from signed bytes.

export type Expected = {
  /** The provider's own name. */
  readonly issuer: string;
  /** Our name there. */
  readonly audience: string;
  /** Where answers come to. */
  readonly recipient: string;
  readonly requestId: string;
  /** When the request went out. */
  readonly begunAt: number;
  readonly now: number;
  /** They prove themselves again: the provider must have asked them since. */
  readonly isProof: boolean;
};
export type Asserted = Vouched & { readonly assertionId: string; readonly endsAt: number };

/** How far two clocks may be apart. */
const SKEW_MS = 60_000;
/** Whatever it says of its end: nothing that is answered in minutes needs to hold longer. */
const LONGEST_MS = 24 * 3_600_000;
const LONGEST_NAME = 255;
/** What XML calls white space, as it stands around a name where somebody laid it out. Any other is part of a name: two people may differ in it. */
const WHITE = /^[ \t\r\n]+|[ \t\r\n]+$/g;

const FORMATS = /^urn:oasis:names:tc:SAML:(?:2\.0|1\.1):nameid-format:([A-Za-z0-9]{1,40})$/;
/** Methods by which more than a password was asked for. */
const STRONG = ["https://refeds.org/profile/mfa", "http://schemas.microsoft.com/claims/multipleauthn", "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract", "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorUnregistered"];
const STRONG_ATTRIBUTES = ["http://schemas.microsoft.com/claims/authnmethodsreferences", "amr"];
const EMAILS = ["email", "mail", "emailaddress", "urn:oid:0.9.2342.19200300.100.1.3", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"];
const FULL_NAMES = ["displayname", "name", "cn", "urn:oid:2.16.840.1.113730.3.1.241", "urn:oid:2.5.4.3", "http://schemas.microsoft.com/identity/claims/displayname", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"];

const not = (detail: string): Error => new Error(detail);
const Email = z.email().max(200);

/** Of the outer message only what it must not contradict; nothing of it is believed that the assertion does not say. */
export function assertAnswers(response: XmlElement, isSigned: boolean, { issuer, recipient, requestId }: Expected): void {
  const { attributes } = response;
  if (attributes.get("InResponseTo") !== requestId) throw not(attributes.has("InResponseTo") ? "it answers another sign-in than the one that was begun here" : "it answers nothing that was asked here");
  const destination = attributes.get("Destination");
  if (destination !== recipient && (isSigned || destination !== undefined)) throw not("it was sent to another address than this server's");
  const named = onlyChild(response, ASSERTION, "Issuer");
  if (named !== undefined && textOf(named) !== issuer) throw not("it comes from another provider than the one that was asked");
}

export function readAssertion(assertion: XmlElement, expected: Expected): Asserted {
  const { issuer, now } = expected;
  const [assertionId, named, subject, conditions] = [assertion.attributes.get("ID"), onlyChild(assertion, ASSERTION, "Issuer"), onlyChild(assertion, ASSERTION, "Subject"), onlyChild(assertion, ASSERTION, "Conditions")];
  if (assertionId === undefined || named === undefined || subject === undefined || conditions === undefined) throw not("its assertion lacks its issuer, its subject or its conditions");
  if (textOf(named) !== issuer) throw not("its assertion comes from another provider than the one that was asked");
  if (timeOf(assertion, "IssueInstant", "its assertion") > now + SKEW_MS) throw not("its assertion was made in the future; one of the two clocks is wrong");
  const endsAt = Math.min(confirmedUntil(subject, expected), now + LONGEST_MS);
  assertConditions(conditions, expected);
  const { strongWays } = readStatements(assertion, expected);
  const said = attributesOf(assertion);
  const { subjectName, format, value } = nameOf(subject, expected);
  const email = [...EMAILS.flatMap((name) => said.get(name) ?? []), ...(format === "emailAddress" ? [value] : [])].find((each) => Email.safeParse(each).success);
  const joined = ["givenname", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname", "surname", "sn", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname"].flatMap((name) => said.get(name) ?? []).join(" ");
  const name = FULL_NAMES.flatMap((each) => said.get(each) ?? []).find((each) => each.trim() !== "") ?? (joined === "" ? (email ?? value) : joined);
  const isStrong = strongWays || STRONG_ATTRIBUTES.flatMap((each) => said.get(each) ?? []).some((each) => each === "mfa" || STRONG.includes(each));
  const address = email ?? `${value.replaceAll(/[^\w.+-]/g, "-").slice(0, 60)}@${hostOf(issuer)}`;
  return { assertionId, endsAt, subject: subjectName, email: address, name: shownText(name, 80) || address.slice(0, 80), isStrong };
}

const hostOf = (issuer: string): string => URL.parse(issuer)?.hostname || "provider.invalid";

/** A name with elements in it is none: what stands before and after them would be read as one. */
function textOf(element: XmlElement): string {
  if (element.children.length > 0) throw not(`it has elements where a text belongs (in ${element.name})`);
  return element.text.replaceAll(WHITE, "");
}

/** The kind of name is part of it: one that is kept for a person and one that is an address are two people, even spelled alike. */
function nameOf(subject: XmlElement, { issuer, audience }: Expected): { readonly subjectName: string; readonly format: string; readonly value: string } {
  const id = onlyChild(subject, ASSERTION, "NameID");
  const value = id && textOf(id);
  if (id === undefined || value === undefined || value === "" || value.length > LONGEST_NAME - 50) throw not("it does not say whom it vouches for (NameID), or says it at too great a length");
  const written = id.attributes.get("Format");
  const format = written === undefined ? "unspecified" : FORMATS.exec(written)?.[1];
  if (format === undefined) throw not("it names whom it vouches for in a way that is not known here (NameID Format)");
  if (format === "transient") throw not("it gives whom it vouches for another name each time (a transient NameID); set it to persistent, or to the e-mail address, at the provider");
  // The same name among another house's, or for another service, may be somebody else.
  if ((id.attributes.get("NameQualifier") ?? issuer) !== issuer || (id.attributes.get("SPNameQualifier") ?? audience) !== audience) throw not("it names whom it vouches for among the names of another provider, or for another service (NameQualifier, SPNameQualifier)");
  return { subjectName: `${format} ${value}`, format, value };
}

function timeOf({ attributes }: XmlElement, name: string, of: string): number {
  const text = attributes.get(name) ?? "";
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw not(`${of} has no proper ${name}`);
  return time;
}
const optionalTime = (element: XmlElement, name: string, of: string): number | undefined => (element.attributes.has(name) ? timeOf(element, name, of) : undefined);

function assertNow({ from, until, now }: { readonly from: number | undefined; readonly until: number | undefined; readonly now: number }): void {
  if (from !== undefined && from > now + SKEW_MS) throw not("it does not hold yet; one of the two clocks is wrong");
  if (until !== undefined && until <= now - SKEW_MS) throw not("it has expired");
}

/** One confirmation that fits is enough; each is for whoever bears it, at this address, as the answer to this request. */
function confirmedUntil(subject: XmlElement, { recipient, requestId, now }: Expected): number {
  const data = childrenNamed(subject, ASSERTION, "SubjectConfirmation").filter(({ attributes }) => attributes.get("Method") === BEARER).map((each) => onlyChild(each, ASSERTION, "SubjectConfirmationData"));
  const [only, ...more] = data;
  if (only === undefined || more.length > 0) throw not("it is not for whoever brings it (no bearer confirmation, or more than one)");
  if (only.attributes.get("Recipient") !== recipient) throw not("it is for another recipient than this server");
  if (only.attributes.get("InResponseTo") !== requestId) throw not(only.attributes.has("InResponseTo") ? "it answers another sign-in than the one that was begun here" : "it answers nothing that was asked here");
  if (only.attributes.has("NotBefore")) throw not("its confirmation has a beginning, which the standard forbids");
  const until = timeOf(only, "NotOnOrAfter", "its confirmation");
  assertNow({ from: undefined, until, now });
  return until + SKEW_MS;
}

function assertConditions(conditions: XmlElement, { audience, now }: Expected): void {
  assertNow({ from: optionalTime(conditions, "NotBefore", "its conditions"), until: optionalTime(conditions, "NotOnOrAfter", "its conditions"), now });
  if (conditions.children.some(({ name, namespace }) => namespace !== ASSERTION || !["AudienceRestriction", "OneTimeUse", "ProxyRestriction"].includes(name))) throw not("it sets a condition that is not known here");
  const restrictions = childrenNamed(conditions, ASSERTION, "AudienceRestriction");
  const isOurs = restrictions.length > 0 && restrictions.every((each) => childrenNamed(each, ASSERTION, "Audience").some((one) => textOf(one) === audience));
  if (!isOurs) throw not("it is for another audience than this organisation here");
}

function readStatements(assertion: XmlElement, { now, begunAt, isProof }: Expected): { readonly strongWays: boolean } {
  const statements = childrenNamed(assertion, ASSERTION, "AuthnStatement");
  if (statements.length === 0) throw not("it does not say that anybody signed in (AuthnStatement)");
  for (const each of statements) {
    assertNow({ from: undefined, until: optionalTime(each, "SessionNotOnOrAfter", "its statement"), now });
    const at = timeOf(each, "AuthnInstant", "its statement");
    if (at > now + SKEW_MS) throw not("it says that somebody signed in in the future; one of the two clocks is wrong");
    if (isProof && at < begunAt - SKEW_MS) throw not("the provider did not ask again who they are");
  }
  const ways = statements.flatMap((each) => childrenNamed(each, ASSERTION, "AuthnContext")).flatMap((each) => childrenNamed(each, ASSERTION, "AuthnContextClassRef")).map(textOf);
  return { strongWays: ways.length > 0 && ways.every((way) => STRONG.includes(way)) };
}

/** By name in small letters; values that are no text are left out. */
function attributesOf(assertion: XmlElement): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const statement of childrenNamed(assertion, ASSERTION, "AttributeStatement"))
    for (const each of childrenNamed(statement, ASSERTION, "Attribute")) {
      const name = (each.attributes.get("Name") ?? "").toLowerCase();
      const values = childrenNamed(each, ASSERTION, "AttributeValue").filter(({ children }) => children.length === 0).map(({ text }) => text.trim());
      found.set(name, [...(found.get(name) ?? []), ...values]);
    }
  return found;
}
