import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ShelfPack } from "./pack-shelf.ts";

/** Where a pack is looked for, or why what lies there is none. */
export type PackPlace = { readonly folder: string; readonly origin: ShelfPack["origin"]; readonly name: string; readonly why?: string };

type Kind = "folder" | "file" | "unreadable";
const kindOf = (path: string): Kind => {
  try {
    return statSync(path).isDirectory() ? "folder" : "file";
  } catch {
    return "unreadable"; // a link to nothing, or a folder taken away meanwhile
  }
};
/** Names with a dot before them are no packs: one that is being put in place, or what a file manager leaves behind. */
const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith(".")).sort() : []);
const BROKEN = "it cannot be opened: it is a link to nothing, or may not be read. Take it away, or put the pack itself here";

/** Every place a pack may lie in. Nothing here throws: one bad name must not take the others down. */
export const builtInPlacesOf = (folder: string): readonly PackPlace[] => contained(folder, "built-in", builtInPlaces);
export const homePlacesOf = (folder: string): readonly PackPlace[] => contained(folder, "installed", homePlaces);

function contained(folder: string, origin: PackPlace["origin"], places: (folder: string) => readonly PackPlace[]): readonly PackPlace[] {
  try {
    return places(folder);
  } catch (error) {
    return [{ folder, origin, name: "skills", why: `the folder of packs cannot be read: ${(error as Error).message}` }];
  }
}

const builtInPlaces = (root: string): readonly PackPlace[] =>
  namesIn(root).flatMap((name): readonly PackPlace[] => {
    const place = { folder: join(root, name), origin: "built-in" as const, name };
    const kind = kindOf(place.folder);
    return kind === "file" ? [] : [kind === "folder" ? place : { ...place, why: BROKEN }];
  });

const homePlaces = (root: string): readonly PackPlace[] =>
  namesIn(root).flatMap((name): readonly PackPlace[] => {
    const place = { folder: join(root, name), origin: "installed" as const, name };
    const kind = kindOf(place.folder);
    if (kind === "folder") return contained(place.folder, "installed", () => versionPlaces(place));
    return [{ ...place, why: kind === "unreadable" ? BROKEN : "is a file: a pack lies in folders of its name and version, skills/NAME/1.0.0, and is put there by Install" }];
  });

function versionPlaces(place: PackPlace & { readonly origin: "installed" }): readonly PackPlace[] {
  const inside = namesIn(place.folder).map((name) => ({ ...place, folder: join(place.folder, name), file: name, kind: kindOf(join(place.folder, name)) }));
  const versions = inside.flatMap(({ file: _file, kind, ...version }): readonly PackPlace[] => (kind === "file" ? [] : [kind === "folder" ? version : { ...version, why: BROKEN }]));
  const why = `its files lie in skills/${place.name} itself: a pack belongs in a folder of its version, such as skills/${place.name}/1.0.0`;
  if (versions.length === 0) return inside.length === 0 ? [] : [{ ...place, why }];
  // Only the stray file itself: what lies beside it may be a good version.
  return [...versions, ...inside.filter(({ file }) => file === "pack.yaml").map(({ folder }) => ({ ...place, folder, why }))];
}
