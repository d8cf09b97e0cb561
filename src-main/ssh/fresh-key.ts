import ssh2, { type ParsedKey } from "ssh2";

export type FreshKey = { readonly private: string; readonly public: string; readonly key: ParsedKey };

/** About one pair in three hundred that ssh2 makes it cannot read itself (a number that begins with zeros is written too short): the next one is as good. */
export function freshKey({ comment = "", make = () => ssh2.utils.generateKeyPairSync("ed25519", { comment }) }: { readonly comment?: string; readonly make?: () => { readonly private: string; readonly public: string } } = {}): FreshKey {
  for (;;) {
    const pair = make();
    const key = ssh2.utils.parseKey(pair.private);
    if (!(key instanceof Error)) return { ...pair, key };
  }
}
