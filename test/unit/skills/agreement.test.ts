import { expect, test } from "vitest";
import { agree } from "../../../src-main/skills/agreement.ts";

test.each([
  ["1 file systems on web-01 are below 85 %.", "1 file system on web-01 is below 85 %."],
  ["1 units have failed on web-01.", "1 unit has failed on web-01."],
  ["1 have failed, among them nginx.service.", "1 has failed, among them nginx.service."],
  ["1 processes wait uninterruptibly, mostly for a disk.", "1 process waits uninterruptibly, mostly for a disk."],
  ["/etc/hosts on db-01 holds 1 entries.", "/etc/hosts on db-01 holds 1 entry."],
  ["1 of the last lines of /var/log/x speak of errors or failures.", "1 of the last lines of /var/log/x speaks of errors or failures."],
  ["web-01 sees 1 neighbours; the first is sw-02.", "web-01 sees 1 neighbour; the first is sw-02."],
  ["1 databases on db-01.", "1 database on db-01."],
])("%s", (many, one) => expect(agree(many)).toBe(one));
test.each(["There is 1 class of these.", "10.0.0.1 files", "web-1 runs", "21 files are", "No file is."])("%s is left as it is", (text) => expect(agree(text)).toBe(text));
