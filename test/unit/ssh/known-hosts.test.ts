import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import ssh2 from "ssh2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { artTitle, fingerprintOf, hashedName, judgeKey, knownHostLine, knownHostName, parseKnownHosts, randomart } from "../../../src-main/ssh/index.ts";

const keyOf = (type: "ed25519" | "ecdsa" | "rsa" = "ed25519"): Buffer => {
  const made = type === "rsa" ? ssh2.utils.generateKeyPairSync("rsa", { bits: 2048 }) : type === "ecdsa" ? ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256 }) : ssh2.utils.generateKeyPairSync("ed25519");
  return Buffer.from(made.public.split(" ")[1] ?? "", "base64");
};
const [ONE, TWO, CURVE] = [keyOf(), keyOf(), keyOf("ecdsa")];
const lines = (text: string) => parseKnownHosts(text, "kh").lines;
const salt = Buffer.from("0123456789abcdefghij");

describe("judging a host key", () => {
  it("knows a key by plain name, by pattern, by port and by hashed name", () => {
    for (const [text, host] of [
      [knownHostLine("web", ONE, ""), "web"],
      [knownHostLine("*.example", ONE, ""), "a.example"],
      [knownHostLine("[web]:2222", ONE, ""), knownHostName("web", 2222)],
      [knownHostLine(hashedName("web", salt), ONE, ""), "web"],
      [knownHostLine("db,web,10.0.0.1", ONE, ""), "10.0.0.1"],
    ] as const) expect(judgeKey(lines(text), host, ONE).is, text).toBe("known");
  });
  it("does not take a key known for another port, host or excluded name", () => {
    for (const [text, host] of [[knownHostLine("web", ONE, ""), knownHostName("web", 2222)], [knownHostLine("*.example,!a.example", ONE, ""), "a.example"], [knownHostLine(hashedName("web", salt), ONE, ""), "db"]] as const) expect(judgeKey(lines(text), host, ONE).is).toBe("unknown");
  });
  it("calls another key of the same type changed, and one of a new type unknown with the others named", () => {
    expect(judgeKey(lines(knownHostLine("web", ONE, "")), "web", TWO)).toMatchObject({ is: "changed", known: [{ type: "ssh-ed25519" }] });
    expect(judgeKey(lines(knownHostLine("web", ONE, "")), "web", CURVE)).toMatchObject({ is: "unknown", otherTypes: [{ type: "ssh-ed25519" }] });
  });
  it("lets a revocation beat everything, wherever it stands", () => {
    expect(judgeKey(lines(`${knownHostLine("web", ONE, "")}\n@revoked ${knownHostLine("*", ONE, "")}`), "web", ONE).is).toBe("revoked");
    expect(judgeKey(lines(`${knownHostLine("web", ONE, "")}\n@revoked ${knownHostLine("*", TWO, "")}`), "web", ONE).is).toBe("known");
  });
  it("tells a host that only a certificate authority vouches for", () => {
    expect(judgeKey(lines(`@cert-authority ${knownHostLine("*.example", TWO, "")}`), "web.example", ONE).is).toBe("certificate-only");
  });
  it("says what is wrong with a line and reads the others", () => {
    const { lines: read, problems } = parseKnownHosts(`garbage\n@other web ssh-rsa AAAA\nweb ssh-rsa ${ONE.toString("base64")}\n${knownHostLine("web", ONE, "a comment")}\n`, "kh");
    expect(read).toMatchObject([{ line: 4, comment: "a comment" }]);
    expect(problems.map(({ line }) => line)).toEqual([1, 2, 3]);
  });
  it("never throws, whatever the file holds", () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => void judgeKey(lines(text), "web", ONE)));
    expect(judgeKey(lines(`${"*".repeat(4000)}x ssh-ed25519 ${ONE.toString("base64")}`), "a".repeat(4000), ONE).is).toBe("unknown");
  });
});

const hasKeygen = spawnSync("ssh-keygen", ["-?"]).error === undefined;
describe.skipIf(!hasKeygen)("pictures and hashes beside OpenSSH's own", () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "sena-kh-"))));
  afterAll(() => rmSync(folder, { recursive: true }));
  it("draws the same fingerprint and randomart as ssh-keygen, for every type of key", () => {
    for (const type of ["ed25519", "ecdsa", "rsa"] as const) {
      const key = keyOf(type);
      const file = join(folder, type);
      const name = type === "rsa" ? "ssh-rsa" : type === "ecdsa" ? "ecdsa-sha2-nistp256" : "ssh-ed25519";
      writeFileSync(file, `${name} ${key.toString("base64")} x\n`);
      const said = spawnSync("ssh-keygen", ["-lvf", file], { encoding: "utf8" }).stdout.trimEnd().split("\n");
      expect(said[0]).toContain(fingerprintOf(key));
      expect(randomart(key, artTitle(name, key))).toBe(said.slice(1).join("\n"));
    }
  });
  it("reads names that ssh-keygen -H hashed", () => {
    const file = join(folder, "known_hosts");
    writeFileSync(file, `${knownHostLine("[web]:2222", ONE, "")}\n`);
    spawnSync("ssh-keygen", ["-Hf", file]);
    const text = readFileSync(file, "utf8");
    expect(text).toContain("|1|");
    expect(judgeKey(lines(text), "[web]:2222", ONE).is).toBe("known");
  });
});
