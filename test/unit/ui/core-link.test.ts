import { describe, expect, it } from "vitest";
import { connectCore } from "../../../src-renderer/link/index.ts";
import { CLOSE, type ClientFrame, type ServerFrame, type Transport } from "../../../src-main/contract/link/index.ts";

/** A core on the far end of a wire in memory: greets when let, echoes pings, counts what it is asked. */
const core = () => {
  const asked: string[] = [];
  let ears: Parameters<Transport["receive"]>[0] | undefined;
  let greet: (() => void) | undefined;
  let isClosed = false;
  const say = (frame: ServerFrame) => queueMicrotask(() => ears?.frame(frame));
  const dial = async (): Promise<Transport> => ({
    receive: (on) => void (ears = on),
    close: () => void (isClosed = true),
    send(raw) {
      const frame = raw as ClientFrame;
      if (frame.t === "hello") greet = () => say({ t: "welcome", v: frame.v, offers: { app: { ping: "call", status: "feed" } } });
      if (frame.t !== "start") return;
      asked.push(frame.op);
      if (frame.op === "app.ping") return say({ t: "ok", id: frame.id, out: frame.in });
      for (const out of ["one", "two"]) say({ t: "item", id: frame.id, out });
      say({ t: "end", id: frame.id });
    },
  });
  const turn = () => new Promise((done) => setTimeout(done));
  return {
    link: connectCore(dial),
    asked,
    isClosed: () => isClosed,
    up: async () => (await turn(), greet?.(), turn()),
    lose: (code: number) => ears?.close({ code, say: "" }),
  };
};

describe("the link of a page", () => {
  it("lets what is asked wait for the first connection, then asks it once", async () => {
    const { link, asked, up } = core();
    const answer = link.client.app.ping({ text: "early" });
    expect([link.state.getState().is, asked]).toEqual(["connecting", []]);
    await up();
    expect([await answer, asked, link.state.getState().is]).toEqual([{ text: "early" }, ["app.ping"], "up"]);
  });

  it("lets a feed be followed from before it can flow", async () => {
    const { link, up } = core();
    const items: unknown[] = [];
    const following = (async () => {
      for await (const item of link.client.app.status({})) items.push(item);
    })();
    await up();
    await following;
    expect(items).toEqual(["one", "two"]);
  });

  it("lets go of what nobody waits for any more, without ever asking it", async () => {
    const { link, asked, up } = core();
    const over = new AbortController();
    const answer = link.client.app.ping({ text: "gone" }, { signal: over.signal });
    over.abort();
    await expect(answer).rejects.toMatchObject({ code: "CANCELLED" });
    await up();
    expect(asked).toEqual([]);
  });

  it("refuses at once while a connection that was there is lost, and says what is down", async () => {
    const { link, up, lose, asked } = core();
    await up();
    lose(CLOSE.coreDown);
    await expect(link.client.app.ping({ text: "late" })).rejects.toMatchObject({ code: "DISCONNECTED" });
    expect(() => link.client.app.status({})).toThrow(expect.objectContaining({ code: "DISCONNECTED" }));
    await Promise.resolve();
    expect([asked, link.state.getState()]).toEqual([[], expect.objectContaining({ is: "down", why: "core" })]);
    link.close();
  });

  it("refuses what this core does not offer, by name", async () => {
    const { link, up } = core();
    await up();
    expect(() => link.client.vault.list({})).toThrow(expect.objectContaining({ code: "NO_SUCH_PROCEDURE", message: expect.stringContaining("vault.list") }));
  });

  it("fails what still waits when the page closes it", async () => {
    const { link, isClosed, up } = core();
    const answer = link.client.app.ping({ text: "x" });
    link.close();
    await expect(answer).rejects.toMatchObject({ code: "DISCONNECTED" });
    const other = core();
    await other.up();
    other.link.close();
    expect([isClosed(), other.isClosed()]).toEqual([false, true]);
    await up();
  });
});
