import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openEditions } from "../../../src-main/central-link/edition.ts";
import { binaries, member, organisation, PASSWORD, testCentral, type Browser, type TestCentral } from "../../fakes/central.ts";
import { linkedDesktop } from "../../fakes/linked-desktop.ts";

// Each file makes a database cluster; on a busy machine that alone takes most of a minute.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const POLICY = readFileSync(resolve(import.meta.dirname, "../../../resources/policy/default.cedar"), "utf8");

describe.skipIf(!binaries)("what an organisation sets for its desktops", () => {
  let world: TestCentral;
  let orgId: string;
  let admin: Browser;
  let other: { orgId: string; admin: Browser };
  const invitation = async (): Promise<string> => String((await admin.ask("POST", `/v1/orgs/${orgId}/desktops`, {})).body["invitation"]);
  const publish = (of: Record<string, unknown>, by = admin, at = orgId) => by.ask("POST", `/v1/orgs/${at}/editions`, { note: "because", ...of });
  const newest = async (at = orgId, by = admin): Promise<number> => ((await by.ask("GET", `/v1/orgs/${at}/editions?limit=1`)).body["items"] as { n: number }[])[0]?.n ?? 0;
  beforeAll(async () => {
    world = await testCentral();
    ({ orgId, admin } = await organisation(world, "Harbour"));
    other = await organisation(world, "Other");
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  it("reaches every desktop, is in force there, is seen on both sides, and is bound to by nobody who left", async () => {
    await using desk = await linkedDesktop(await invitation());
    await desk.until("linked", () => desk.link.state.value.state === "linked");
    const after = await newest();
    const published = await publish({ after, policy: POLICY, modelHosts: ["models.example.org"], hosts: "name,environment\nweb-01,prod\n", packs: [{ id: "stranger-pack", version: "1.0.0", files: { "pack.yaml": Buffer.from("id: x").toString("base64") } }] });
    expect(published.status, published.text).toBe(200);
    await desk.until("in force", () => desk.link.state.value.edition.n === after + 1);
    expect(desk.house.taken).toMatchObject({ policy: POLICY, modelHosts: ["models.example.org"], packs: ["stranger-pack"] });
    expect(desk.link.state.value.edition.say).toContain("signed by nobody this desk trusts");
    await desk.until("the server knows", async () => (await admin.ask("GET", `/v1/orgs/${orgId}/desktops`)).text.includes(`"editionN":${after + 1},"editionSay":"The pack stranger-pack`));
    // What is left out stays, null takes it back.
    expect((await publish({ after: after + 1, modelHosts: null })).status).toBe(200);
    await desk.until("the next", () => desk.link.state.value.edition.n === after + 2);
    expect(desk.house.taken).toMatchObject({ policy: POLICY, modelHosts: undefined });
    await desk.link.leave("enough");
    expect(desk.house.taken.policy).toBeUndefined();
  });

  it("brings the models it approved, as a list on a stick names them, and no list goes back", async () => {
    await using desk = await linkedDesktop(await invitation());
    const models = (number: number) => ({ kind: "sena-models", name: "harbour", number, only: true, models: [{ name: "Small planner", file: "", sha256: "a".repeat(64), bytes: 7, license: "Apache-2.0", purpose: "planning", notes: "" }] });
    expect((await publish({ after: await newest(), models: models(3) })).status).toBe(200);
    await desk.until("in force", () => desk.house.taken.models?.number === 3);
    expect(desk.house.taken.models).toEqual(models(3));
    expect((await publish({ after: await newest(), models: models(2) })).text).toContain("number 2, and number 3 was published before");
    expect((await publish({ after: await newest(), models: { ...models(3), only: false } })).text).toContain("was changed and kept its number, 3");
    expect((await publish({ after: await newest(), models: { ...models(4), models: [{ sha256: "x" }] } })).status).toBe(400);
    expect((await publish({ after: await newest(), models: null })).status).toBe(200);
    await desk.until("taken back", () => desk.house.taken.models === undefined);
    // Neither a silence nor a list of another name between makes room for an older one; the same again and a newer one go out.
    expect((await publish({ after: await newest(), models: models(2) })).text).toContain("number 3 was published before");
    expect((await publish({ after: await newest(), models: { ...models(1), name: 'night "shift"' } })).status).toBe(200);
    expect((await publish({ after: await newest(), models: models(2) })).text).toContain("number 3 was published before");
    expect((await publish({ after: await newest(), models: { ...models(1), name: 'night "shift"', only: false } })).text).toContain("kept its number, 1");
    expect((await publish({ after: await newest(), models: models(3) })).status).toBe(200);
    expect((await publish({ after: await newest(), models: models(4) })).status).toBe(200);
    expect((await publish({ after: await newest(), modelHosts: null })).status).toBe(200);
    await desk.until("the newest", () => desk.house.taken.models?.number === 4);
    expect((await publish({ after: await newest(), models: null })).status).toBe(200);
  });

  it("holds from the start without the server", async () => {
    const desk = await linkedDesktop(await invitation());
    await publish({ after: await newest(), policy: POLICY });
    await desk.until("in force", () => desk.house.taken.policy === POLICY);
    await desk.stop();
    const { port } = world.central;
    await world.stop();
    await using again = await linkedDesktop(undefined, desk.dir);
    expect(again.house.taken.policy).toBe(POLICY);
    expect(again.link.state.value.edition.n).toBeGreaterThan(0);
    await again.stop();
    await world.restart(port);
  });

  it("is published by nobody without the right, the proof, a policy that loads and the number it was made after", async () => {
    const after = await newest();
    const viewer = await member(world, admin, orgId, "viewer@example.org", "viewer");
    expect((await publish({ after, policy: POLICY }, viewer)).body["code"]).toBe("NOT_ALLOWED");
    expect((await viewer.ask("GET", `/v1/orgs/${orgId}/editions`)).body["code"]).toBe("NOT_ALLOWED");
    expect((await publish({ after, policy: POLICY }, other.admin)).status).toBe(404);
    const stale = world.browser();
    await stale.ask("POST", "/v1/session", { email: "root-of-harbour@example.org", password: PASSWORD });
    expect((await publish({ after, policy: POLICY }, stale)).body["code"]).toBe("STEP_UP_NEEDED");
    expect((await publish({ after: after + 5, policy: POLICY })).body["code"]).toBe("TAKEN");
    expect((await publish({ after, policy: "permit (principal" })).body["code"]).toBe("EDITION_BAD");
    expect((await publish({ after, policy: '@id("all")\n@says("Nothing.")\nforbid (principal, action, resource);' })).body["detail"]).toMatch(/permits nothing/);
    expect((await publish({ after, packs: [{ id: "../up", version: "1.0.0", files: {} }] })).status).toBe(400);
    expect((await publish({ after, packs: [{ id: "up", version: "1.0.0", files: { "../../x": "" } }] })).status).toBe(400);
    expect(await newest()).toBe(after);
    const [first, second] = await Promise.all([publish({ after, hosts: "name\na\n" }), publish({ after, hosts: "name\nb\n" })]);
    expect([first?.status, second?.status].sort()).toEqual([200, 409]);
    const whole = await admin.ask("GET", `/v1/orgs/${orgId}/editions/${after + 1}`);
    expect(whole.body["content"]).toMatchObject({ n: after + 1, orgId });
  });

  it("is refused by a desktop when it is older, altered, of another organisation or does not load, and the refusal is recorded", async () => {
    await using desk = await linkedDesktop(await invitation());
    await publish({ after: await newest(), policy: POLICY, modelHosts: ["one.example.org"] });
    await desk.until("in force", () => desk.house.taken.modelHosts?.[0] === "one.example.org");
    const folder = mkdtempSync(join(tmpdir(), "sena-edition-"));
    const kept = JSON.parse(readFileSync(join(desk.dir, "central-link", "edition.json"), "utf8")) as { text: string; signature: string };
    await publish({ after: await newest(), modelHosts: ["two.example.org"] });
    await desk.until("the next", () => desk.house.taken.modelHosts?.[0] === "two.example.org");
    cpSync(join(desk.dir, "central-link"), folder, { recursive: true });
    await desk.stop();
    try {
      const recorded: string[] = [];
      const ledger = { append: async (entry: { fields: Record<string, unknown> }) => recorded.push(`${entry.fields["act"]} ${entry.fields["say"] ?? ""}`) as never };
      const own = openEditions({ folder, orgId, orgKey: desk.membership.orgKey, ledger: ledger as never, seat: desk.house.seat });
      const { n } = own.standing();
      const refused = async (signed: { text: string; signature: string }): Promise<string> => {
        await own.offer(signed);
        expect(own.standing().n).toBe(n);
        expect(desk.house.taken.modelHosts).toEqual(["two.example.org"]);
        return own.standing().say;
      };
      expect(await refused(kept)).toMatch(/put back, or somebody replays an older one/);
      expect(await refused({ ...kept, text: kept.text.replace("one.example.org", "evil.example.org") })).toMatch(/not signed by the organisation's key/);
      expect(recorded.filter((line) => line.startsWith("central-edition-refused"))).toHaveLength(2);
      await own.offer({ ...kept, text: kept.text.replace("one.example.org", "evil.example.org") });
      expect(recorded).toHaveLength(2); // the same again is not recorded again
      // Signed by another organisation's key, or by this one's for another organisation.
      const theirs = await linkedDesktop(String((await other.admin.ask("POST", `/v1/orgs/${other.orgId}/desktops`, {})).body["invitation"]));
      await publish({ after: 0, modelHosts: ["theirs.example.org"] }, other.admin, other.orgId);
      await theirs.until("theirs", () => theirs.house.taken.modelHosts !== undefined);
      const foreign = JSON.parse(readFileSync(join(theirs.dir, "central-link", "edition.json"), "utf8")) as { text: string; signature: string };
      const theirKey = theirs.membership.orgKey;
      await theirs[Symbol.asyncDispose]();
      expect(await refused(foreign)).toMatch(/not signed/);
      const confused = openEditions({ folder: mkdtempSync(join(folder, "x-")), orgId, orgKey: theirKey, ledger: ledger as never, seat: desk.house.seat });
      await confused.offer(foreign);
      expect(confused.standing()).toMatchObject({ n: 0, say: expect.stringMatching(/another organisation/) as string });
      // A kept file that somebody changed is not believed at the next start either.
      writeFileSync(join(folder, "edition.json"), JSON.stringify({ ...kept, text: kept.text.replace("one", "0ne"), say: "" }));
      expect(openEditions({ folder, orgId, orgKey: desk.membership.orgKey, ledger: ledger as never, seat: desk.house.seat }).standing()).toMatchObject({ n: 0, say: expect.stringMatching(/not signed/) as string });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("changes nothing on a desktop where its policy does not load, and says so on both sides", async () => {
    await using desk = await linkedDesktop(await invitation());
    await publish({ after: await newest(), policy: POLICY, modelHosts: ["good.example.org"] });
    await desk.until("in force", () => desk.house.taken.modelHosts?.[0] === "good.example.org");
    const text = POLICY.replace(/@says\("[^"]*"\)/, '@says("does-not-load")');
    expect((await publish({ after: await newest(), policy: text, modelHosts: ["bad.example.org"] })).status).toBe(200);
    await desk.until("it says so", () => desk.link.state.value.edition.say.includes("does not load here"));
    expect(desk.house.taken).toMatchObject({ policy: POLICY, modelHosts: ["good.example.org"] });
    expect((await world.browser().ask("GET", "/metrics")).text.match(/route="POST \/v1\/link\/poll",status="200"} (\d+)/)?.[1]).toMatch(/^\d{1,2}$/); // not offered in a circle
    await desk.until("there too", async () => (await admin.ask("GET", `/v1/orgs/${orgId}/desktops`)).text.includes("does not load here"));
  });
});
