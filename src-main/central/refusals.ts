import type { Tenants } from "./database/tenants.ts";
import { record } from "./events.ts";

// Somebody who is nobody may be refused as often as they like; what an organisation reads of it does not grow with that.

const EVERY_MS = 10 * 60_000;
const LOOK_EVERY_MS = 60_000;
/** Names are made of what strangers send: no more of them than this are remembered at one time. */
const NAMES = 5000;

export type Refusal = { readonly orgId: string; readonly actor: string; /** What is counted together, within the organisation. */ readonly kind: string; readonly detail: Readonly<Record<string, string>> };
type Told = { readonly at: number; /** Since then, and the last of them. */ more: number; last: Refusal };

export type RefusalNeeds = { readonly tenants: Pick<Tenants, "withOrg">; readonly now: () => number; readonly lookEveryMs?: number };

/** The first at once, then one line in ten minutes for each kind in each organisation, with how many more there were since the last one. */
export function createRefusals({ tenants, now, lookEveryMs = LOOK_EVERY_MS }: RefusalNeeds) {
  const told = new Map<string, Told>();
  const isOver = ({ at }: Told): boolean => now() - at >= EVERY_MS;
  const write = ({ orgId, actor, detail }: Refusal, more: number): Promise<unknown> => tenants.withOrg(orgId, "refused", (tx) => record(tx, orgId, now(), { actor, kind: "refused", detail: { ...detail, ...(more > 0 && { more }) } })).catch(() => undefined);
  /** Of those that were only counted the last stands for all. */
  const writeCounted = async ({ last, more }: Told): Promise<void> => void (more > 0 && (await write(last, more - 1)));
  const remember = (name: string, last: Refusal): void => {
    told.delete(name); // to the end: the oldest come first
    told.set(name, { at: now(), more: 0, last });
  };
  /** What stopped is told of too. Its ten minutes begin anew with that line, and are forgotten when nothing came in them. */
  async function look(): Promise<void> {
    for (const [name, each] of [...told].filter(([, one]) => isOver(one))) {
      if (isClosing) return; // a database that is down would be waited for at each
      if (told.get(name) !== each) continue; // told meanwhile
      if (each.more > 0) remember(name, each.last);
      else told.delete(name);
      await writeCounted(each);
    }
  }
  let isClosing = false;
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, lookEveryMs);
  timer.unref();
  return {
    /** Never fails: an organisation that does not exist has no list, and a refusal stays one when it cannot be written. */
    async tell(refusal: Refusal): Promise<void> {
      const name = `${refusal.orgId} ${refusal.kind}`;
      const before = told.get(name);
      if (before && !isOver(before)) {
        before.more += 1;
        before.last = refusal;
        return;
      }
      const [oldest] = before !== undefined || told.size < NAMES ? [] : told;
      if (oldest) told.delete(oldest[0]);
      remember(name, refusal);
      if (oldest) await writeCounted(oldest[1]);
      await write(refusal, before?.more ?? 0);
    },
    async [Symbol.asyncDispose]() {
      isClosing = true;
      clearInterval(timer);
      await looking;
    },
  };
}
export type Refusals = Omit<ReturnType<typeof createRefusals>, typeof Symbol.asyncDispose>;
