import { ASSERTION, ENVELOPED, EXCLUSIVE, PROTOCOL, SIGNATURE } from "./names.ts";
import { DIGESTS, SIGNERS } from "./signature.ts";
import { everyElement, onlyChild, type XmlElement } from "./xml.ts";

// What a response must look like before its signature is looked at. Every way to wrap a signature needs an element that has
// no business where it is: a second assertion, a signature in another place, an id that is there twice. None of it is let by.

export type Signed = { readonly element: XmlElement; readonly signature: XmlElement };
export type Shape = { readonly response: XmlElement; readonly assertion: XmlElement; /** Response, assertion or both; the outer first. */ readonly signed: readonly Signed[] };

const ID = /^[A-Za-z_][\w.-]{0,200}$/;
const SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success";
/** Whole and with nothing over: what is decoded loosely can be written in many ways. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const STATEMENTS = ["AuthnStatement", "AttributeStatement", "AuthzDecisionStatement"];

/** Of what nobody signed, signatures included: a status and a chain of certificates are a dozen each. */
const MOST_LOOSE = 100;

const not = (detail: string): Error => new Error(detail);
const isNamed = (element: XmlElement | undefined, namespace: string, name: string): element is XmlElement => element?.name === name && element.namespace === namespace;

export function shapeOf(response: XmlElement): Shape {
  if (!isNamed(response, PROTOCOL, "Response") || response.attributes.get("Version") !== "2.0") throw not("it is no response of SAML 2.0");
  assertNoTwins(response);
  const all = [...everyElement(response)];
  if (all.some(({ name }) => /^Encrypted(Assertion|ID|Attribute)$/.test(name))) throw not("it is encrypted for somebody; switch the encryption of assertions off at the provider (it came over TLS)");
  const [issuer, signature, status, assertion, ...rest] = inOrder(response, [[PROTOCOL, "Status"], [ASSERTION, "Assertion"]]);
  assertSucceeded(status);
  if (assertion === undefined || rest.length > 0) throw not("it does not hold exactly one assertion, and nothing else");
  if (all.filter(({ name }) => name === "Assertion").length !== 1) throw not("it holds more than one assertion");
  const [inner, innerSignature, subject, conditions, ...statements] = inOrder(assertion, [[ASSERTION, "Subject"], [ASSERTION, "Conditions"]]);
  if (inner === undefined || subject === undefined || conditions === undefined || assertion.attributes.get("Version") !== "2.0") throw not("its assertion lacks its issuer, its subject or its conditions");
  if (statements.some(({ name, namespace }) => namespace !== ASSERTION || !STATEMENTS.includes(name))) throw not("its assertion holds something that is no statement");
  const signed = [{ element: response, signature }, { element: assertion, signature: innerSignature }].filter((each): each is Signed => each.signature !== undefined);
  if (signed.length === 0) throw not("nothing in it is signed");
  // One that is signed says who says so.
  if (signature !== undefined && issuer === undefined) throw not("it is signed and does not say by whom");
  if (all.filter(({ name }) => name === "Signature" || name === "SignedInfo").length !== 2 * signed.length) throw not("it has a signature in a place where none belongs");
  for (const each of signed) assertPlainSignature(each);
  const sizeOf = (element: XmlElement): number => [...everyElement(element)].length;
  const [outermost] = signed;
  const loose = all.length - (outermost === undefined ? 0 : sizeOf(outermost.element)) + signed.reduce((sum, each) => sum + sizeOf(each.signature), 0);
  if (loose > MOST_LOOSE) throw not("it has more around what is signed than any provider says");
  return { response, assertion, signed };
}

/** Issuer and signature come first where they are, then what is named, then the rest. */
function inOrder(element: XmlElement, names: readonly (readonly [string, string])[]): [XmlElement | undefined, XmlElement | undefined, XmlElement | undefined, XmlElement | undefined, ...XmlElement[]] {
  const left = [...element.children];
  const shift = (namespace: string, name: string): XmlElement | undefined => (isNamed(left[0], namespace, name) ? left.shift() : undefined);
  const [issuer, signature] = [shift(ASSERTION, "Issuer"), shift(SIGNATURE, "Signature")];
  const [first, second] = names.map(([namespace, name]) => shift(namespace, name));
  return [issuer, signature, first, second, ...left];
}

