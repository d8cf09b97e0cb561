import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import { expandPhrase, seeded, type InputType, type SkillOutline, type SkillPhrases, type Skills } from "../skills/index.ts";
import { train, type Example, type Model } from "./classifier.ts";
import { ACTS, ARTICLES, POLITE } from "./acts.ts";
import { FEATURES, abstractOf, featuresOf } from "./features.ts";
import { buildLexicon, keyOf, type Lexicon } from "./lexical.ts";
import { OUT_OF_SCOPE } from "./out-of-scope.ts";
import type { Forms } from "./mend.ts";
import type { KnownHost } from "./port.ts";
import { reword } from "./reword.ts";
import { knownServices, readSpans } from "./spans.ts";
import { tokensOf } from "./tokens.ts";

/** Changes when the way of training changes, so that a kept model of an older program is not used. */
const TRAINER = "27";
/** The training hears so many sentences of a skill, the lexical match so many. */
const MOST_TRAINED = 240;
const MOST_MATCHED = 800;

/** Names to put in place of `<host>` while training; they mean nothing outside. */
const SAMPLE_HOSTS: readonly KnownHost[] = ["web-01", "db-01", "app-02"].map((name) => ({ id: name, name, groups: [name.split("-")[0] as string], tags: [], environment: "dev", os: "linux" }));
const CONTEXT = { hosts: SAMPLE_HOSTS, now: Date.UTC(2026, 0, 15, 12), utcOffsetMinutes: 0 };

const SAMPLES: Readonly<Record<InputType | "host-place", readonly string[]>> = {
  "host-place": ["web-01", "db-01", "app-02", "all servers", "the web servers"],
  text: ["zzqx", "vm.zzqx", "Zzq/Qxz"], pattern: ["zzqx", '"connection reset"'], service: ["nginx", "nginx", "nginx", "postgresql", "postgresql", "docker", "docker", "cron", "cron", "sshd", "chrony", ...knownServices().slice(0, 12), "zzqx", "qqzz-agent", "zzqx", "xqzd"], path: ["/var/log/syslog", "/srv", "/var", "/etc/ssl/site.pem", "/home/alice", "/dev/sda"], size: ["500M", "2 GB", "100mb"], duration: ["2 hours", "30 minutes", "3 days", "hour"],
  time: ["yesterday", "yesterday 18:00", "2026-01-10", "this morning", "8:00"], enum: [], integer: ["21", "100", "4242"], port: ["443", "8080", "5432", "23"], user: ["zzqx", "alice", "bob", "qxzz"], package: ["zzqx", "openssl", "qqzz", "nginx", "docker"], process: ["zzqx", "java", "python3", "nginx", "postgres"], interface: ["eth0", "Gi1/0/1", "ens18"],
  host: ["10.0.0.9", "db-01", "app-02", "zzqx"], domain: ["zzqx"], database: ["zzqx", "appdb"], container: ["zzqx", "qqzz", "zzqx", "api", "web", "worker", "app"], boolean: ["yes"],
};

const NAMED_SAMPLES: Readonly<Record<string, readonly string[]>> = { mac: ["00:1b:54:00:00:01", "0050.56a1.0b2c"], setting: ["vm.zzqx", "net.zzqx.zzq", "zzqx"] };

/** What training leaves behind, and all that is kept of it. */
type Learned = {
  readonly model: Model;
  readonly lexicon: Lexicon;
  readonly forms: Forms;
  /** By skill: acts its own phrases open with, and acts with the word after them. */
  readonly opens: readonly ReadonlySet<string>[];
};
export type Trained = Learned & { readonly skills: readonly SkillOutline[] };
/** Gives what was learned of these sentences, as it is kept. */
export type Learns = (skills: readonly SkillPhrases[], signal: AbortSignal) => Promise<Uint8Array>;
export type Keep = { load(key: string): Uint8Array | undefined; save(key: string, bytes: Uint8Array): void };

/** Slots become sample values, values become kinds: the classifier learns from what the recognisers will really hand it. A phrase draws its own samples, so that no other phrase changes what it teaches. */
function wordsOf(phrase: string, skill: SkillPhrases | undefined): readonly string[] {
  const next = seeded(keyOf(`${skill?.skillId ?? ""} ${phrase}`));
  const pick = (list: readonly string[]): string => list[Math.floor(next() * list.length)] ?? "";
  const sentence = phrase.replace(/<([a-zA-Z0-9]+)>/g, (_all, name: string) => {
    if (name === "host") return pick(SAMPLES["host-place"]);
    const input = skill?.inputs.find((known) => known.name === name);
    return input === undefined ? "" : NAMED_SAMPLES[name] !== undefined && input.type === "text" ? pick(NAMED_SAMPLES[name]) : input.choices.length > 0 ? pick(input.choices) : pick(SAMPLES[input.type]);
  });
  const { tokens, spans } = readSpans(reword(sentence), CONTEXT);
  return abstractOf(tokens, spans).map((word) => (/^(zzqx|qqzz.*|xqzd|qxzz|zzq\/qxz|vm\.zzqx|alice|bob|appdb|java|python3|openssl|eth0|ens18|gi1\/0\/1)$/.test(word) ? "<oov>" : word));
}

