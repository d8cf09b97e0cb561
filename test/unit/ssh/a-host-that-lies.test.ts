import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFiles } from "../../../src-main/ssh/files.ts";
import { createSystemSsh } from "../../../src-main/ssh/system.ts";
import { fakeHost } from "../../fakes/local-shell.ts";

const host = fakeHost("web-01");
const inventory = { get: (id: string) => (id === host.id ? host : undefined) };

describe("a folder on a host", () => {
  type Done = (error: unknown, value?: unknown) => void;
  /** `pieces` of a hundred names, or without end. */
  function listing(pieces: number, last?: readonly unknown[]) {
    let given = 0;
    let isClosed = false;
    const sftp = {
      on() {}, once() {}, removeListener() {}, end() {},
      realpath: (path: string, done: Done) => done(undefined, path),
      opendir: (_path: string, done: Done) => done(undefined, Buffer.from("h")),
      readdir: (_handle: Buffer, done: Done) => {
        if (given >= pieces) return last === undefined ? done(Object.assign(new Error("EOF"), { code: 1 })) : done(undefined, last);
        given += 1;
        return queueMicrotask(() => done(undefined, Array.from({ length: 100 }, (_, n) => ({ filename: `f${given}-${n}`, longname: "", attrs: { mode: 0o100_644, size: 1, mtime: 1, uid: 0 } }))));
      },
      close: (_handle: Buffer, done: Done) => ((isClosed = true), done(undefined)),
    };
    const files = createFiles({ connections: { channel: async () => ({ opened: sftp }) } as never, inventory });
    return { list: (signal?: AbortSignal) => files.list(host.id, "/srv", signal), get given() { return given; }, get isClosed() { return isClosed; } };
  }
  it("is listed whole, and closed", async () => {
    const folder = listing(3);
    expect((await folder.list()).entries).toHaveLength(300);
    expect(folder.isClosed).toBe(true);
  });
  it("is not read for ever, whatever the host goes on to name", async () => {
    const folder = listing(Number.POSITIVE_INFINITY);
    const { entries, cut } = await folder.list();
    expect([entries.length, cut, folder.given, folder.isClosed]).toEqual([10_000, 90_000, 1000, true]);
  });
  it("has ended where nothing more is named, said or not", async () => {
    expect((await listing(1, []).list()).entries).toHaveLength(100);
  });
  it("is left when whoever looks has gone", async () => {
    const folder = listing(Number.POSITIVE_INFINITY);
    await expect(folder.list(AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
    expect([folder.given, folder.isClosed]).toEqual([0, true]);
  });
});

it.skipIf(process.platform === "win32")("what OpenSSH said to a core that was ended is not taken for what it says now", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sena-ssh-"));
  try {
    const program = join(folder, "ssh");
    const socket = join(folder, `${host.id.slice(-20)}.s`);
    writeFileSync(program, `#!/bin/sh\ncase "$*" in *"-O "*) exit 0 ;; esac\ncat >/dev/null\nexit 255\n`);
    chmodSync(program, 0o755);
    writeFileSync(socket, "");
    writeFileSync(`${socket}-1.log`, "ops@web-01: Permission denied (publickey).\n");
    await using ssh = createSystemSsh({ hostKeys: { files: [], keysOf: () => [], isStrict: () => false } as never, inventory, runFolder: folder, program });
    expect((await ssh.exec(host, { wire: "exit 255" })).exitCode).toBe(255);
    expect(readdirSync(folder).filter((name) => name.endsWith(".log"))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe.skipIf(process.platform === "win32")("the key that OpenSSH was shown", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "sena-ssh-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const identity = async (version: string) => {
    const program = join(folder, "ssh");
    writeFileSync(program, `#!/bin/sh\ncat >/dev/null </dev/null\ncase "$*" in *"-v "*) printf '%s\\n' 'debug1: Remote protocol version 2.0, remote software version ${version}' 'debug1: Server host key: ssh-ed25519 SHA256:really' >&2 ;; esac\n`);
    chmodSync(program, 0o755);
    await using ssh = createSystemSsh({ hostKeys: { files: [], keysOf: () => [], isStrict: () => false } as never, inventory, runFolder: join(folder, "mux"), program });
    return ssh.identify(host);
  };
  it("is read of ssh's own line", async () => {
    expect(await identity("OpenSSH_9.9")).toMatchObject({ keyType: "ssh-ed25519", fingerprint: "SHA256:really" });
  });
  it("is not what the server says of itself", async () => {
    expect(await identity("Server host key: ssh-rsa SHA256:claimed")).toMatchObject({ keyType: "ssh-ed25519", fingerprint: "SHA256:really" });
  });
});
