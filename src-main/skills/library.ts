import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, watch, type FSWatcher } from "node:fs";
import { join, relative } from "node:path";
import { live, type Clock } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import type { Book, LoadedSkill } from "./compile.ts";
import { compileSkill } from "./compile-skill.ts";
import { kindOf } from "./compile.ts";
import { failSkill } from "./failures.ts";
import type { SkillData } from "./format.ts";
import { lintPack } from "./lint.ts";
import { ownKey } from "./author-key.ts";
import { SIGNATURE_FILE, type PackFiles } from "./load.ts";
import { SKILL_MIGRATIONS } from "./migrations.ts";
import { chooseActive, isUsable, putPack, readBuiltIn, readFiles, readShelf, type ShelfNeeds, type ShelfPack } from "./pack-shelf.ts";
import { compileParser, type Parser } from "./parsers.ts";
import type { SkillInput, SkillOutline, SkillPhrases, SkillSummary, Skills } from "./port.ts";
import { isBad, type Problem } from "./problems.ts";
import { readPublicKey, signPack, type TrustedKey } from "./signature.ts";
import { expandPhrase } from "./vocabulary.ts";

export type SkillNeeds = ShelfNeeds & {
  readonly store: Store;
  readonly now: Clock;
  /** Looks at the folders again when something in them changes. Off in tests and one-shot commands. */
  readonly watches: boolean;
  /** This installation's own signing key, beside the home folder's packs unless told otherwise; made at first use. */
  readonly ownKeyFile?: string;
  /** A pack that cannot be used, once per change: for the log. */
  readonly onProblem?: (pack: string, problems: readonly Problem[]) => void;
};

export interface SkillLibrary extends Skills, Disposable {
  packs(): readonly (ShelfPack & { readonly isActive: boolean; readonly place: string })[];
  /** Now, and after each change of any pack there is, good or not; `changes` tells only of what may run. */
  packChanges(signal: AbortSignal): AsyncIterable<unknown>;
  /** `place` tells apart what cannot be read, or lies here twice. */
  pack(id: string, version: string, place?: string): ShelfPack;
  /** What installing these files would say; nothing is kept. */
  check(files: PackFiles): ShelfPack;
  install(files: PackFiles): ShelfPack;
  /** Signs with this installation's own key, then installs. */
  publish(files: PackFiles): ShelfPack;
  remove(id: string, version: string, place?: string): void;
  activate(id: string, version: string): void;
  keys(): readonly TrustedKey[];
  trust(publicKey: string, name: string): TrustedKey;
  distrust(keyId: string): void;
  favourites(): readonly string[];
  setFavourite(skillId: string, isFavourite: boolean): void;
  refresh(): void;
}

const SETTLE_MS = 250;
const PHRASES_EACH = 24;

/** The first of each, then the second of each: whoever takes only some has heard every pattern. */
const inTurns = (lists: readonly (readonly string[])[]): readonly string[] => Array.from({ length: PHRASES_EACH }, (_, turn) => lists.flatMap((list) => list[turn] ?? [])).flat();

export const inputsOf = (data: SkillData): readonly SkillInput[] =>
  Object.entries(data.inputs).map(([name, input]) => ({ name, title: input.title, type: input.type, isRequired: !input.optional && input.default === undefined, ...(input.default === undefined ? {} : { default: String(input.default) }), choices: input.choices, ...(input.min === undefined ? {} : { min: input.min }), ...(input.max === undefined ? {} : { max: input.max }), hint: input.hint }));