/** By whatever name an id goes: a reference must not find two things. */
function assertNoTwins(root: XmlElement): void {
  const seen = new Set<string>();
  for (const { attributes } of everyElement(root))
    for (const [name, value] of attributes) {
      if (!/(?:^|\})(?:assertion)?id$/i.test(name)) continue;
      if (seen.has(value)) throw not("two elements in it have one id");
      seen.add(value);
    }
}

/** What a provider says beside its codes is not passed on: anybody can write that. */
function assertSucceeded(status: XmlElement | undefined): void {
  if (status === undefined) throw not("it does not say how it went, or says something else first");
  const outer = onlyChild(status, PROTOCOL, "StatusCode");
  if (outer?.attributes.get("Value") === SUCCESS) return;
  const inner = outer && onlyChild(outer, PROTOCOL, "StatusCode");
  const [, word = "nothing that is known here"] = /^urn:oasis:names:tc:SAML:2\.0:status:([A-Za-z]{1,40})$/.exec(inner?.attributes.get("Value") ?? outer?.attributes.get("Value") ?? "") ?? [];
  throw not(`the provider signed nobody in and says ${word}`);
}

function assertPlainSignature({ element, signature }: Signed): void {
  const id = element.attributes.get("ID") ?? "";
  if (!ID.test(id)) throw not("what is signed in it has no proper id");
  const [info, value, key, ...more] = signature.children;
  if (!isNamed(info, SIGNATURE, "SignedInfo") || !isNamed(value, SIGNATURE, "SignatureValue") || value.children.length > 0 || (key !== undefined && !isNamed(key, SIGNATURE, "KeyInfo")) || more.length > 0) throw not("its signature holds more, or less, than a signature");
  const [canonical, method, reference, ...others] = info.children;
  if (!isNamed(reference, SIGNATURE, "Reference") || others.length > 0) throw not("its signature is not over exactly one thing");
  if (!isNamed(canonical, SIGNATURE, "CanonicalizationMethod") || canonical.attributes.get("Algorithm") !== EXCLUSIVE || canonical.children.length > 0) throw not("it is not signed over exclusive canonical XML");
  const signer = method?.attributes.get("Algorithm") ?? "";
  if (!isNamed(method, SIGNATURE, "SignatureMethod") || method.children.length > 0) throw not("its signature does not say plainly how it was made");
  if (!SIGNERS.has(signer)) throw not(`it is signed with ${wordOf(signer)}; RSA or ECDSA with SHA-256, SHA-384 or SHA-512 is taken, and SHA-1 is not`);
  if (reference.attributes.get("URI") !== `#${id}`) throw not("its signature is over something else than what it stands in");
  const [transforms, digest, digested, ...rest] = reference.children;
  if (!isNamed(transforms, SIGNATURE, "Transforms") || !isNamed(digested, SIGNATURE, "DigestValue") || digested.children.length > 0 || rest.length > 0) throw not("its signature holds more, or less, than a signature");
  if ([value, digested].some(({ text }) => !BASE64.test(text.replaceAll(/\s/g, "")))) throw not("its signature is not encoded as one");
  const hash = digest?.attributes.get("Algorithm") ?? "";
  if (!isNamed(digest, SIGNATURE, "DigestMethod") || digest.children.length > 0) throw not("its signature does not say plainly how it was made");
  if (!DIGESTS.has(hash)) throw not(`it is hashed with ${wordOf(hash)}; SHA-256, SHA-384 or SHA-512 is taken, and SHA-1 is not`);
  const [first, second, ...third] = transforms.children;
  const isPlain = isNamed(first, SIGNATURE, "Transform") && first.attributes.get("Algorithm") === ENVELOPED && first.children.length === 0 && isNamed(second, SIGNATURE, "Transform") && second.attributes.get("Algorithm") === EXCLUSIVE && second.children.every((child) => isNamed(child, EXCLUSIVE, "InclusiveNamespaces")) && second.children.length <= 1 && third.length === 0;
  if (!isPlain) throw not("what is signed is changed in ways that are not taken before it is hashed");
}

const wordOf = (algorithm: string): string => /#([\w-]{1,40})$/.exec(algorithm)?.[1] ?? "something unknown";
