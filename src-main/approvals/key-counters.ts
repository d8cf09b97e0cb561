import type { Store } from "../store/index.ts";
import type { Verified } from "../access/index.ts";

export interface KeyCounters {
  /** False when this count was seen before, or lies behind one that came from the key in front of us: then there is a copy of it. */
  isFresh(keyBlob: string, said: Verified, source: "here" | "file"): boolean;
  note(keyBlob: string, said: Verified): void;
}

/**
 * A security key counts its signatures. Files from elsewhere may arrive in another order than they were signed, so there
 * only a count seen twice tells of a copy. Keys that do not count always say 0.
 */
export function createKeyCounters(store: Store): KeyCounters {
  const highest = store.sql<{ counter: number | null }>("approvals.highest-count", "SELECT max(counter) AS counter FROM security_key_counts WHERE key_blob = ?");
  const seen = store.sql<{ counter: number }>("approvals.seen-count", "SELECT counter FROM security_key_counts WHERE key_blob = ? AND counter = ?");
  const add = store.sql("approvals.add-count", "INSERT OR IGNORE INTO security_key_counts (key_blob, counter) VALUES (?, ?)");
  return {
    isFresh(keyBlob, { securityKey }, source) {
      if (securityKey === undefined || securityKey.counter === 0) return true;
      return source === "here" ? securityKey.counter > ((highest.get([keyBlob]) as { counter: number | null }).counter ?? 0) : seen.get([keyBlob, securityKey.counter]) === undefined;
    },
    note(keyBlob, { securityKey }) {
      if (securityKey !== undefined && securityKey.counter > 0) add.run([keyBlob, securityKey.counter]);
    },
  };
}

/** For the record, in words. */
export const touchWords = ({ securityKey }: Verified): string => (securityKey === undefined ? "none" : `${securityKey.isVerified ? "touched, with PIN or fingerprint" : "touched"}, count ${securityKey.counter}`);
