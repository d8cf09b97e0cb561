import { describe, expect, it } from "vitest";
import { createStore } from "zustand/vanilla";
import { heard, orgHash, placesFor } from "../../../src-renderer/console/model.ts";
import { codeOf, createRest } from "../../../src-renderer/console/rest.ts";
import { healthOf } from "../../../src-renderer/console/screens/desktop-health.ts";
import { eventWords } from "../../../src-renderer/console/screens/event-words.ts";
import { secondFactorWay } from "../../../src-renderer/console/second-factor.ts";

type Sent = { readonly url: string; readonly method: string | undefined; readonly body: unknown };
function server(answer: () => Response) {
  const sent: Sent[] = [];
  const ask = createRest((async (url: string, init?: RequestInit) => {
    sent.push({ url, method: init?.method, body: init?.body });
    return answer();
  }) as typeof fetch);
  return { ask, sent };
}
const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status, headers: { "content-type": status === 200 ? "application/json; charset=utf-8" : "application/problem+json" } });

describe("asking the server by the name of a route", () => {
  it("puts what the path names into the path, the rest of a GET into its query, and of anything else into its body", async () => {
    const { ask, sent } = server(() => json({ items: [], next: null }));
    await ask("GET /v1/orgs/:orgId/entries", { orgId: "a/../b", text: "x & y", limit: 5 });
    await ask("POST /v1/orgs/:orgId/invitations", { orgId: "o", email: "ada@example.org", role: "viewer" });
    expect(sent).toEqual([
      { url: "/v1/orgs/a%2F..%2Fb/entries?text=x+%26+y&limit=5", method: "GET", body: undefined },
      { url: "/v1/orgs/o/invitations", method: "POST", body: '{"email":"ada@example.org","role":"viewer"}' },
    ]);
  });

  it("gives a refusal its code and the server's words, and a silence words of its own", async () => {
    const refused = server(() => json({ code: "LAST_ADMIN", detail: "An organisation keeps at least one admin." }, 409));
    await expect(refused.ask("GET /v1/session", {})).rejects.toMatchObject({ code: "LAST_ADMIN", status: 409, message: "An organisation keeps at least one admin." });
    const silent = createRest((() => Promise.reject(new TypeError("fetch failed"))) as typeof fetch);
    expect(codeOf(await silent("GET /v1/session", {}).catch((error: unknown) => error))).toBe("UNREACHABLE");
    const broken = server(() => new Response("<html>", { status: 502 }));
    await expect(broken.ask("GET /v1/session", {})).rejects.toThrow(/answered 502/);
  });
});

describe("a server that does not answer", () => {
  it("is away since it was asked in vain first, until it says anything at all, be it a refusal; an end that was asked for says nothing", async () => {
    let next: () => Promise<Response> = () => Promise.reject(new TypeError("fetch failed"));
    let at = 10;
    const away = createStore<{ readonly since: number | undefined }>(() => ({ since: undefined }));
    const ask = heard(createRest((() => next()) as typeof fetch), away, () => at);
    const since = async (signal?: AbortSignal) => {
      await ask("GET /v1/session", {}, signal).catch(() => undefined);
      return away.getState().since;
    };
    expect(await since()).toBe(10);
    at = 20;
    expect([await since(), await since(AbortSignal.abort())]).toEqual([10, 10]);
    next = () => Promise.resolve(json({ code: "SIGN_IN_NEEDED" }, 401));
    expect(await since()).toBe(undefined);
    next = () => Promise.reject(new TypeError("fetch failed"));
    expect(await since()).toBe(20);
    next = () => Promise.resolve(json({}));
    expect(await since()).toBe(undefined);
  });
});

describe("what the console draws of rights and health", () => {
  it("leaves out the ways to what would be refused", () => {
    expect(placesFor({ permissions: ["approvals:read", "approvals:decide", "desktops:read"] }).map(({ id }) => id)).toEqual(["overview", "approvals", "desktops", "settings"]);
    expect(placesFor({ permissions: [] }).map(({ id }) => id)).toEqual(["overview", "settings"]);
    expect(orgHash("o 1", "approvals", "d")).toBe("#/o/o%201/approvals/d");
  });

  it("says of a desktop what is worst: gone, forked, silent, behind, and only then that all is well", () => {
    const well = { seenAt: 1_000_000, logSize: 10, keptSize: 10, forkedAt: null, leftAt: null };
    expect(healthOf(well, 1_010_000)).toEqual({ dot: "ok", say: "all of its record is here" });
    expect(healthOf({ ...well, logSize: 11 }, 1_010_000)).toEqual({ dot: "busy", say: "1 entry to come" });
    expect(healthOf({ ...well, logSize: 11 }, 1_100_000).dot).toBe("warn");
    expect(healthOf({ ...well, forkedAt: 5 }, 1_100_000)).toEqual({ dot: "bad", say: "record forked" });
    expect(healthOf({ ...well, forkedAt: 5, leftAt: 1_000_000 }, 1_010_000).say).toMatch(/^left /);
  });

  it("leads to a second factor that this person can have, and to their account only where that helps", () => {
    const provider = { orgId: "o", providerId: "p" };
    expect(secondFactorWay({ provider: null, hasPasskey: false })).toMatchObject({ isSetUpHere: true, text: expect.stringMatching(/password alone.*authenticator/) as string });
    expect(secondFactorWay({ provider: null, hasPasskey: true })).toMatchObject({ isSetUpHere: false, text: expect.stringMatching(/sign in again with it/) as string });
    for (const hasPasskey of [true, false]) {
      const way = secondFactorWay({ provider, hasPasskey });
      expect(way).toMatchObject({ isSetUpHere: false, text: expect.stringMatching(/identity provider/) as string });
      expect(way.text).not.toMatch(/password alone|authenticator|passkey/);
    }
  });

  it("shows an event it has no words for by its name, and loses nothing of it", () => {
    expect(eventWords({ kind: "person.invited", detail: { email: "ada@example.org", role: "viewer" } })).toBe("ada@example.org was invited as viewer");
    expect(eventWords({ kind: "retention.set", detail: { rules: ["inbox 30 days", "* 1 days"] } })).toBe("How long values are kept was set: inbox 30 days, every other type 1 day");
    expect(eventWords({ kind: "retention.set", detail: { rules: [] } })).toBe("How long values are kept was set: for good");
    expect(eventWords({ kind: "provider.removed", detail: { providerId: "p1", name: "House" } })).toBe("The identity provider House was taken out");
    expect(eventWords({ kind: "provider.removed", detail: { providerId: "p1" } })).toBe("The identity provider with the number p1 was taken out");
    expect(eventWords({ kind: "provider.certificates", detail: { providerId: "p1", name: "House", fingerprints: ["AA:1", "BB:2"] } })).toBe("The signing certificates of the identity provider House were set: AA:1, BB:2");
    expect(eventWords({ kind: "provider.added", detail: { name: "House", issuer: "urn:idp", role: "viewer", fingerprints: ["AA:1"] } })).toBe("The identity provider House was added (urn:idp, as viewer; its answers are signed with AA:1)");
    expect(eventWords({ kind: "provider.added", detail: { name: "House", issuer: "https://idp", role: "viewer" } })).toBe("The identity provider House was added (https://idp, as viewer)");
    expect(eventWords({ kind: "something.new", detail: { n: 1 } })).toBe('something.new {"n":1}');
  });
});
