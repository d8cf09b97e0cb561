import { actorOf, failer, type KeyToConfirm, type Principal, type ShownKey } from "../contract/index.ts";
import type { Host } from "../inventory/index.ts";
import { live, type Clock, type Live } from "../kernel/index.ts";
import { artTitle, fingerprintOf, keyTypeOf, randomart, SSH_FAILURES, type HostKeys, type Prompts, type SshRoom } from "../ssh/index.ts";

export type KeyTrustNeeds = { readonly ssh: Pick<SshRoom, "lookAtKey" | "disconnect">; readonly hostKeys: HostKeys; readonly prompts: Pick<Prompts, "trusted">; readonly now: Clock; /** More than one person works here: one alone does not replace a production host's key. */ readonly isShared: () => boolean };
type Looked = { readonly key: Uint8Array; readonly fingerprint: string; readonly isSaidOnly: boolean; readonly shown: ShownKey };
type Proposal = { readonly fingerprint: string; readonly host: Pick<Host, "id" | "name">; readonly by: { readonly id: string; readonly name: string }; readonly until: number };
export type KeyTrust = {
  /** As this person is told of it: whoever named a new key is not the second to do so. */
  look(host: Host, principal: Pick<Principal, "id">, signal: AbortSignal): Promise<Looked>;
  trust(host: Host, of: { readonly fingerprint: string; readonly replaces: boolean }, principal: Principal, signal: AbortSignal): Promise<{ isTrusted: boolean; say: string }>;
  /** The inventory is another: what was named for a host that left it waits for nobody. */
  hostsAre(hosts: readonly Pick<Host, "id">[]): void;
  /** Moves with every proposal that comes, is confirmed or is over. */
  readonly changes: Pick<Live<number>, "follow">;
  /** What others proposed and this person may confirm; never which key. */
  toConfirm(principal: Principal): KeyToConfirm[];
};

const fail = failer(SSH_FAILURES);
/** As long as an approval lasts; and no longer than this core, for it is asked again sooner than wrongly kept. */
const PROPOSAL_MS = 15 * 60_000;

