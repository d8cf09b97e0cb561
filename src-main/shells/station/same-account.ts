import { readFileSync } from "node:fs";
import { isIPv6, type Socket } from "node:net";

// Loopback is shared by every account of a machine. What lets a browser in can be seen by others: an address in a command
// line is in the list of processes, and a cookie goes to every port of this machine. Linux says whose each connection is.

const ROOT = 0;
export type Ends = Pick<Socket, "localAddress" | "localPort" | "remoteAddress" | "remotePort">;

/** Whether the other end belongs to this account. Where the system does not tell, nobody is turned away. */
export function isSameAccount(ends: Ends, account = process.getuid?.()): boolean {
  const owner = ownerIn(readTables(), ends);
  return owner === undefined || owner === account || owner === ROOT; // root can read everything here anyway
}

/** The account of the connection that begins at the other end. */
export function ownerIn(tables: string, { localAddress, localPort, remoteAddress, remotePort }: Ends): number | undefined {
  const theirs = spellings(remoteAddress, remotePort);
  const ours = spellings(localAddress, localPort);
  for (const line of tables.split("\n")) {
    const [, from = "", to = "", , , , , uid = ""] = line.trim().split(/\s+/);
    if (theirs.includes(from) && ours.includes(to)) return Number(uid);
  }
  return undefined;
}

/** As the kernel writes it, in words of 32 bits turned round. An IPv4 address may stand in the list of IPv6. */
function spellings(address = "", port = 0): readonly string[] {
  const end = port.toString(16).toUpperCase().padStart(4, "0");
  if (isIPv6(address)) return [`00000000000000000000000001000000:${end}`]; // only ::1 is served
  const word = address.split(".").map((part) => Number(part).toString(16).toUpperCase().padStart(2, "0")).reverse().join("");
  return [`${word}:${end}`, `0000000000000000FFFF0000${word}:${end}`];
}

function readTables(): string {
  return ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return ""; // another system, or one without that family of addresses
    }
  }).join("\n");
}
