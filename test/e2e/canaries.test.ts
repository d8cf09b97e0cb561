import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openbaoState, serve } from "../fakes/secret-servers.ts";
import { freshBuild } from "../harness/fresh-build.ts";
import { CHROMIUM, ROOT, startStation, type StationInTest } from "./station.ts";

// Planted secrets, used the way secrets are used, and then looked for wherever they must not be: every file of SENA's home
// (logs, databases, their journals, the ledger, exports), what the ledger discloses, arguments and environments of every
// process, a heap dump of the screen, what a core leaves behind that is killed.

const canRun = existsSync(CHROMIUM);
if (!canRun) console.warn("NOT TESTED: planted secrets need Chromium (apt-get install chromium).");

const CANARIES = { password: "kanari-Wellensittich-4711", token: "hvs.kanari0Zaunkoenig9182", wrong: "kanari Rotkehlchen falsch", imported: "kanari-Stieglitz=55+x", refused: "kanari-Pirol-nie-gespeichert", seal: "kanari Nachtigall Siegel wort" } as const;

/** As it is, and as the usual wrappers write it; base64 at each of the three places it may begin. */
const shapesOf = (secret: string): readonly (readonly [string, Buffer])[] => {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((skip) => Buffer.from(Buffer.concat([Buffer.alloc(skip), bytes]).toString("base64").slice(skip === 0 ? 0 : 4, -4)));
  return [["plain", bytes], ["utf-16", Buffer.from(secret, "utf16le")], ["hex", Buffer.from(bytes.toString("hex"))], ["url", Buffer.from(encodeURIComponent(secret))], ...base64.map((each, n) => [`base64+${n}`, each] as const)];
};
const LONGEST_MS = 20_000;
const SHAPES = Object.entries(CANARIES).flatMap(([name, secret]) => shapesOf(secret).map(([shape, bytes]) => ({ what: `${name} as ${shape}`, bytes })));
const foundIn = (bytes: Buffer): readonly string[] => SHAPES.filter((shape) => bytes.includes(shape.bytes)).map(({ what }) => what);

const filesUnder = (folder: string): string[] => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : entry.isFile() ? [join(folder, entry.name)] : []));
/** The station's process and everything it started. */
function processesOf(home: string): readonly number[] {
  const parents = new Map(readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      return [[Number(name), Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8"))?.[1])] as const];
    } catch {
      return [];
    }
  }));
  const roots = [...parents.keys()].filter((pid) => textOf(`/proc/${pid}/cmdline`).includes(home));
  const ours = new Set(roots);
  for (let size = -1; size !== ours.size; ) {
    size = ours.size;
    for (const [pid, parent] of parents) if (ours.has(parent)) ours.add(pid);
  }
  return [...ours];
}
function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

