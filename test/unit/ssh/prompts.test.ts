import { describe, expect, it } from "vitest";
import { promptsHandlers } from "../../../src-main/api/prompts.ts";
import { createPrompts } from "../../../src-main/ssh/index.ts";

const ADA = { kind: "operator", id: "u1", name: "ada" } as const;
const KEY = { kind: "host-key", keyType: "ssh-ed25519", fingerprint: "SHA256:abc", randomart: "", environment: "prod", otherTypes: [] } as const;
const ASK = { hostId: "h1", host: "web-01", ...KEY } as const;
const never = new AbortController().signal;

/** Questions, and somebody at a screen who could answer them. */
function desk() {
  let n = 0;
  const prompts = createPrompts({ newId: () => `q${(n += 1)}` as never, now: () => 0 });
  const over = new AbortController();
  const attending = prompts.attend(over.signal)[Symbol.asyncIterator]();
  return { prompts, over, attending };
}

describe("a question about a host's key", () => {
  it("is answered by trusting that very key elsewhere", async () => {
    const { prompts, attending } = desk();
    await attending.next();
    const asked = prompts.ask(ASK, never);
    prompts.trusted("h1", "SHA256:abc", ADA);
    expect(await asked).toEqual({ values: ["SHA256:abc"], actor: ADA });
    expect(prompts.pending.value).toEqual([]);
  });
  it("stays where another key was trusted, or the key of another host", async () => {
    const { prompts, attending } = desk();
    await attending.next();
    void prompts.ask(ASK, never).catch(() => undefined);
    prompts.trusted("h1", "SHA256:other", ADA);
    prompts.trusted("h2", "SHA256:abc", ADA);
    expect(prompts.pending.value.map(({ id }) => id)).toEqual(["q1"]);
  });
  it("does not wait for somebody who only watches, and is seen by them while it waits for others", async () => {
    const { prompts, over, attending } = desk();
    const watch = promptsHandlers({ prompts }).pending({ isOnlyWatching: true }, { signal: over.signal, principal: {} as never })[Symbol.asyncIterator]();
    expect((await watch.next()).value).toEqual({ prompts: [] });
    await expect(prompts.ask(ASK, never)).rejects.toMatchObject({ code: "SSH_NOBODY_TO_ASK" });
    await attending.next();
    void prompts.ask(ASK, never).catch(() => undefined);
    expect((await watch.next()).value).toMatchObject({ prompts: [{ kind: "host-key", host: "web-01", fingerprint: "SHA256:abc" }] });
  });
});
