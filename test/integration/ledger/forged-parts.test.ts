import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { operator, workplace } from "../../unit/ledger/harness.ts";
import { exportTo, forget, has, unzip, verify } from "./evidence.ts";

// Whoever hands a bundle on holds no key of its log, and may rewrite all the rest of it, lists of files and all.

const OBJECT = '{"id":"apr_1","script":"systemctl restart nginx"}';
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

(has("ssh-keygen") ? describe : describe.skip)("a bundle that was handed on", () => {
  let place: ReturnType<typeof workplace>;
  let dir: string;
  /** An approver with a key of their own, and their signature over the object. */
  const signedBy = (name: string) => {
    const [key, file] = [join(place.dir, name), join(place.dir, `${name}.json`)];
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key]);
    writeFileSync(file, OBJECT);
    execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-n", "sena-approval@v1", "-f", key, file], { stdio: "ignore" });
    return { signature: readFileSync(`${file}.sig`), signer: `op_${name} ${readFileSync(`${key}.pub`, "utf8").trim()}` };
  };
  const at = (name: string): string => join(dir, name);
  const filesIn = (folder: string): string[] => readdirSync(at(folder)).flatMap((name) => (statSync(at(join(folder, name))).isDirectory() ? filesIn(join(folder, name)) : [join(folder, name)]));
  /** What a forger does last: the lists of files fit again. */
  const reported = async () => {
    const listed = (names: string[]): string => names.map((name) => `${sha256(readFileSync(at(name)))}  ${name}\n`).join("");
    const all = filesIn("").sort();
    writeFileSync(at("manifest-sha256.txt"), listed(all.filter((name) => name.startsWith("data/"))));
    writeFileSync(at("tagmanifest-sha256.txt"), listed(all.filter((name) => !name.startsWith("data/") && name !== "tagmanifest-sha256.txt")));
    return verify(dir);
  };
  const says = async (): Promise<string[]> => (await reported()).problems.map(({ file, say }) => `${file}: ${say}`);
  const lineOf = (signer: string): string => `${signer.replace(" ", ' namespaces="sena-approval@v1" ')}\n`;

  beforeEach(async () => {
    place = workplace();
    await using ledger = await place.open();
    for (const { signature, signer } of [signedBy("ada"), signedBy("bob")]) await ledger.append({ type: "approval", actor: operator, fields: { approval: "apr_1", signer }, blobs: [{ role: "approval", bytes: Buffer.from(OBJECT) }, { role: "approval.sig", bytes: signature }] });
    await ledger.append({ type: "policy", actor: operator, fields: { act: "in-force" }, blobs: [{ role: "policy", bytes: Buffer.from("permit (principal, action, resource);") }] });
    dir = unzip((await exportTo(ledger, join(place.dir, "whole.zip"))).path);
  });
  afterEach(() => {
    forget(dir);
    place[Symbol.dispose]();
  });

  it("holds both approvals where two were needed, and stock tools accept both", async () => {
    expect(await says()).toEqual([]);
    const files = readdirSync(at("data/approvals")).filter((name) => name.endsWith(".json"));
    expect(files).toHaveLength(2);
    const accepts = (file: string, name: string): boolean => spawnSync("ssh-keygen", ["-Y", "verify", "-f", "data/approvals/allowed_signers", "-I", `op_${name}`, "-n", "sena-approval@v1", "-s", `data/approvals/${file}.sig`], { cwd: dir, input: OBJECT }).status === 0;
    expect(["ada", "bob"].map((name) => files.filter((file) => accepts(file, name)).length)).toEqual([1, 1]);
    expect((await verify(dir)).facts.approvals).toBe(2);
  });

  it("shows nobody else as its approver, with a signature that is good", async () => {
    const { signature, signer } = signedBy("mallory");
    const own = at("data/approvals/apr_1.json.sig");
    mkdirSync(at("data/blobs"), { recursive: true });
    renameSync(own, at(`data/blobs/${sha256(readFileSync(own))}`));
    writeFileSync(own, signature);
    writeFileSync(at("data/approvals/allowed_signers"), readFileSync(at("data/approvals/allowed_signers"), "utf8") + lineOf(signer));
    expect(await says()).toEqual([expect.stringContaining('allowed_signers: names a signer whom no approval entry names: "op_mallory'), "data/approvals/apr_1.json.sig: is not the signature that this entry committed to"]);
  });

  it("shows no approver under another's name", async () => {
    const list = at("data/approvals/allowed_signers");
    writeFileSync(list, readFileSync(list, "utf8").replace("op_bob", "op_carol"));
    expect(await says()).toEqual([expect.stringContaining('names a signer whom no approval entry names: "op_carol')]);
  });

  it("shows no other text under the name of the policy that was in force", async () => {
    const [policy = ""] = filesIn("data/policy");
    mkdirSync(at("data/blobs"), { recursive: true });
    writeFileSync(at(`data/blobs/${sha256(readFileSync(at(policy)))}`), readFileSync(at(policy)));
    writeFileSync(at(policy), "forbid (principal, action, resource);");
    expect(await says()).toEqual([`${policy}: is not the file that its name says`]);
  });

  it.each([
    ["data/blobs/HASH", "no entry of this bundle speaks of it: it was added"],
    ["data/policy/HASH.cedar", "no entry of this bundle speaks of it: it was added"],
    ["data/approvals/apr_2.json.sig", "is a signature over nothing in this bundle"],
    ["data/read-me-first.txt", "lies where nothing of a bundle does: it was added"],
    ["data/keysafe/one", "lies where nothing of a bundle does: it was added"],
  ])("holds no %s that was put beside it", async (name, say) => {
    const bytes = Buffer.from("approved by everybody");
    const path = name.replace("HASH", sha256(bytes));
    mkdirSync(at(path.replace(/\/[^/]*$/, "")), { recursive: true });
    writeFileSync(at(path), bytes);
    expect(await says()).toEqual([`${path}: ${say}`]);
  });
});
