import { expect, it } from "vitest";
import { placeOf } from "../../../src-main/central/addresses.ts";

it("whoever has a line of IPv6 is one where they are slowed down, from each of its addresses; another line is another, and so is each address of IPv4", () => {
  const line = ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:fffe", "2001:0db8:0001:0002:0:0:0:7", "2001:DB8:1:2::"];
  expect(new Set(line.map(placeOf))).toEqual(new Set(["2001:db8:1:2::/64"]));
  expect(["2001:db8:1:3::1", "2001:db8::2:0:0:1", "::1", "fe80::1%eth0"].map(placeOf)).toEqual(["2001:db8:1:3::/64", "2001:db8:0:0::/64", "0:0:0:0::/64", "fe80:0:0:0::/64"]);
  expect(["203.0.113.7", "203.0.113.8", "::ffff:203.0.113.7", "unknown"].map(placeOf)).toEqual(["203.0.113.7", "203.0.113.8", "203.0.113.7", "unknown"]);
});
