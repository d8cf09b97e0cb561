// The little XML that SAML needs, and no more: what is not in here is refused and not skipped, so that there is nothing two
// readers could see differently. No document type, no entities of its own, no comments, no instructions, no CDATA, no text
// beside elements, names in ASCII.

export type XmlElement = {
  readonly prefix: string;
  /** Without its prefix. */
  readonly name: string;
  readonly namespace: string;
  /** By name; one with a prefix as `{namespace}name`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  /** Texts and elements as they follow each other. */
  readonly parts: readonly (string | XmlElement)[];
  /** Where it stands in the text that was read. */
  readonly from: number;
  readonly to: number;
};
type Growing = { prefix: string; name: string; namespace: string; qualified: string; attributes: Map<string, string>; children: XmlElement[]; text: string; parts: (string | XmlElement)[]; from: number; to: number; scope: Scope };
type Scope = ReadonlyMap<string, string>;

const DEEPEST = 24;
const MOST_ELEMENTS = 3000;
const MOST_ATTRIBUTES = 40;
/** Prefixes that one element may use: what is declared around it is copied where more is declared. */
const MOST_PREFIXES = 64;
const XML = "http://www.w3.org/XML/1998/namespace";
const XMLNS = "http://www.w3.org/2000/xmlns/";
const NAMES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const DECLARATION = /<\?xml\s+version\s*=\s*(?:"1\.0"|'1\.0')(?:\s+encoding\s*=\s*(?:"[Uu][Tt][Ff]-8"|'[Uu][Tt][Ff]-8'))?(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>/y;
const OPENING = /<((?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*)/y;
const ATTRIBUTE = /\s+((?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const ENDING = /\s*(\/?)>/y;
const CLOSING = /<\/([^\s>]+)\s*>/y;
const COMMENT = /<!--(?:(?!--)[^])*-->/y;
const TEXT = /[^<]+/y;

const not = (detail: string): Error => new Error(detail);
/** What XML 1.0 cannot hold, however it is written. */
const isForbidden = (point: number): boolean => (point < 0x20 && point !== 0x9 && point !== 0xa && point !== 0xd) || (point >= 0xd800 && point <= 0xdfff) || point === 0xfffe || point === 0xffff || point > 0x10ffff;

/** `isPasted`: a description that an admin pasted may have comments; they are left out. A message may have none. */
export function readXml(source: string, { isPasted = false }: { readonly isPasted?: boolean } = {}): XmlElement {
  for (const character of source) if (isForbidden(character.codePointAt(0) ?? 0)) throw not("it holds characters that XML does not have");
  let at = 0;
  let elements = 0;
  let root: XmlElement | undefined;
  const open: Growing[] = [];
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found === null) return undefined;
    at = pattern.lastIndex;
    return found;
  };
  const close = (done: Growing): void => {
    const { qualified: _, scope: __, ...element } = { ...done, to: at };
    if (element.children.length > 0 && element.text.trim() !== "") throw not(`it has text beside elements (in ${element.name})`);
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else {
      parent.children.push(element);
      parent.parts.push(element);
    }
  };
  take(DECLARATION);
  while (at < source.length) {
    const inside = open.at(-1);
    const text = take(TEXT);
    if (text !== undefined) {
      if (inside === undefined) {
        if (text[0].trim() !== "") throw not("it has text outside of its root");
      } else {
        inside.parts.push(plain(text[0]));
        inside.text += inside.parts.at(-1) as string;
      }
      continue;
    }
    if (isPasted && take(COMMENT) !== undefined) continue;
    if (source.startsWith("<!", at) || source.startsWith("<?", at)) throw not(kindAt(source, at));
    const closing = take(CLOSING);
    if (closing !== undefined) {
      const done = open.pop();
      if (done === undefined || done.qualified !== closing[1]) throw not("its elements are not closed in order");
      close(done);
      continue;
    }
    const from = at;
    const opening = take(OPENING);
    if (opening === undefined || (root !== undefined && inside === undefined)) throw not(root === undefined ? "it is not XML" : "it has more than one root");
    elements += 1;
    if (open.length >= DEEPEST || elements > MOST_ELEMENTS) throw not("it is nested more deeply, or has more elements, than any provider says");
    const attributes: [string, string][] = [];
    for (let found = take(ATTRIBUTE); found !== undefined; found = take(ATTRIBUTE)) attributes.push([found[1] as string, plain(found[2] ?? found[3] ?? "").replaceAll(/[\t\n]/g, " ")]);
    if (attributes.length > MOST_ATTRIBUTES) throw not("an element in it has more attributes than any provider says");
    const ending = take(ENDING);
    if (ending === undefined) throw not("it is not well-formed XML");
    const element = opened(opening[1] as string, attributes, inside?.scope ?? new Map([["xml", XML]]), from);
    if (ending[1] === "/") close(element);
    else open.push(element);
  }
  if (root === undefined || open.length > 0) throw not("it breaks off");
  return root;
}

function kindAt(source: string, at: number): string {
  if (source.startsWith("<!--", at)) return "it holds a comment";
  if (source.startsWith("<![CDATA[", at)) return "it holds a CDATA section";
  return source.startsWith("<?", at) ? "it holds a processing instruction" : "it holds a document type, where entities are declared";
}

function plain(text: string): string {
  if (text.includes("]]>")) throw not("it is not well-formed XML");
  return text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").replaceAll(/&(?:#x([\da-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));|&/g, (_, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
    if (name !== undefined) return NAMES[name] as string;
    const point = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal ?? "NaN");
    if (Number.isNaN(point)) throw not("it uses an entity of its own");
    if (isForbidden(point)) throw not("it holds characters that XML does not have");
    return String.fromCodePoint(point);
  });
}

