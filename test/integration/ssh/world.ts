import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../../src-main/inventory/port.ts";
import { createHostKeys, createPrompts, createSsh, type Certifier, type PendingQuestion, type Prompts, type SshRoom } from "../../../src-main/ssh/index.ts";
import { fakeHost, fakeInventory } from "../../fakes/hosts.ts";
import { fakeLedger, type FakeLedger } from "../../fakes/ledger.ts";

export const ACTOR = { kind: "operator", id: "op", name: "Op" } as const;

/** A whole SSH room against given servers, with a person who answers as told. */
export async function sshWorld(of: { readonly hosts: readonly (Partial<Host> & Pick<Host, "id">)[]; readonly knownHosts?: string; readonly answers?: (question: PendingQuestion) => readonly string[] | undefined; readonly agentSocket?: string; readonly secrets?: Readonly<Record<string, string>>; readonly certifier?: Certifier; readonly keepAliveMs?: number; readonly handshakeMs?: number; /** In the place of `ssh`. */ readonly program?: string }): Promise<AsyncDisposable & { ssh: SshRoom; ledger: FakeLedger; asked: PendingQuestion[]; folder: string; prompts: Prompts; inventory: ReturnType<typeof fakeInventory>; hostKeys: ReturnType<typeof createHostKeys>; knownHosts(): string }> {
  const folder = mkdtempSync(join(tmpdir(), "sena-ssh-"));
  const file = join(folder, "known_hosts");
  writeFileSync(file, of.knownHosts ?? "");
  const ledger = fakeLedger();
  let n = 0;
  const newId = (prefix: string): string => `${prefix}_${(n += 1)}`;
  const prompts = createPrompts({ newId, now: Date.now });
  const inventory = fakeInventory(of.hosts.map(fakeHost));
  const hostKeys = createHostKeys({ file, alsoRead: [], ledger });
  const asked: PendingQuestion[] = [];
  const over = new AbortController();
  const answers = of.answers;
  if (answers) void (async () => {
    for await (const pending of prompts.attend(over.signal)) for (const question of pending) if (!asked.some(({ id }) => id === question.id)) {
      asked.push(question);
      prompts.answer(question.id, answers(question), ACTOR);
    }
  })();
  const ssh = createSsh({
    inventory, hostKeys, prompter: prompts, agentSocket: () => of.agentSocket, userHome: folder, system: { runFolder: join(folder, "mux"), ...(of.program !== undefined && { program: of.program }) },
    vault: { reveal: async (name) => of.secrets?.[name] ?? "" }, now: Date.now,
    certifier: of.certifier ?? { sign: () => Promise.reject(new Error("no authority here")), record: async () => {} },
    ...(of.keepAliveMs !== undefined && { keepAliveMs: of.keepAliveMs }), ...(of.handshakeMs !== undefined && { handshakeMs: of.handshakeMs }),
  });
  await Promise.resolve();
  return {
    ssh, ledger, asked, folder, prompts, inventory, hostKeys,
    knownHosts: () => readFileSync(file, "utf8"),
    async [Symbol.asyncDispose]() {
      over.abort();
      await ssh[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
