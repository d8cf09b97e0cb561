import { describe, expect, it } from "vitest";
import { createImports, createInventory } from "../../../src-main/inventory/index.ts";
import { createHouse } from "../../../src-main/shells/core/house.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { gateWorld, lastOf } from "../../fakes/gate.ts";

const files = { read: () => undefined, list: () => [], home: "/home/ada" };
const HOUSE_DENIES = '@id("all")\n@says("Everybody may.")\npermit (principal, action, resource);\n@id("no-motd")\n@says("Nobody changes anything on production hosts.")\nforbid (principal, action == Action::"run", resource) when { context.changes && resource.environment == "prod" };';
const HOUSE_ALLOWS = '@id("all")\n@says("Everybody may.")\npermit (principal, action, resource);';

function rooms(world: Awaited<ReturnType<typeof gateWorld>>) {
  const store = openStore({ path: ":memory:" });
  const inventory = createInventory({ store, now: () => 1 });
  let n = 0;
  const imports = createImports({ inventory, store, files: files as never, now: () => 1, newId: (prefix) => `${prefix}_${(n += 1)}` });
  const house = createHouse();
  const seat = house.seat({ models: { keepHouse: ({ number }) => { if (number < 5) throw new Error("an older one"); }, houseChanged: () => {} }, policies: world.policies, imports, inventory, skills: { install: () => { throw new Error("is signed by a key (x) that is not on the trust list"); } } });
  return { inventory, imports, house, seat };
}

describe("what an organisation sets, on a desktop", () => {
  it("stops at the gate what the desk itself would let through, and lets through nothing that the desk stops", async () => {
    const world = await gateWorld();
    const { seat } = rooms(world);
    const attempt = async (): Promise<string> => (await world.guard.preview(world.request())).verdict;
    const before = await attempt();
    expect(before).toBe("ask");
    seat.policy(HOUSE_DENIES);
    expect(await attempt()).toBe("deny");
    expect(lastOf(await world.run(world.request())).say).toContain("Nobody changes anything on production hosts");
    seat.policy(HOUSE_ALLOWS);
    expect(await attempt()).toBe(before);
    expect(() => seat.policy("permit (")).toThrow();
    expect(world.policies.house()?.source.text).toBe(HOUSE_ALLOWS);
    const hash = world.policies.hash;
    seat.policy(undefined);
    expect(world.policies.hash).not.toBe(hash);
  });

  it("brings hosts, changes and removes those it brought, and leaves the desk's own alone", async () => {
    const { inventory, seat } = rooms(await gateWorld());
    expect(seat.hosts("name,address,environment\ndb-01,10.0.0.1,staging\nweb-01,10.0.0.2,\n")).toEqual([]);
    const [db, web] = [inventory.find("db-01"), inventory.find("web-01")];
    expect([db?.environment, web?.environment]).toEqual(["staging", "prod"]);
    inventory.put([{ ...(db as NonNullable<typeof db>), id: "own", name: "mine", address: "10.9.9.9", source: "manual", environment: "prod" }]);
    expect(seat.hosts("name,address,environment\ndb-01,10.0.0.7,dev\nmine,6.6.6.6,dev\n").join()).toMatch(/mine is this desk's own/);
    expect(inventory.find("mine")).toMatchObject({ address: "10.9.9.9", environment: "prod" });
    // Its address may change, what the desk counts it as may not be taken back by a file.
    expect(inventory.find("db-01")).toMatchObject({ address: "10.0.0.7", environment: "staging" });
    expect(inventory.find("web-01")).toBeUndefined();
  });

  it("brings no second name for a place under which it would count for less", async () => {
    const { inventory, seat } = rooms(await gateWorld());
    seat.hosts("name,address,environment\nshop-01,10.0.0.5,prod\n");
    const shop = inventory.find("shop-01") as NonNullable<ReturnType<typeof inventory.find>>;
    inventory.put([{ ...shop, id: "own", name: "till", address: "10.0.0.6", source: "manual" }]);
    const said = seat.hosts("name,address,environment\nshop-01,10.0.0.5,prod\ntill-again,10.0.0.6,dev\ntill-also,10.0.0.6,prod\n");
    expect(said.join()).toContain("till-again is here already under a name that counts for more");
    expect([inventory.find("till-again"), inventory.find("till-also")?.environment]).toEqual([undefined, "prod"]);
  });

  it("goes on with the list of models it has where another is refused", async () => {
    const { seat, house } = rooms(await gateWorld());
    const list = { kind: "sena-models", name: "hq", number: 5, only: true, models: [] } as const;
    seat.models({ ...list, models: [] }, "org");
    expect(() => seat.models({ ...list, number: 2, models: [] }, "org")).toThrow("an older one");
    expect(house.models()?.number).toBe(5);
    seat.models(undefined, "org");
    expect(house.models()).toBeUndefined();
  });

  it("names the packs this desk did not take, and why", async () => {
    const { seat, house } = rooms(await gateWorld());
    expect(seat.packs([{ id: "x", version: "1.0.0", files: {} }]).join()).toMatch(/The pack x 1\.0\.0: .*not on the trust list\./);
    seat.modelHosts(["a.example.org"]);
    expect(house.modelHosts()).toEqual(["a.example.org"]);
    seat.modelHosts(undefined);
    expect(house.modelHosts()).toBeUndefined();
  });
});
