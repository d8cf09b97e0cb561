import { createServer, connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { isSameAccount, ownerIn } from "../../../src-main/shells/station/same-account.ts";

// As proc_net_tcp(5) has it: 127.0.0.1:40000 of account 1001 talks to 127.0.0.1:8080, which account 1000 serves.
const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const row = (from: string, to: string, uid: number) => `   0: ${from} ${to} 01 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 25231 1`;
const TABLES = [HEAD, row("0100007F:1F90", "0100007F:9C40", 1000), row("0200007F:9C40", "0100007F:1F90", 1000), row("0100007F:9C40", "0100007F:1F90", 1001), row("0000000000000000FFFF00000100007F:9C41", "0000000000000000FFFF00000100007F:1F90", 1002), row("00000000000000000000000001000000:9C42", "00000000000000000000000001000000:1F90", 1003)].join("\n");
const ends = (remotePort: number, remoteAddress = "127.0.0.1", localAddress = "127.0.0.1") => ({ localAddress, localPort: 8080, remoteAddress, remotePort });

describe("whose connection it is", () => {
  it("is read of the end it begins at, not of ours, and not of another address with the same port", () => {
    expect(ownerIn(TABLES, ends(40_000))).toBe(1001);
    expect(ownerIn(TABLES, ends(40_000, "127.0.0.2"))).toBe(1000);
  });
  it("is found in the list of IPv6 too", () => {
    expect(ownerIn(TABLES, ends(40_001))).toBe(1002);
    expect(ownerIn(TABLES, ends(40_002, "::1", "::1"))).toBe(1003);
  });
  it("is nobody's where nothing is told", () => {
    expect(ownerIn(TABLES, ends(40_003))).toBeUndefined();
    expect(ownerIn("", { ...ends(1), remoteAddress: undefined, remotePort: undefined })).toBeUndefined();
  });

  it.runIf(process.platform === "linux")("is told of a connection there really is: its own account's, and root's, come in", async () => {
    const { promise, resolve } = Promise.withResolvers<Socket>();
    const server = createServer(resolve).listen(0, "127.0.0.1");
    await new Promise((ready) => server.once("listening", ready));
    const client = connect((server.address() as { port: number }).port, "127.0.0.1");
    const socket = await promise;
    const own = process.getuid?.() ?? -1;
    expect(isSameAccount(socket)).toBe(true);
    expect(isSameAccount(socket, own + 1)).toBe(own === 0);
    expect(isSameAccount({ ...ends(1), localPort: 1 }, own + 1)).toBe(true);
    client.destroy();
    server.close();
  });
});