/** How a key comes to be trusted: looked at, compared, named; on a shared desk a production host's new one is named twice. */
export function keyTrust({ ssh, hostKeys, prompts, now, isShared }: KeyTrustNeeds): KeyTrust {
  const proposals = new Map<string, Proposal>();
  const version = live(0);
  const drop = (hostId: string): void => {
    if (proposals.delete(hostId)) version.update((n) => n + 1);
  };
  function propose(host: Host, fingerprint: string, by: Principal): void {
    const proposal: Proposal = { fingerprint, host: { id: host.id, name: host.name }, by: { id: by.id, name: by.name }, until: now() + PROPOSAL_MS };
    proposals.set(host.id, proposal);
    version.update((n) => n + 1);
    setTimeout(() => proposals.get(host.id) === proposal && drop(host.id), PROPOSAL_MS).unref();
  }
  const proposalOf = (host: Host): Proposal | undefined => {
    const proposal = proposals.get(host.id);
    return proposal !== undefined && proposal.until > now() ? proposal : undefined;
  };

  async function look(host: Host, principal: Pick<Principal, "id">, signal: AbortSignal): Promise<Looked> {
    const key = await ssh.lookAtKey(host.id, signal);
    const type = keyTypeOf(key) ?? "unknown";
    const verdict = hostKeys.judge(host, key);
    const known = verdict.is === "changed" ? verdict.known : verdict.is === "unknown" ? verdict.otherTypes : [];
    const fingerprint = fingerprintOf(key);
    // What could be copied from here would be copied from whoever stands in between.
    const isSaidOnly = verdict.is === "changed" && hostKeys.isStrict(host);
    const asked = isSaidOnly ? proposalOf(host) : undefined;
    return {
      key,
      fingerprint,
      isSaidOnly,
      shown: { type, fingerprint: isSaidOnly ? "" : fingerprint, randomart: isSaidOnly ? "" : randomart(key, artTitle(type, key)), verdict: verdict.is, known: known.map((line) => `${line.type} ${fingerprintOf(line.key)} (${line.file}:${line.line})`), mustBeSaid: isSaidOnly, askedBy: asked?.by.name ?? "", isAskedByYou: asked?.by.id === principal.id, askedUntil: asked?.until ?? 0 },
    };
  }

  /** Who named it first, once a second person named the same; undefined while one is wanted. */
  async function secondOf(host: Host, { key, fingerprint }: Looked, principal: Principal): Promise<string | undefined> {
    const before = proposalOf(host);
    if (before?.fingerprint === fingerprint && before.by.id !== principal.id) {
      if (!principal.permissions.includes("approve")) {
        await hostKeys.noteRefusal(host, key, "whoever confirms another key has to be an approver", actorOf(principal));
        throw fail("SSH_HOST_KEY_NEEDS_APPROVER", { host: host.name, by: before.by.name });
      }
      drop(host.id);
      return before.by.name;
    }
    await hostKeys.noteProposal(host, key, actorOf(principal));
    propose(host, fingerprint, principal);
    return undefined;
  }

  return {
    look,
    hostsAre(hosts) {
      if (proposals.size === 0) return;
      const there = new Set(hosts.map(({ id }) => id));
      for (const hostId of proposals.keys()) if (!there.has(hostId)) drop(hostId);
    },
    changes: version,
    toConfirm: ({ id, permissions }) => (permissions.includes("approve") ? [...proposals.values()].filter(({ by, until }) => by.id !== id && until > now()).map(({ host, by, until }) => ({ hostId: host.id, host: host.name, by: by.name, until })) : []),
    async trust(host: Host, { fingerprint, replaces }: { readonly fingerprint: string; readonly replaces: boolean }, principal: Principal, signal: AbortSignal): Promise<{ isTrusted: boolean; say: string }> {
      const looked = await look(host, principal, signal);
      const { key, shown } = looked;
      const trusted = { isTrusted: true, say: `The key of ${host.name} is trusted from now on, and recorded.` };
      // Asked again and compared: what was read on the screen, or by the host's owner, is what is trusted, or nothing is.
      if (looked.fingerprint !== fingerprint) {
        if (!looked.isSaidOnly) throw fail("SSH_HOST_KEY_OTHER", { host: host.name, fingerprint: looked.fingerprint, expected: fingerprint });
        await hostKeys.noteRefusal(host, key, "the fingerprint that was given is another", actorOf(principal));
        throw fail("SSH_HOST_KEY_NOT_SAID", { host: host.name });
      }
      if (shown.verdict === "known") {
        drop(host.id); // it came in another way, and nobody is asked for what is settled
        return trusted;
      }
      if (shown.verdict === "revoked") throw fail("SSH_HOST_KEY_REVOKED", { host: host.name, fingerprint, file: "known_hosts" });
      if (shown.verdict === "changed" && !replaces) throw fail("SSH_HOST_KEY_CHANGED", { host: host.name, hostId: host.id, known: shown.known.join(", "), type: shown.type, ...(!looked.isSaidOnly && { fingerprint }) });
      const isSecondWanted = looked.isSaidOnly && isShared();
      const first = isSecondWanted ? await secondOf(host, looked, principal) : undefined;
      if (isSecondWanted && first === undefined) return { isTrusted: false, say: `It is the key that ${host.name} shows. A second person, an approver, names it too within 15 minutes; until then nothing is trusted and SENA does not connect.` };
      await hostKeys.trust(host, key, actorOf(principal), shown.verdict === "changed" ? "replaced" : "first-use", first);
      drop(host.id); // a first use, where the old key was forgotten meanwhile, settles it too
      ssh.disconnect(host.id);
      prompts.trusted(host.id, fingerprint, actorOf(principal));
      return trusted;
    },
  };
}
