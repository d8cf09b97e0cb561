import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fromUtf8 } from "../kernel/index.ts";
import type { Classify } from "../shellcheck/port.ts";
import type { LoadedSkill } from "./compile.ts";
import { lintPack } from "./lint.ts";
import { SIGNATURE_FILE, loadPack, type LoadedPack, type KnownParts, type PackFiles } from "./load.ts";
import { builtInPlacesOf, homePlacesOf, type PackPlace } from "./pack-places.ts";
import type { Trust } from "./port.ts";
import { isBad, type Problem } from "./problems.ts";
import { readFolder } from "./read-folder.ts";
import { checkSignature, type TrustedKey } from "./signature.ts";

/** One version of one pack, as it lies on disk: good or not. */
export type ShelfPack = {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly summary: string;
  readonly origin: "built-in" | "installed";
  readonly trust: Trust | "tampered";
  readonly signer: string;
  readonly problems: readonly Problem[];
  readonly folder: string;
  readonly pack: LoadedPack | undefined;
  readonly sources: Readonly<Record<string, string>>;
};

export type ShelfNeeds = {
  readonly builtInFolder: string;
  readonly homeFolder: string;
  /** Digests of the built-in packs this program was built with: a changed byte takes the pack out. Absent in a checkout. */
  readonly pins: Readonly<Record<string, string>> | undefined;
  readonly classify: Classify | undefined;
  /** What the build has read already. */
  readonly known?: KnownParts;
};

/** The packs that come with SENA. */
export const readBuiltIn = (needs: ShelfNeeds): readonly ShelfPack[] => builtInPlacesOf(needs.builtInFolder).map((place) => readOne(place, needs, []));

/** Every pack version there is. One that cannot be read is on the shelf with the reason and takes none of the others down. */
export function readShelf(needs: ShelfNeeds, keys: readonly TrustedKey[], builtIn = readBuiltIn(needs)): readonly ShelfPack[] {
  const read = [...builtIn, ...homePlacesOf(needs.homeFolder).map((place) => readOne(place, needs, keys))];
  const skills = new Map<string, LoadedSkill>(read.flatMap(({ pack }) => pack?.skills.map(({ data }): readonly [string, LoadedSkill] => [`${pack.data.id}.${data.id}`, { ref: { id: `${pack.data.id}.${data.id}`, version: pack.data.version, signer: "", title: data.title }, packId: pack.data.id, data }]) ?? []));
  return judged(read, needs.homeFolder).map((item) => (item.pack === undefined || (item.origin === "built-in" && needs.pins !== undefined) ? item : withLint(item, item.pack, needs.classify, (id) => skills.get(id))));
}

const withProblem = (item: ShelfPack, message: string): ShelfPack => ({ ...item, problems: [...item.problems, { severity: "error", file: "pack.yaml", line: 1, where: "", message }] });

/** What `install` refuses is refused to a hand that copies folders, too: the id of a built-in pack, and one version twice. */
function judged(read: readonly ShelfPack[], homeFolder: string): readonly ShelfPack[] {
  const builtIn = new Set(read.filter(({ origin }) => origin === "built-in").map(({ id }) => id));
  return read.map((item) => {
    if (item.origin === "built-in" || item.pack === undefined) return item;
    if (builtIn.has(item.id)) return withProblem(item, `a pack that comes with SENA has the id "${item.id}", and that one counts: give this pack an id of its own`);
    const first = firstOf(read.filter(({ id, version, pack }) => id === item.id && version === item.version && pack !== undefined), homeFolder);
    if (first === undefined || first.item === item) return item;
    return withProblem(item, `${relative(homeFolder, first.item.folder)} holds ${item.id} ${item.version} too, and that one counts: ${first.why}. Remove one of the two`);
  });
}

function firstOf(twins: readonly ShelfPack[], homeFolder: string): { readonly item: ShelfPack; readonly why: string } | undefined {
  const usable = twins.filter(isUsable);
  const among = usable.length > 0 ? usable : twins;
  const only = among.length === 1 && twins.length > 1;
  const placed = among.find(({ id, version, folder }) => folder === join(homeFolder, id, version));
  const item = placed ?? among[0];
  return item === undefined ? undefined : { item, why: only ? "it is the only one that may be used" : placed === undefined ? "the name of its folder comes first" : "it lies in the folder of its own name" };
}

