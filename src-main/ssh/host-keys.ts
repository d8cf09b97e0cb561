import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { failer } from "../contract/failure.ts";
import type { Actor } from "../contract/terms.ts";
import type { Host } from "../inventory/port.ts";
import type { Ledger } from "../ledger/port.ts";
import { SSH_FAILURES } from "./failures.ts";
import { artTitle, fingerprintOf, randomart } from "./fingerprint.ts";
import { judgeKey, keyTypeOf, knownHostLine, knownHostName, knownTypes, namesMatch, parseKnownHosts, type KeyVerdict, type KnownHostLine, type KnownHostsProblem } from "./known-hosts.ts";

const fail = failer(SSH_FAILURES);
/** Keys that were forgotten where keys are strict: kept as comments, which OpenSSH passes over. */
const FORMER = "# sena-former ";

export type HostKeysNeeds = {
  /** SENA's own file: the only one it writes. */
  readonly file: string;
  /** Read as well, never written: the operator's and the machine's. */
  readonly alsoRead: readonly string[];
  readonly ledger: Pick<Ledger, "append">;
  /** Where a key other than before is never taken by a plain yes: production, under whatever name it is reached. */
  readonly isStrict?: (at: Pick<Host, "address" | "port">) => boolean;
};

type KnownAs = Pick<Host, "id" | "name" | "address" | "port">;

export interface HostKeys {
  judge(host: KnownAs, key: Uint8Array): KeyVerdict;
  /** Types on file for the host: asked for first. */
  types(host: KnownAs): readonly string[];
  /** True when only a host certificate authority vouches for it. */
  isCertificateOnly(host: KnownAs): KnownHostLine | undefined;
  /** Recorded, then written: a key that could not be recorded is not trusted. */
  trust(host: KnownAs, key: Uint8Array, actor: Actor, how: "first-use" | "replaced" | "imported", first?: string): Promise<void>;
  forget(host: KnownAs, actor: Actor): Promise<number>;
  /** A key that was refused, for the auditor: changed and revoked ones. */
  noteRefusal(host: KnownAs, key: Uint8Array, why: string, actor?: Actor): Promise<void>;
  /** Its key is replaced only by who names the new one's fingerprint as its owner reads it. */
  isStrict(host: KnownAs): boolean;
  /** On record before it counts: somebody named the new key, and a second person shall. */
  noteProposal(host: KnownAs, key: Uint8Array, actor: Actor): Promise<void>;
  keysOf(host: KnownAs): readonly { readonly type: string; readonly fingerprint: string; readonly randomart: string; readonly file: string; readonly marker: KnownHostLine["marker"] }[];
  /** Text to add to SENA's file (an import); lines that do not read are left out and told. */
  adopt(text: string, actor: Actor): Promise<{ readonly added: number; readonly problems: readonly KnownHostsProblem[] }>;
  readonly files: readonly string[];
}

