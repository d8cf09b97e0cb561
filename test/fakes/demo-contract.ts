import { z } from "zod";
import { call, defineContract, feed, pipe, type Handlers } from "../../src-main/contract/index.ts";

/** A small contract that exercises everything the link can do. */
export const demoContract = defineContract({
  demo: {
    echo: call({ says: "echo", needs: "public", records: "none", input: z.object({ text: z.string().max(1_000_000) }), output: z.object({ text: z.string() }) }),
    secretive: call({ says: "leak", needs: "public", records: "none", input: z.object({}), output: z.object({ shown: z.string() }) }),
    large: call({ says: "answers so much", needs: "public", records: "none", input: z.object({ bytes: z.number().int() }), output: z.object({ text: z.string() }) }),
    crash: call({ says: "crash", needs: "public", records: "none", input: z.object({}), output: z.object({}) }),
    malformed: call({ says: "answers what its schema does not allow", needs: "public", records: "none", input: z.object({}), output: z.object({ n: z.number() }) }),
    hang: call({ says: "hang", needs: "public", records: "none", input: z.object({}), output: z.object({}) }),
    guarded: call({ says: "needs a permission", needs: "administer", records: "none", input: z.object({}), output: z.object({ ok: z.boolean() }) }),
    recorded: call({ says: "recorded first", needs: "view", records: "config", hides: ["password"], input: z.object({ name: z.string(), password: z.string() }), output: z.object({ ok: z.boolean() }) }),
    count: feed({ says: "count", needs: "public", records: "none", input: z.object({ to: z.number().int() }), item: z.object({ n: z.number() }) }),
    failing: feed({ says: "fails half-way", needs: "public", records: "none", input: z.object({}), item: z.object({ n: z.number() }) }),
    bytes: pipe({ says: "echo bytes", needs: "public", records: "none", input: z.object({}) }),
    flood: pipe({ says: "send bytes", needs: "public", records: "none", input: z.object({ bytes: z.number().int() }) }),
  },
});

export type DemoTrace = { aborted: string[]; feedReturned: number; flooded: number; produced: number };

export function demoHandlers(trace: DemoTrace): Handlers<typeof demoContract> {
  return {
    demo: {
      echo: async ({ text }) => ({ text }),
      secretive: async () => ({ shown: "yes", hidden: "no schema names this" }) as { shown: string },
      large: async ({ bytes }) => ({ text: "x".repeat(bytes) }),
      crash: async () => {
        throw new Error("the path /secret/place is in this message");
      },
      malformed: async () => ({ n: "five" }) as unknown as { n: number },
      hang: (_input, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            trace.aborted.push("hang");
            reject(signal.reason);
          });
        }),
      guarded: async () => ({ ok: true }),
      recorded: async () => ({ ok: true }),
      async *count({ to }) {
        try {
          for (let n = 0; n < to; n += 1) {
            trace.produced += 1;
            yield { n };
          }
        } finally {
          trace.feedReturned += 1;
        }
      },
      async *failing() {
        yield { n: 1 };
        throw new Error("half-way");
      },
      async bytes(_input, { signal }, end) {
        end.onChunk((chunk, done) => void end.write(chunk).then(done, () => {}));
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      },
      async flood({ bytes }, _context, end) {
        const chunk = new Uint8Array(32 * 1024).fill(7);
        for (let sent = 0; sent < bytes; sent += chunk.byteLength) {
          await end.write(chunk);
          trace.flooded += chunk.byteLength;
        }
      },
    },
  };
}
