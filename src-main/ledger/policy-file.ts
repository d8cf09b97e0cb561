import { formatVerifierKey, parseVerifierKey, SIGNATURE_TYPE, type VerifierKey } from "./note.ts";

/** c2sp.org/tlog-policy: whose signatures make a checkpoint believable. */
export type LogPolicy = {
  readonly logs: readonly VerifierKey[];
  readonly witnesses: readonly { readonly name: string; readonly key: VerifierKey }[];
  readonly quorum: Quorum;
};
export type Quorum = { readonly kind: "none" } | { readonly kind: "witness"; readonly name: string } | { readonly kind: "group"; readonly threshold: number; readonly members: readonly Quorum[] };

export function formatLogPolicy(logs: readonly VerifierKey[], witnesses: readonly VerifierKey[]): string {
  const lines = ["# Whose signatures make a head of this log believable (c2sp.org/tlog-policy).", "# These keys came with the bundle: compare them with the ones you were given before you trust them.", ...logs.map((key) => `log ${formatVerifierKey(key)}`)];
  witnesses.forEach((key, n) => lines.push(`witness w${n + 1} ${formatVerifierKey(key)}`));
  if (witnesses.length === 0) lines.push("quorum none");
  else lines.push(`group witnesses any ${witnesses.map((_, n) => `w${n + 1}`).join(" ")}`, "quorum witnesses");
  return `${lines.join("\n")}\n`;
}

/** Undefined, with no guessing, for anything the text does not allow. */
export function parseLogPolicy(text: string): LogPolicy | undefined {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) return undefined;
  const logs: VerifierKey[] = [];
  const witnesses: { name: string; key: VerifierKey }[] = [];
  const named = new Map<string, Quorum>([["none", { kind: "none" }]]);
  const used = new Set<string>();
  let quorum: Quorum | undefined;
  const duplicate = (list: readonly VerifierKey[], key: VerifierKey): boolean => list.some((one) => one.publicKey.equals(key.publicKey));

  for (const line of text.split("\n")) {
    const [verb, ...words] = line.split(/[ \t]+/).filter((word) => word !== "");
    if (verb === undefined || verb.startsWith("#")) continue;
    if (verb === "log") {
      const key = parseVerifierKey(words[0] ?? "");
      if (key === undefined || words.length > 2 || key.type === SIGNATURE_TYPE.cosignature || duplicate(logs, key)) return undefined;
      logs.push(key);
    } else if (verb === "witness") {
      const [name = "", encoded = ""] = words;
      const key = parseVerifierKey(encoded);
      if (key === undefined || words.length > 3 || named.has(name) || duplicate(witnesses.map((witness) => witness.key), key)) return undefined;
      witnesses.push({ name, key });
      named.set(name, { kind: "witness", name });
    } else if (verb === "group") {
      const group = groupOf(words, named, used);
      if (group === undefined) return undefined;
      named.set(words[0] as string, group);
    } else if (verb === "quorum") {
      const chosen = named.get(words[0] ?? "");
      if (chosen === undefined || words.length !== 1 || quorum !== undefined) return undefined;
      quorum = chosen;
    } else {
      return undefined;
    }
  }
  return quorum === undefined ? undefined : { logs, witnesses, quorum };
}

function groupOf([name, rule, ...members]: readonly string[], named: ReadonlyMap<string, Quorum>, used: Set<string>): Quorum | undefined {
  if (name === undefined || rule === undefined || members.length === 0 || named.has(name)) return undefined;
  const threshold = rule === "any" ? 1 : rule === "all" ? members.length : /^[1-9][0-9]*$/.test(rule) ? Number(rule) : 0;
  if (threshold < 1 || threshold > members.length) return undefined;
  const list: Quorum[] = [];
  for (const member of members) {
    const one = named.get(member);
    if (one === undefined || member === "none" || used.has(member)) return undefined;
    used.add(member);
    list.push(one);
  }
  return { kind: "group", threshold, members: list };
}

export function quorumMet(quorum: Quorum, cosigned: (witness: string) => boolean): boolean {
  if (quorum.kind === "none") return true;
  if (quorum.kind === "witness") return cosigned(quorum.name);
  return quorum.members.filter((member) => quorumMet(member, cosigned)).length >= quorum.threshold;
}