export function createHostKeys({ file, alsoRead, ledger, isStrict = () => false }: HostKeysNeeds): HostKeys {
  const files = [file, ...alsoRead];
  const cache = new Map<string, { readonly stamp: string; readonly lines: readonly KnownHostLine[] }>();

  function linesOf(path: string): readonly KnownHostLine[] {
    if (!existsSync(path)) return [];
    const { mtimeMs, size, ino } = statSync(path);
    const stamp = `${mtimeMs}:${size}:${ino}`;
    const before = cache.get(path);
    if (before?.stamp === stamp) return before.lines;
    try {
      const { lines } = parseKnownHosts(readFileSync(path, "utf8"), path);
      cache.set(path, { stamp, lines });
      return lines;
    } catch (error) {
      throw fail("SSH_KNOWN_HOSTS_UNREADABLE", { file: path, why: (error as Error).message }, error);
    }
  }
  const all = (): readonly KnownHostLine[] => files.flatMap(linesOf);
  const nameOf = (host: KnownAs): string => knownHostName(host.address, host.port);
  const record = (host: KnownAs, actor: Actor, fields: Record<string, string | number>): Promise<unknown> => ledger.append({ type: "host-key", actor, host: host.id, subject: host.id, fields: { host: host.name, address: nameOf(host), ...fields } });
  const SYSTEM: Actor = { kind: "system", id: "ssh", name: "SSH" };

  const formerOf = (host: KnownAs): readonly KnownHostLine[] => {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const former = text.split("\n").filter((line) => line.startsWith(FORMER)).map((line) => line.slice(FORMER.length));
    return parseKnownHosts(former.join("\n"), file).lines.filter((line) => namesMatch(line.names, nameOf(host)));
  };
  const rewrite = (change: (line: string, index: number) => readonly string[]): void => {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    writeFileSync(`${file}.new`, text.split("\n").flatMap(change).join("\n"), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const add = (text: string): void => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const isOpenEnded = existsSync(file) && statSync(file).size > 0 && !readFileSync(file, "utf8").endsWith("\n");
    appendFileSync(file, `${isOpenEnded ? "\n" : ""}${text}\n`, { mode: 0o600 });
  };
  const dropOwn = (host: KnownAs, isRemembered = false): number => {
    const numbers = new Set(linesOf(file).filter((line) => line.marker === "none" && namesMatch(line.names, nameOf(host))).map((line) => line.line - 1));
    if (numbers.size > 0) rewrite((line, index) => (!numbers.has(index) ? [line] : isRemembered ? [`${FORMER}${line.trim()}`] : []));
    return numbers.size;
  };
  const dropFormer = (host: KnownAs): void => {
    if (formerOf(host).length > 0) rewrite((line) => (line.startsWith(FORMER) && parseKnownHosts(line.slice(FORMER.length), file).lines.some((former) => namesMatch(former.names, nameOf(host))) ? [] : [line]));
  };

  return {
    files,
    isStrict,
    judge: (host, key) => judgeKey(all(), nameOf(host), key, isStrict(host) ? formerOf(host) : undefined),
    types: (host) => knownTypes(all(), nameOf(host)),
    isCertificateOnly(host) {
      const matching = all().filter((line) => namesMatch(line.names, nameOf(host)));
      return matching.some((line) => line.marker === "none") ? undefined : matching.find((line) => line.marker === "cert-authority");
    },
    async trust(host, key, actor, how, first) {
      const known = linesOf(file).filter((line) => line.marker === "none" && namesMatch(line.names, nameOf(host)));
      await record(host, actor, { act: how === "replaced" ? "replaced" : "trusted", how, keyType: keyTypeOf(key) ?? "", fingerprint: fingerprintOf(key), ...(known[0] ? { before: known.map((line) => fingerprintOf(line.key)).join(" ") } : {}), ...(first === undefined ? {} : { first }) });
      if (how === "replaced") dropOwn(host);
      dropFormer(host);
      add(knownHostLine(nameOf(host), key, `sena:${host.name.replace(/[^\w.-]/g, "_")}`));
    },
    async forget(host, actor) {
      await record(host, actor, { act: "forgotten" });
      return dropOwn(host, isStrict(host));
    },
    noteProposal: async (host, key, actor) => void (await record(host, actor, { act: "replacement-proposed", keyType: keyTypeOf(key) ?? "", fingerprint: fingerprintOf(key) })),
    noteRefusal: async (host, key, why, actor = SYSTEM) => void (await record(host, actor, { act: "refused", why, keyType: keyTypeOf(key) ?? "", fingerprint: fingerprintOf(key) })),
    keysOf: (host) =>
      all()
        .filter((line) => namesMatch(line.names, nameOf(host)))
        .map((line) => ({ type: line.type, fingerprint: fingerprintOf(line.key), randomart: randomart(line.key, artTitle(line.type, line.key)), file: line.file, marker: line.marker })),
    async adopt(text, actor) {
      const { lines, problems } = parseKnownHosts(text, "import");
      const have = new Set(linesOf(file).map((line) => `${line.marker} ${line.names} ${Buffer.from(line.key).toString("base64")}`));
      const fresh = lines.filter((line) => !have.has(`${line.marker} ${line.names} ${Buffer.from(line.key).toString("base64")}`));
      if (fresh.length > 0) {
        await ledger.append({ type: "host-key", actor, fields: { act: "imported", keys: fresh.length, fingerprints: fresh.slice(0, 200).map((line) => fingerprintOf(line.key)) } });
        add(fresh.map((line) => `${line.marker === "none" ? "" : `@${line.marker} `}${line.names} ${line.type} ${Buffer.from(line.key).toString("base64")}${line.comment ? ` ${line.comment}` : ""}`).join("\n"));
      }
      return { added: fresh.length, problems };
    },
  };
}
