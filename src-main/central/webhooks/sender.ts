import type { Tenants } from "../database/tenants.ts";
import { signatureOf, type Due, type Hooks } from "./hooks.ts";
import { messageFor } from "./message.ts";
import type { Post } from "./post.ts";

export type SenderNeeds = {
  readonly tenants: Tenants;
  readonly hooks: Hooks;
  readonly post: Post;
  readonly organisations: () => Promise<readonly string[]>;
  readonly linkTo: (orgId: string, due: Due) => string;
  readonly now: () => number;
  readonly everyMs: number;
  readonly onError: (error: Error) => void;
};

/** At least once, each with its own number: whoever is told twice sees by `webhook-id` that it is the same. */
export function startSender({ tenants, hooks, post, organisations, linkTo, now, everyMs, onError }: SenderNeeds): AsyncDisposable & { note(orgId: string): void } {
  /** Only those with a webhook are looked at; the rest costs nothing. */
  const withHooks = new Set<string>();
  let isKnown = false;
  let isOver = false;
  let running: Promise<void> = Promise.resolve();

  async function findAll(): Promise<void> {
    for (const orgId of await organisations()) if (await tenants.withOrg(orgId, "webhooks", (tx) => hooks.isAny(tx))) withHooks.add(orgId);
    isKnown = true;
  }
  async function deliver(orgId: string, due: Due): Promise<void> {
    const secret = hooks.secretOf(orgId, due);
    const seconds = Math.floor(now() / 1000);
    const message = messageFor(due, { orgId, link: linkTo(orgId, due), secret, seconds, sign: (id, at, body) => signatureOf(secret, id, at, body) });
    const result = await post(due.url, message);
    await tenants.withOrg(orgId, "webhooks", (tx) => hooks.settle(tx, due, result));
  }
  async function turn(): Promise<void> {
    if (!isKnown) await findAll();
    for (const orgId of withHooks) {
      const due = await tenants.withOrg(orgId, "webhooks", (tx) => hooks.due(tx));
      await Promise.all(due.map((each) => deliver(orgId, each)));
    }
  }
  const timer = setInterval(() => {
    if (isOver) return;
    running = running.then(turn).catch(onError);
  }, everyMs);
  timer.unref();
  return {
    note: (orgId) => void withHooks.add(orgId),
    async [Symbol.asyncDispose]() {
      isOver = true;
      clearInterval(timer);
      await running;
    },
  };
}
