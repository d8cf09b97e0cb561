import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEngine, createModels, sealedFetch, type Engine, type Models } from "../../../src-main/models/index.ts";
import type { ApprovedList } from "../../../src-main/contract/index.ts";
import { verifySsh } from "../../../src-main/approvals/index.ts";
import { createHouse } from "../../../src-main/shells/core/house.ts";
import { openStore, type Store } from "../../../src-main/store/index.ts";
import { fakeLedger, type FakeLedger } from "../../fakes/ledger.ts";
import { modelServer } from "../../fakes/model-servers.ts";
import { writeTinyGguf, writeTinyRanker } from "../../fixtures/tiny-gguf.ts";

const WORKER = resolve(import.meta.dirname, "../../../src-main/models/embedded/worker.ts");
const ada = { kind: "operator", id: "op1", name: "Ada" } as const;
const forever = new AbortController().signal;
const last = async <T>(items: AsyncIterable<T>): Promise<T | undefined> => {
  let value: T | undefined;
  for await (const item of items) value = item;
  return value;
};

const hasSshKeygen = spawnSync("ssh-keygen", ["-?"]).error === undefined;
if (!hasSshKeygen) process.stderr.write("\nNOT TESTED: signed lists of models, because ssh-keygen is not here\n");

describe("the models room", () => {
  let folder: string;
  let file: string;
  let store: Store;
  let ledger: FakeLedger;
  let engine: Engine;
  let rankEngine: Engine;
  let models: Models;
  let network: "sealed" | "lan";
  let free: number;
  let house: ApprovedList | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sena-models-"));
    file = join(folder, "stick.gguf");
    writeTinyGguf(file, { context: 4096 });
    store = openStore({ path: ":memory:" });
    ledger = fakeLedger();
    engine = createEngine({ workerFile: WORKER });
    rankEngine = createEngine({ workerFile: WORKER });
    network = "lan";
    free = 4e9;
    house = undefined;
    let ids = 0;
    models = createModels({
      store, ledger, engine, rankEngine, vault: { reveal: async () => "s3cret" }, insight: { record: () => {}, of: () => [] }, signerOf: (bytes, signature, namespace) => verifySsh(bytes, signature, namespace)?.keyBlob, now: () => 1000, newId: (prefix) => `${prefix}_${(ids += 1)}`,
      http: { fetch: sealedFetch(() => network === "sealed", fetch), wait: async () => {}, random: () => 0 },
      network: () => network, houseModels: () => house, folder: join(folder, "home"), cores: 2, machine: "test", freeBytes: () => free, freeDiskBytes: () => 1e12,
    });
  });
  afterEach(async () => {
    await Promise.all([engine, rankEngine].map((one) => one[Symbol.asyncDispose]()));
    store[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  const imported = async () => (await last(models.import(file, undefined, forever)))?.model?.id ?? "";
  const answer = (more: object = {}) => models.answer({ task: "answer", actor: ada, session: "run_1", hasProtectedData: false, ...more }, { messages: [{ role: "user", content: "hello" }], maxTokens: 8 }, forever);

  it("imports a file whose SHA-256 is the expected one, and refuses another, leaving nothing behind", async () => {
    const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
    await expect(last(models.import(file, "0".repeat(64), forever))).rejects.toMatchObject({ code: "MODEL_SHA_DIFFERS" });
    expect(models.view().files).toEqual([]);
    const done = await last(models.import(file, sha256, forever));
    expect(done?.model).toMatchObject({ sha256, license: "Apache-2.0", architecture: "llama", isLoaded: false });
    expect(existsSync(done?.model?.path ?? "")).toBe(true);
    expect((await last(models.import(file, sha256, forever)))?.model?.id).toBe(done?.model?.id);
  });

  it("is loaded with a graphics card where a pack for one is installed, and goes on without where none answers", async () => {
    const asked: boolean[] = [];
    const watched: Engine = { ...engine, load: (path, options) => (asked.push(options.gpu), engine.load(path, options)) };
    const ofPacks = (packs: readonly string[]) => createModels({ store, ledger, engine: watched, rankEngine, gpuPacks: () => packs, vault: { reveal: async () => "" }, insight: { record: () => {}, of: () => [] }, signerOf: () => undefined, now: () => 1, newId: (prefix) => `${prefix}_gpu`, http: { fetch, wait: async () => {}, random: () => 0 }, network: () => network, folder: join(folder, "home"), cores: 2, machine: "test", freeBytes: () => free, freeDiskBytes: () => 1e12 });
    const id = await imported();
    await last(ofPacks(["cuda"]).load(id, { contextTokens: 256 }, forever));
    expect(watched.state.value).toMatchObject({ is: "ready" });
    await last(ofPacks(["cuda"]).load(id, { contextTokens: 256, gpu: false }, forever));
    await last(ofPacks([]).load(id, { contextTokens: 256 }, forever));
    expect(asked).toEqual([true, false, false]);
    expect(ofPacks(["cuda"]).view().gpuPacks).toEqual(["cuda"]);
  });

  describe("a reranker", () => {
    const PASSAGES = ["nothing of it", "one z in a sentence of other letters", "zzzz", "some z and z"];
    const ranker = async () => {
      const path = join(folder, "ranker.gguf");
      writeTinyRanker(path);
      return (await last(models.import(path, undefined, forever)))?.model?.id ?? "";
    };

    it("scores passages in a process of its own, beside the model that answers, and each call is on the record before it is made", async () => {
      const id = await ranker();
      expect(models.view().files).toEqual([expect.objectContaining({ id, isRanker: true, isEmbedding: false })]);
      await models.setRanker(id);
      await last(models.load(await imported(), { contextTokens: 256, gpu: false }, forever));
      const [ranked] = await Promise.all([models.rank(ada, "which?", PASSAGES, forever), answer()]);
      expect(ranked?.scores.map((score, at) => ({ score, at })).sort((a, b) => b.score - a.score).map(({ at }) => at)).toEqual([2, 3, 1, 0]);
      expect(models.view().ranker).toEqual({ modelId: id, state: "ready", say: expect.stringMatching(/^4 passages put in order in .* s by tiny ranker\.$/) });
      expect(ledger.of("model-call").map(({ fields }) => fields["task"])).toContain("rank");
    });

    it("is no model to talk to, and a model to talk to is no reranker", async () => {
      await expect(last(models.load(await ranker(), { contextTokens: 256, gpu: false }, forever))).rejects.toMatchObject({ code: "MODEL_IS_RANKER" });
      await expect(models.setRanker(await imported())).rejects.toMatchObject({ code: "MODEL_NO_RANKER" });
      expect(models.view().ranker.modelId).toBe("");
    });

    it("that was chosen earlier is loaded with the first question, which does not wait for it", async () => {
      const id = await ranker();
      await models.setRanker(id);
      await rankEngine.unload();
      expect(await models.rank(ada, "z?", PASSAGES, forever)).toBeUndefined();
      for await (const { ranker: now } of models.follow(forever)) if (now.state === "ready") break;
      expect((await models.rank(ada, "z?", PASSAGES, forever))?.scores).toHaveLength(4);
      await models.remove(id);
      expect(models.view().ranker).toEqual({ modelId: "", state: "none", say: "" });
    });

    it("whose process dies leaves the order of the search as it was, and says so", async () => {
      await models.setRanker(await ranker());
      const dying = models.rank(ada, "z?", Array.from({ length: 400 }, () => "z ".repeat(700)), forever);
      execFileSync("pkill", ["-KILL", "-P", String(process.pid), "-f", "embedded/worker.ts"]);
      expect(await dying).toEqual({ scores: [], say: expect.stringContaining("The order of the search stands.") });
      expect(models.view().ranker).toMatchObject({ state: "failed", say: expect.stringContaining("The order of the search stands.") });
    });

    it("has a self-test that says in words whether it is fast enough here", async () => {
      const id = await ranker();
      expect((await last(models.test(id, forever)))?.model?.tested?.say).toMatch(/passages a second: /);
    });
  });

  describe.skipIf(!hasSshKeygen)("a signed list of models on a stick", () => {
    let stick: string;
    const sign = (key: string, namespace = "sena-models@v1") => {
      rmSync(join(stick, "SHA256SUMS.sig"), { force: true });
      execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-f", join(folder, key), "-n", namespace, join(stick, "SHA256SUMS")], { stdio: "ignore" });
    };
    const newKey = (name: string) => execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", join(folder, name)]);
    const publicKey = (name: string) => readFileSync(join(folder, `${name}.pub`), "utf8");
    beforeEach(() => {
      stick = join(folder, "stick");
      mkdirSync(stick);
      copyFileSync(file, join(stick, "tiny.gguf"));
      writeFileSync(join(stick, "SHA256SUMS"), execFileSync("sha256sum", ["tiny.gguf"], { cwd: stick }));
      newKey("vendor");
      sign("vendor");
    });

    it("is believed once its key is trusted; its files are checked against it and imported", async () => {
      const id = execFileSync("ssh-keygen", ["-l", "-f", join(folder, "vendor.pub")], { encoding: "utf8" }).split(" ")[1];
      await expect(models.readList(stick)).rejects.toMatchObject({ code: "MODEL_LIST_STRANGER", message: expect.stringContaining(id as string) });
      expect(models.lists.trust(publicKey("vendor"), "")).toEqual({ id, name: "vendor" });
      expect(await models.readList(join(stick, "SHA256SUMS"))).toMatchObject({ signer: { id, name: "vendor" }, models: [{ file: "tiny.gguf", name: "tiny random", license: "Apache-2.0", isHere: false, problem: "" }] });
      const done = await last(models.importListed(stick, "tiny.gguf", forever));
      expect(done?.model?.name).toBe("tiny random");
      expect((await models.readList(stick)).models[0]?.isHere).toBe(true);
      models.lists.distrust(id as string);
      await expect(last(models.importListed(stick, "tiny.gguf", forever))).rejects.toMatchObject({ code: "MODEL_LIST_STRANGER" });
    });

    it("is refused when it, its signature or a file of it was changed, and nothing is left behind", async () => {
      models.lists.trust(publicKey("vendor"), "");
      const list = readFileSync(join(stick, "SHA256SUMS"), "utf8");
      const refused = async (code: string) => {
        await expect(last(models.importListed(stick, "tiny.gguf", forever))).rejects.toMatchObject({ code });
        expect(models.view().files).toEqual([]);
      };
      writeFileSync(join(stick, "SHA256SUMS"), list.replace(/^./, (digit) => (digit === "0" ? "1" : "0")));
      await refused("MODEL_LIST_TAMPERED");
      writeFileSync(join(stick, "SHA256SUMS"), list);
      sign("vendor", "sena-approval@v1");
      await refused("MODEL_LIST_TAMPERED");
      rmSync(join(stick, "SHA256SUMS.sig"));
      await refused("MODEL_LIST_UNSIGNED");
      sign("vendor");
      const bytes = readFileSync(join(stick, "tiny.gguf"));
      bytes[bytes.length - 9] = (bytes.at(-9) ?? 0) ^ 1;
      writeFileSync(join(stick, "tiny.gguf"), bytes);
      await refused("MODEL_SHA_DIFFERS");
      await expect(last(models.importListed(stick, "other.gguf", forever))).rejects.toMatchObject({ code: "MODEL_LIST_NOT_IN" });
    });

    describe("of approved models", () => {
      const { sha256, size } = { sha256: () => execFileSync("sha256sum", [file], { encoding: "utf8" }).slice(0, 64), size: () => readFileSync(file).byteLength };
      const listOf = (number: number, more: Record<string, unknown> = {}) => ({ kind: "sena-models", name: "ops", number, models: [{ name: "Tiny", file: "tiny.gguf", sha256: sha256(), bytes: size(), license: "Apache-2.0", purpose: "trying things", notes: "Says nothing." }], ...more });
      const write = (list: unknown, key = "vendor") => {
        writeFileSync(join(stick, "MODELS.json"), JSON.stringify(list));
        rmSync(join(stick, "MODELS.json.sig"), { force: true });
        execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-f", join(folder, key), "-n", "sena-models@v1", join(stick, "MODELS.json")], { stdio: "ignore" });
      };
      const code = (act: () => unknown): string => {
        try {
          act();
          return "none";
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      const signed = () => void models.lists.trust(publicKey("vendor"), "Vendor");

      it("say who answers for a file, and what it is for", async () => {
        signed();
        write(listOf(3));
        const { list, files } = models.takeApproved(stick);
        expect(list).toMatchObject({ by: "Vendor", name: "ops", number: 3, only: false });
        expect(files).toEqual([{ sha256: sha256(), path: join(stick, "tiny.gguf"), isHere: false, problem: "" }]);
        const done = await last(models.import(files[0]?.path as string, sha256(), forever));
        expect(done?.model?.approved).toEqual({ by: "Vendor", list: "ops", number: 3, license: "Apache-2.0", purpose: "trying things", notes: "Says nothing." });
        models.lists.distrust(list.source.split("/ops")[0] as string);
        expect(models.view().files[0]?.approved).toBeUndefined();
      });
      it("are refused unsigned, altered, of a stranger, of another shape, older, or changed under the same number", () => {
        write(listOf(3));
        expect(code(() => models.takeApproved(stick))).toBe("MODEL_LIST_STRANGER");
        signed();
        models.takeApproved(stick);
        models.takeApproved(stick);
        write(listOf(2));
        expect(code(() => models.takeApproved(stick))).toBe("MODEL_LIST_OLDER");
        write(listOf(3, { only: true }));
        expect(code(() => models.takeApproved(stick))).toBe("MODEL_LIST_SAME_NUMBER");
        const [first] = listOf(4).models;
        for (const bad of [{ ...listOf(4), surprise: 1 }, { ...listOf(4), models: [{ ...first, file: "../tiny.gguf" }] }, { ...listOf(4), models: [{ ...first, name: "a\u202eb" }] }, { ...listOf(4), models: [{ ...first, sha256: "x" }] }, "[]"]) {
          write(bad);
          expect(code(() => models.takeApproved(stick))).toBe("MODEL_LIST_UNREADABLE");
        }
        write(listOf(5));
        writeFileSync(join(stick, "MODELS.json"), JSON.stringify(listOf(6)));
        expect(code(() => models.takeApproved(stick))).toBe("MODEL_LIST_TAMPERED");
        rmSync(join(stick, "MODELS.json.sig"));
        expect(code(() => models.takeApproved(stick))).toBe("MODEL_LIST_UNSIGNED");
        expect(models.view().approved.lists.map(({ number }) => number)).toEqual([3]);
        write(listOf(4));
        expect(models.takeApproved(stick).list.number).toBe(4);
      });
      it("forgotten ones count no longer, and no older one comes back", async () => {
        signed();
        write(listOf(3));
        const { source } = models.takeApproved(stick).list;
        await models.forgetApproved(source);
        expect(models.view().approved.lists).toEqual([]);
        write(listOf(2));
        expect(code(() => models.takeApproved(stick))).toBe("MODEL_LIST_OLDER");
        write(listOf(3));
        expect(models.takeApproved(stick).list.number).toBe(3);
      });
      it("let nothing else be imported, loaded or tested where they alone may be used; and what they name, they do", async () => {
        const before = await last(models.import(file, undefined, forever));
        const id = before?.model?.id as string;
        await models.setOnlyApproved(true);
        expect(models.view().approved.strictBy).toBe("the setting under Settings, Models");
        await expect(last(models.load(id, { contextTokens: 256, gpu: false }, forever))).rejects.toMatchObject({ code: "MODEL_NOT_APPROVED" });
        await expect(last(models.test(id, forever))).rejects.toMatchObject({ code: "MODEL_NOT_APPROVED" });
        await models.remove(id);
        await expect(last(models.import(file, undefined, forever))).rejects.toMatchObject({ code: "MODEL_NOT_APPROVED", message: expect.stringContaining("tiny random is on no list") });
        expect(models.view().files).toEqual([]);
        signed();
        write(listOf(1));
        models.takeApproved(stick);
        expect((await last(models.import(file, undefined, forever)))?.model?.approved?.by).toBe("Vendor");
        await models.setOnlyApproved(false);
        write(listOf(2, { only: true, models: [] }));
        models.takeApproved(stick);
        expect(models.view().approved).toMatchObject({ isOnly: false, strictBy: "Vendor" });
        await expect(last(models.load(models.view().files[0]?.id as string, { contextTokens: 256, gpu: false }, forever))).rejects.toMatchObject({ code: "MODEL_NOT_APPROVED" });
      });
    });

    describe("of several who approve", () => {
      const sha256 = (): string => createHash("sha256").update(readFileSync(file)).digest("hex");
      const listOf = (more: Partial<ApprovedList> = {}): ApprovedList => ({ kind: "sena-models", name: "hq", number: 1, only: false, models: [{ name: "Tiny", file: "tiny.gguf", sha256: sha256(), bytes: statSync(file).size, license: "Apache-2.0", purpose: "", notes: "" }], ...more });
      const take = (key: string, more: Partial<ApprovedList> = {}): string => {
        if (!existsSync(join(folder, key))) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, key)]);
        models.lists.trust(publicKey(key), key);
        writeFileSync(join(stick, "MODELS.json"), JSON.stringify(listOf(more)));
        rmSync(join(stick, "MODELS.json.sig"), { force: true });
        execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-f", join(folder, key), "-n", "sena-models@v1", join(stick, "MODELS.json")], { stdio: "ignore" });
        return models.takeApproved(stick).list.source;
      };
      const refusedFor = (by: string) => expect(last(models.import(file, undefined, forever))).rejects.toMatchObject({ code: "MODEL_NOT_APPROVED", message: expect.stringContaining(`${by} lets no others`) as string });

      it("no list of this desk widens what the organisation lets be used alone, and what its own list names may be used", async () => {
        house = listOf({ only: true, models: [] });
        take("vendor", { only: true });
        expect(models.view().approved.strictBy).toBe("your organisation");
        await refusedFor("your organisation");
        house = undefined;
        const id = await imported();
        await last(models.load(id, { contextTokens: 256, gpu: false }, forever));
        expect(models.view().files[0]?.approved?.by).toBe("vendor");
        // The house may come while it is loaded: it is asked no more, nor shown as approved.
        house = listOf({ only: true, models: [], number: 2 });
        expect(models.view().files[0]?.approved).toBeUndefined();
        await expect(answer()).rejects.toMatchObject({ message: expect.stringContaining("your organisation lets no others be used") as string });
        await expect(last(models.load(id, { contextTokens: 256, gpu: false }, forever))).rejects.toMatchObject({ code: "MODEL_NOT_APPROVED" });
        await expect(models.setRanker(id)).rejects.toMatchObject({ code: "MODEL_NOT_APPROVED" });
        house = listOf({ only: true, number: 3 });
        expect(models.view().files[0]?.approved?.by).toBe("your organisation");
        expect((await answer()).provider).toBe("embedded");
      });

      it("a file that was overwritten after its import is refused, whatever its times say, and gets its bytes back with the next import", async () => {
        const id = await imported();
        const load = () => Array.fromAsync(models.load(id, { contextTokens: 256, gpu: false }, forever));
        const { path, sha256: held } = models.view().files[0] as { path: string; sha256: string };
        house = listOf({ only: true });
        // Where lists are strict its bytes are compared each time, and that is said.
        for (let n = 0; n < 2; n += 1) expect((await load()).some(({ step }) => step?.startsWith("Comparing the file"))).toBe(true);
        expect((await answer()).provider).toBe("embedded");
        const { atime, mtime } = statSync(path);
        const bytes = readFileSync(path);
        bytes[bytes.length - 9] = (bytes.at(-9) ?? 0) ^ 1;
        writeFileSync(path, bytes);
        utimesSync(path, atime, mtime);
        expect(models.view().files[0]).toMatchObject({ isTouched: true });
        expect(models.view().files[0]?.approved).toBeUndefined();
        await expect(answer()).rejects.toMatchObject({ message: expect.stringContaining("touched since it was compared") as string });
        await models.unload();
        for (const lists of [house, undefined]) {
          house = lists;
          await expect(load()).rejects.toMatchObject({ code: "MODEL_FILE_CHANGED", message: expect.stringContaining(`and ${held} was imported`) as string });
          await expect(last(models.test(id, forever))).rejects.toMatchObject({ code: "MODEL_FILE_CHANGED" });
          expect(models.view().engine.state).toBe("none");
        }
        expect(await imported()).toBe(id);
        expect(models.view().files[0]?.isTouched).toBeUndefined();
        // Elsewhere it is enough that nobody touched it; touched and the same, it is compared once and loads.
        expect((await load()).every(({ step }) => step === undefined)).toBe(true);
        utimesSync(path, atime, new Date(0));
        expect((await load()).some(({ step }) => step !== undefined)).toBe(true);
        expect((await load()).every(({ step }) => step === undefined)).toBe(true);
        rmSync(path);
        await expect(load()).rejects.toMatchObject({ code: "MODEL_FILE_CHANGED", message: expect.stringContaining("nothing is there") as string });
      });

      it("one who lets nothing else be used is widened by no other signer, and by the house and by lists of their own", async () => {
        take("vendor", { only: true, models: [] });
        const other = take("other");
        await refusedFor("vendor");
        // Another who says the same of their own list takes nothing of the first one's word away.
        take("other", { only: true, number: 2 });
        await refusedFor("vendor");
        house = listOf();
        expect(await imported()).not.toBe("");
        expect(models.view().files[0]?.approved?.by).toBe("your organisation");
        house = undefined;
        expect(models.view().files[0]?.approved).toBeUndefined();
        take("vendor", { name: "more" });
        expect(models.view().files[0]?.approved).toBeDefined();
        await models.forgetApproved(other);
        expect(models.view().files[0]?.approved?.list).toBe("more");
      });

      it("the organisation's list goes back under no name, nor after it said nothing for a while; another organisation begins anew", () => {
        const seat = createHouse().seat({ models } as never);
        const refused = (more: Partial<ApprovedList>, orgId = "org-a"): string => {
          try {
            seat.models(listOf(more), orgId);
            return "";
          } catch (error) {
            return (error as { code: string }).code;
          }
        };
        expect(refused({ number: 5 })).toBe("");
        expect(refused({ number: 2 })).toBe("MODEL_LIST_OLDER");
        seat.models(undefined, "org-a");
        expect(refused({ number: 4 })).toBe("MODEL_LIST_OLDER");
        expect(refused({ name: "night", number: 1 })).toBe("");
        expect(refused({ number: 5, only: true })).toBe("MODEL_LIST_SAME_NUMBER");
        expect(refused({ number: 5 })).toBe("");
        expect(refused({ number: 6, only: true })).toBe("");
        expect(refused({ number: 1 }, "org-b")).toBe("");
        expect(models.view().approved.lists).toEqual([]);
      });
    });

    it("names no file outside its folder", async () => {
      models.lists.trust(publicKey("vendor"), "");
      for (const path of ["../stick.gguf", "/etc/passwd", "a/../../stick.gguf"]) {
        writeFileSync(join(stick, "SHA256SUMS"), `${"0".repeat(64)}  ${path}\n`);
        sign("vendor");
        await expect(models.readList(stick)).rejects.toMatchObject({ code: "MODEL_LIST_UNREADABLE" });
      }
      expect(() => models.lists.trust("-----BEGIN PRIVATE KEY-----", "")).toThrow(/no public key of SSH/);
    });
  });

  it("refuses what is no model before anything is loaded, in words", async () => {
    writeFileSync(join(folder, "x.gguf"), "hello");
    await expect(last(models.import(join(folder, "x.gguf"), undefined, forever))).rejects.toMatchObject({ code: "MODEL_NOT_A_GGUF" });
    truncateSync(file, statSync(file).size - 40);
    await expect(models.inspect(file, 4096)).rejects.toMatchObject({ code: "MODEL_CUT_OFF", message: expect.stringContaining("copy it again") });
    truncateSync(file, 200);
    await expect(models.inspect(file, 4096)).rejects.toMatchObject({ code: "MODEL_NOT_A_GGUF" });
    await expect(last(models.import(join(folder, "none.gguf"), undefined, forever))).rejects.toMatchObject({ code: "MODEL_FILE_UNREADABLE" });
  });

  it("tells the need before loading, and does not try what does not fit", async () => {
    const id = await imported();
    expect((await models.inspect(file, 4096)).fits).toBe(true);
    free = 1e6;
    expect(await models.inspect(file, 4096)).toMatchObject({ fits: false });
    await expect(last(models.load(id, { contextTokens: 512, gpu: false }, forever))).rejects.toMatchObject({ code: "MODEL_TOO_LARGE" });
    expect(models.status().state).toBe("none");
  });

  it("tests a model: keeps the fastest number of threads for this machine and says in words what it found", async () => {
    const id = await imported();
    const done = await last(models.test(id, forever));
    expect(done?.model?.tested?.say).toMatch(/tokens\/s with \d thread.*right tool/);
    expect(done?.model?.tested?.of).toBe(5);
    expect(models.status()).toEqual({ state: "ready", name: "tiny random" });
    await models.remove(id);
    expect(models.view().files).toEqual([]);
    expect(models.status().state).toBe("none");
  });

  it("records a call before it is made, and makes none when it cannot be recorded", async () => {
    const id = await imported();
    await last(models.load(id, { contextTokens: 512, gpu: false }, forever));
    const { usage, provider } = await answer();
    expect(provider).toBe("embedded");
    expect(usage.outputTokens).toBeGreaterThan(0);
    expect(ledger.of("model-call")).toMatchObject([{ session: "run_1", fields: { provider: "embedded", where: "this machine" } }]);
    expect(ledger.of("egress")).toEqual([]);
    ledger.breakWith(new Error("full") as never);
    await expect(answer()).rejects.toThrow("full");
  });

  it("falls back along the list when the first fails, and rests one that fails again and again", async () => {
    await using bad = await modelServer("openai");
    await using good = await modelServer("anthropic");
    bad.fault = "error-500";
    models.setProvider({ kind: "openai", id: "bad", model: "m", isSmall: false, url: bad.url });
    models.setProvider({ kind: "anthropic", id: "good", model: "m", isSmall: false, url: good.url, keySecret: "k" });
    network = "lan";
    for (let i = 0; i < 3; i += 1) expect((await answer()).text).toBe("disk is full");
    const before = bad.seen.length;
    expect((await answer()).provider).toBe("good");
    expect(bad.seen.length).toBe(before);
    expect(models.view().providers.find(({ config }) => config.id === "bad")).toMatchObject({ isResting: true, say: expect.stringContaining("rest") });
    expect((await models.tryProvider("bad", ada, forever)).say).toBe("bad cannot be reached (500 as the test says). Nothing was changed; another model in the list is tried where policy allows it.");
    expect(bad.seen.length, "whoever asks for it by hand is not told to wait").toBeGreaterThan(before);
  });

  it("a host that is not on the list gets nothing; once on it, the request and its leaving are recorded first", async () => {
    models.setProvider({ kind: "openai", id: "far", model: "m", isSmall: false, url: "http://models.invalid:1" });
    await expect(answer()).rejects.toMatchObject({ code: "MODEL_NONE" });
    expect(ledger.entries).toEqual([]);
    models.allowHost("models.invalid:1", true);
    await expect(answer()).rejects.toMatchObject({ code: "PROVIDER_UNREACHABLE" });
    expect(ledger.of("egress")).toMatchObject([{ fields: { to: "models.invalid:1" } }]);
  });

  it("sealed mode and protected data keep remote models out, whatever the list says", async () => {
    models.setProvider({ kind: "openai", id: "far", model: "m", isSmall: false, url: "http://models.invalid:1" });
    models.allowHost("models.invalid:1", true);
    await expect(answer({ hasProtectedData: true })).rejects.toMatchObject({ code: "MODEL_NONE" });
    network = "sealed";
    await expect(answer()).rejects.toMatchObject({ code: "MODEL_NONE" });
    expect(ledger.entries).toEqual([]);
    expect(models.isReady()).toBe(false);
  });

  it("asks the one that was chosen by name and no other, whatever the list says", async () => {
    await using first = await modelServer("openai");
    await using chosen = await modelServer("openai");
    models.setProvider({ kind: "openai", id: "first", model: "m", isSmall: false, url: first.url });
    models.setProvider({ kind: "openai", id: "second", model: "big", isSmall: true, url: chosen.url });
    expect(await answer({ only: models.named("big").provider })).toMatchObject({ provider: "second", why: "second: it was chosen by name." });
    chosen.fault = "refused";
    await expect(answer({ only: "second" })).rejects.toMatchObject({ code: "PROVIDER_REFUSED" });
    expect(first.seen).toEqual([]);
  });

  it("a tool call that does not fit its schema is thrown away, whoever sent it", async () => {
    await using server = await modelServer("openai");
    server.fault = "bad-tool";
    models.setProvider({ kind: "openai", id: "near", model: "m", isSmall: false, url: server.url });
    const asked = models.answer({ task: "plan", actor: ada, session: "s", hasProtectedData: false }, { messages: [{ role: "user", content: "?" }], maxTokens: 8, tools: [{ name: "disk_usage", description: "", parameters: { type: "object", properties: { host: { type: "string" } }, required: ["host"] } }] }, forever);
    await expect(asked).rejects.toMatchObject({ code: "MODEL_BAD_JSON" });
  });
});
