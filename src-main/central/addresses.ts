import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Addresses of this machine and of the networks behind it: what an organisation names has no business there. */
const INSIDE = new BlockList();
for (const [net, bits] of [["0.0.0.0", 8], ["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8], ["169.254.0.0", 16], ["172.16.0.0", 12], ["192.0.0.0", 24], ["192.168.0.0", 16], ["198.18.0.0", 15], ["224.0.0.0", 3]] as const) INSIDE.addSubnet(net, bits, "ipv4");
for (const [net, bits] of [["::", 96], ["::ffff:0:0:0", 96], ["64:ff9b::", 96], ["64:ff9b:1::", 48], ["2002::", 16], ["fc00::", 7], ["fe80::", 10], ["fec0::", 10], ["ff00::", 8]] as const) INSIDE.addSubnet(net, bits, "ipv6");

export function isInside(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return INSIDE.check(mapped, "ipv4");
  return isIP(address) === 6 ? INSIDE.check(address, "ipv6") : INSIDE.check(address, "ipv4");
}

/** Whom an address counts for where somebody is slowed down: in IPv6 one line has 2^64 of them, and whoever has it may ask from each. */
export function placeOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address;
  const [head = "", tail] = (address.split("%")[0] as string).split("::");
  const [front, back] = [head, tail ?? ""].map((part) => part.split(":").filter((group) => group !== ""));
  const groups = [...(front as string[]), ...Array.from({ length: tail === undefined ? 0 : 8 - (front as string[]).length - (back as string[]).length }, () => "0"), ...(back as string[])];
  return `${groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}

/** Decided for the address that is really dialled, after the name was looked up: a name that changes its mind changes nothing. */
export const outsideOnly: LookupFunction = (name, options, done) =>
  lookup(name, { ...options, all: true }, (error, found) => {
    if (error) return done(error, "", 4);
    const bad = found.find(({ address }) => isInside(address));
    if (bad) return done(new Error(`${name} is an address inside (${bad.address}); what organisations name is outside, unless the server is told otherwise`), "", 4);
    if (options.all === true) return (done as unknown as (e: null, all: typeof found) => void)(null, found);
    const [first] = found;
    return done(null, first?.address ?? "", first?.family ?? 4);
  });
