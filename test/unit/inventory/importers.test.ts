import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAnsible } from "../../../src-main/inventory/import/ansible.ts";
import { parseCsv, readCsv, writeCsv } from "../../../src-main/inventory/import/csv.ts";
import { environmentHint, faultOf } from "../../../src-main/inventory/import/imported.ts";
import { readKnownHostNames } from "../../../src-main/inventory/import/known-hosts.ts";

describe("reading an Ansible inventory", () => {
  it("takes groups, their parents, ranges and variables from INI, the nearest value winning", () => {
    const { hosts } = readAnsible("bastion ansible_host=10.0.0.1\n[web]\nweb[01:03].example ansible_port=2222\n[web:vars]\nansible_user=deploy\n[prod:children]\nweb\n[prod:vars]\nansible_user=far\nansible_ssh_private_key_file=~/.ssh/prod\n", "hosts");
    expect(hosts.map((host) => host.name)).toEqual(["bastion", "web01.example", "web02.example", "web03.example"]);
    expect(hosts[1]).toMatchObject({ port: 2222, user: "deploy", environment: "prod", credential: { path: "~/.ssh/prod" } });
    expect(hosts[1]?.groups).toEqual(expect.arrayContaining(["web", "prod"]));
  });
  it("reads the same from YAML", () => {
    const { hosts } = readAnsible("all:\n  vars:\n    ansible_user: ops\n  children:\n    db:\n      hosts:\n        db-[a:b]:\n          ansible_host: 10.1.1.1\n", "hosts.yaml");
    expect(hosts).toMatchObject([{ name: "db-a", user: "ops", address: "10.1.1.1", groups: ["db"] }, { name: "db-b" }]);
  });
  it("takes no password over, and says so", () => {
    const { hosts, problems } = readAnsible("[web]\nw1 ansible_password=hunter2\n", "hosts");
    expect(JSON.stringify(hosts)).not.toContain("hunter2");
    expect(problems[0]?.why).toContain("password");
    expect(problems[0]?.why).not.toContain("hunter2");
  });
  it("refuses a range that would make millions of hosts", () => {
    expect(readAnsible("[web]\nw[0:99999999]\n", "hosts").problems[0]?.why).toContain("too wide");
  });
  it("tells what is not YAML instead of throwing", () => {
    expect(readAnsible("all:\n  hosts: [\n", "hosts.yaml").problems[0]?.why).toContain("is not YAML");
  });
  it("ends groups that contain each other", () => {
    expect(readAnsible("[a:children]\nb\n[b:children]\na\n[b]\nx\n", "hosts").hosts[0]?.groups).toEqual(expect.arrayContaining(["a", "b"]));
  });
  it("never throws, whatever the file holds", () => {
    fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => void readAnsible(text, "x")), { numRuns: 300 });
  });
});

describe("reading CSV", () => {
  it("finds the columns by name, in any order, with commas or semicolons", () => {
    expect(readCsv("IP;Name;Env;Tags\n10.0.0.1;web;production;a,b\n", "x").hosts).toMatchObject([{ name: "web", address: "10.0.0.1", environment: "prod", tags: ["a", "b"] }]);
  });
  it("reads quotes with line breaks inside", () => {
    expect(readCsv('name,notes\nweb,"two\nlines ""quoted"""\n', "x").hosts[0]?.notes).toBe('two\nlines "quoted"');
  });
  it("says which columns it needs when they are missing", () => {
    expect(readCsv("foo,bar\n1,2\n", "x").problems[0]?.why).toContain('"name" or "address"');
  });
  it("reads back whatever it wrote, but for cells that would be formulas", () => {
    const cell = fc.string({ maxLength: 30 }).filter((text) => !/^[=+\-@\t\r]/.test(text) && !/\r/.test(text));
    fc.assert(fc.property(fc.array(fc.tuple(cell, cell, cell).filter((row) => row.join("") !== ""), { minLength: 1, maxLength: 8 }), (rows) => {
      expect(parseCsv(writeCsv([["a", "b", "c"], ...rows]))?.slice(1)).toEqual(rows);
    }));
  });
  it("takes the sting out of a cell that a spreadsheet would run", () => {
    expect(writeCsv([["=cmd|' /C calc'!A0"]])).toBe("'=cmd|' /C calc'!A0\r\n");
  });
});

describe("what an import refuses", () => {
  const base = { name: "web", address: "10.0.0.1" };
  it("lets an ordinary host through", () => {
    for (const ok of [base, { name: "web-01.intra.example", address: "::1" }, { ...base, port: 2222, user: "DOMAIN\\ops" }]) expect(faultOf(ok)).toBeUndefined();
  });
  it("refuses an address that would read as an option, and names with quotes, blanks or bidi marks", () => {
    for (const bad of [{ ...base, address: "-oProxyCommand=touch" }, { ...base, name: "a b" }, { ...base, name: "a\u202eb" }, { ...base, name: "a'b" }, { ...base, address: "a;b" }, { ...base, port: 70_000 }, { ...base, user: "-l" }]) expect(faultOf(bad), JSON.stringify(bad)).toBeDefined();
  });
  it("takes a certificate for each connection with the built-in transport, and says why not with the other", () => {
    const certified = { name: "web", address: "10.0.0.1", credential: { kind: "certificate", source: "bao", role: "ops" } } as const;
    expect(faultOf({ ...certified, transport: "ssh2" })).toBeUndefined();
    expect(faultOf({ ...certified, transport: "system" })).toMatch(/choose the built-in transport/);
    expect(faultOf({ ...certified, credential: { kind: "agent" }, transport: "system" })).toBeUndefined();
  });
  it("hears production only where it is said as a word", () => {
    expect(environmentHint(["web-prod-1"])).toBe("prod");
    expect(environmentHint(["product-db"])).toBeUndefined();
    expect(environmentHint(["qa"])).toBe("staging");
  });
});

describe("reading names from known_hosts", () => {
  it("takes plain names with their port and counts hashed ones", () => {
    const { hosts, problems } = readKnownHostNames("web.example,10.0.0.1 ssh-ed25519 AAAA\n[db.example]:2222 ssh-rsa AAAA\n|1|abc=|def= ssh-ed25519 AAAA\n*.wild ssh-rsa AAAA\n", "kh");
    expect(hosts).toMatchObject([{ name: "web.example", notes: "also known as 10.0.0.1" }, { name: "db.example", port: 2222 }]);
    expect(problems[0]?.why).toContain("1 lines have hashed names");
  });
});
