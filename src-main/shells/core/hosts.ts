import { join, posix } from "node:path";
import { createImports, createInventory, operatorFiles, type Imports, type InventoryRoom } from "../../inventory/index.ts";
import type { Actor } from "../../contract/index.ts";
import type { Guard } from "../../guard/port.ts";
import type { Clock, NewId } from "../../kernel/index.ts";
import type { Ledger } from "../../ledger/port.ts";
import type { Log } from "../../log/index.ts";
import { createFiles, createForwards, createHostKeys, createPrompts, createSsh, type Certifier, type Files, type Forwards, type HostKeys, type Prompts, type SshRoom } from "../../ssh/index.ts";
import { quoteText } from "../../skills/index.ts";
import type { Store } from "../../store/index.ts";
import type { SourceBook } from "../../vault/index.ts";
import type { Vault } from "../../vault/port.ts";
import { accountFolder, muxFolder } from "../process/home.ts";
import { LAB_SOURCE, startPracticeLab } from "./practice-lab.ts";

export type HostsNeeds = { readonly home: string; readonly lab: boolean; readonly store: Store; readonly ledger: Ledger; readonly vault: Vault; readonly sources: Pick<SourceBook, "signSshKey">; readonly log: Log; readonly now: Clock; readonly newId: NewId };
export type Hosts = AsyncDisposable & { readonly inventory: InventoryRoom; readonly hostKeys: HostKeys; readonly ssh: SshRoom; readonly prompts: Prompts; readonly imports: Imports; readonly files: Files; readonly forwards: Forwards };

/** The hosts, how they are known and how they are reached; with the practice hosts among them when the lab is asked for. */
export async function composeHosts({ home, lab, store, ledger, vault, sources, log, now, newId }: HostsNeeds): Promise<Hosts> {
  await using opening = new AsyncDisposableStack();
  const inventory = createInventory({ store, now });
  const practice = lab ? opening.use(await startPracticeLab({ home, onLog: (line) => log.write("info", "lab", { line }) })) : undefined;
  // Practice hosts exist only while the lab runs; what an earlier start left behind leads nowhere.
  inventory.remove(inventory.all().filter(({ source }) => source === LAB_SOURCE).map(({ id }) => id));
  if (practice) inventory.put(practice.hosts.filter(({ name }) => inventory.find(name) === undefined));
  const userHome = accountFolder() ?? home;
  const alsoRead = [join(userHome, ".ssh", "known_hosts"), "/etc/ssh/ssh_known_hosts", ...(practice ? [practice.knownHostsFile] : [])];
  const hostKeys = createHostKeys({ file: join(home, "known_hosts"), alsoRead, ledger, isStrict: ({ address, port }) => inventory.all().some((host) => host.environment === "prod" && host.port === port && host.address.toLowerCase() === address.toLowerCase()) });
  const prompts = createPrompts({ newId, now });
  const ssh = opening.use(createSsh({ inventory, hostKeys, vault, certifier: certifierOf(sources, ledger), now, prompter: prompts, agentSocket: () => process.env["SSH_AUTH_SOCK"], userHome, system: { runFolder: muxFolder(home) } }));
  const imports = createImports({ inventory, store, files: operatorFiles, now, newId });
  const files = createFiles({ connections: ssh.connections, inventory });
  const forwards = opening.use(createForwards({ connections: ssh.connections, inventory, newId, now }));
  const owned = opening.move();
  return { inventory, hostKeys, ssh, prompts, imports, files, forwards, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** The authority's answer is on record with its number before the key is shown to any host. */
const certifierOf = (sources: Pick<SourceBook, "signSshKey">, ledger: Pick<Ledger, "append">): Certifier => ({
  sign: ({ source, role, principal, publicKey }, signal) => sources.signSshKey(source, role, publicKey, principal, signal),
  record: async (host, { source, role, principal }, { serial, keyId, validBefore, authority }) =>
    void (await ledger.append({ type: "key", actor: { kind: "system", id: "ssh", name: "SSH" }, host: host.id, fields: { act: "certified", source, role, principal, serial, keyId, until: new Date(validBefore * 1000).toISOString(), authority } })),
});

/** Changing a file by hand is judged as the command that would write it; what needs an approver is asked for as a command. */
export const mayWriteBy =
  (guard: Pick<Guard, "preview">) =>
  async (hostId: string, path: string, actor: Actor): Promise<{ readonly isAllowed: boolean; readonly why: string }> => {
    const { verdict, why } = await guard.preview({ hostId, script: `tee -- ${quoteText(path)} > /dev/null`, actor, attended: true, declaredEffect: "mutate" });
    return { isAllowed: verdict === "allow", why: /[.!?]$/.test(why) ? why : `${why}.` };
  };

/** Reading one is judged as the command that would print it. A name that no command can be read in is no secret for that alone. */
export const mayReadBy =
  (guard: Pick<Guard, "preview">) =>
  async (hostId: string, path: string, actor: Actor): Promise<{ readonly isAllowed: boolean; readonly why: string }> => {
    const { verdict, effect, why } = await guard.preview({ hostId, script: `cat -- ${quoteText(posix.normalize(path))}`, actor, attended: true });
    return { isAllowed: verdict === "allow" || (verdict === "ask" && effect !== "read-secret"), why: /[.!?]$/.test(why) ? why : `${why}.` };
  };