function opened(qualified: string, written: readonly (readonly [string, string])[], outer: Scope, from: number): Growing {
  let scope = outer;
  const declared = new Map<string, string>();
  for (const [name, value] of written) {
    const prefix = name === "xmlns" ? "" : name.startsWith("xmlns:") ? name.slice(6) : undefined;
    if (prefix === undefined) continue;
    if (declared.has(prefix) || prefix === "xml" || prefix === "xmlns" || value === XML || value === XMLNS || (prefix !== "" && value === "")) throw not("its namespaces are not declared as XML wants it");
    declared.set(prefix, value);
  }
  if (declared.size > 0) {
    scope = new Map([...outer, ...declared]);
    if (scope.size > MOST_PREFIXES) throw not("it declares more prefixes than any provider does");
  }
  const inScope = (prefix: string): string => {
    const namespace = scope.get(prefix);
    if (namespace === undefined) throw not(`it uses the prefix ${prefix} and does not declare it`);
    return namespace;
  };
  const attributes = new Map<string, string>();
  for (const [name, value] of written) {
    if (name === "xmlns" || name.startsWith("xmlns:")) continue;
    const [prefix, local] = split(name);
    const key = prefix === "" ? local : `{${inScope(prefix)}}${local}`;
    if (attributes.has(key)) throw not(`an element has two attributes of one name (${local})`);
    attributes.set(key, value);
  }
  const [prefix, name] = split(qualified);
  return { prefix, name, namespace: prefix === "" ? (scope.get("") ?? "") : inScope(prefix), qualified, attributes, children: [], text: "", parts: [], from, to: 0, scope };
}

const split = (name: string): readonly [string, string] => {
  const at = name.indexOf(":");
  return at < 0 ? ["", name] : [name.slice(0, at), name.slice(at + 1)];
};

/** It and all that is in it, parents first. */
export function* everyElement(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of element.children) yield* everyElement(child);
}

export const childrenNamed = ({ children }: XmlElement, namespace: string, name: string): readonly XmlElement[] => children.filter((child) => child.name === name && child.namespace === namespace);

/** The one of that name, or none: two are one too many wherever this is asked. */
export function onlyChild(element: XmlElement, namespace: string, name: string): XmlElement | undefined {
  const found = childrenNamed(element, namespace, name);
  if (found.length > 1) throw not(`it has more than one ${name} in ${element.name}`);
  return found[0];
}

/** Whether two say the same. Prefixes and where they are declared do not count: names were resolved when they were read. */
export const isSame = (a: XmlElement, b: XmlElement): boolean =>
  a.name === b.name && a.namespace === b.namespace && a.text === b.text && a.attributes.size === b.attributes.size && [...a.attributes].every(([name, value]) => b.attributes.get(name) === value) && a.children.length === b.children.length && a.children.every((child, index) => isSame(child, b.children[index] as XmlElement));

export const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
