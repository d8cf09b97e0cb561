import { describe, expect, it } from "vitest";
import { INVENTORY_FAILURES, nearestName } from "../../../src-main/inventory/index.ts";

const HOSTS = [{ name: "web-01" }, { name: "web-02" }, { name: "database-primary" }];

describe("a host name that is none", () => {
  it("is told with the nearest one that there is", () => {
    expect(nearestName(HOSTS, "wbe-01")).toEqual({ near: "web-01" });
    expect(nearestName(HOSTS, "databse-primary")).toEqual({ near: "database-primary" });
    expect(INVENTORY_FAILURES.NO_SUCH_HOST.say({ name: "wbe-01", near: "web-01" })).toBe('There is no host "wbe-01" in the inventory; the nearest is "web-01". Nothing was done. Check the spelling, or add it under Hosts.');
  });
  it("is told alone where none comes near", () => {
    expect(nearestName(HOSTS, "mail")).toEqual({});
    expect(nearestName([], "web-01")).toEqual({});
    expect(INVENTORY_FAILURES.NO_SUCH_HOST.say({ name: "mail" })).not.toContain("nearest");
  });
});
