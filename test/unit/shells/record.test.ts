import { describe, expect, it } from "vitest";
import { lentTo, type Lent } from "../../../src-main/shells/core/record.ts";

const world = (network: "sealed" | "lan") => {
  const lent: Lent = { isSealed: () => network === "sealed" };
  return { lent, ...lentTo(lent) };
};

describe("what the record borrows from rooms that open later", () => {
  it("cuts nothing out before the vault is there, and every known value afterwards", () => {
    const { lent, knownSecrets } = world("sealed");
    expect(knownSecrets()).toEqual([]);
    lent.vault = { knownValues: () => ["canary-1"], reveal: async () => "" };
    expect(knownSecrets()).toEqual(["canary-1"]);
  });
  it("reaches no collector while sealed, but this machine and hosts of the inventory", () => {
    const { lent, forwarding } = world("sealed");
    expect(() => forwarding.mayReach("siem.example.com", 6514)).toThrow(/sealed.*siem\.example\.com/);
    expect(() => forwarding.mayReach("localhost.example.com", 6514)).toThrow(/sealed/);
    lent.isInventoryHost = (name) => name === "siem.example.com";
    expect(() => forwarding.mayReach("siem.example.com", 6514)).not.toThrow();
    expect(() => forwarding.mayReach("127.0.0.1", 6514)).not.toThrow();
  });
  it("reaches any collector where the local network is allowed", () => {
    expect(() => world("lan").forwarding.mayReach("siem.example.com", 6514)).not.toThrow();
  });
  it("takes a collector's token from the vault, and says for what", async () => {
    const { lent, forwarding } = world("lan");
    await expect(forwarding.secret("hec")).rejects.toThrow(/not open yet/);
    lent.vault = { knownValues: () => [], reveal: async (name, use) => `${name} for ${use.for}` };
    expect(await forwarding.secret("hec")).toBe("hec for copies of the record");
  });
});
