import type { AccessRoom, OperatorEntry as Entry } from "../access/index.ts";
import { failer, LINK_FAILURES, type accessContract, type AccessView, type GroupHandlers, type OperatorEntry } from "../contract/index.ts";

const fail = failer(LINK_FAILURES);
const DONE = { done: true } as const;
const entryView = (entry: Entry): OperatorEntry => ({ ...entry, roles: [...entry.roles] });

export const accessHandlers = ({ access }: { readonly access: AccessRoom }): GroupHandlers<typeof accessContract> => ({
  async *state(_input, { signal }): AsyncIterable<AccessView> {
    for await (const { mode, locked, canLock, operator } of access.state.follow(signal)) {
      yield { mode, locked, canLock, ...(operator && { operator }), operators: access.operators().filter((each) => each.active && !each.isRemote).map(({ id, name }) => ({ id, name })) };
    }
  },
  unlock: async ({ operatorId, passphrase }) => {
    await access.unlock(operatorId, passphrase);
    return DONE;
  },
  lock: async () => {
    await access.lock("asked");
    return DONE;
  },
  touch: async () => {
    access.touch();
    return DONE;
  },
  operators: async () => ({ operators: access.operators().map(entryView) }),
  agentKeys: async () => ({ keys: [...(await access.agentKeys())] }),
  chooseApproverKey: async ({ publicKey, passphrase }, { principal }) => entryView(await access.useAgentKey(principal.id, publicKey, passphrase)),
  add: async (of) => entryView(await access.add(of)),
  addRemote: async (of) => entryView(await access.addRemote(of)),
  change: async ({ operatorId, ...to }) => entryView(await access.change(operatorId, to)),
  setPassphrase: async ({ next, before }, { principal }) => {
    await access.setPassphrase(principal.id, next, before);
    return DONE;
  },
  setMode: async ({ mode }) => {
    await access.setMode(mode);
    return DONE;
  },
  sessions: async ({ limit }) => ({ sessions: [...access.sessions(limit)] }),
  delegations: async () => ({ delegations: [...access.delegations()] }),
  delegate: async (of, { principal }) => access.delegate({ ...of, fromId: principal.id }),
  revokeDelegation: async ({ id }, { principal }) => {
    const delegation = access.delegations().find((each) => each.id === id);
    if (!delegation) throw fail("NOT_FOUND", { what: "delegation", id });
    if (delegation.fromId !== principal.id && !principal.permissions.includes("administer")) throw fail("FORBIDDEN", { permission: "administer", name: principal.name });
    await access.revokeDelegation(id);
    return DONE;
  },
});