describe.runIf(canRun)("planted secrets", () => {
  let station: StationInTest;
  const said: string[] = [];
  const seen = new Set<string>();
  const look = () => {
    for (const pid of processesOf(station.home)) for (const file of ["cmdline", "environ"]) for (const what of foundIn(Buffer.from(textOf(`/proc/${pid}/${file}`), "latin1"))) seen.add(`${file} of ${pid}: ${what}`);
  };
  // Not spawnSync: the stores that SENA asks meanwhile are served by this very process.
  const sena = async (input: string, ...args: string[]) => {
    const child = spawn(process.execPath, [join(ROOT, "dist/sena.mjs"), "--home", station.home, ...args]);
    let out = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (out += bytes.toString()));
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    child.stdin.end(input);
    const patience = setTimeout(() => child.kill("SIGTERM"), LONGEST_MS);
    look();
    const code = await ended;
    clearTimeout(patience);
    look();
    said.push(out);
    return { code, out };
  };
  beforeAll(async () => {
    await freshBuild();
    station = await startStation();
  });
  afterAll(() => station?.[Symbol.asyncDispose]());

  it("are taken in, used, refused, exported and imported as an operator does", async () => {
    expect((await sena(CANARIES.password, "vault", "put", "lab/password")).code).toBe(0);
    expect((await sena(CANARIES.refused, "vault", "put", "a name with blanks")).code).toBe(1);
    expect((await sena(`LAB_IMPORTED=${CANARIES.imported}\n`, "vault", "import", "--plain")).out).toContain("1 secrets imported");
    expect((await sena(`LAB_BROKEN=${CANARIES.refused}\n${CANARIES.refused}\n`, "vault", "import", "--plain")).code).toBe(1);
    const sealed = await sena(`${CANARIES.seal}\n`, "vault", "export");
    expect(sealed.out).toContain("sena-vault-export/v1");
    expect((await sena(CANARIES.wrong, "vault", "import", join(ROOT, "package.json"))).code).toBe(1);

    // A store that echoes what it was sent, and refuses.
    const fake = openbaoState({ now: Date.now });
    await using echo = await serve((asked) => ({ status: 403, body: { errors: [String(asked.headers["x-vault-token"]), JSON.stringify(asked.headers)] } }));
    await using good = await serve(fake.answer);
    fake.state.tokens.set(CANARIES.token, { until: Date.now() + 1e6, policies: ["reader"] });
    fake.state.secrets.set("db", [{ data: { password: CANARIES.password }, deletion: "" }]);
    expect((await sena(CANARIES.token, "vault", "put", "bao-token")).code).toBe(0);
    for (const [id, url] of [["echo", echo.url], ["bao", good.url]] as const) await sena("", "call", "vault.setSource", JSON.stringify({ kind: "openbao", id, url, tokenSecret: "bao-token" }));
    expect((await sena("", "vault", "sources")).out).toMatch(/bao {2}openbao {2}ok[\s\S]*echo {2}openbao {2}FAILS/);

    // As a host's password: once from the vault, once from the store. The practice host refuses both; they left the vault.
    const { host } = JSON.parse((await sena("", "call", "hosts.find", '{"name":"web-01"}')).out) as { host: { id: string } };
    for (const secret of ["lab/password", "bao:db#password"]) {
      await sena("", "call", "hosts.change", JSON.stringify({ id: host.id, to: { credential: { kind: "vault", secret } } }));
      // The host refuses it and a person would be asked: nobody is there, so the command is ended.
      await sena("", "exec", "web-01", "--", "uptime");
    }
    const uses = (await sena("", "vault", "uses")).out;
    expect(uses).toMatch(/lab\/password {2}ssh to web-01/);
    expect(uses).toMatch(/bao:db#password {2}ssh to web-01/);
    expect(good.asked.some(({ path }) => path.includes("/data/db"))).toBe(true);
  }, 300_000);

  it("stand in no argument and no environment, while they were used or after", () => {
    look();
    expect(processesOf(station.home).length).toBeGreaterThan(1);
    expect([...seen]).toEqual([]);
  });

  it("stand in nothing that was said, and in nothing the ledger discloses", async () => {
    expect(foundIn(Buffer.from(said.join("\n")))).toEqual([]);
    for (const args of [["audit", "search", "kanari", "--json"], ["audit", "search", "key", "--json"], ["audit", "search", "", "--limit", "500", "--json"]] as const) expect(foundIn(Buffer.from((await sena("", ...args)).out)), args.join(" ")).toEqual([]);
    const bundle = await sena("", "audit", "export", "--reason", "to look for planted secrets");
    expect(bundle.code, bundle.out).toBe(0);
  });

  it("stand in no memory of the screen, whatever screens were open", async () => {
    const { page } = station;
    for (const place of ["settings/secrets", "settings/operators", "approvals", "audit", "hosts/web-01"]) {
      await page.goto(`${new URL(page.url()).origin}/#/${place}`);
      await page.waitForTimeout(500);
    }
    expect(await page.getByText("LAB_IMPORTED").count() + (await page.content()).length).toBeGreaterThan(0);
    const cdp = await page.context().newCDPSession(page);
    const chunks: string[] = [];
    cdp.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => chunks.push(chunk));
    await cdp.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
    const heap = Buffer.from(chunks.join(""));
    expect(heap.length).toBeGreaterThan(1_000_000);
    expect(foundIn(heap)).toEqual([]);
    // The dump holds what the screen does hold: without this, finding nothing would prove nothing.
    expect(heap.includes("web-01")).toBe(true);
  }, 120_000);

  it("stand in no file of SENA's home, also after its core was killed while it was in use", async () => {
    const core = processesOf(station.home).find((pid) => textOf(`/proc/${pid}/cmdline`).includes("core.mjs"));
    expect(core).toBeDefined();
    process.kill(core as number, "SIGSEGV");
    await station.page.waitForTimeout(2000);
    const found: string[] = [];
    let bytes = 0;
    // The practice hosts' own files are not SENA's; some of them are gigabytes of nothing.
    for (const file of filesUnder(station.home).filter((path) => !path.startsWith(join(station.home, "lab", "hosts")))) {
      bytes += statSync(file).size;
      for (const what of foundIn(readFileSync(file))) found.push(`${file.slice(station.home.length)}: ${what}`);
    }
    expect(bytes).toBeGreaterThan(50_000);
    expect(found).toEqual([]);
    expect(readdirSync(ROOT).filter((name) => /^(core|report\.)/.test(name))).toEqual([]);
  }, 120_000);
});

describe("the search for planted secrets", () => {
  it("finds each shape that it looks for, and nothing in what holds none", () => {
    for (const { what, bytes } of SHAPES) expect(foundIn(Buffer.concat([Buffer.from("x{"), bytes, Buffer.from("}y")]))).toContain(what);
    expect(foundIn(Buffer.from("a kanari that is none of them"))).toEqual([]);
    for (const skip of [0, 1, 2]) expect(foundIn(Buffer.from(Buffer.concat([Buffer.from("abc".slice(0, skip)), Buffer.from(CANARIES.password), Buffer.from("tail")]).toString("base64"))).length).toBeGreaterThan(0);
  });
});
