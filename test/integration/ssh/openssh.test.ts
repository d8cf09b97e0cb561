import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Host } from "../../../src-main/inventory/port.ts";
import { fingerprintOf, hashedName, knownHostName } from "../../../src-main/ssh/index.ts";
import { PASSWORD, run, startSshd, USER, whyNoSshd, type Sshd } from "./sshd.ts";
import { sshWorld, text } from "./world.ts";

const why = whyNoSshd();
if (why !== undefined) process.stderr.write(`\nNOT TESTED against OpenSSH: ${why}\n`);

describe.skipIf(why !== undefined)("against Debian's OpenSSH server", () => {
  let keys: string;
  let server: Sshd;
  const keyFile = (name: string): string => join(keys, name);
  const publicLine = (name: string): string => readFileSync(keyFile(`${name}.pub`), "utf8");
  const line = (of: Sshd, type: "ed25519" | "rsa" | "ecdsa" = "ed25519"): string => `[127.0.0.1]:${of.port} ${of.hostKeys[type]}\n`;
  const host = (over: Partial<Host> = {}): Partial<Host> & Pick<Host, "id"> => ({ id: "h1", name: "srv", port: server.port, user: USER, credential: { kind: "key-file", path: keyFile("ed25519") }, ...over });

  beforeAll(async () => {
    keys = mkdtempSync(join(tmpdir(), "sena-keys-"));
    for (const [name, type, passphrase, format] of [["ed25519", "ed25519", "", ""], ["other", "ed25519", "", ""], ["locked", "ed25519", "open sesame", ""], ["rsa", "rsa", "", ""], ["pem", "rsa", "open sesame", "PEM"], ["ecdsa", "ecdsa", "", ""], ["ca", "ed25519", "", ""]] as const) run("ssh-keygen", ["-q", "-t", type, "-N", passphrase, ...(format ? ["-m", format] : []), "-f", keyFile(name)]);
    server = await startSshd();
    for (const name of ["ed25519", "locked", "rsa", "pem", "ecdsa"]) server.authorise(publicLine(name));
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    if (keys) rmSync(keys, { recursive: true, force: true });
  });

  it("signs in with ed25519, ecdsa and rsa-sha2 keys, and gives out, err, status and stdin exactly", async () => {
    for (const name of ["ed25519", "ecdsa", "rsa"]) {
      await using world = await sshWorld({ hosts: [host({ credential: { kind: "key-file", path: keyFile(name) } })], knownHosts: line(server) });
      const result = await world.ssh.exec("h1", { wire: "cat; echo problem >&2; exit 7", stdin: Buffer.from("äöü\0\n") });
      expect({ ...result, stdout: text(result.stdout), stderr: text(result.stderr), elapsedMs: 0 }, name).toEqual({ stdout: "äöü\0\n", stderr: "problem\n", exitCode: 7, signal: null, cut: { stdout: 0, stderr: 0 }, elapsedMs: 0 });
    }
  });

  it("opens an encrypted OpenSSH key and an encrypted PEM key with the passphrase a person gives, asking again when it is wrong", async () => {
    for (const name of ["locked", "pem"]) {
      let tries = 0;
      await using world = await sshWorld({ hosts: [host({ credential: { kind: "key-file", path: keyFile(name) } })], knownHosts: line(server), answers: () => [(tries += 1) === 1 ? "wrong" : "open sesame"] });
      expect(text((await world.ssh.exec("h1", { wire: "id -un" })).stdout)).toBe(`${USER}\n`);
      expect(world.asked.map((question) => question.kind === "secret" && question.what)).toEqual(["passphrase", "passphrase"]);
    }
  });

  it("takes a passphrase and a private key from the vault without asking", async () => {
    await using world = await sshWorld({ hosts: [host({ credential: { kind: "key-file", path: keyFile("locked"), passphrase: "pp" } }), { ...host({ credential: { kind: "vault", secret: "key" } }), id: "h2" }], knownHosts: line(server), secrets: { pp: "open sesame", key: readFileSync(keyFile("ed25519"), "utf8") } });
    expect((await world.ssh.exec("h1", { wire: "true" })).exitCode).toBe(0);
    expect((await world.ssh.exec("h2", { wire: "true" })).exitCode).toBe(0);
  });

  it("uses the keys of a running ssh-agent", async () => {
    const socket = join(keys, "agent.sock");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
    try {
      for (let i = 0; i < 100; i += 1) {
        if (await new Promise<boolean>((resolve) => void connect(socket).once("connect", () => resolve(true)).once("error", () => resolve(false)))) break;
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      const { spawnSync } = await import("node:child_process");
      spawnSync("ssh-add", ["-q", keyFile("ed25519")], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
      await using world = await sshWorld({ hosts: [host({ credential: { kind: "agent" } })], knownHosts: line(server), agentSocket: socket });
      expect((await world.ssh.exec("h1", { wire: "true" })).exitCode).toBe(0);
    } finally {
      agent.kill();
    }
  });

  it("says plainly that there is no agent, and that a key is not accepted", async () => {
    await using noAgent = await sshWorld({ hosts: [host({ credential: { kind: "agent" } })], knownHosts: line(server) });
    await expect(noAgent.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_AGENT_MISSING" });
    await using wrong = await sshWorld({ hosts: [host({ credential: { kind: "key-file", path: keyFile("other") } })], knownHosts: line(server) });
    await expect(wrong.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_AUTH_FAILED", message: expect.stringContaining("tried a key") });
    await using none = await sshWorld({ hosts: [host({ credential: { kind: "key-file", path: keyFile("missing") } })], knownHosts: line(server) });
    await expect(none.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_KEY_UNREADABLE", message: expect.stringContaining("no such file") });
  });

  it("signs in with a password from the vault, and with one a person types, three tries at most", async () => {
    await using withPassword = await startSshd({ config: ["PasswordAuthentication yes"] });
    const at = { ...host({ port: withPassword.port, credential: { kind: "vault", secret: "pw" } }) };
    await using world = await sshWorld({ hosts: [at, { ...at, id: "h2", credential: { kind: "ask" } }], knownHosts: line(withPassword), secrets: { pw: PASSWORD }, answers: () => [PASSWORD] });
    expect((await world.ssh.exec("h1", { wire: "true" })).exitCode).toBe(0);
    expect(world.asked).toEqual([]);
    expect((await world.ssh.exec("h2", { wire: "true" })).exitCode).toBe(0);
    expect(world.asked).toMatchObject([{ kind: "secret", what: "password" }]);
    await using forgetful = await sshWorld({ hosts: [{ ...at, credential: { kind: "ask" } }], knownHosts: line(withPassword), answers: () => ["wrong"] });
    await expect(forgetful.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_AUTH_FAILED" });
    expect(forgetful.asked).toHaveLength(3);
  });

  it("answers keyboard-interactive with two prompts, once for all panes and commands of the host", async () => {
    await using mfa = await startSshd({ config: ["KbdInteractiveAuthentication yes", "AuthenticationMethods keyboard-interactive"], pam: ["auth required pam_unix.so", "auth required pam_stress.so"] });
    await using world = await sshWorld({
      hosts: [host({ port: mfa.port, credential: { kind: "ask" } })],
      knownHosts: line(mfa),
      answers: (question) => (question.kind === "interactive" ? question.fields.map(({ label }) => (/STRESS/.test(label) ? "123456" : PASSWORD)) : undefined),
    });
    const both = await Promise.all([world.ssh.exec("h1", { wire: "echo one" }), world.ssh.exec("h1", { wire: "echo two" })]);
    expect(both.map(({ stdout }) => text(stdout))).toEqual(["one\n", "two\n"]);
    expect((await world.ssh.exec("h1", { wire: "true" })).exitCode).toBe(0);
    expect(world.asked.flatMap((question) => (question.kind === "interactive" ? question.fields.map(({ label }) => label.trim()) : []))).toEqual(["Password:", "STRESS Password:"]);
  });

  it("asks for a second factor after a key where the server wants both", async () => {
    await using both = await startSshd({ config: ["KbdInteractiveAuthentication yes", "AuthenticationMethods publickey,keyboard-interactive"] });
    both.authorise(publicLine("ed25519"));
    await using world = await sshWorld({ hosts: [host({ port: both.port })], knownHosts: line(both), answers: () => [PASSWORD] });
    expect((await world.ssh.exec("h1", { wire: "true" })).exitCode).toBe(0);
    expect(world.asked).toHaveLength(1);
  });

  it("stops when a person refuses to answer, and at once when nobody is there to ask", async () => {
    await using withPassword = await startSshd({ config: ["PasswordAuthentication yes"] });
    const at = host({ port: withPassword.port, credential: { kind: "ask" } });
    await using refusing = await sshWorld({ hosts: [at], knownHosts: line(withPassword), answers: () => undefined });
    await expect(refusing.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_AUTH_CANCELLED" });
    await using alone = await sshWorld({ hosts: [at], knownHosts: line(withPassword) });
    await expect(alone.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_NOBODY_TO_ASK" });
  });

  it("reaches a host through two hops, each key checked on its own", async () => {
    await using middle = await startSshd();
    await using last = await startSshd();
    for (const one of [middle, last]) one.authorise(publicLine("ed25519"));
    const hop = (id: string, of: Sshd, jumps: readonly string[]) => ({ ...host({ port: of.port, jumps }), id, name: id });
    const hosts = [hop("a", server, []), hop("b", middle, []), hop("c", last, ["a", "b"])];
    await using world = await sshWorld({ hosts, knownHosts: line(server) + line(middle) + line(last) });
    expect(text((await world.ssh.exec("c", { wire: "echo $SSH_CONNECTION" })).stdout).trim().endsWith(` ${last.port}`)).toBe(true);
    await using wary = await sshWorld({ hosts, knownHosts: line(server) + line(middle) });
    await expect(wary.ssh.exec("c", { wire: "true" })).rejects.toMatchObject({ code: "SSH_HOST_KEY_UNKNOWN", message: expect.stringContaining("The key of c ") });
    // Without the first hop the second is not reached: the way really leads through both.
    await using broken = await sshWorld({ hosts: [{ ...hop("a", server, []), port: 1 }, ...hosts.slice(1)], knownHosts: line(middle) + line(last) });
    await expect(broken.ssh.exec("c", { wire: "true" })).rejects.toMatchObject({ code: "SSH_UNREACHABLE", data: { host: "a" } });
  });

  it("refuses jump hosts that lead in a circle", async () => {
    await using world = await sshWorld({ hosts: [{ ...host({ jumps: ["b"] }), id: "a" }, { ...host({ jumps: ["a"] }), id: "b" }] });
    await expect(world.ssh.exec("a", { wire: "true" })).rejects.toMatchObject({ code: "SSH_JUMPS" });
  });

  it("asks before it trusts a new key, shows what ssh-keygen shows, records it, and asks no second time", async () => {
    await using world = await sshWorld({ hosts: [host({ environment: "prod" })], answers: (question) => (question.kind === "host-key" ? [question.fingerprint] : undefined) });
    await world.ssh.exec("h1", { wire: "true" });
    const expected = run("ssh-keygen", ["-lvf", join(server.folder, "host_ed25519.pub")]);
    const [question] = world.asked;
    expect(question?.kind === "host-key" && expected.includes(question.fingerprint) && expected.includes(question.randomart)).toBe(true);
    expect(world.ledger.of("host-key")).toMatchObject([{ host: "h1", actor: { id: "op" }, fields: { act: "trusted", how: "first-use" } }]);
    expect(world.knownHosts()).toContain(server.hostKeys.ed25519);
    world.ssh.disconnect("h1");
    await world.ssh.exec("h1", { wire: "true" });
    expect(world.asked).toHaveLength(1);
  });

  it("trusts no new key by itself, nor one the person did not agree to", async () => {
    await using alone = await sshWorld({ hosts: [host()] });
    await expect(alone.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_HOST_KEY_UNKNOWN" });
    await using other = await sshWorld({ hosts: [host()], answers: () => ["SHA256:another"] });
    await expect(other.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_HOST_KEY_DECLINED" });
    expect(other.knownHosts()).toBe("");
  });

  it("takes a yes to a first key as none once another key was trusted while it was asked", async () => {
    let knownHosts = "";
    await using world = await sshWorld({
      hosts: [host()],
      answers: (question) => {
        writeFileSync(knownHosts, `[127.0.0.1]:${server.port} ${publicLine("other").split(" ").slice(0, 2).join(" ")}\n`);
        return question.kind === "host-key" ? [question.fingerprint] : undefined;
      },
    });
    knownHosts = join(world.folder, "known_hosts");
    await expect(world.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_HOST_KEY_CHANGED" });
    expect(world.knownHosts()).not.toContain(server.hostKeys.ed25519);
    expect(world.ledger.of("host-key")).toMatchObject([{ fields: { act: "refused", why: "changed" } }]);
  });

  it("does not trust a key that could not be recorded", async () => {
    const { Failure } = await import("../../../src-main/contract/failure.ts");
    await using world = await sshWorld({ hosts: [host()], answers: (question) => (question.kind === "host-key" ? [question.fingerprint] : undefined) });
    world.ledger.breakWith(new Failure("LEDGER_UNAVAILABLE", "no disk"));
    await expect(world.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "LEDGER_UNAVAILABLE" });
    expect(world.knownHosts()).toBe("");
  });

  it("blocks a changed key, says both fingerprints and records the refusal", async () => {
    await using world = await sshWorld({ hosts: [host()], knownHosts: `[127.0.0.1]:${server.port} ${publicLine("other").split(" ").slice(0, 2).join(" ")}\n` });
    const was = fingerprintOf(Buffer.from(publicLine("other").split(" ")[1] ?? "", "base64"));
    const is = fingerprintOf(Buffer.from(server.hostKeys.ed25519.split(" ")[1] ?? "", "base64"));
    await expect(world.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_HOST_KEY_CHANGED", message: expect.stringMatching(new RegExp(`${was.replace(/[+/]/g, "\\$&")}.*${is.replace(/[+/]/g, "\\$&")}`)) });
    expect(world.ledger.of("host-key")).toMatchObject([{ fields: { act: "refused", why: "changed", fingerprint: is } }]);
  });

  it("blocks a revoked key even where it is also known", async () => {
    await using world = await sshWorld({ hosts: [host()], knownHosts: `${line(server)}@revoked * ${server.hostKeys.ed25519}\n` });
    await expect(world.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_HOST_KEY_REVOKED" });
  });

  it("knows the host by a hashed name, and asks it for the type of key that is on file", async () => {
    const name = hashedName(knownHostName("127.0.0.1", server.port), Buffer.from("saltsaltsaltsaltsalt"));
    await using world = await sshWorld({ hosts: [host()], knownHosts: `${name} ${server.hostKeys.rsa}\n` });
    expect(await world.ssh.identify("h1")).toMatchObject({ keyType: "ssh-rsa" });
  });

  it("checks a host certificate through the machine's own OpenSSH, and says so where the built-in transport cannot", async () => {
    await using certified = await startSshd({ hostCertificate: { caKey: keyFile("ca"), principals: "127.0.0.1" } });
    certified.authorise(publicLine("ed25519"));
    const authority = `@cert-authority [127.0.0.1]:${certified.port} ${publicLine("ca").split(" ").slice(0, 2).join(" ")}\n`;
    await using builtIn = await sshWorld({ hosts: [host({ port: certified.port })], knownHosts: authority });
    await expect(builtIn.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_HOST_CERTIFICATE" });
    await using system = await sshWorld({ hosts: [host({ port: certified.port, transport: "system" })], knownHosts: authority });
    expect(text((await system.ssh.exec("h1", { wire: "echo certified; exit 3" })).stdout)).toBe("certified\n");
    await using stranger = await sshWorld({ hosts: [host({ port: certified.port, transport: "system" })], knownHosts: authority.replace(/AAAA\S+/, publicLine("other").split(" ")[1] ?? "") });
    await expect(stranger.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_HOST_KEY_UNKNOWN" });
  });

  it("drives OpenSSH as strictly: unknown and changed keys, refused sign-ins, statuses, stdin and a PTY that is pulled", async () => {
    await using world = await sshWorld({ hosts: [host({ transport: "system" })], knownHosts: line(server) });
    const result = await world.ssh.exec("h1", { wire: "cat; exit 9", stdin: Buffer.from("in") });
    expect([text(result.stdout), result.exitCode]).toEqual(["in", 9]);
    expect(await world.ssh.identify("h1")).toMatchObject({ keyType: "ssh-ed25519", fingerprint: fingerprintOf(Buffer.from(server.hostKeys.ed25519.split(" ")[1] ?? "", "base64")) });
    const shell = await world.ssh.shell("h1", { cols: 90, rows: 20, term: "xterm" });
    let said = "";
    const reading = (async () => {
      for await (const bytes of shell.output) said += text(bytes);
    })();
    await shell.write(Buffer.from("stty size; exit 4\r"));
    expect(await shell.ended).toMatchObject({ status: 4 });
    await reading;
    expect(said).toContain("20 90");
    await using unknown = await sshWorld({ hosts: [host({ transport: "system" })] });
    await expect(unknown.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_HOST_KEY_UNKNOWN" });
    await using changed = await sshWorld({ hosts: [host({ transport: "system" })], knownHosts: `[127.0.0.1]:${server.port} ${publicLine("other").split(" ").slice(0, 2).join(" ")}\n` });
    await expect(changed.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_HOST_KEY_CHANGED" });
    await using wrong = await sshWorld({ hosts: [host({ transport: "system", credential: { kind: "key-file", path: keyFile("other") } })], knownHosts: line(server) });
    await expect(wrong.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_AUTH_FAILED" });
  });

  it("through OpenSSH, tells a command that ends as ssh does from a connection that was lost, whatever the command says", async () => {
    await using world = await sshWorld({ hosts: [host({ transport: "system" })], knownHosts: line(server) });
    for (const words of ["ssh: connect to host db-02 port 22: Connection refused", "alice@db-02: Permission denied (publickey).", "Host key verification failed."]) {
      const result = await world.ssh.exec("h1", { wire: `echo '${words}' >&2; exit 255` });
      expect([result.exitCode, text(result.stderr)]).toEqual([255, `${words}\n`]);
    }
    expect((await world.ssh.exec("h1", { wire: "exit 255" })).exitCode).toBe(255);
    // On the connection that is shared by now, and on one that is made for it.
    for (let time = 0; time < 2; time += 1) {
      let said = "";
      const began = Promise.withResolvers<void>();
      const going = world.ssh.exec("h1", { wire: "echo $PPID; sleep 20", onOutput: (_stream, bytes) => ((said += text(bytes)), said.includes("\n") && began.resolve()) });
      going.catch(() => {});
      await began.promise;
      process.kill(Number(said.trim()), "SIGKILL");
      await expect(going).rejects.toMatchObject({ code: "SSH_LOST", message: expect.stringMatching(/may still be running/) });
    }
    expect((await world.ssh.exec("h1", { wire: "true" })).exitCode).toBe(0);
  });

  it("through OpenSSH, tells a host that cannot be reached from a lost connection where the account's own settings have it say nothing", async () => {
    const program = join(keys, "quiet-ssh");
    writeFileSync(`${program}.config`, "LogLevel QUIET\n");
    writeFileSync(program, `#!/bin/sh\nexec ssh -F '${program}.config' "$@"\n`, { mode: 0o755 });
    await using world = await sshWorld({ hosts: [host({ transport: "system" }), host({ id: "h2", transport: "system", port: 1 })], knownHosts: line(server), program });
    expect((await world.ssh.exec("h1", { wire: "exit 255" })).exitCode).toBe(255);
    await expect(world.ssh.exec("h2", { wire: "true" })).rejects.toMatchObject({ code: "SSH_UNREACHABLE" });
  });

  it("through OpenSSH, tells that a connection was lost which it could not share, while the shared one is still there", async () => {
    await using tight = await startSshd({ config: ["MaxSessions 1"] });
    tight.authorise(publicLine("ed25519"));
    await using world = await sshWorld({ hosts: [host({ transport: "system", port: tight.port })], knownHosts: line(tight) });
    const begun = (wire: string) => {
      const began = Promise.withResolvers<string>();
      let said = "";
      const going = world.ssh.exec("h1", { wire, onOutput: (_stream, bytes) => ((said += text(bytes)), said.includes("\n") && began.resolve(said.trim())) });
      going.catch(() => {});
      return { going, began: began.promise };
    };
    const shared = begun("echo there; sleep 20");
    await shared.began;
    const own = begun("echo $PPID; sleep 20");
    process.kill(Number(await own.began), "SIGKILL");
    await expect(own.going).rejects.toMatchObject({ code: "SSH_LOST", message: expect.stringContaining("closed by remote host") });
    const status = begun("echo there; sleep 0.2; exit 255");
    expect((await status.going).exitCode).toBe(255);
  });

  it("tells of a server that is killed in the middle of a stream, keeps what came, and connects again after", async () => {
    await using frail = await startSshd();
    frail.authorise(publicLine("ed25519"));
    await using world = await sshWorld({ hosts: [host({ port: frail.port })], knownHosts: line(frail) });
    const shell = await world.ssh.shell("h1", { cols: 80, rows: 24, term: "xterm", command: "i=0; while :; do echo line $i; i=$((i+1)); sleep 0.01; done" });
    let said = "";
    let cut = false;
    for await (const bytes of shell.output) {
      said += text(bytes);
      if (!cut && said.includes("line 20")) {
        cut = true;
        frail.kill("SIGKILL");
      }
    }
    expect(said).toContain("line 20");
    expect(await shell.ended).toMatchObject({ status: null, reason: expect.stringMatching(/\w/) });
    // What came through it ends before the connection itself is known to be gone.
    await expect.poll(() => world.ssh.connected()).toEqual([]);
    await frail.restart();
    expect((await world.ssh.exec("h1", { wire: "true" })).exitCode).toBe(0);
  });

  it("rejects a command whose connection broke instead of inventing a status", async () => {
    await using frail = await startSshd();
    frail.authorise(publicLine("ed25519"));
    await using world = await sshWorld({ hosts: [host({ port: frail.port })], knownHosts: line(frail) });
    await expect(world.ssh.exec("h1", { wire: "echo before; sleep 30", onOutput: () => frail.kill("SIGKILL") })).rejects.toMatchObject({ code: "SSH_LOST" });
  });

  it("notices a server that stalls: in the handshake, and in the middle by the keep-alive", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    try {
      await using world = await sshWorld({ hosts: [host({ port: (silent.address() as AddressInfo).port })], handshakeMs: 400 });
      await expect(world.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_HANDSHAKE_TIMEOUT" });
    } finally {
      silent.close();
    }
    await using frail = await startSshd();
    frail.authorise(publicLine("ed25519"));
    await using world = await sshWorld({ hosts: [host({ port: frail.port })], knownHosts: line(frail), keepAliveMs: 150 });
    await world.ssh.exec("h1", { wire: "true" });
    const running = world.ssh.exec("h1", { wire: "echo up; sleep 60", onOutput: () => frail.kill("SIGSTOP") });
    const told = (async () => {
      for await (const quiet of world.ssh.quietHosts.follow(AbortSignal.timeout(20_000))) if (quiet.length > 0) return quiet;
      return [];
    })();
    await expect(running).rejects.toMatchObject({ code: "SSH_LOST", message: expect.stringContaining("stopped answering") });
    const [before] = await told;
    expect(before).toMatchObject({ id: "h1" }); // while the command was still waited for
    expect(world.ssh.quietHosts.value).toEqual([before]);
    frail.kill("SIGCONT");
    await world.ssh.exec("h1", { wire: "true" });
    expect(world.ssh.quietHosts.value).toEqual([]);
  });

  it("says that nothing listens, and gives up when asked to", async () => {
    await using world = await sshWorld({ hosts: [host({ port: 1 })] });
    await expect(world.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_UNREACHABLE", retryable: true });
    await using there = await sshWorld({ hosts: [host()], knownHosts: line(server) });
    const stop = new AbortController();
    const running = there.ssh.exec("h1", { wire: "sleep 60", signal: stop.signal });
    setTimeout(() => stop.abort(new Error("asked to")), 400);
    await expect(running).rejects.toThrow("asked to");
  });

  it("ends a command at its time limit, and counts what is beyond the cap", async () => {
    await using world = await sshWorld({ hosts: [host()], knownHosts: line(server) });
    const trace = join(server.folder, "home", "trace");
    await expect(world.ssh.exec("h1", { wire: `sleep 1; touch '${trace}'`, timeoutMs: 300 })).rejects.toMatchObject({ code: "SSH_TIMEOUT" });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(existsSync(trace), "the command was really ended on the host").toBe(false);
    const late = (wire: string) => world.ssh.exec("h1", { wire, timeoutMs: 300 }).then(() => "it ended", (error: Error) => error.message);
    const [said, silent] = [await late("echo begun; sleep 1"), await late("sleep 1")];
    expect(said).toMatch(/told to stop\.$/);
    expect(silent, "what may hold up every command is named where nothing came back").toMatch(/told to stop\. Nothing at all came back.*\.bashrc.*Open a terminal pane/);
    const told: number[] = [];
    const flood = await world.ssh.exec("h1", { wire: "head -c 300000 /dev/urandom; head -c 5000 /dev/zero >&2", maxOutputBytes: 1000, onOutput: (_stream, bytes) => told.push(bytes.byteLength) });
    expect([flood.stdout.byteLength, flood.cut, flood.exitCode]).toEqual([1000, { stdout: 299_000, stderr: 4000 }, 0]);
    expect(told.reduce((sum, bytes) => sum + bytes, 0)).toBe(2000);
    expect((await world.ssh.exec("h1", { wire: "kill -9 $$" })).signal).toBe("SIGKILL");
  });

  it("opens a further connection when the server allows no more sessions on one", async () => {
    await using tight = await startSshd({ config: ["MaxSessions 2"] });
    tight.authorise(publicLine("ed25519"));
    await using world = await sshWorld({ hosts: [host({ port: tight.port })], knownHosts: line(tight) });
    const results = await Promise.all(Array.from({ length: 5 }, (_, i) => world.ssh.exec("h1", { wire: `sleep 0.3; echo ${i}` })));
    expect(results.map(({ stdout }) => text(stdout).trim())).toEqual(["0", "1", "2", "3", "4"]);
  });

  it("lets old algorithms in only for the host that was told to, and names the switch otherwise", async () => {
    await using old = await startSshd({ config: ["KexAlgorithms diffie-hellman-group14-sha1", "HostKeyAlgorithms ssh-rsa", "Ciphers aes128-cbc", "MACs hmac-sha1"] });
    old.authorise(publicLine("ed25519"));
    const at = host({ port: old.port });
    await using strict = await sshWorld({ hosts: [at], knownHosts: line(old, "rsa") });
    await expect(strict.ssh.exec("h1", { wire: "true" })).rejects.toMatchObject({ code: "SSH_ALGORITHMS", message: expect.stringContaining("old algorithms") });
    await using legacy = await sshWorld({ hosts: [{ ...at, legacyAlgorithms: true }], knownHosts: line(old, "rsa") });
    expect((await legacy.ssh.exec("h1", { wire: "true" })).exitCode).toBe(0);
    expect((await legacy.ssh.connection("h1")).oldAlgorithms).toEqual(expect.arrayContaining(["diffie-hellman-group14-sha1", "ssh-rsa", "aes128-cbc"]));
  });

  it("leaves a flood nobody reads on the far side, and loses no byte of it", async () => {
    await using world = await sshWorld({ hosts: [host()], knownHosts: line(server) });
    const SIZE = 8 * 1024 * 1024;
    const shell = await world.ssh.shell("h1", { cols: 80, rows: 24, term: "xterm", command: `stty raw; head -c ${SIZE} /dev/zero | tr '\\0' x` });
    await new Promise((resolve) => setTimeout(resolve, 700));
    const before = process.memoryUsage().arrayBuffers;
    let got = 0;
    for await (const bytes of shell.output) got += bytes.byteLength;
    expect(got).toBe(SIZE);
    expect(before).toBeLessThan(64 * 1024 * 1024);
    expect(await shell.ended).toMatchObject({ status: 0 });
  });

  it("resizes, types and closes a shell, and carries bytes that are no text", async () => {
    await using world = await sshWorld({ hosts: [host()], knownHosts: line(server) });
    const shell = await world.ssh.shell("h1", { cols: 80, rows: 24, term: "xterm" });
    let said = Buffer.alloc(0);
    const reading = (async () => {
      for await (const bytes of shell.output) said = Buffer.concat([said, bytes]);
    })();
    shell.resize(101, 31);
    await shell.write(Buffer.from("sleep 0.3; stty size; printf '\\377\\376\\000x'; exit 5\r"));
    expect(await shell.ended).toMatchObject({ status: 5 });
    await reading;
    expect(said.toString("latin1")).toContain("31 101");
    expect(said.includes(Buffer.from([0xff, 0xfe, 0x00, 0x78]))).toBe(true);
    await expect(shell.write(Buffer.from("x"))).rejects.toThrow();
  });
});