function withLint(item: ShelfPack, pack: LoadedPack, classify: Classify | undefined, others: (id: string) => LoadedSkill | undefined): ShelfPack {
  const problems = [...item.problems, ...lintPack(pack, { classify, others })];
  return { ...item, problems };
}

function readOne({ folder, origin, name, why }: PackPlace, needs: ShelfNeeds, keys: readonly TrustedKey[]): ShelfPack {
  const empty: ShelfPack = { id: name, version: "", title: name, summary: "", origin, trust: "unsigned", signer: "", problems: [], folder, pack: undefined, sources: {} };
  const unread = (message: string): ShelfPack => ({ ...empty, problems: [{ severity: "error", file: "", line: 1, where: "", message }] });
  if (why !== undefined) return unread(why);
  let files: PackFiles;
  try {
    files = readFolder(folder);
  } catch (error) {
    return unread((error as Error).message);
  }
  return readFiles(files, origin, folder, needs, keys);
}

export function readFiles(files: PackFiles, origin: ShelfPack["origin"], folder: string, needs: Pick<ShelfNeeds, "pins" | "known">, keys: readonly TrustedKey[]): ShelfPack {
  const { pack, problems } = loadPack(files, needs.known);
  const sources = Object.fromEntries([...files].filter(([file]) => file !== SIGNATURE_FILE).map(([file, bytes]) => [file, fromUtf8(bytes)]));
  const name = folder.split(/[\\/]/).at(origin === "installed" ? -2 : -1) ?? "pack";
  const base = { origin, folder, sources, problems };
  if (pack === undefined) return { ...base, id: name, version: "", title: name, summary: "", trust: "unsigned", signer: "", pack };
  const { id, version, title, summary } = pack.data;
  const known = { ...base, id, version, title, summary, pack };
  const spoiled = (message: string): ShelfPack => ({ ...known, trust: "tampered", signer: "", problems: [...problems, { severity: "error", file: SIGNATURE_FILE, line: 1, where: "", message }] });
  if (origin === "built-in") {
    const pin = needs.pins?.[id];
    if (needs.pins !== undefined && pin !== pack.digest) return spoiled("its files are not those this program was built with");
    return { ...known, trust: "built-in", signer: "SENA" };
  }
  const signature = checkSignature(files.get(SIGNATURE_FILE), { pack: id, version, digest: pack.digest }, keys);
  switch (signature.state) {
    case "signed":
      return { ...known, trust: "trusted", signer: signature.by.name };
    case "unsigned":
      return { ...known, trust: "unsigned", signer: "" };
    case "stranger":
      return { ...known, trust: "untrusted", signer: signature.keyId };
    case "broken":
      return spoiled(signature.why);
    default:
      return signature satisfies never;
  }
}

export const isUsable = (item: ShelfPack): boolean => item.pack !== undefined && (item.trust === "built-in" || item.trust === "trusted") && !isBad(item.problems);

/** Newest version that may be used, unless another was chosen. */
export function chooseActive(shelf: readonly ShelfPack[], chosen: ReadonlyMap<string, string>): ReadonlyMap<string, ShelfPack> {
  const active = new Map<string, ShelfPack>();
  for (const item of shelf) {
    if (!isUsable(item)) continue;
    const wanted = chosen.get(item.id);
    const before = active.get(item.id);
    if (before === undefined || item.version === wanted || (before.version !== wanted && compareVersions(item.version, before.version) > 0)) active.set(item.id, item);
  }
  return active;
}

export function compareVersions(one: string, other: string): number {
  const [a, b] = [one.split(".").map(Number), other.split(".").map(Number)];
  for (let at = 0; at < 3; at += 1) if ((a[at] ?? 0) !== (b[at] ?? 0)) return (a[at] ?? 0) - (b[at] ?? 0);
  return 0;
}

/** Into place by one rename: a pack is there whole or not at all. */
export function putPack(homeFolder: string, id: string, version: string, files: PackFiles): void {
  const target = join(homeFolder, id, version);
  const staged = join(homeFolder, `.incoming-${id}-${version}`);
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(staged, { recursive: true, mode: 0o700 });
  for (const [name, bytes] of files) writeFileSync(join(staged, name), bytes, { mode: 0o600 });
  mkdirSync(join(homeFolder, id), { recursive: true, mode: 0o700 });
  rmSync(target, { recursive: true, force: true });
  renameSync(staged, target);
}
