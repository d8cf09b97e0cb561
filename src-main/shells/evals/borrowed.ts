import { Failure } from "../../contract/index.ts";
import type { FromEvals, ToEvals } from "../../evals/port.ts";
import type { GenerateEvent, Provider } from "../../models/port.ts";

/** A model that lives with the operator's core: asked over the channel between the two, so that no key and no file comes here. */
export function borrowedModel(say: (word: FromEvals) => void): { readonly provider: Provider; heard(word: ToEvals): void } {
  const waiting = new Map<number, { readonly events: (GenerateEvent | "end" | Failure)[]; wake: () => void }>();
  let nextId = 1;
  const put = (id: number, event: GenerateEvent | "end" | Failure) => {
    const one = waiting.get(id);
    one?.events.push(event);
    one?.wake();
  };
  return {
    provider: {
      id: "borrowed",
      kind: "embedded",
      isLocal: true,
      host: undefined,
      async *generate(_model, request, signal) {
        const id = (nextId += 1);
        const own = { events: [] as (GenerateEvent | "end" | Failure)[], wake: () => {} };
        waiting.set(id, own);
        const stop = () => {
          say({ t: "abort", id });
          own.wake();
        };
        signal.addEventListener("abort", stop, { once: true });
        try {
          say({ t: "generate", id, request });
          for (;;) {
            signal.throwIfAborted();
            const next = own.events.shift();
            if (next === "end") return;
            if (next instanceof Failure) throw next;
            if (next !== undefined) yield next;
            else await new Promise<void>((resolve) => (own.wake = resolve));
          }
        } finally {
          signal.removeEventListener("abort", stop);
          waiting.delete(id);
        }
      },
    },
    heard(word) {
      if (word.t === "event") put(word.id, word.event);
      if (word.t === "end") put(word.id, "end");
      if (word.t === "failed") put(word.id, new Failure(word.code, word.why, { data: {}, retryable: false, status: 400 }));
    },
  };
}
