import { keepDaily, type OpenNeeds, type SenaLedger } from "../../ledger/index.ts";
import type { Log } from "../../log/index.ts";
import type { VaultRoom } from "../../vault/index.ts";

/** The record opens before every other room, and needs a word from some of them once they are there. */
export type Lent = { readonly isSealed: () => boolean; vault?: Pick<VaultRoom, "knownValues" | "reveal">; isInventoryHost?: (name: string) => boolean };

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/;

const NONE: readonly string[] = [];

export const lentTo = (lent: Lent): Required<Pick<OpenNeeds, "knownSecrets" | "forwarding">> => ({
  knownSecrets: () => lent.vault?.knownValues() ?? NONE,
  forwarding: {
    secret: async (name) => {
      if (lent.vault === undefined) throw new Error("the vault is not open yet");
      return lent.vault.reveal(name, { for: "copies of the record" });
    },
    mayReach(host) {
      if (!lent.isSealed() || LOOPBACK.test(host) || lent.isInventoryHost?.(host) === true) return;
      throw new Error(`SENA is sealed, and ${host} is no host of the inventory: allow the local network under Settings → Network`);
    },
  },
});

export const keepRecord = ({ ledger, log, now }: { readonly ledger: SenaLedger; readonly log: Log; readonly now: () => number }): Disposable =>
  keepDaily({
    keeping: ledger.keeping,
    options: ledger.options,
    now,
    every(ms, run) {
      const timer = setInterval(run, ms).unref();
      return { [Symbol.dispose]: () => clearInterval(timer) };
    },
    onDone: (done) => log.write("info", "retention-applied", done),
    onFailed: (why) => log.write("warn", "retention-failed", { why }),
  });
