import type { Skills } from "../skills/index.ts";
import { parseRequest } from "./parser.ts";
import type { RequestParser } from "./port.ts";
import { trainOn, type Keep, type Learns, type Trained } from "./train.ts";

export type RequestNeeds = {
  readonly skills: Pick<Skills, "outlines" | "phrases" | "digest" | "changes">;
  /** Where trained models are kept, by the digest of what they were trained on. */
  readonly keep?: Keep;
  readonly learns: Learns;
};

export type OwnedRequestParser = RequestParser & AsyncDisposable;

/** Learns when it is first asked, and again whenever the packs change; until then it answers with what it knew before. */
export function createRequestParser({ skills, keep, learns }: RequestNeeds): OwnedRequestParser {
  let trained: Trained | undefined;
  let knows = "";
  let training: Promise<void> | undefined;
  let isAsked = false;
  const closing = new AbortController();

  const learn = (): Promise<void> => {
    training ??= (async () => {
      while (knows !== skills.digest && !closing.signal.aborted) {
        const digest = skills.digest;
        trained = await trainOn(skills, keep, learns, closing.signal);
        // What the first question would pay for: patterns are compiled and hot paths met, in two languages.
        for (const warm of ["why is the disk of web-01 full and what fills it", "starte nginx auf web-01 nicht neu"]) parseRequest(warm, { hosts: [], chosenHosts: [], earlier: [], now: 0 }, trained);
        knows = digest;
      }
    })().finally(() => {
      training = undefined;
    });
    return training;
  };
  void (async () => {
    for await (const _digest of skills.changes(closing.signal)) if (isAsked) await learn().catch(() => {});
  })();

  return {
    get isTrained() {
      return trained !== undefined && knows === skills.digest;
    },
    async ready() {
      isAsked = true;
      while (knows !== skills.digest) await learn();
    },
    parse(sentence, context) {
      if (trained === undefined) return { kind: "out-of-scope", say: "SENA is still learning the installed runbooks; ask again in a few seconds.", nearest: [] };
      return parseRequest(sentence, context, trained);
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await training?.catch(() => {});
    },
  };
}
