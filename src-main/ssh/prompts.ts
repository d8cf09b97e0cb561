import { failer } from "../contract/failure.ts";
import type { Actor } from "../contract/terms.ts";
import { live, type Live, type NewId } from "../kernel/index.ts";
import { SSH_FAILURES } from "./failures.ts";

const fail = failer(SSH_FAILURES);

/** What a server asks of a person while a connection is made. Answers go to the server and nowhere else. */
export type Question =
  | { readonly kind: "secret"; readonly what: "password" | "passphrase"; readonly detail: string }
  | { readonly kind: "interactive"; readonly title: string; readonly instructions: string; readonly fields: readonly { readonly label: string; readonly isShown: boolean }[]; /** The answer before was refused. */ readonly isAgain?: boolean }
  | { readonly kind: "host-key"; readonly keyType: string; readonly fingerprint: string; readonly randomart: string; readonly environment: string; readonly otherTypes: readonly string[] };
export type PendingQuestion = Question & { readonly id: string; readonly hostId: string; readonly host: string; readonly askedAt: number };
export type Answer = { readonly values: readonly string[]; readonly actor: Actor };

export interface Prompter {
  /** Rejects with SSH_AUTH_CANCELLED when a person closes it, with SSH_NOBODY_TO_ASK at once when nobody follows the questions. */
  ask(of: { readonly hostId: string; readonly host: string } & Question, signal: AbortSignal): Promise<Answer>;
}

export interface Prompts extends Prompter {
  readonly pending: Live<readonly PendingQuestion[]>;
  /** Each screen or command line that can answer says so for as long as it can. */
  attend(signal: AbortSignal): AsyncIterable<readonly PendingQuestion[]>;
  answer(id: string, values: readonly string[] | undefined, actor: Actor): boolean;
  /** The key was trusted elsewhere: whoever waits to be asked about the very same one goes on. */
  trusted(hostId: string, fingerprint: string, actor: Actor): void;
}

const MOST_LABEL = 60;
/** In the server's own words, as far as they fit a sentence. */
const askedFor = (fields: readonly { readonly label: string }[]): string => {
  const labels = fields.map(({ label }) => label.replace(/[^\x20-\x7e]/g, "").trim().replace(/:$/, "").slice(0, MOST_LABEL)).filter((label) => label !== "");
  return labels.length === 0 ? "an answer" : `an answer (${labels.join(", ")})`;
};

export function createPrompts({ newId, now }: { readonly newId: NewId; readonly now: () => number }): Prompts {
  const pending = live<readonly PendingQuestion[]>([]);
  const waiting = new Map<string, (answer: Answer | undefined) => void>();
  let attending = 0;
  const drop = (id: string): void => {
    waiting.delete(id);
    pending.update((before) => before.filter((one) => one.id !== id));
  };
  const wanted = (question: Question): string => (question.kind === "secret" ? `a ${question.what}` : question.kind === "interactive" ? askedFor(question.fields) : "a decision about its key");

  return {
    pending,
    async ask(of, signal) {
      if (attending === 0) throw fail("SSH_NOBODY_TO_ASK", { host: of.host, what: wanted(of) });
      signal.throwIfAborted();
      const id = newId("ask");
      const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
      waiting.set(id, resolve);
      const stop = (): void => resolve(undefined);
      signal.addEventListener("abort", stop, { once: true });
      pending.update((before) => [...before, { ...of, id, askedAt: now() }]);
      try {
        const answer = await promise;
        if (!answer) throw fail("SSH_AUTH_CANCELLED", { host: of.host });
        return answer;
      } finally {
        signal.removeEventListener("abort", stop);
        drop(id);
      }
    },
    async *attend(signal) {
      attending += 1;
      try {
        yield* pending.follow(signal);
      } finally {
        attending -= 1;
        // Nobody is left to answer: what waits must not wait for ever.
        if (attending === 0) for (const settle of [...waiting.values()]) settle(undefined);
      }
    },
    answer(id, values, actor) {
      const settle = waiting.get(id);
      settle?.(values === undefined ? undefined : { values, actor });
      return settle !== undefined;
    },
    trusted(hostId, fingerprint, actor) {
      for (const question of pending.value) if (question.kind === "host-key" && question.hostId === hostId && question.fingerprint === fingerprint) waiting.get(question.id)?.({ values: [fingerprint], actor });
    },
  };
}
