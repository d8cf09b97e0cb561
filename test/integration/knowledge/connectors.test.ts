import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterAll, describe, expect, it } from "vitest";
import { openKnowledge, type Knowledge } from "../../../src-main/knowledge/index.ts";
import type { Connection } from "../../../src-main/knowledge/port.ts";
import { confluenceServer, graphServer, jiraServer, webServer, type DriveFile, type TrackedIssue, type WikiPage } from "../../fakes/document-servers.ts";

// Against local servers that keep the protocols of these systems, not against the products.

const root = mkdtempSync(join(tmpdir(), "sena-connectors-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const source = (file: string) => new URL(`../../../${file}`, import.meta.url).pathname;
const open = (name: string, over: { readonly secret?: string; readonly barred?: (host: string) => string | undefined; readonly uses?: string[] } = {}): Knowledge =>
  openKnowledge({
    dbPath: join(root, `${name}.db`),
    embeddingFile: source("resources/embedding/words.bin"),
    entry: source("src-main/knowledge/index-worker.ts"),
    reveal: async (secret, use) => {
      over.uses?.push(`${secret}: ${use.for}`);
      if (over.secret === undefined) throw new Error("The vault is locked. Unlock it first.");
      return over.secret;
    },
    barred: over.barred ?? (() => undefined),
  });
const common = { name: "", product: "", environment: "", credential: "wiki-token" } as const;
/** What holds the words themselves. */
const paths = async (knowledge: Knowledge, query: string) => (await knowledge.search(query, { limit: 10, filter: {}, remembersGap: false })).passages.filter(({ found }) => found !== "meaning").map(({ path }) => path);
const page = (id: string, title: string, body: string, over: Partial<WikiPage> = {}): WikiPage => ({ id, title, space: "OPS", parents: ["Runbooks"], version: 1, when: "2025-01-10T10:00:00.000Z", body, ...over });

describe.each([{ cloud: false }, { cloud: true }])("Confluence (local server, cloud: $cloud)", ({ cloud }) => {
  it("is read whole, then by what changed; renamed pages move, deleted pages go, a refused credential is told", async () => {
    const pages = [page("1", "Restore", "<p>Stop the cluster manager first.</p>"), page("2", "Fans", "<h2>Noise</h2><p>Spin the fans down.</p>"), page("3", "Quorum", '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">sh</ac:parameter><ac:plain-text-body><![CDATA[pcs quorum status <node>]]></ac:plain-text-body></ac:structured-macro>'), page("4", "Secret", "<p>Elsewhere.</p>", { space: "HR" })];
    await using server = await confluenceServer(pages, { cloud, token: "t0ken" });
    const uses: string[] = [];
    await using knowledge = open(`confluence-${cloud}`, { secret: "t0ken", uses });
    const connection: Connection = { ...common, kind: "confluence", url: server.base, user: cloud ? "ada@example.org" : "", spaces: ["OPS"] };
    const { id } = await knowledge.connect(connection);
    expect(await knowledge.sync(id)).toMatchObject([{ documents: 3, problem: "", credential: "wiki-token" }]);
    expect(await paths(knowledge, "pcs quorum status")).toEqual(["OPS/Runbooks/Quorum.html"]);
    expect((await knowledge.search("cluster manager", { limit: 1, filter: {}, remembersGap: false })).passages[0]?.url).toBe(`${server.base}/spaces/OPS/pages/1`);
    expect(uses[0]).toContain("wiki-token: documents of 127.0.0.1");

    const before = server.asked.length;
    await knowledge.sync(id);
    expect(server.asked.slice(before).filter((path) => !path.includes("search"))).toEqual([]);

    Object.assign(pages[1] as WikiPage, { title: "Cooling", version: 2, when: "2025-02-01T10:00:00.000Z", body: "<p>Chillers run at night.</p>" });
    pages.splice(0, 1);
    await knowledge.sync(id);
    expect(await paths(knowledge, "chillers night")).toEqual(["OPS/Runbooks/Cooling.html"]);
    expect(await paths(knowledge, '"spin the fans"')).toEqual([]);
    expect(await paths(knowledge, '"cluster manager"')).toEqual([]);
  });
});

describe("a source in another system", () => {
  it("keeps what it has and says what is wrong: a refused credential, a locked vault, a sealed network", async () => {
    const pages = [page("1", "Restore", "<p>Stop the cluster manager first.</p>")];
    await using server = await confluenceServer(pages, { cloud: false, token: "right" });
    const connection: Connection = { ...common, kind: "confluence", url: server.base, user: "", spaces: [] };
    for (const [name, over, said] of [["wrong", { secret: "wrong" }, "refused the credential (401)"], ["locked", {}, "The vault is locked"], ["sealed", { secret: "right", barred: () => "SENA is sealed" }, "SENA is sealed"]] as const) {
      await using knowledge = open(name, over);
      const [state] = await knowledge.sync((await knowledge.connect(connection)).id);
      expect(state?.problem).toContain(said);
      expect(state?.checkedAt).toBe(0);
    }
    // At its adding and when it was asked for; never with a locked vault, never sealed.
    expect(server.asked.length).toBeLessThanOrEqual(2);
  });

  it("waits when it is asked to, and goes on where it was when it was cut off", async () => {
    const pages = Array.from({ length: 60 }, (_, n) => page(String(n), `Page ${n}`, `<p>word${n} of the runbook.</p>`, { when: `2025-01-10T10:${String(n).padStart(2, "0")}:00.000Z` }));
    await using server = await confluenceServer(pages, { cloud: false, token: "t", pageSize: 30 });
    server.refuse(1, { status: 429, headers: { "retry-after": "1" } });
    const connection: Connection = { ...common, kind: "confluence", url: server.base, user: "", spaces: [] };
    await using first = open("resumed", { secret: "t" });
    const { id } = await first.connect(connection);
    while ((await first.sources())[0]?.documents !== 25) await new Promise((resolve) => setTimeout(resolve, 50));
    await first[Symbol.asyncDispose]();
    const bodies = () => server.asked.filter((path) => /content\/\d+/.test(path));
    const fetched = bodies().length;
    await using second = open("resumed", { secret: "t" });
    expect(await second.sync(id)).toMatchObject([{ documents: 60, problem: "" }]);
    // Everything kept before the cut is not asked for again; what was on its way may be.
    expect(bodies().length).toBeLessThanOrEqual(60 + (fetched - 25) + 1);
    expect(await paths(second, "word59")).toEqual(["OPS/Runbooks/Page 59.html"]);
  });
});

describe.each([{ cloud: false }, { cloud: true }])("Jira (local server, cloud: $cloud)", ({ cloud }) => {
  it("brings issues with their comments, and what changed later", async () => {
    const issues: TrackedIssue[] = [1, 2, 3].map((n) => ({ key: `OPS-${n}`, id: String(100 + n), summary: `Outage ${n}`, updated: `2025-01-0${n}T10:00:00.000+0000`, description: n === 3 ? { type: "doc", content: [{ type: "paragraph", content: [{ type: "text", text: "The arbiter lost its lease." }] }] } : "The {code}multipathd{code} daemon hung.", comments: ["Reseated the transceiver."] }));
    await using server = await jiraServer(issues, { cloud, token: "t" });
    await using knowledge = open(`jira-${cloud}`, { secret: "t" });
    const { id } = await knowledge.connect({ ...common, kind: "jira", url: server.url, user: cloud ? "ada@example.org" : "", jql: "project = OPS ORDER BY created" });
    expect(await knowledge.sync(id)).toMatchObject([{ documents: 3, problem: "" }]);
    expect(await paths(knowledge, "arbiter lease")).toEqual(["OPS/OPS-3.md"]);
    expect((await paths(knowledge, "reseated transceiver")).length).toBeGreaterThan(0);
    Object.assign(issues[0] as TrackedIssue, { updated: "2025-02-01T10:00:00.000+0000", comments: ["The baseplate was cracked."] });
    issues.splice(1, 1);
    await knowledge.sync(id);
    expect(await paths(knowledge, "baseplate cracked")).toEqual(["OPS/OPS-1.md"]);
    expect((await knowledge.sources())[0]?.documents).toBe(2);
  });
});

describe("SharePoint and OneDrive (local server that keeps Graph's protocol)", () => {
  it("follows deltas with their tombstones, carries no token to where files are downloaded, and lists anew when its link is too old", async () => {
    const files: DriveFile[] = [1, 2, 3].map((n) => ({ id: `f${n}`, name: `guide-${n}.md`, folder: "Shared%20Documents", tag: `c${n}`, text: `# Guide ${n}\n\nPhrase${n} about the tape library.\n` }));
    await using server = await graphServer(files, { secret: "s3cret" });
    await using knowledge = open("graph", { secret: "s3cret" });
    const { id } = await knowledge.connect({ ...common, kind: "sharepoint", tenant: "contoso", client: "app", drive: "d1", graphUrl: server.url, loginUrl: server.url });
    expect(await knowledge.sync(id)).toMatchObject([{ documents: 3, problem: "" }]);
    expect(await paths(knowledge, "phrase2")).toEqual(["Shared Documents/guide-2.md"]);
    Object.assign(files[0] as DriveFile, { tag: "c1b", text: "# Guide 1\n\nReplacement wording about robots arms.\n" });
    Object.assign(files[1] as DriveFile, { isDeleted: true });
    server.changes.push(files[0] as DriveFile, files[1] as DriveFile);
    const downloads = () => server.asked.filter((path) => path.startsWith("/download/")).length;
    const before = downloads();
    await knowledge.sync(id);
    expect(await paths(knowledge, "robots arms")).toEqual(["Shared Documents/guide-1.md"]);
    expect(await paths(knowledge, "phrase2")).toEqual([]);
    expect(downloads()).toBe(before + 1);
    server.expire();
    expect(await knowledge.sync(id)).toMatchObject([{ documents: 2, problem: "" }]);
    expect(downloads()).toBe(before + 1);
  });
});

describe("plain web pages (local server)", () => {
  it("are followed below their start, asked politely, not fetched twice, and go when they are gone", async () => {
    const pages = new Map([["/docs/", '<a href="raid.html">RAID</a> <a href="/docs/private/x.html">x</a> <a href="/other.html">out</a> <a href="http://elsewhere.invalid/">away</a>'], ["/docs/raid.html", "<h1>RAID</h1><p>Rebuild with mdadm overnight.</p>"], ["/docs/private/x.html", "<p>kept from robots</p>"], ["/other.html", "<p>outside the folder</p>"]]);
    await using server = await webServer(pages, "User-agent: *\nDisallow: /docs/private/\n");
    await using knowledge = open("web");
    const { id } = await knowledge.connect({ ...common, credential: "", kind: "web", url: `${server.url}/docs/`, pages: 50 });
    expect(await knowledge.sync(id)).toMatchObject([{ documents: 2, problem: "" }]);
    expect(server.asked).not.toContain("/other.html");
    expect(server.asked).not.toContain("/docs/private/x.html");
    expect(await paths(knowledge, '"mdadm overnight"')).toEqual(["raid.html"]);
    const changedAt = (await knowledge.sources())[0]?.changedAt;
    expect(await knowledge.sync(id)).toMatchObject([{ changedAt }]);
    pages.delete("/docs/raid.html");
    await knowledge.sync(id);
    expect(await paths(knowledge, '"mdadm overnight"')).toEqual([]);
  });
});

describe("a git working copy", () => {
  it("brings what is tracked or new, leaves alone what is ignored, runs nothing the repository names", async () => {
    const folder = join(root, "repository");
    mkdirSync(join(folder, "build"), { recursive: true });
    const git = (...args: string[]) => execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", ...args], { stdio: "ignore" });
    git("init");
    writeFileSync(join(folder, "README.md"), "# Deploy\n\nUse the canary lane.\n");
    writeFileSync(join(folder, ".gitignore"), "build/\n");
    writeFileSync(join(folder, "build", "out.md"), "# Out\n\ngenerated words nobody wants\n");
    git("add", "README.md", ".gitignore");
    git("commit", "-m", "x");
    const marker = join(root, "hook-ran");
    git("config", "core.fsmonitor", `touch ${marker}; false`);
    await using knowledge = open("git");
    const { id } = await knowledge.add({ path: folder, name: "", product: "", environment: "" });
    expect(await knowledge.sync(id)).toMatchObject([{ kind: "git", problem: "" }]);
    expect(await paths(knowledge, "canary lane")).toEqual(["README.md"]);
    expect(await paths(knowledge, '"generated words"')).toEqual([]);
    expect(() => execFileSync("test", ["-e", marker])).toThrow();
  });
});

/** Tables as the export of a space writes them: one object a row, bodies apart, older versions with a reference to the newest. */
const spaceZip = (pages: readonly { readonly id: string; readonly title: string; readonly body: string; readonly parent?: string; readonly of?: string; readonly status?: string; readonly version?: number }[]): Uint8Array => {
  const cdata = (text: string) => `<![CDATA[${text.replaceAll("]]>", "]] >")}]]>`;
  const objects = pages.map(({ id, title, body, parent, of, status = "current", version = 1 }) => `<object class="Page" package="com.atlassian.confluence.pages"><id name="id">${id}</id><property name="title">${cdata(title)}</property><collection name="bodyContents" class="java.util.Collection"><element class="BodyContent" package="com.atlassian.confluence.core"><id name="id">9${id}</id></element></collection><property name="version">${version}</property><property name="lastModificationDate">2025-03-0${version} 10:00:00.000</property>${of === undefined ? `<property name="space" class="Space" package="com.atlassian.confluence.spaces"><id name="id">7</id></property>` : `<property name="originalVersion" class="Page" package="com.atlassian.confluence.pages"><id name="id">${of}</id></property>`}${parent === undefined ? "" : `<property name="parent" class="Page" package="com.atlassian.confluence.pages"><id name="id">${parent}</id></property>`}<property name="contentStatus">${cdata(status)}</property></object><object class="BodyContent" package="com.atlassian.confluence.core"><id name="id">9${id}</id><property name="body">${cdata(body)}</property><property name="content" class="Page" package="com.atlassian.confluence.pages"><id name="id">${id}</id></property><property name="bodyType">2</property></object>`);
  const xml = `<?xml version="1.0" encoding="UTF-8"?><hibernate-generic datetime="2025-03-09 10:00:00"><object class="Space" package="com.atlassian.confluence.spaces"><id name="id">7</id><property name="key">${cdata("OPS")}</property></object><object class="ConfluenceUserImpl" package="x"><id name="key">1</id><property name="name">ada</property></object>${objects.join("")}</hibernate-generic>`;
  return zipSync({ "exportDescriptor.properties": strToU8("exportType=space"), "entities.xml": strToU8(xml), "attachments/1/2/3": new Uint8Array(5_000) });
};

describe("an exported space of Confluence", () => {
  const ROOT_PAGE = { id: "1", title: "Runbooks", body: "<p>What to do at night.</p>" };
  const RESTORE = { id: "2", title: "Restore", parent: "1", body: '<p>Stop the cluster manager first.</p><ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[pcs cluster stop --all]]></ac:plain-text-body></ac:structured-macro>' };
  const OLD = { id: "3", title: "Restore", of: "2", body: "<p>Start with the obsolete chapter.</p>" };
  const GONE = { id: "4", title: "Bin", status: "deleted", body: "<p>Nobody reads the wastebasket.</p>" };

  it("is read as its pages, under each other; older versions and deleted pages are not; a newer export replaces it", async () => {
    const file = join(root, "space.zip");
    writeFileSync(file, spaceZip([ROOT_PAGE, RESTORE, OLD, GONE]));
    await using knowledge = open("space-export");
    const { id, kind } = await knowledge.add({ path: file, name: "", product: "", environment: "" });
    expect(kind).toBe("confluence-export");
    expect(await knowledge.sync(id)).toMatchObject([{ documents: 2, problems: 0, problem: "" }]);
    expect(await paths(knowledge, "pcs cluster stop")).toEqual(["OPS/Runbooks/Restore.html"]);
    expect(await paths(knowledge, '"obsolete chapter"')).toEqual([]);
    expect(await paths(knowledge, "wastebasket")).toEqual([]);
    writeFileSync(file, spaceZip([ROOT_PAGE, { ...RESTORE, title: "Bring back", version: 2, body: "<p>Ask the witness first.</p>" }]));
    await knowledge.sync(id);
    expect(await paths(knowledge, "ask the witness")).toEqual(["OPS/Runbooks/Bring back.html"]);
    expect(await paths(knowledge, '"cluster manager"')).toEqual([]);
    writeFileSync(file, spaceZip([ROOT_PAGE]).subarray(0, 200));
    expect((await knowledge.sync(id))[0]?.problem).toContain("no export of a space");
    expect(await paths(knowledge, "ask the witness")).toEqual(["OPS/Runbooks/Bring back.html"]);
  });
});
