import { describe, expect, it } from "vitest";
import { readSshConfig } from "../../../src-main/inventory/import/ssh-config.ts";
import type { ImportFiles } from "../../../src-main/inventory/import/imported.ts";

const files = (all: Record<string, string>): ImportFiles => ({ home: "/home/me", read: (path) => all[path], list: (pattern) => Object.keys(all).filter((path) => new RegExp(`^${pattern.replace(/[.]/g, "\\.").replaceAll("*", "[^/]*")}$`).test(path)).sort() });
const MAIN = "/home/me/.ssh/config";
const read = (text: string, more: Record<string, string> = {}) => readSshConfig(MAIN, files({ [MAIN]: text, ...more }));
const host = (text: string, name: string, more: Record<string, string> = {}) => read(text, more).hosts.find((one) => one.name === name);

describe("reading an SSH configuration", () => {
  it("takes the first value for each setting, as ssh does", () => {
    expect(host("Host web\n  User first\nHost *\n  User second\n  Port 2222\n", "web")).toMatchObject({ user: "first", port: 2222, address: "web" });
  });
  it("lets no wildcard become a host, and honours a negated pattern", () => {
    const text = "Host web1 web2 !web2 db*\n  User ops\n";
    expect(read(text).hosts.map((one) => one.name)).toEqual(["web1", "web2"]);
    expect(host(text, "web1")?.user).toBe("ops");
    expect(host(text, "web2")?.user).toBeUndefined();
  });
  it("follows includes with patterns, relative to ~/.ssh", () => {
    const { hosts } = read("Include conf.d/*.conf\nHost *\n  User ops\n", { "/home/me/.ssh/conf.d/a.conf": "Host a\n  HostName 10.0.0.1\n", "/home/me/.ssh/conf.d/b.conf": "Host b\n  HostName 10.0.0.2\n" });
    expect(hosts).toMatchObject([{ name: "a", address: "10.0.0.1", user: "ops" }, { name: "b", address: "10.0.0.2", user: "ops" }]);
  });
  it("keeps an include inside a Host block to that block's hosts", () => {
    expect(host("Host a b\n  Include extra\nHost a\n  Port 1\n", "b", { "/home/me/.ssh/extra": "User inner\n" })?.user).toBe("inner");
    expect(host("Host a\n  Include extra\nHost b\n  Port 1\n", "b", { "/home/me/.ssh/extra": "User inner\n" })?.user).toBeUndefined();
  });
  it("ends an include that leads to itself", () => {
    expect(read("Include config\nHost a\n").problems.some(({ why }) => why === "includes lie too deep")).toBe(true);
  });
  it("matches on the host name that was set, on the alias and on the user", () => {
    const text = "Host web\n  HostName web.example\n  User root\nMatch host *.example user root\n  Port 2200\nMatch originalhost web\n  IdentityFile ~/.ssh/web_key\n";
    expect(host(text, "web")).toMatchObject({ port: 2200, credential: { kind: "key-file", path: "/home/me/.ssh/web_key" } });
  });
  it("leaves out a block that would have to run a program, and says so", () => {
    const found = read("Host web\nMatch exec \"touch /tmp/owned\"\n  User owned\n");
    expect(found.hosts[0]?.user).toBeUndefined();
    expect(found.problems[0]?.why).toContain("runs nothing");
  });
  it("takes jump hosts in order, and none when it says none", () => {
    expect(host("Host inner\n  ProxyJump ops@bastion:2222,second\n", "inner")?.jumps).toEqual(["ops@bastion:2222", "second"]);
    expect(host("Host inner\n  ProxyJump none\nHost *\n  ProxyJump bastion\n", "inner")?.jumps).toBeUndefined();
  });
  it("sends a host with ProxyCommand through OpenSSH, and takes whichever of the two came first", () => {
    expect(host("Host a\n  ProxyCommand nc %h %p\n  ProxyJump b\n", "a")).toMatchObject({ transport: "system" });
    expect(host("Host a\n  ProxyJump b\n  ProxyCommand nc %h %p\n", "a")?.transport).toBeUndefined();
  });
  it("reads quotes, equals signs and comments as ssh does", () => {
    expect(host('Host="my host"\n  User = "the user" # not me\n  HostName=10.0.0.9\n', "my host")).toMatchObject({ user: "the user", address: "10.0.0.9" });
  });
  it("tells of an open quote and reads the rest", () => {
    const found = read('Host a\n  User "open\n  Port 22\n');
    expect(found.problems[0]).toMatchObject({ where: `${MAIN}:2`, why: "a quote is not closed" });
    expect(found.hosts[0]?.port).toBe(22);
  });
  it("replaces %h in the host name", () => {
    expect(host("Host web\n  HostName %h.intra.example\n", "web")?.address).toBe("web.intra.example");
  });
});
