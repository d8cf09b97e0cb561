import { statSync } from "node:fs";
import { Parser } from "htmlparser2";
import { Unreadable } from "../blocks.ts";
import { openZipEntry } from "../formats/zip-file.ts";
import { asHtml } from "./confluence.ts";
import { SourceTrouble } from "./http.ts";
import type { Connector, Item } from "./port.ts";

// A space of Confluence as its administrator exports it ("XML"): a zip file whose entities.xml holds the tables as objects.
// Attachments beside it are not read.

const ENTITIES = "entities.xml";
const MOST_BYTES = 128 * 1024 * 1024;
const MOST_PAGES = 100_000;

export type Exported = { readonly id: string; readonly title: string; readonly version: string; readonly parent: string; readonly space: string; readonly modifiedAt: number; readonly body: string };
type Thing = { readonly kind: string; id: string; readonly values: Map<string, string> };

/** A zip file with the tables of a space in it; anything else is a file like any other. */
export function isSpaceExport(path: string): boolean {
  if (!/\.zip$/i.test(path)) return false;
  try {
    using entry = openZipEntry(path, ENTITIES);
    return entry !== undefined;
  } catch {
    return false; // read like any other file, it says what is wrong with it
  }
}

/** The current pages and blog posts, with the body they have now. Pure but for what it is fed. */
export function createExportReader() {
  const things: Thing[] = [];
  const bodies = new Map<string, string>();
  const spaces = new Map<string, string>();
  let open: Thing | undefined;
  let property = "";
  let within = 0;
  let text: string | undefined;

  const take = (thing: Thing) => {
    const value = (name: string) => thing.values.get(name) ?? "";
    if (thing.kind === "Space") spaces.set(thing.id, value("key"));
    else if (thing.kind === "BodyContent") bodies.set(value("content"), value("body"));
    // Older versions are pages too, with a reference to the one that replaced them.
    else if (value("originalVersion") === "" && value("contentStatus") !== "deleted" && value("contentStatus") !== "draft") things.push(thing);
    if (things.length > MOST_PAGES) throw new Unreadable(`it holds more than ${MOST_PAGES} pages`);
  };
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (name === "object") open = /^(Page|BlogPost|BodyContent|Space)$/.test(attributes["class"] ?? "") ? { kind: attributes["class"] ?? "", id: "", values: new Map() } : undefined;
        if (open === undefined) return;
        if (name === "collection") within += 1;
        if (name === "property") property = attributes["name"] ?? "";
        if (name === "property" || name === "id") text = "";
      },
      ontext(part) {
        if (text !== undefined) text += part;
      },
      onclosetag(name) {
        if (open === undefined) return;
        if (name === "collection") within -= 1;
        else if (name === "object") {
          take(open);
          [open, within, property] = [undefined, 0, ""];
        } else if (name === "id" && within === 0) {
          if (property === "") open.id = (text ?? "").trim();
          else open.values.set(property, (text ?? "").trim());
          text = undefined;
        } else if (name === "property") {
          if (text !== undefined && within === 0 && !open.values.has(property)) open.values.set(property, text);
          [property, text] = ["", undefined];
        }
      },
    },
    { xmlMode: true, decodeEntities: true },
  );

  return {
    write: (part: string) => parser.write(part),
    end(): Exported[] {
      parser.end();
      return things.map(({ id, values }) => ({
        id,
        title: (values.get("title") ?? "").trim() || `page ${id}`,
        version: values.get("version") ?? "",
        parent: values.get("parent") ?? "",
        space: spaces.get(values.get("space") ?? "") ?? "",
        modifiedAt: Date.parse(`${(values.get("lastModificationDate") ?? "").trim().replace(" ", "T")}Z`) || 0,
        // In these files the end of a CDATA section inside a body is written with a space.
        body: (bodies.get(id) ?? "").replaceAll("]] >", "]]>"),
      }));
    },
  };
}

/** "OPS/Runbooks/Restore.html": as the pages lie under each other; a loop among them ends where it began. */
export function exportedPath(page: Exported, pages: ReadonlyMap<string, Exported>): string {
  const above: string[] = [];
  const seen = new Set([page.id]);
  for (let parent = pages.get(page.parent); parent !== undefined && !seen.has(parent.id); parent = pages.get(parent.parent)) {
    seen.add(parent.id);
    above.unshift(parent.title);
  }
  return [...(page.space === "" ? [] : [page.space]), ...above, page.title].map((part) => part.replaceAll("/", "∕")).join("/").concat(".html");
}

export function spaceExport(path: string): Connector {
  const itemOf = (page: Exported, pages: ReadonlyMap<string, Exported>): Item => ({ id: page.id, path: exportedPath(page, pages), version: `${page.version} ${page.modifiedAt}`, url: "", modifiedAt: page.modifiedAt, fetch: async () => new TextEncoder().encode(asHtml(page.title, page.body)) });
  return {
    async *changes({ cursor }) {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined) throw new SourceTrouble("the file is not there");
      const stamp = `${found.size} ${found.mtimeMs}`;
      if (stamp === cursor) return;
      const pages = await pagesOf(path);
      const byId = new Map(pages.map((page) => [page.id, page]));
      yield { items: pages.map((page) => itemOf(page, byId)), gone: [], cursor: stamp, isWhole: true };
    },
  };
}

async function pagesOf(path: string): Promise<Exported[]> {
  const reader = createExportReader();
  const decoder = new TextDecoder();
  try {
    using entry = openZipEntry(path, ENTITIES);
    if (entry === undefined) throw new Unreadable("it is no export of a space any more");
    for await (const piece of entry.pieces(MOST_BYTES)) reader.write(decoder.decode(piece, { stream: true }));
  } catch (error) {
    if (error instanceof Unreadable) throw new SourceTrouble(error.message);
    throw error;
  }
  return reader.end();
}
