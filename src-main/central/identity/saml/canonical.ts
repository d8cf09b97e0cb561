import type { XmlElement } from "./xml.ts";

/**
 * Exclusive canonical XML of an element whose attributes have no prefixes, as it would be by itself. A list of what was signed
 * is one, and small: so who signed it is known before anything large is looked at.
 */
export function canonicalXml({ prefix, name, namespace, attributes, parts }: XmlElement, rendered: ReadonlyMap<string, string> = new Map([["", ""]])): string {
  const qualified = prefix === "" ? name : `${prefix}:${name}`;
  const isNew = rendered.get(prefix) !== namespace;
  const declared = isNew ? ` xmlns${prefix === "" ? "" : `:${prefix}`}="${quotable(namespace)}"` : "";
  const inside = isNew ? new Map(rendered).set(prefix, namespace) : rendered;
  const written = [...attributes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([attribute, value]) => {
    if (attribute.startsWith("{")) throw new Error("its signature is written in a way that is not known here");
    return ` ${attribute}="${quotable(value)}"`;
  });
  const content = parts.map((part) => (typeof part === "string" ? part.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#xD;") : canonicalXml(part, inside)));
  return `<${qualified}${declared}${written.join("")}>${content.join("")}</${qualified}>`;
}

const quotable = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;").replaceAll("\t", "&#x9;").replaceAll("\n", "&#xA;").replaceAll("\r", "&#xD;");
