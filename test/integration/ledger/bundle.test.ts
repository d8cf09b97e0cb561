import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, readdirSync, symlinkSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { intent, operator, workplace } from "../../unit/ledger/harness.ts";
import { exportTo, forget, furnish, has, judgeFlip, spotsOf, tinyKit, unzip, verify } from "./evidence.ts";
import { openZip } from "../../../src-main/ledger/zip-write.ts";

const PYTHON_VERIFIER = resolve(import.meta.dirname, "..", "..", "verifiers", "verify_bundle.py");
/** Reports must say "not tested", never "passed", where a tool is missing. */
const needs = (tool: string) => (has(tool) ? it : it.skip);
const second = (path: string) => JSON.parse(spawnSync("python3", [PYTHON_VERIFIER, path], { encoding: "utf8" }).stdout) as { ok: boolean; size: number; root: string; problems: unknown[] };

const place = workplace();
const files: Record<"full" | "host" | "complete" | "tiny", string> = { full: "", host: "", complete: "", tiny: "" };
let vkey = "";

beforeAll(async () => {
  await using ledger = await place.open();
  await furnish(ledger, place.dir, 600);
  vkey = `${ledger.keyring.signers()[0]!.key.name}+${ledger.keyring.signers()[0]!.key.keyId.toString("hex")}+${Buffer.concat([Buffer.of(1), ledger.keyring.signers()[0]!.key.publicKey]).toString("base64")}`;
  files.full = (await exportTo(ledger, join(place.dir, "full.zip"))).path;
  files.host = (await exportTo(ledger, join(place.dir, "host.zip"), { kind: "selective", sessions: ["run_1", "ses_1"] })).path;
  files.complete = (await exportTo(ledger, join(place.dir, "complete.zip"), { kind: "selective", hosts: ["host_db01"], allLeaves: true })).path;
  using small = workplace();
  await using little = await small.open({ kit: tinyKit() });
  await furnish(little, small.dir);
  files.tiny = join(place.dir, "tiny.zip");
  await exportTo(little, files.tiny);
});
afterAll(() => place[Symbol.dispose]());

