import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Host } from "../inventory/index.ts";
import type { Ledger } from "../ledger/port.ts";
import { fail } from "./failures.ts";
import { fingerprintOf, judgeKey, keyTypeOf, knownHostLine, knownTypes, lookupName, parseKnownHosts, type KnownHost } from "./known-hosts.ts";
import type { Prompter } from "./prompts.ts";

export type HostKeysNeeds = {
  /** Ours, written to; the others (the person's, the machine's) are only read. */
  readonly file: string;
  readonly readOnlyFiles: readonly string[];
  readonly ledger: Pick<Ledger, "append">;
  readonly prompter: Prompter;
};

export type HostKeys = {
  /** Resolves when the key is trusted; rejects with what is wrong with it. Nothing is sent before. */
  verify(host: Host, key: Buffer, signal: AbortSignal): Promise<void>;
  preferredTypes(host: Host): readonly string[];
  trust(host: Host, key: Buffer): Promise<void>;
};

const SYSTEM = { kind: "system", id: "sena", name: "SENA" } as const;

export function createHostKeys({ file, readOnlyFiles, ledger, prompter }: HostKeysNeeds): HostKeys {
  // Read anew each time: another program, or the person, may have changed them, and they are small.
  const known = (): readonly KnownHost[] => [file, ...readOnlyFiles].flatMap((path) => (existsSync(path) ? parseKnownHosts(readFileSync(path, "utf8"), path) : []));
  const nameOf = (host: Host) => lookupName(host.address, host.port);

  async function trust(host: Host, key: Buffer): Promise<void> {
    await ledger.append({ type: "host-key", actor: SYSTEM, host: host.id, fields: { act: "trusted", fingerprint: fingerprintOf(key), keyType: keyTypeOf(key) ?? "", address: nameOf(host) } });
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    appendFileSync(file, `${knownHostLine(nameOf(host), key)}\n`, { mode: 0o600 });
  }

  return {
    trust,
    preferredTypes: (host) => knownTypes(known(), nameOf(host)),
    async verify(host, key, signal) {
      const fingerprint = fingerprintOf(key);
      const verdict = judgeKey(known(), nameOf(host), key);
      switch (verdict.is) {
        case "known":
          return;
        case "revoked":
          await ledger.append({ type: "host-key", actor: SYSTEM, host: host.id, fields: { act: "refused-revoked", fingerprint } });
          throw fail("SSH_HOST_KEY_REVOKED", { host: host.name, fingerprint, file: verdict.by.file, line: verdict.by.line });
        case "changed":
          await ledger.append({ type: "host-key", actor: SYSTEM, host: host.id, fields: { act: "refused-changed", fingerprint, known: fingerprintOf(verdict.from.key) } });
          throw fail("SSH_HOST_KEY_CHANGED", { host: host.name, fingerprint, known: fingerprintOf(verdict.from.key), file: verdict.from.file, line: verdict.from.line });
        case "unknown": {
          const answer = await prompter.ask({ kind: "host-key", hostId: host.id, fingerprint, keyType: keyTypeOf(key) ?? "", key }, signal);
          if (answer?.kind !== "trust") throw fail("SSH_HOST_KEY_UNKNOWN", { host: host.name, fingerprint });
          return trust(host, key);
        }
        default:
          verdict satisfies never;
      }
    },
  };
}