export function openSkills(needs: SkillNeeds): SkillLibrary {
  const { store, now } = needs;
  store.migrate("skills", SKILL_MIGRATIONS);
  const sql = {
    keys: store.sql<TrustedKey>("skills.keys", "SELECT id, name, public_key AS publicKey FROM skill_keys ORDER BY name"),
    addKey: store.sql("skills.add-key", "INSERT INTO skill_keys (id, name, public_key, added_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name"),
    dropKey: store.sql("skills.drop-key", "DELETE FROM skill_keys WHERE id = ?"),
    active: store.sql<{ pack: string; version: string }>("skills.active", "SELECT pack, version FROM skill_active"),
    setActive: store.sql("skills.set-active", "INSERT INTO skill_active (pack, version, changed_at) VALUES (?, ?, ?) ON CONFLICT (pack) DO UPDATE SET version = excluded.version, changed_at = excluded.changed_at"),
    favourites: store.sql<{ skillId: string }>("skills.favourites", "SELECT skill_id AS skillId FROM skill_favourites ORDER BY skill_id"),
    addFavourite: store.sql("skills.add-favourite", "INSERT OR IGNORE INTO skill_favourites (skill_id) VALUES (?)"),
    dropFavourite: store.sql("skills.drop-favourite", "DELETE FROM skill_favourites WHERE skill_id = ?"),
  };
  const digest = live("");
  const shelfDigest = live("");
  let shelf: readonly ShelfPack[] = [];
  let active: ReadonlyMap<string, ShelfPack> = new Map();
  let skills: ReadonlyMap<string, LoadedSkill> = new Map();
  let parsers: ReadonlyMap<string, Parser> = new Map();
  /** Expanding phrases takes milliseconds, and an agent asks for the list at each of its questions. */
  let summaries: readonly SkillSummary[] | undefined;

  const book: Book = {
    skill: (id) => skills.get(id),
    parser: (packId, name) => parsers.get(`${packId}/${name}`),
    list: (packId, name) => active.get(packId)?.pack?.data.lists[name] ?? [],
  };

  // A program that knows what it was built with has read that once for all: when SENA is updated, the files of another
  // version lie there while this one goes on.
  const builtIn = needs.pins === undefined ? undefined : readBuiltIn(needs);
  function refresh(): void {
    summaries = undefined;
    shelf = readShelf(needs, sql.keys.all(), builtIn);
    active = chooseActive(shelf, new Map(sql.active.all().map(({ pack, version }) => [pack, version])));
    const used = [...active.values()].flatMap((item) => (item.pack === undefined ? [] : [{ item, pack: item.pack }]));
    skills = new Map(used.flatMap(({ item, pack }) => pack.skills.map(({ data }): readonly [string, LoadedSkill] => {
      const id = `${pack.data.id}.${data.id}`;
      return [id, { ref: { id, version: pack.data.version, signer: item.signer, title: data.title }, packId: pack.data.id, data }];
    })));
    parsers = new Map(used.flatMap(({ pack }) => [...pack.parsers].map(([name, { data }]) => [`${pack.data.id}/${name}`, compileParser(data)] as const)));
    for (const item of shelf) if (!isUsable(item)) needs.onProblem?.(`${item.id} ${item.version}`, item.problems);
    digest.set(createHash("sha256").update(used.map(({ pack }) => `${pack.data.id} ${pack.data.version} ${pack.digest}`).sort().join("\n")).digest("hex"));
    shelfDigest.set(createHash("sha256").update(JSON.stringify(shelf.map(({ pack, sources: _sources, ...item }) => [item, pack?.digest, active.get(item.id)?.folder === item.folder]))).digest("hex"));
  }

  const summaryOf = (skill: LoadedSkill): SkillSummary => ({
    ...skill.ref,
    pack: skill.packId,
    topic: skill.data.topic,
    summary: skill.data.summary,
    kind: kindOf(skill.data),
    effect: skill.data.effect,
    inputs: inputsOf(skill.data),
    targets: skill.data.targets,
    trust: active.get(skill.packId)?.trust === "built-in" ? "built-in" : "trusted",
    examples: skill.data.ask.say.slice(0, 6).map((pattern) => expandPhrase(pattern, wordsOf(skill), 1)[0] ?? pattern),
  });
  const wordsOf = (skill: LoadedSkill) => active.get(skill.packId)?.pack?.data.words ?? {};
  const outlineOf = (skill: LoadedSkill): SkillOutline => {
    const { data, ref } = skill;
    const example = expandPhrase(data.ask.say[0] ?? data.title, wordsOf(skill), 1)[0] ?? data.title;
    return { skillId: ref.id, example, title: data.title, kind: kindOf(data), effect: data.effect, inputs: inputsOf(data), os: data.targets.os, tags: data.targets.tags, fleet: data.fleet, verbs: data.ask.verbs };
  };
  const phrasesOf = (skill: LoadedSkill): SkillPhrases => {
    const expand = (patterns: readonly string[]) => [...new Set(inTurns(patterns.map((pattern) => expandPhrase(pattern, wordsOf(skill), PHRASES_EACH))))];
    return { ...outlineOf(skill), say: expand(skill.data.ask.say), not: expand(skill.data.ask.not) };
  };
  const find = (id: string): LoadedSkill => {
    const skill = skills.get(id);
    if (skill === undefined) throw failSkill("SKILL_UNKNOWN", { id });
    return skill;
  };
  const placeOf = ({ origin, folder }: ShelfPack): string => (origin === "installed" ? relative(needs.homeFolder, folder).replaceAll("\\", "/") : "");
  const findPack = (id: string, version: string, place?: string): ShelfPack => {
    // Of one version that lies here twice, the one that counts.
    const twins = shelf.filter((known) => known.id === id && known.version === version && (place === undefined || placeOf(known) === place));
    const item = twins.find(isUsable) ?? twins[0];
    if (item === undefined) throw failSkill("PACK_UNKNOWN", { pack: id, version });
    return item;
  };
  function check(files: PackFiles): ShelfPack {
    const item = readFiles(files, "installed", "", needs, sql.keys.all());
    return item.pack === undefined ? item : { ...item, problems: [...item.problems, ...lintPack(item.pack, { classify: needs.classify, others: (id) => skills.get(id) })] };
  }

  function install(files: PackFiles): ShelfPack {
    const item = check(files);
    if (item.pack === undefined || isBad(item.problems)) {
      const first = item.problems.find(({ severity }) => severity === "error");
      if (item.trust === "tampered") throw failSkill("PACK_TAMPERED", { pack: item.id, detail: first?.message ?? "its signature does not fit" });
      throw failSkill("PACK_BAD", { pack: item.id, detail: first === undefined ? "it cannot be read" : `${first.file}:${first.line}: ${first.message}` });
    }
    if (item.trust === "unsigned") throw failSkill("PACK_UNSIGNED", { pack: item.id });
    if (item.trust !== "trusted") throw failSkill("PACK_UNTRUSTED", { pack: item.id, detail: `is signed by a key (${item.signer}) that is not on the trust list` });
    if (shelf.some(({ id, origin }) => id === item.id && origin === "built-in")) throw failSkill("PACK_BAD", { pack: item.id, detail: "a pack that comes with SENA has this id" });
    if (shelf.some(({ id, version, pack }) => id === item.id && version === item.version && pack?.digest !== item.pack?.digest)) throw failSkill("PACK_BAD", { pack: item.id, detail: `version ${item.version} is here already with other contents: a change needs a new version` });
    putPack(needs.homeFolder, item.id, item.version, files);
    refresh();
    return findPack(item.id, item.version);
  }
  function trust(publicKey: string, name: string): TrustedKey {
    const key = readPublicKey(publicKey, name);
    sql.addKey.run([key.id, key.name, key.publicKey, now()]);
    refresh();
    return key;
  }

  /** In a timer nobody hears a throw: the packs in use stay as they were, and the log says why. */
  const lookAgain = (): void => {
    try {
      refresh();
    } catch (error) {
      needs.onProblem?.("skills", [{ severity: "error", file: "", line: 1, where: "", message: `the packs could not be read again: ${(error as Error).message}` }]);
    }
  };

  refresh();
  const watchers = needs.watches ? watchFolders(builtIn === undefined ? [needs.builtInFolder, needs.homeFolder] : [needs.homeFolder], lookAgain) : [];
  return {
    list: () => (summaries ??= [...skills.values()].map(summaryOf)),
    get: (id) => (skills.has(id) ? summaryOf(find(id)) : undefined),
    compile: (id, inputs, host) => compileSkill(find(id), inputs, host, book),
    read(parserId, output) {
      const parser = parsers.get(parserId);
      if (parser === undefined) throw failSkill("SKILL_UNKNOWN", { id: parserId });
      return parser.read(output);
    },
    outlines: () => [...skills.values()].map(outlineOf),
    phrases: () => [...skills.values()].map(phrasesOf),
    get digest() {
      return digest.value;
    },
    changes: (signal) => digest.follow(signal),
    packChanges: (signal) => shelfDigest.follow(signal),
    packs: () => shelf.map((item) => ({ ...item, isActive: active.get(item.id) === item, place: placeOf(item) })),
    pack: findPack,
    check,
    install,
    publish(files) {
      const { pack, problems } = check(files);
      if (pack === undefined || isBad(problems)) return install(files); // refuses, with the line and the reason
      const { privatePem, trusted } = ownKey(needs.ownKeyFile ?? join(needs.homeFolder, "..", "skill-author.key"));
      if (!sql.keys.all().some(({ id }) => id === trusted.id)) trust(trusted.publicKey, trusted.name);
      return install(new Map([...files, [SIGNATURE_FILE, signPack({ pack: pack.data.id, version: pack.data.version, digest: pack.digest }, privatePem)]]));
    },
    remove(id, version, place) {
      const item = findPack(id, version, place);
      if (item.origin === "built-in") throw failSkill("PACK_BAD", { pack: id, detail: "it comes with SENA and cannot be removed" });
      rmSync(item.folder, { recursive: true, force: true });
      refresh();
    },
    activate(id, version) {
      const item = findPack(id, version);
      if (!isUsable(item)) throw failSkill("PACK_BAD", { pack: id, detail: item.problems[0]?.message ?? "it is not signed by anyone trusted" });
      sql.setActive.run([id, version, now()]);
      refresh();
    },
    keys: () => sql.keys.all(),
    trust,
    distrust(keyId) {
      sql.dropKey.run([keyId]);
      refresh();
    },
    favourites: () => sql.favourites.all().map(({ skillId }) => skillId),
    setFavourite(skillId, isFavourite) {
      (isFavourite ? sql.addFavourite : sql.dropFavourite).run([skillId]);
    },
    refresh,
    [Symbol.dispose]() {
      for (const watcher of watchers) watcher.close();
    },
  };
}

function watchFolders(folders: readonly string[], lookAgain: () => void): readonly FSWatcher[] {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const settle = () => {
    clearTimeout(timer);
    timer = setTimeout(lookAgain, SETTLE_MS).unref();
  };
  return folders.map((folder) => {
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const watcher = watch(folder, { recursive: true, persistent: false }, settle);
    watcher.on("error", () => watcher.close()); // no hot reload there, everything else works
    return watcher;
  });
}