describe("a bundle", () => {
  it("verifies whole, in part, and in part with every leaf", async () => {
    const full = await verify(files.full, { trusted: [vkey] });
    expect(full.problems).toEqual([]);
    expect(full.facts).toMatchObject({ recordings: 1, erased: 1, withheld: 0, approvals: has("ssh-keygen") ? 1 : 0 });
    const host = await verify(files.host);
    expect(host.problems).toEqual([]);
    expect(host.facts.withheld).toBeGreaterThan(590);
    const complete = await verify(files.complete);
    expect(complete.problems).toEqual([]);
    expect(complete.facts).toMatchObject({ withheld: 0, erased: 0 });
    expect(complete.facts.entries).toBe(complete.facts.size);
  });

  it("does not verify under another log's key", async () => {
    const other = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    expect((await verify(files.full, { trusted: [other] })).problems).toMatchObject([{ file: "data/log/checkpoint", say: expect.stringMatching(/none of the keys you trust/) }]);
  });

  it("carries a verify.mjs that checks it where it lies, with Node and nothing else", () => {
    const dir = unzip(files.full);
    const run = spawnSync(process.execPath, [join(dir, "verify.mjs"), "--json"], { encoding: "utf8", cwd: "/" });
    expect(JSON.parse(run.stdout)).toMatchObject({ ok: true });
    expect(readFileSync(join(dir, "verify.mjs"), "utf8").match(/^import .* from "(?!node:)/m)).toBeNull();
    forget(dir);
  });

  it("goes on after a stopped check without hashing again what did not change", () => {
    const state = join(place.dir, "resume.json");
    const run = () => spawnSync(process.execPath, [resolve("resources/bundle-kit/cli.mjs"), files.full, "--resume", state, "--json"], { encoding: "utf8" });
    expect(run().status).toBe(0);
    expect(Object.keys(JSON.parse(readFileSync(state, "utf8")) as object).length).toBeGreaterThan(10);
    expect(run().status).toBe(0);
  });

  needs("sha256sum")("is accepted by sha256sum", () => {
    const dir = unzip(files.full);
    for (const list of ["manifest-sha256.txt", "tagmanifest-sha256.txt"]) execFileSync("sha256sum", ["--check", "--quiet", "--strict", list], { cwd: dir });
    forget(dir);
  });

  needs("ssh-keygen")("holds approvals that ssh-keygen accepts, and refuses when one byte of one is another", () => {
    const dir = unzip(files.full);
    const check = (object: Buffer): number | null => spawnSync("ssh-keygen", ["-Y", "verify", "-f", "data/approvals/allowed_signers", "-I", "op_grace", "-n", "sena-approval@v1", "-s", "data/approvals/apr_1.json.sig"], { cwd: dir, input: object }).status;
    const object = readFileSync(join(dir, "data/approvals/apr_1.json"));
    expect(check(object)).toBe(0);
    expect(check(Buffer.from(object.toString().replace("nginx", "mysql")))).not.toBe(0);
    forget(dir);
  });

  it("holds recordings that follow asciicast v3's rules", () => {
    const dir = unzip(files.full);
    const [name] = readdirSync(join(dir, "data/recordings"));
    const lines = readFileSync(join(dir, "data/recordings", name as string), "utf8").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(JSON.parse(lines[0] as string)).toMatchObject({ version: 3, term: { cols: 80, rows: 24 } });
    for (const line of lines.slice(1)) expect(JSON.parse(line)).toEqual([expect.any(Number), expect.stringMatching(/^[oirmx]$/), expect.any(String)]);
    forget(dir);
  });

  needs("python3")("is judged alike by a second verifier that was written from the published texts alone", async () => {
    for (const path of [files.full, files.host, files.complete, files.tiny]) {
      const first = await verify(path);
      expect(second(path)).toMatchObject({ ok: true, size: first.facts.size, root: first.facts.root });
    }
  });

  it("shows nothing of what was withheld", () => {
    expect(readFileSync(files.host).includes("host_db01")).toBe(false);
    expect(readFileSync(files.complete).includes("systemctl restart nginx")).toBe(false);
  });

  it("stops when asked to and leaves nothing half-written", async () => {
    using here = workplace();
    await using ledger = await here.open();
    await Promise.all(Array.from({ length: 2000 }, () => ledger.append(intent())));
    const stop = new AbortController();
    const path = join(here.dir, "stopped.zip");
    const running = ledger.exportBundle({ selection: { kind: "full" }, path, by: operator, reason: "to be stopped", signal: stop.signal, onProgress: ({ done }) => done > 500 && stop.abort() });
    await expect(running).rejects.toThrow();
    expect(readdirSync(here.dir)).not.toContain("stopped.zip");
  });

  it("never overwrites another", async () => {
    await using ledger = await place.open();
    await expect(exportTo(ledger, files.full)).rejects.toMatchObject({ code: "EEXIST" });
  });
});

describe("a bundle that was tampered with", () => {
  const tampered = async (change: (dir: string) => void, from = files.full): Promise<{ readonly first: Awaited<ReturnType<typeof verify>>; readonly python: { ok: boolean } | undefined }> => {
    const dir = unzip(from);
    change(dir);
    const first = await verify(dir);
    const python = has("python3") ? second(dir) : undefined;
    forget(dir);
    return { first, python };
  };
  /** The manifests made to fit again: what a forger who knows the format would do. */
  const relist = (dir: string): void => {
    execFileSync("sh", ["-c", "find data -type f | LC_ALL=C sort | xargs -d '\\n' sha256sum > manifest-sha256.txt && sha256sum bagit.txt bag-info.txt manifest-sha256.txt VERIFY.md verify.mjs index.html > tagmanifest-sha256.txt"], { cwd: dir });
  };
  const edit = (dir: string, name: string, change: (bytes: Buffer) => Buffer): void => writeFileSync(join(dir, name), change(readFileSync(join(dir, name))));

  it("is found out when an entry was rewritten and the manifests were made to fit", async () => {
    const { first, python } = await tampered((dir) => {
      edit(dir, "data/log/tile/entries/000", (bytes) => Buffer.from(bytes.toString("latin1").replace('"type":"intent"', '"type":"egress"'), "latin1"));
      relist(dir);
    });
    expect(first.problems[0]).toMatchObject({ file: "data/log/tile/entries/000", entry: expect.any(Number) });
    expect(python?.ok ?? false).toBe(false);
  });

  it("is found out when entries changed places", async () => {
    const { first } = await tampered((dir) => {
      edit(dir, "data/log/tile/entries/000", (bytes) => {
        const a = bytes.readUInt16BE(0) + 2;
        const b = bytes.readUInt16BE(a) + 2;
        return Buffer.concat([bytes.subarray(a, a + b), bytes.subarray(0, a), bytes.subarray(a + b)]);
      });
      relist(dir);
    });
    expect(first.problems.map(({ entry }) => entry)).toEqual(expect.arrayContaining([0, 1]));
  });

  it("is found out when the end was cut off", async () => {
    const { first, python } = await tampered((dir) => {
      const [last] = readdirSync(join(dir, "data/log/tile/entries")).filter((name) => name.endsWith(".p"));
      const part = join("data/log/tile/entries", last as string, readdirSync(join(dir, "data/log/tile/entries", last as string))[0] as string);
      edit(dir, part, (bytes) => bytes.subarray(0, bytes.byteLength - 100));
      relist(dir);
    });
    expect(first.problems[0]?.say).toMatch(/cut/);
    expect(python?.ok ?? false).toBe(false);
  });

  it("is found out when a recording was swapped", async () => {
    const { first, python } = await tampered((dir) => {
      const name = `data/recordings/${readdirSync(join(dir, "data/recordings"))[0]}`;
      edit(dir, name, (bytes) => Buffer.from(bytes.toString().replace("uptime", "whoami")));
      relist(dir);
    });
    expect(first.problems[0]?.say).toMatch(/swapped/);
    expect(python?.ok ?? false).toBe(false);
  });

  needs("ssh-keygen")("is found out when an approval was forged", async () => {
    const { first } = await tampered((dir) => {
      edit(dir, "data/approvals/apr_1.json", (bytes) => Buffer.from(bytes.toString().replace("nginx", "mysql")));
      relist(dir);
    });
    expect(first.problems.map(({ file }) => file)).toEqual(expect.arrayContaining(["data/approvals/apr_1.json", "data/approvals/apr_1.json.sig"]));
  });

  it("is found out when a value is another than was committed, and when one was left out", async () => {
    const changed = await tampered((dir) => {
      edit(dir, "data/disclosures/000.jsonl", (bytes) => Buffer.from(bytes.toString().replace("echo 3\"", "echo 4\"")));
      relist(dir);
    });
    expect(changed.first.problems[0]).toMatchObject({ file: "data/disclosures/000.jsonl", entry: expect.any(Number), say: expect.stringMatching(/not what this entry committed to/) });
    const left = await tampered((dir) => {
      edit(dir, "data/disclosures/000.jsonl", (bytes) => Buffer.from(bytes.toString().split("\n").filter((_, n) => n !== 3).join("\n")));
      relist(dir);
    });
    expect(left.first.problems[0]?.say).toMatch(/left out/);
  });

  it("is found out when values were called erased that nobody erased", async () => {
    const { first } = await tampered((dir) => {
      edit(dir, "data/disclosures/001.jsonl", (bytes) => Buffer.from([...bytes.toString().trimEnd().split("\n").filter((line) => !line.endsWith('"seq":300}')), '{"erased":true,"seq":300}', ""].join("\n")));
      relist(dir);
    });
    expect(first.problems).toContainEqual(expect.objectContaining({ entry: 300, say: expect.stringMatching(/no redaction entry/) }));
  });

  it("is found out when a file was added, and when one is a link", async () => {
    const added = await tampered((dir) => writeFileSync(join(dir, "data/blobs/extra"), "x"));
    expect(added.first.problems[0]).toMatchObject({ file: "data/blobs/extra" });
    const linked = await tampered((dir) => symlinkSync("/etc/hostname", join(dir, "data/link")));
    expect(linked.first.problems[0]).toMatchObject({ file: "data/link", say: expect.stringMatching(/link/) });
  });

  it("is found out when an older head beside it is of another tree: a rollback that somebody remembered", async () => {
    using here = workplace();
    await using other = await here.open({ origin: "sena.internal/log/other" });
    await other.append(intent());
    const { first } = await tampered((dir) => {
      mkdirSync(join(dir, "data/log/history"), { recursive: true });
      writeFileSync(join(dir, `data/log/history/${other.head().size}.checkpoint`), other.head().note);
      relist(dir);
    });
    expect(first.problems[0]?.file).toMatch(/history/);
  });

  it("says in so many words what only a memory outside the machine could tell", async () => {
    expect((await verify(files.full)).notes.join(" ")).toMatch(/UNANCHORED.*rolled the whole log back.*somebody who remembers/);
  });
});

describe("a zip that is no bundle", () => {
  const crafted = async (names: readonly string[]): Promise<Awaited<ReturnType<typeof verify>>> => {
    const path = join(place.dir, `crafted-${Math.abs(names.join().length)}-${names.length}.zip`);
    forget(path);
    const zip = openZip(path);
    for (const name of names) zip.add(name, Buffer.from("x"));
    zip.finish();
    zip.close();
    return verify(path);
  };

  it("is refused when a name leads out, stands twice or is absolute", async () => {
    expect((await crafted(["../../etc/cron.d/x"])).problems[0]).toMatchObject({ say: expect.stringMatching(/leads out/) });
    expect((await crafted(["/etc/passwd"])).problems[0]).toMatchObject({ say: expect.stringMatching(/leads out/) });
    expect((await crafted(["a\\b"])).problems[0]).toMatchObject({ say: expect.stringMatching(/leads out/) });
    expect((await crafted(["bagit.txt", "bagit.txt"])).problems[0]).toMatchObject({ say: expect.stringMatching(/twice/) });
  });

  needs("python3")("is refused when it is compressed, which is how bombs are made, or holds a link", async () => {
    const make = (code: string): string => {
      const path = join(place.dir, "python.zip");
      forget(path);
      execFileSync("python3", ["-c", `import zipfile,sys\nz=zipfile.ZipFile(sys.argv[1],'w')\n${code}\nz.close()`, path]);
      return path;
    };
    expect((await verify(make("z.writestr('bagit.txt', b'0'*10_000_000, zipfile.ZIP_DEFLATED)"))).problems.map(({ say }) => say)).toContainEqual(expect.stringMatching(/compressed/));
    expect((await verify(make("i=zipfile.ZipInfo('data/x'); i.external_attr=0o120777<<16; z.writestr(i,'/etc/passwd')"))).problems.map(({ say }) => say)).toContainEqual(expect.stringMatching(/link/));
  });

  it("is refused when it was cut, and when something was added behind it", async () => {
    for (const change of [(path: string) => truncateSync(path, readFileSync(path).byteLength - 1), (path: string) => writeFileSync(path, "x", { flag: "a" }), (path: string) => truncateSync(path, 10)]) {
      const path = join(place.dir, "cut.zip");
      writeFileSync(path, readFileSync(files.tiny));
      change(path);
      expect((await verify(path)).ok).toBe(false);
    }
  });
});

describe("every bit of a bundle", () => {
  it("is guarded: flipped one at a time, each is found, in the right file and entry", async () => {
    const path = join(place.dir, "flip.zip");
    const whole = readFileSync(files.tiny);
    writeFileSync(path, whole);
    const fd = openSync(path, "r+");
    const spots = spotsOf(whole);
    const missed: number[] = [];
    const unnamed: string[] = [];
    // Every bit of every byte takes minutes: `npm run bench -- ledger-flip`. Here a seventh of the bytes, one bit each.
    for (let at = 0; at < whole.byteLength; at += 7) {
      writeSync(fd, Buffer.of((whole[at] as number) ^ (1 << (at % 8))), 0, 1, at);
      const { missed: isMissed, unnamed: name } = judgeFlip(spots[at]!, await verify(path));
      if (isMissed) missed.push(at);
      if (name !== undefined) unnamed.push(name);
      writeSync(fd, whole, at, 1, at);
    }
    closeSync(fd);
    expect(missed).toEqual([]);
    expect(unnamed).toEqual([]);
  }, 120_000);
});
