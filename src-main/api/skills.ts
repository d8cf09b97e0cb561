import { Failure, type GroupHandlers, type PackView, type SkillView, type skillsContract } from "../contract/index.ts";
import type { Inventory } from "../inventory/port.ts";
import { utf8 } from "../kernel/index.ts";
import type { RequestParser } from "../request/port.ts";
import { compileParser, diffLines, loadPack, type PackFiles, type Problem, type ShelfPack, type SkillLibrary, type SkillSummary } from "../skills/index.ts";

export type SkillsApiNeeds = { readonly skills: SkillLibrary; readonly parser: Pick<RequestParser, "parse" | "ready">; readonly inventory: Pick<Inventory, "get" | "all">; readonly now: () => number };

const filesOf = (files: Readonly<Record<string, string>>): PackFiles => new Map(Object.entries(files).map(([name, text]) => [name, utf8(text)]));
const SAMPLE_HOST = { id: "example", name: "example", tags: [], environment: "dev" } as const;

export const skillsHandlers = ({ skills, parser, inventory, now }: SkillsApiNeeds): GroupHandlers<typeof skillsContract> => {
  const viewOf = (favourites: readonly string[]) => ({ targets, inputs, examples, ...skill }: SkillSummary): SkillView => ({ ...skill, inputs: inputs.map((input) => ({ ...input, choices: [...input.choices] })), targets: { os: [...targets.os], tags: [...targets.tags] }, examples: examples.map((text) => text.replace(/<host>/g, "web-01").replace(/<([a-z]+)>/g, "‹$1›")), isFavourite: favourites.includes(skill.id) });
  return {
    list: async ({ search }) => ({ skills: skills.list().filter(matches(search)).map(viewOf(skills.favourites())), digest: skills.digest }),
    async *packs(_input, { signal }) {
      for await (const _change of skills.packChanges(signal)) yield { packs: skills.packs().map(packView) };
    },
    plan: async ({ skillId, inputs, hostId }) => {
      const known = skills.get(skillId);
      const host = hostId === undefined ? undefined : inventory.get(hostId);
      try {
        const plan = skills.compile(skillId, inputs, host ?? { ...SAMPLE_HOST, os: known?.targets.os[0] ?? "linux", tags: known?.targets.tags ?? [] });
        return { title: plan.title, isTree: plan.isTree, inputs: { ...plan.inputs }, outline: plan.outline.map((part) => ({ ...part })), steps: plan.steps.map(({ id, title, script, declaredEffect, role, checksAfter, undo }) => ({ id, title, script, effect: declaredEffect, role, checksAfter: [...checksAfter], ...(undo === undefined ? {} : { undo }) })) };
      } catch (error) {
        // A form half filled in is no failure: it says what is still missing.
        if (!(error instanceof Failure) || known === undefined) throw error;
        return { title: known.title, isTree: known.kind === "diagnosis", inputs: {}, outline: [], steps: [], problem: error.message };
      }
    },
    favourite: async ({ skillId, isFavourite }) => {
      skills.setFavourite(skillId, isFavourite);
      return { done: true };
    },
    source: async ({ pack, version, place }) => ({ files: { ...skills.pack(pack, version, place).sources } }),
    diff: async ({ pack, from, to }) => {
      const [before, after] = [skills.pack(pack, from).sources, skills.pack(pack, to).sources];
      const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
      return { files: names.map((file) => ({ file, lines: diffLines(before[file] ?? "", after[file] ?? "").map((line) => ({ ...line })) })).filter(({ lines }) => lines.length > 0) };
    },
    check: async ({ files }) => {
      const item = skills.check(filesOf(files));
      return { problems: item.problems.map(problemView), skills: item.pack?.skills.map(({ data }) => ({ id: data.id, title: data.title })) ?? [], parsers: [...(item.pack?.parsers.keys() ?? [])] };
    },
    tryParser: async ({ files, parser: name, output }) => {
      const { pack, problems } = loadPack(filesOf(files));
      const found = pack?.parsers.get(name);
      if (found === undefined) return { columns: [], rows: [], problem: problems[0] === undefined ? `There is no parser "${name}".` : `${problems[0].file}:${problems[0].line}: ${problems[0].message}` };
      try {
        const read = compileParser(found.data).read(output);
        return { columns: [...read.columns], rows: read.rows.slice(0, 500).map(({ values, fromLine, toLine }) => ({ cells: read.columns.map(({ key }) => values[key] ?? null), fromLine, toLine })), ...(read.problem === undefined ? {} : { problem: read.problem }) };
      } catch (error) {
        return { columns: [], rows: [], problem: (error as Error).message };
      }
    },
    tryRequest: async ({ text }) => {
      await parser.ready();
      const parsed = parser.parse(text, { hosts: inventory.all(), chosenHosts: [], earlier: [], now: now() });
      switch (parsed.kind) {
        case "skill":
          return { kind: parsed.kind, skillId: parsed.skillId, inputs: { ...parsed.inputs }, hosts: parsed.hosts.map((id) => inventory.get(id)?.name ?? id), confidence: parsed.confidence, why: parsed.why, choices: [] };
        case "ask":
          return { kind: parsed.kind, ...(parsed.understood === undefined ? {} : { skillId: parsed.understood.skillId }), inputs: {}, hosts: [], confidence: 0, why: parsed.question, choices: parsed.choices.map(({ label }) => label) };
        case "out-of-scope":
          return { kind: parsed.kind, inputs: {}, hosts: [], confidence: 0, why: parsed.say, choices: parsed.nearest.map(({ label }) => label) };
        default:
          return parsed satisfies never;
      }
    },
    install: async ({ files }) => packView(withActive(skills, skills.install(filesOf(files)))),
    publish: async ({ files }) => packView(withActive(skills, skills.publish(filesOf(files)))),
    activate: async ({ pack, version }) => {
      skills.activate(pack, version);
      return { done: true };
    },
    remove: async ({ pack, version, place }) => {
      skills.remove(pack, version, place);
      return { done: true };
    },
    keys: async () => ({ keys: [...skills.keys()] }),
    trust: async ({ publicKey, name }) => skills.trust(publicKey, name),
    distrust: async ({ keyId }) => {
      skills.distrust(keyId);
      return { done: true };
    },
  };
};

const withActive = (skills: SkillLibrary, item: ShelfPack) => skills.packs().find(({ id, version }) => id === item.id && version === item.version) ?? { ...item, isActive: false, place: "" };
const packView = ({ id, version, title, summary, origin, trust, signer, isActive, place, pack, problems }: ReturnType<SkillLibrary["packs"]>[number]): PackView => ({ id, version, title, summary, origin, trust, signer, isActive, place, skills: pack?.skills.length ?? 0, problems: problems.map(problemView) });
/** What a broken pack brings may be longer than anything a good one says: it is cut, so that the others are still told. */
const problemView = ({ severity, file, line, where, message }: Problem) => ({ severity, file: file.slice(0, 128), line, where: where.slice(0, 200), message: message.slice(0, 2000) });

/** Every word of the search somewhere in what names the skill. */
const matches = (search: string) => (skill: SkillSummary): boolean => {
  const text = `${skill.id} ${skill.title} ${skill.summary} ${skill.topic} ${skill.examples.join(" ")}`.toLowerCase();
  return search.toLowerCase().split(/\s+/).every((word) => text.includes(word));
};
