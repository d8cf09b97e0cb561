import { describe, expect, it, vi } from "vitest";
import { binaries } from "../../fakes/central.ts";
import { killCentral } from "../../harness/central-kill.ts";

vi.setConfig({ testTimeout: 170_000 });

describe.skipIf(!binaries)("server, database, desktop and network, killed and cut while a desktop writes", () => {
  it("lose nothing acknowledged, keep nothing twice, and go on by themselves", async () => {
    const found = await killCentral({ cycles: 6, chance: () => 0.5, order: ["network", "database", "desktop", "server", "network", "desktop"] });
    expect(found.cycles).toEqual({ server: 1, database: 1, desktop: 2, network: 2 });
    expect(found.acknowledged).toBeGreaterThan(20);
    expect(found).toMatchObject({ lost: 0, twice: 0, different: 0, headsFalse: 0, falseAlarms: 0 });
  });
});
