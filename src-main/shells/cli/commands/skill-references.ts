import { readdirSync } from "node:fs";
import { join } from "node:path";
import { bookOf, loadPack, readFolder } from "../../../skills/index.ts";
import { resourcesFolder } from "../../process/places.ts";

type Lookup = Parameters<typeof bookOf>[1];

/** The skills that come with SENA, for packs that refer to them. */
export function builtInSkills(except: string): Lookup {
  const folder = join(resourcesFolder, "skills");
  const books = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).flatMap(({ name }) => {
    const { pack } = loadPack(readFolder(join(folder, name)));
    return pack === undefined || pack.data.id === except ? [] : [bookOf(pack, () => undefined)];
  });
  return (id) => {
    for (const book of books) {
      const found = book.skill(id);
      if (found) return found;
    }
    return undefined;
  };
}
