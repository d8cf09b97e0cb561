import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRouter, parseRoute, toHash } from "../../../src-renderer/app/router.ts";

const fakeWindow = (hash: string) => {
  const ears = new Set<() => void>();
  const window = {
    location: {
      current: hash,
      get hash() {
        return this.current;
      },
      set hash(next: string) {
        this.current = next;
        for (const ear of ears) ear();
      },
    },
    history: { replaceState: (_: unknown, __: string, url?: string | URL | null) => void (window.location.current = String(url)) },
    addEventListener: (_: string, ear: () => void) => void ears.add(ear),
    removeEventListener: (_: string, ear: () => void) => void ears.delete(ear),
    ears,
  };
  return window;
};
type Needs = Parameters<typeof createRouter>[0];

describe("addresses", () => {
  it("name a screen, its parts and its parameters", () => {
    const route = parseRoute("#/hosts/web%2001/keys?tab=trust&from=a%3Db");
    expect([route.screen, route.rest, route.params.get("tab"), route.params.get("from")]).toEqual(["hosts", ["web 01", "keys"], "trust", "a=b"]);
  });
  it.each(["", "#", "#/", "#//"])("are empty for %j", (hash) => expect(parseRoute(hash)).toMatchObject({ screen: "", rest: [] }));
  it("survive a stray percent sign typed by hand", () => expect(parseRoute("#/hosts/100%").rest).toEqual(["100%"]));
  it("come back as they were made", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(fc.string({ minLength: 1 })), fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string()), (screen, rest, params) => {
        const route = parseRoute(toHash(screen, rest, params));
        expect({ screen: route.screen, rest: route.rest, params: Object.fromEntries(route.params) }).toEqual({ screen, rest, params: { ...params } });
      }),
    );
  });
});

describe("the router", () => {
  it("follows the address bar and its own navigation", () => {
    const window = fakeWindow("#/chat");
    const router = createRouter({ window } as unknown as Needs);
    expect(router.route.getState().screen).toBe("chat");
    router.navigate("/hosts/web-01");
    expect(router.route.getState()).toMatchObject({ screen: "hosts", rest: ["web-01"] });
    window.location.hash = "#/audit";
    expect(router.route.getState().screen).toBe("audit");
  });
  it("replaces without a step to go back to", () => {
    const window = fakeWindow("");
    const router = createRouter({ window } as unknown as Needs);
    router.navigate("/chat", { replaces: true });
    expect([window.location.current, router.route.getState().screen]).toEqual(["#/chat", "chat"]);
  });
  it("takes an address without a screen for the home it was told, without a step to go back to", () => {
    const window = fakeWindow("");
    const router = createRouter({ home: "chat", window } as unknown as Needs);
    expect([window.location.current, router.route.getState().screen]).toEqual(["#/chat", "chat"]);
    window.location.hash = "#/";
    expect([window.location.current, router.route.getState().screen]).toEqual(["#/chat", "chat"]);
  });
  it("leaves an address without a screen alone where nobody told it a home", () => {
    const window = fakeWindow("");
    const router = createRouter({ window } as unknown as Needs);
    expect([window.location.current, router.route.getState().screen]).toEqual(["", ""]);
  });
  it("stops listening when it is disposed of", () => {
    const window = fakeWindow("#/chat");
    const router = createRouter({ window } as unknown as Needs);
    router.dispose();
    expect(window.ears.size).toBe(0);
  });
});
