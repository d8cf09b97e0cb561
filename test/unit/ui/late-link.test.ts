import { describe, expect, it } from "vitest";
import { createStore } from "zustand/vanilla";
import { lateLink } from "../../../src-renderer/app/late-link.ts";
import type { CoreLink, LinkState } from "../../../src-renderer/link/index.ts";

const core = () => {
  const asked: string[] = [];
  const state = createStore<LinkState>(() => ({ is: "connecting", why: undefined, generation: 0 }));
  let isClosed = false;
  const client = {
    app: {
      ping: (input: { text: string }) => {
        asked.push(input.text);
        return state.getState().is === "up" ? Promise.resolve(input) : Promise.reject(Object.assign(new Error("down"), { code: "DISCONNECTED" }));
      },
      status: async function* () {
        yield "one";
        yield "two";
      },
    },
  };
  const link = { client, state, close: () => void (isClosed = true) } as unknown as CoreLink;
  return { link, state, asked, isClosed: () => isClosed, up: () => state.setState(({ generation }) => ({ is: "up", why: undefined, generation: generation + 1 })) };
};

describe("a link that is still being loaded", () => {
  it("lets what is asked wait for the first connection, then answers it once", async () => {
    const { link, asked, up } = core();
    const late = lateLink(() => Promise.resolve(link));
    const answer = late.client.app.ping({ text: "early" });
    await Promise.resolve();
    expect([late.state.getState().is, asked]).toEqual(["connecting", []]);
    up();
    expect([await answer, asked, late.state.getState().is]).toEqual([{ text: "early" }, ["early"], "up"]);
  });

  it("lets a feed be followed from before it can flow", async () => {
    const { link, up } = core();
    const late = lateLink(() => Promise.resolve(link));
    const items: unknown[] = [];
    const following = (async () => {
      for await (const item of late.client.app.status({})) items.push(item);
    })();
    await Promise.resolve();
    up();
    await following;
    expect(items).toEqual(["one", "two"]);
  });

  it("lets go of what nobody waits for any more, without ever asking it", async () => {
    const { link, asked, up } = core();
    const late = lateLink(() => Promise.resolve(link));
    const over = new AbortController();
    const answer = late.client.app.ping({ text: "gone" }, { signal: over.signal });
    over.abort();
    await expect(answer).rejects.toMatchObject({ code: "CANCELLED" });
    up();
    await Promise.resolve();
    expect(asked).toEqual([]);
  });

  it("refuses at once when a connection was there and is lost", async () => {
    const { link, state, up } = core();
    const late = lateLink(() => Promise.resolve(link));
    await Promise.resolve();
    up();
    state.setState({ is: "down", why: "core" });
    await expect(late.client.app.ping({ text: "late" })).rejects.toMatchObject({ code: "DISCONNECTED" });
    expect(late.state.getState()).toMatchObject({ is: "down", why: "core" });
  });

  it("fails what waits when its code cannot be loaded", async () => {
    const late = lateLink(() => Promise.reject(new Error("the chunk is missing")));
    await expect(late.client.app.ping({ text: "x" })).rejects.toThrow("the chunk is missing");
  });

  it("is closed even when the real one arrives afterwards", async () => {
    const { link, isClosed } = core();
    const late = lateLink(() => Promise.resolve(link));
    late.close();
    await Promise.resolve();
    expect(isClosed()).toBe(true);
  });
});
