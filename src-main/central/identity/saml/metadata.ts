import { METADATA, POST, PROTOCOL, REDIRECT, SIGNATURE } from "./names.ts";
import { childrenNamed, escaped, everyElement, readXml, type XmlElement } from "./xml.ts";

export type Described = { readonly entityId: string; readonly signInUrl: string; readonly certificates: readonly string[] };

const not = (detail: string): Error => new Error(detail);

/** What an admin pasted as the provider's description. It is believed because an admin gave it, not because of a signature in it. */
export function readDescription(text: string): Described {
  const root = readXml(text.replace(/^\u{feff}/u, "").trim(), { isPasted: true });
  if (root.namespace !== METADATA || (root.name !== "EntityDescriptor" && root.name !== "EntitiesDescriptor")) throw not("what was pasted is no description of a provider (its root is not EntityDescriptor)");
  const entities = [...everyElement(root)].filter(({ name, namespace, children }) => namespace === METADATA && name === "EntityDescriptor" && children.some(isProvider));
  const [entity, ...more] = entities;
  if (entity === undefined) throw not("what was pasted describes no identity provider for SAML 2.0");
  if (more.length > 0) throw not("what was pasted describes more than one identity provider; paste the one");
  const [role, ...others] = entity.children.filter(isProvider);
  if (role === undefined || others.length > 0) throw not("what was pasted describes one provider in several ways; give its entity id, sign-in address and certificate instead");
  if (["true", "1"].includes((role.attributes.get("WantAuthnRequestsSigned") ?? "").trim())) throw not("this provider wants requests that are signed, and this server signs none; switch that off there (what comes back is what has to be signed)");
  const [service] = childrenNamed(role, METADATA, "SingleSignOnService").filter(({ attributes }) => attributes.get("Binding") === REDIRECT);
  if (service === undefined) throw not("this provider names no address to sign in at by a redirect (HTTP-Redirect)");
  const keys = childrenNamed(role, METADATA, "KeyDescriptor").filter(({ attributes }) => attributes.get("use") !== "encryption");
  const certificates = keys.flatMap((each) => [...everyElement(each)]).filter(({ name, namespace }) => name === "X509Certificate" && namespace === SIGNATURE).map(({ text: body }) => body);
  return { entityId: (entity.attributes.get("entityID") ?? "").trim(), signInUrl: (service.attributes.get("Location") ?? "").trim(), certificates };
}

const isProvider = ({ name, namespace, attributes }: XmlElement): boolean => name === "IDPSSODescriptor" && namespace === METADATA && (attributes.get("protocolSupportEnumeration") ?? "").split(/\s+/).includes(PROTOCOL);

/** Us, as a provider wants to read of us. */
export const ownDescription = ({ entityId, answersTo }: { readonly entityId: string; readonly answersTo: string }): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="${METADATA}" entityID="${escaped(entityId)}">
  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="${PROTOCOL}">
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>
    <md:AssertionConsumerService index="0" isDefault="true" Binding="${POST}" Location="${escaped(answersTo)}"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`;
