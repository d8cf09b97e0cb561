import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OUTSIDE, STRANGER, openNamespaces, startIn, whyNotHere, type Namespaces, type Told } from "./sealed/namespaces.ts";

const why = whyNotHere();
if (why !== undefined) process.stderr.write(`\nNOT TESTED: sealed mode under packet capture, because ${why}\n`);

type Day = { done: Record<string, string>; egress: number };
type Counted = Record<string, number>;
const here = (file: string) => join(import.meta.dirname, "sealed", file);
const node = (file: string, ...args: readonly string[]) => [process.execPath, "--disable-warning=ExperimentalWarning", here(file), ...args];

describe.skipIf(why !== undefined)("a sealed machine in a network of its own, every packet watched", { timeout: 300_000 }, () => {
  let folder: string;
  let namespaces: Namespaces;
  let outside: Told;
  let capture: Told;
  let inside: Told;
  let hosts: { port: number }[];
  let sealed: { day: Day; sent: Counted; asked: number };
  let open: { day: Day; sent: Counted; asked: number };
  const strangers = (sent: Counted) => Object.entries(sent).filter(([to]) => !hosts.some(({ port }) => to === `tcp/${OUTSIDE}:${port}`));
  /** What has been sent and asked since the last time. */
  const counted = async () => {
    capture.child.stdin?.write("\n");
    outside.child.stdin?.write("\n");
    return { sent: await capture.next<Counted>(), asked: (await outside.next<{ asked: number }>()).asked };
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sena-sealed-"));
    namespaces = openNamespaces();
    outside = startIn(namespaces.outside, node("outside.ts", join(folder, "lab")));
    const told = await outside.next<{ hosts: { port: number }[] }>();
    hosts = told.hosts;
    capture = startIn(namespaces.inside, ["python3", here("capture.py"), namespaces.cable]);
    await capture.next();
    inside = startIn(namespaces.inside, node("inside.ts", join(folder, "home"), JSON.stringify(told)), { ...process.env, HOME: folder });
    sealed = { day: await inside.next<Day>(), ...(await counted()) };
    inside.child.stdin?.write("\n");
    open = { day: await inside.next<Day>(), ...(await counted()) };
  }, 280_000);
  afterAll(async () => {
    for (const program of [inside, capture, outside]) await program?.[Symbol.asyncDispose]();
    namespaces?.[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it("works: checks on hosts, a model of its own, documents, a terminal, files, the record", () => {
    expect(sealed.day.done).toMatchObject({ "a check on two hosts": "done", "a model of its own": expect.stringMatching(/^works: It answered in/), documents: expect.stringMatching(/^[1-9]\d* found/), "a terminal": "open", files: "listed" });
    expect(sealed.day.done["the record"]).toContain('"ok":true');
  });

  it("refuses in words whatever would have called somebody", () => {
    expect(sealed.day.done["a provider far away"]).toMatch(/the network is sealed/);
    expect(sealed.day.done["a provider with a name"]).toMatch(/the network is sealed/);
    expect(sealed.day.done["a collector far away"]).toMatch(/sealed/i);
    expect(sealed.day.done["a secret store far away"]).toMatch(/sealed/i);
  });

  it("sends packets to the hosts of its inventory, and not one to anybody else, not even to a name server", () => {
    expect(strangers(sealed.sent)).toEqual([]);
    expect(Object.values(sealed.sent).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(20);
    expect(sealed.asked).toBe(0);
  });

  it("has no departure in its record", () => expect(sealed.day.egress).toBe(0));

  it("unsealed, the same request leaves: the capture sees it, the stranger is asked, the record tells of it", () => {
    expect(open.day.done["a provider far away"]).toContain('"works":true');
    expect(strangers(open.sent).map(([to]) => to)).toEqual([`tcp/${STRANGER}:8000`]);
    expect(open.asked).toBe(1);
    expect(open.day.egress).toBe(1);
  });
});
