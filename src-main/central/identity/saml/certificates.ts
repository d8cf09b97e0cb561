import { X509Certificate, type KeyObject } from "node:crypto";

/** Of a certificate no more is believed than its key and its end: who made it does not matter, an admin gave it. */
export type SigningCertificate = { readonly fingerprint: string; readonly endsAt: number };

const MOST = 5;
const SHORTEST_RSA = 2048;
const CURVES = ["prime256v1", "secp384r1", "secp521r1"];
const PEM = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g;

const not = (detail: string): Error => new Error(detail);

/** As somebody pastes them: PEM, one after another, or the bare base64 of a description. Kept as base64. */
export function readCertificates(texts: readonly string[], now: number): readonly string[] {
  const bodies = texts.flatMap((text) => (text.includes("-----BEGIN") ? [...text.matchAll(PEM)].map(([, body = ""]) => body) : [text])).map((body) => body.replaceAll(/\s/g, ""));
  const kept = [...new Set(bodies.filter((body) => body !== ""))];
  if (kept.length === 0) throw not("it lacks the certificate that its answers are signed with");
  if (kept.length > MOST) throw not(`it has more than ${MOST} certificates; give those that are used now and the next`);
  for (const each of kept) assertGood(each);
  if (kept.every((each) => endOf(certificateOf(each)) <= now)) throw not(`its certificate has ended (${new Date(Math.max(...kept.map((each) => endOf(certificateOf(each))))).toISOString().slice(0, 10)}); ask the provider for the one that it signs with now`);
  return kept;
}

function certificateOf(body: string): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(body, "base64"));
  } catch (error) {
    throw new Error("what was given as its certificate is none; paste it whole, with its BEGIN and END lines", { cause: error });
  }
}
/** One whose end is no time is not added; one that is kept since before is over. */
const endOf = (certificate: X509Certificate): number => Date.parse(certificate.validTo) || 0;

/** Of a kind that this machine's cryptography does not know: none. */
function keyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    return undefined;
  }
}

function assertGood(body: string): void {
  const certificate = certificateOf(body);
  // ASN.1 lets a date be written that no calendar has; an end that is no time would never come.
  if (Number.isNaN(Date.parse(certificate.validTo))) throw not("its certificate does not say when it ends");
  const publicKey = keyOf(certificate);
  const { modulusLength = 0, namedCurve = "" } = publicKey?.asymmetricKeyDetails ?? {};
  const isGood = publicKey !== undefined && ((publicKey.asymmetricKeyType === "rsa" && modulusLength >= SHORTEST_RSA) || (publicKey.asymmetricKeyType === "ec" && CURVES.includes(namedCurve)));
  if (!isGood) throw not(`the key in its certificate is too weak or of an unknown kind; RSA from ${SHORTEST_RSA} bits and ECDSA on P-256, P-384 or P-521 are taken`);
}

export const shownCertificate = (body: string): SigningCertificate => {
  const certificate = certificateOf(body);
  return { fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(), endsAt: endOf(certificate) };
};

/** Those that have not ended: a key whose time is over opens nothing, whoever found it since. */
export function keysOf(bodies: readonly string[], now: number): readonly KeyObject[] {
  const good = bodies.map(certificateOf).filter((certificate) => endOf(certificate) > now);
  if (good.length === 0) throw not("every certificate of this provider that is kept here has ended; an admin of the organisation adds the new one");
  return good.map(({ publicKey }) => publicKey);
}
