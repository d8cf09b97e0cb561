import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { binaries, member, organisation, testCentral, type Browser, type TestCentral } from "../../fakes/central.ts";
import { isolatedDesktop } from "../../fakes/linked-desktop.ts";

// Each file makes a database cluster; on a busy machine that alone takes most of a minute.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const out = mkdtempSync(join(tmpdir(), "sena-carried-"));
let count = 0;
const put = (text: string): string => {
  const path = join(out, `file-${(count += 1)}`);
  writeFileSync(path, text);
  return path;
};

describe.skipIf(!binaries)("a desktop that no network leads to", () => {
  let world: TestCentral;
  let orgId: string;
  let admin: Browser;
  beforeAll(async () => {
    world = await testCentral();
    ({ orgId, admin } = await organisation(world, "Harbour"));
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    rmSync(out, { recursive: true, force: true });
  });
  const line = async (): Promise<string> => String((await admin.ask("POST", `/v1/orgs/${orgId}/desktops`, { byFile: true })).body["invitation"]);
  const carry = (path: string, org = orgId, by = admin) => by.ask("POST", `/v1/orgs/${org}/sync`, { file: readFileSync(path, "utf8") });
  const taken = async (path: string): Promise<{ answer: string; size: number; desktopId: string }> => {
    const answered = await carry(path);
    expect(answered.status, answered.text).toBe(200);
    return answered.body as { answer: string; size: number; desktopId: string };
  };
  const joined = async (invitation?: string, dir?: string) => {
    const desk = await isolatedDesktop(dir);
    desk.sync.begin({ invitation: invitation ?? (await line()), name: "island" });
    const [first = ""] = desk.sync.export(mkdtempSync(join(out, "e-"))).files;
    const { answer } = await taken(first);
    await desk.sync.import(put(answer));
    return { desk, first, answer };
  };

  it("joins, hands over its record, and gets receipts, decisions and what the organisation sets, by files alone", async () => {
    const { desk } = await joined();
    await using _ = desk;
    await admin.ask("POST", `/v1/orgs/${orgId}/approvers`, {});
    await admin.ask("POST", `/v1/orgs/${orgId}/editions`, { after: 0, note: "x", modelHosts: ["here.example.org"] });
    await desk.write(1200);
    const asked = await desk.ask();
    const exported = desk.sync.export(mkdtempSync(join(out, "e-")));
    expect(exported.entries).toBeGreaterThan(1200);
    const { answer, size, desktopId } = await taken(exported.files[0] as string);
    const imported = await desk.sync.import(put(answer));
    expect(imported).toMatchObject({ kept: size, edition: 1 });
    expect(desk.house.taken.modelHosts).toEqual(["here.example.org"]);
    expect(desk.ledger.witness.anchor().witnesses).toBe(1);
    const [approver] = desk.sync.approvers();
    await desk.trust(approver?.userId ?? "");
    const request = `/v1/orgs/${orgId}/approvals/${desktopId}/${asked.id}`;
    expect((await admin.ask("GET", request)).body["script"]).toBe("restart nginx");
    expect((await admin.ask("POST", `${request}/decision`, { decision: "approve", note: "go" })).status).toBe(200);
    const next = await taken(desk.sync.export(mkdtempSync(join(out, "e-"))).files[0] as string);
    expect((await desk.sync.import(put(next.answer))).decisions).toBe(1);
    expect(desk.queue.get(asked.id).state).toBe("approved");
    // What was taken is told with the next file, and the server asks no more for it.
    const last = await taken(desk.sync.export(mkdtempSync(join(out, "e-"))).files[0] as string);
    expect((await desk.sync.import(put(last.answer))).decisions).toBe(0);
  });

  it("takes no decision of somebody who was removed after they decided", async () => {
    const { desk } = await joined();
    await using _ = desk;
    const rita = await member(world, admin, orgId, "rita@example.org", "approver");
    await rita.ask("POST", `/v1/orgs/${orgId}/approvers`, {});
    const carried = async () => {
      const answered = await taken(desk.sync.export(mkdtempSync(join(out, "e-"))).files[0] as string);
      await desk.sync.import(put(answered.answer));
      return answered;
    };
    const asked = await desk.ask();
    const { desktopId } = await carried();
    const { userId = "" } = desk.sync.approvers().find(({ name }) => name.startsWith("rita")) ?? {};
    await desk.trust(userId);
    expect((await rita.ask("POST", `/v1/orgs/${orgId}/approvals/${desktopId}/${asked.id}/decision`, { decision: "approve", note: "go" })).status).toBe(200);
    expect((await admin.ask("DELETE", `/v1/orgs/${orgId}/members/${userId}`)).status).toBe(200);
    await carried();
    expect(desk.queue.get(asked.id)).toMatchObject({ state: "waiting", decisions: [] });
  });

  it("goes on where it was when a file or an answer is lost, and nothing is kept twice", async () => {
    const { desk, first } = await joined();
    await using _ = desk;
    expect((await carry(first)).body["answer"]).toBeDefined(); // the same again: an answer again
    await desk.write(40);
    desk.sync.export(mkdtempSync(join(out, "e-"))); // this one is lost on the way
    await desk.write(40);
    const [second = ""] = desk.sync.export(mkdtempSync(join(out, "e-"))).files;
    const before = await taken(second);
    const again = await taken(second); // its answer was lost
    expect(again.size).toBe(before.size);
    await desk.sync.import(put(again.answer));
    const listed = await admin.ask("GET", `/v1/orgs/${orgId}/desktops`);
    expect((listed.body["items"] as { desktopId: string; keptSize: number }[]).find(({ desktopId }) => desktopId === before.desktopId)?.keptSize).toBe(before.size);
    expect((listed.body["items"] as { desktopId: string; isByFile: boolean }[]).find(({ desktopId }) => desktopId === before.desktopId)?.isByFile).toBe(true);
    // A question would be days old when it came, and never come back as fetched.
    const handed = await admin.ask("POST", `/v1/orgs/${orgId}/inbox/${crypto.randomUUID()}/question`, { desktopId: before.desktopId, question: "why?" });
    expect(handed.body["code"]).toBe("BY_FILE");
    expect(before.size).toBeGreaterThan(80);
  });

  it("has files refused by the server that are cut, altered, old, of a stranger, a copy, another organisation or nobody's right to bring", async () => {
    const { desk, first } = await joined();
    await using _ = desk;
    await desk.write(30);
    const [good = ""] = desk.sync.export(mkdtempSync(join(out, "e-"))).files;
    const text = readFileSync(good, "utf8");
    const refused = async (file: string): Promise<string> => {
      const answered = await carry(put(file));
      expect(answered.status, answered.text).toBe(422);
      return String(answered.body["detail"]);
    };
    expect(await refused(text.slice(0, -40))).toMatch(/cut off/);
    expect(await refused(text.split("\n").toSpliced(2, 1).join("\n"))).toMatch(/cut off/);
    expect(await refused(text.replace(/"at":(\d)/, '"at":9'))).toMatch(/signature does not hold/);
    expect(await refused("nothing of the kind\n")).toMatch(/does not begin/);
    const stranger = await joined();
    expect(await refused(text.replace(/"desktopId":"[^"]+"/, `"desktopId":"${stranger.desk.membership().desktopId}"`))).toMatch(/signature does not hold/);
    await stranger.desk[Symbol.asyncDispose]();
    const other = await organisation(world, "Elsewhere");
    expect((await carry(good, other.orgId, other.admin)).body["detail"]).toMatch(/another organisation/);
    expect((await carry(good, orgId, other.admin)).status).toBe(404);
    const viewer = await member(world, admin, orgId, "v@example.org", "viewer");
    expect((await carry(good, orgId, viewer)).body["code"]).toBe("NOT_ALLOWED");
    expect((await carry(good)).status).toBe(200);
    expect(await refused(readFileSync(first, "utf8"))).toMatch(/number 1 and number 2 was taken/);
    // A copy of the desktop that writes with the same number.
    const clone = mkdtempSync(join(tmpdir(), "sena-clone-"));
    await desk.stop();
    cpSync(desk.dir, clone, { recursive: true });
    const [one, two] = [await isolatedDesktop(desk.dir), await isolatedDesktop(clone)];
    await one.write(5, "one");
    await two.write(9, "two");
    expect((await carry(one.sync.export(mkdtempSync(join(out, "e-"))).files[0] as string)).status).toBe(200);
    expect((await carry(two.sync.export(mkdtempSync(join(out, "e-"))).files[0] as string)).body["detail"]).toMatch(/a copy of that desktop writes too/);
    expect((await carry(two.sync.export(mkdtempSync(join(out, "e-"))).files[0] as string)).body["code"]).toBe("LOG_FORKED");
    await one.stop();
    await two[Symbol.asyncDispose]();
  });

  it("refuses answers that are cut, altered, old, for another desktop or of another organisation", async () => {
    const { desk, answer: firstAnswer } = await joined();
    await using _ = desk;
    await using other = (await joined()).desk;
    await desk.write(3);
    const { answer } = await taken(desk.sync.export(mkdtempSync(join(out, "e-"))).files[0] as string);
    const refused = (text: string) => expect(desk.sync.import(put(text))).rejects;
    await refused(answer.slice(0, 200)).toThrow(/cut off/);
    await refused(answer.replace(/\\"size\\":\d+/, '\\"size\\":1')).toThrow(/signature does not hold/);
    await refused(firstAnswer).toThrow(/taken before/);
    await other.write(1);
    await refused((await taken(other.sync.export(mkdtempSync(join(out, "e-"))).files[0] as string)).answer).toThrow(/another desktop/);
    const elsewhere = await organisation(world, "Third");
    const stranger = await isolatedDesktop();
    stranger.sync.begin({ invitation: String((await elsewhere.admin.ask("POST", `/v1/orgs/${elsewhere.orgId}/desktops`, { byFile: true })).body["invitation"]), name: "x" });
    const foreign = await carry(stranger.sync.export(mkdtempSync(join(out, "e-"))).files[0] as string, elsewhere.orgId, elsewhere.admin);
    await refused(String(foreign.body["answer"])).toThrow(/another organisation/);
    await stranger[Symbol.asyncDispose]();
    expect((await desk.sync.import(put(answer))).kept).toBeGreaterThan(0);
    await expect(isolatedDesktop().then(async (fresh) => {
      try {
        fresh.sync.begin({ invitation: "sena-file:nonsense", name: "x" });
      } finally {
        await fresh[Symbol.asyncDispose]();
      }
    })).rejects.toThrow(/no line to enrol with/);
  });

  it("does not join twice with one token", async () => {
    const invitation = await line();
    const { desk } = await joined(invitation);
    await using second = await isolatedDesktop();
    second.sync.begin({ invitation, name: "second" });
    expect((await carry(second.sync.export(mkdtempSync(join(out, "e-"))).files[0] as string)).body["code"]).toBe("CODE_SPENT");
    await desk[Symbol.asyncDispose]();
  });
});