const actsIn = (phrases: readonly string[]): ReadonlySet<string> =>
  new Set(phrases.flatMap((phrase) => {
    const words = phrase.toLowerCase().split(/[\s,]+/);
    const opening = words.find((word) => !POLITE.has(word)) ?? "";
    return [...(ACTS.has(opening) ? [opening] : []), ...words.flatMap((word, at) => (ACTS.has(word) && words[at + 1] !== undefined ? [`${word} ${words[at + (ARTICLES.has(words[at + 1] ?? "") ? 2 : 1)] ?? ""}`] : []))];
  }));

function formsOf(phrases: readonly string[]): Forms {
  const forms = new Map<string, number>();
  for (const phrase of phrases) for (const { lower } of tokensOf(phrase.replace(/<\w+>/g, " "))) if (/^[a-z]{2,24}$/.test(lower)) forms.set(lower, (forms.get(lower) ?? 0) + 1);
  return forms;
}

export async function trainOn(source: Pick<Skills, "outlines" | "phrases" | "digest">, keep: Keep | undefined, learns: Learns, signal: AbortSignal): Promise<Trained> {
  const outlines = source.outlines();
  const key = createHash("sha256").update(`${TRAINER} ${FEATURES} ${source.digest} ${JSON.stringify(OUT_OF_SCOPE)}`).digest("hex").slice(0, 32);
  const before = takenUp(keep?.load(key), outlines.length + 1);
  if (before) return { skills: outlines, ...before };
  const learned = await learns(source.phrases(), signal);
  keep?.save(key, learned);
  return { skills: outlines, ...(deserialize(learned) as Learned) };
}

/** Seconds of computing, and a minute for hundreds of runbooks: nobody else has a turn meanwhile. */
export const learnHere = (skills: readonly SkillPhrases[]): Uint8Array => serialize(learn(skills));

function learn(skills: readonly SkillPhrases[]): Learned {
  const none = skills.length;
  const taught: { readonly words: readonly string[]; readonly label: number }[] = [];
  const trained: { readonly words: readonly string[]; readonly label: number }[] = [];
  const negatives: { readonly words: readonly string[]; readonly label: number }[] = [];
  for (const [label, skill] of skills.entries()) {
    const seen = new Set<string>();
    for (const [at, phrase] of skill.say.entries()) {
      const words = wordsOf(phrase, skill);
      if (at < MOST_TRAINED) trained.push({ words, label });
      // Another host in the same place is the same sentence: it must not crowd out another wording.
      const heard = words.filter((word) => word !== "<host>").join(" ");
      if (seen.has(heard) || seen.size >= MOST_MATCHED) continue;
      seen.add(heard);
      taught.push({ words, label });
    }
    for (const phrase of skill.not) negatives.push({ words: wordsOf(phrase, skill), label: -1 - label });
  }
  const strange = OUT_OF_SCOPE.flatMap((pattern) => expandPhrase(pattern, {}, 40));
  const outside = strange.map((phrase) => ({ words: wordsOf(phrase, undefined), label: none }));
  const examples = [...trained, ...negatives, ...outside].map(({ words, label }): Example => ({ features: featuresOf(words), label }));
  const model = train(examples, none + 1);
  return { model, lexicon: buildLexicon(taught, none, outside.flatMap(({ words }) => words)), forms: formsOf([...skills.flatMap(({ say, not }) => [...say, ...not]), ...strange]), opens: skills.map(({ say }) => actsIn(say)) };
}

/** A file of another program, cut short, or of another number of skills is simply not there. */
function takenUp(bytes: Uint8Array | undefined, classes: number): Learned | undefined {
  if (!bytes) return undefined;
  try {
    const kept = deserialize(bytes) as Learned;
    const fits = kept.model.classes === classes && kept.model.weights.length === FEATURES * classes && kept.opens.length === classes - 1 && kept.lexicon.starts.length === kept.lexicon.keys.length + 1;
    return fits ? kept : undefined;
  } catch {
    return undefined;
  }
}
