import type { GroupHandlers, SourceConfig, vaultContract } from "../contract/index.ts";
import type { SourceBook, VaultRoom } from "../vault/index.ts";

export type VaultApiNeeds = { readonly vault: VaultRoom; readonly sources: SourceBook; readonly now: () => number };
const DONE = { done: true } as const;

export const vaultHandlers = ({ vault, sources, now }: VaultApiNeeds): GroupHandlers<typeof vaultContract> => ({
  list: async () => ({ isUnlocked: vault.unlocked, secrets: [...vault.list()] }),
  put: async ({ name, value }) => {
    await vault.put(name, value);
    return DONE;
  },
  remove: async ({ name }) => {
    await vault.remove(name);
    return DONE;
  },
  setRotation: async ({ name, days }) => {
    vault.setRotation(name, days);
    return DONE;
  },
  uses: async ({ limit, name }) => ({ uses: [...vault.uses(limit, name)] }),
  exportSealed: async ({ passphrase }) => ({ name: `secrets-${new Date(now()).toISOString().slice(0, 10)}.sena-vault.json`, text: await vault.exportSealed(passphrase) }),
  importSealed: async ({ text, passphrase }) => ({ count: await vault.importSealed(text, passphrase) }),
  importPlain: async ({ text }) => ({ count: await vault.importPlain(text) }),
  sources: async () => ({ sources: [...sources.list()] as SourceConfig[] }),
  setSource: async (config) => {
    sources.set(config);
    return DONE;
  },
  removeSource: async ({ id }) => {
    sources.remove(id);
    return DONE;
  },
  checkSource: async ({ id }, { signal }) => sources.check(id, signal),
  certify: async ({ id, role, publicKey, principal }, { signal }) => ({ certificate: await sources.signSshKey(id, role, publicKey, principal, signal) }),
});
