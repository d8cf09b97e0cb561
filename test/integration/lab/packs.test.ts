import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { groundHere, startLab, type Lab, type LabHost, type LabHostName } from "../../../src-main/shells/lab/index.ts";
import { openSkills, type SkillOutline, type SkillResult, type Skills } from "../../../src-main/skills/index.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { sshWorld, text } from "../ssh/world.ts";

if (groundHere() === undefined) process.stderr.write("\nNOT TESTED: built-in runbooks on the practice lab, because this machine allows neither user namespaces nor chroot\n");

/** As the guard sends a script (docs: bytes approved = bytes run). */
const wireOf = (script: string): string => `exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 /bin/bash --noprofile --norc -c 'eval "$(printf %s "$1"|base64 -d)"' sena ${Buffer.from(script).toString("base64")}`;

type Scene = { readonly inputs?: Readonly<Record<string, string>>; /** Done to the host before. */ readonly before?: string; /** The answer where the practice host cannot go along. */ readonly refuses?: RegExp };
const CONF = "/etc/nginx/conf.d/intranet.conf";
/** What a runbook is asked with where a value of its kind is not enough, and what it needs to find. */
const SCENES: Readonly<Record<string, Scene>> = {
  "cisco-ios.interface-errors": { inputs: { interface: "Gi1/0/3" } },
  "cisco-ios.find-mac": { inputs: { mac: "0050.56a1.0b2c" } },
  "dell-idrac.power-on": { before: "racadm serveraction powerdown" },
  "dell-idrac.shut-down": { before: "racadm serveraction powerup" },
  "linux-core.reload-service": { before: "systemctl start ssh", inputs: { service: "ssh" } },
  "linux-core.reset-failed": { inputs: { service: "nginx" } },
  "linux-core.stop-process": { before: "systemctl start cron", inputs: { pid: "" }, refuses: /No such process/ }, // bash brings a `kill` of its own, and that one knows the real machine's processes
  "linux-core.delete-old-temp": { before: "touch -d 2026-10-01 /tmp/forgotten.log" },
  "linux-core.set-timezone": { inputs: { zone: "Europe/Berlin" } },
  "linux-core.cancel-reboot": { before: "shutdown -r +1" },
  "linux-core.install-package": { refuses: /no package mirror|lock file/ },
  "linux-core.file-tail": { inputs: { path: "/etc/hosts" } },
  "linux-core.certificate": { inputs: { path: "/etc/ssl/intranet/fullchain.pem" } },
  "nginx.fix-directive": { inputs: { wrong: "proxy_passs", right: "proxy_pass", file: CONF, line: "14" } },
  "nginx.restore-file": { before: `cp ${CONF} ${CONF}.sena-before`, inputs: { file: CONF } },
  "nginx.reload": { before: `sed -i s/proxy_passs/proxy_pass/ ${CONF} && systemctl start nginx` },
  "postgres.cancel-query": { inputs: { pid: "1421" } },
};
const BY_TYPE: Readonly<Record<string, string>> = { service: "cron", path: "/var/log", integer: "4711", port: "22", user: "ops", package: "tmux", process: "cron", host: "127.0.0.1", container: "session-cache", pattern: "error", text: "vm.swappiness" };

type Played = { readonly id: string; readonly state: string; readonly say: string; readonly said: readonly string[]; readonly missing: readonly string[]; readonly isRight: boolean };
const AT_ONCE = 6;

describe.skipIf(groundHere() === undefined)("built-in runbooks on the practice lab", () => {
  let home: string;
  let lab: Lab;
  let world: Awaited<ReturnType<typeof sshWorld>>;
  let skills: Skills & Disposable;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "sena-packs-"));
    lab = await startLab({ home, clock: "fixed" });
    world = await sshWorld({ hosts: lab.hosts.map((host) => ({ id: host.name, name: host.name, os: host.os, port: host.port, user: host.user, credential: { kind: "key-file", path: lab.keyPath } as const })), knownHosts: readFileSync(lab.knownHostsPath, "utf8") });
    skills = openSkills({ store: openStore({ path: ":memory:" }), now: () => 1, watches: false, builtInFolder: join(import.meta.dirname, "../../../resources/skills"), homeFolder: join(home, "skills"), pins: undefined, classify: undefined });
  });
  afterAll(async () => {
    skills?.[Symbol.dispose]();
    await world?.[Symbol.asyncDispose]();
    await lab?.[Symbol.asyncDispose]();
    rmSync(home, { recursive: true, force: true });
  });

  const hostFor = ({ skillId, os }: SkillOutline): LabHostName => (os[0] === "cisco-ios" ? "sw-01" : os[0] === "idrac" ? "bmc-01" : skillId.startsWith("postgres.") ? "db-01" : "web-01");

  const onHost = (host: LabHost, script: string) => world.ssh.exec(host.name, { wire: host.os === "linux" ? wireOf(script) : script });

  /** Step by step as a run does, and to its end. */
  const play = async (skill: SkillOutline): Promise<Played> => {
    const host = lab.hosts.find(({ name }) => name === hostFor(skill));
    if (host === undefined) throw new Error(`no practice host for ${skill.skillId}`);
    const scene = SCENES[skill.skillId] ?? {};
    if (scene.before !== undefined) await onHost(host, scene.before);
    const given = skill.skillId === "linux-core.stop-process" ? { pid: text((await onHost(host, "pgrep -o cron")).stdout).trim() } : scene.inputs;
    const inputs = { ...Object.fromEntries(skill.inputs.filter(({ isRequired }) => isRequired).map(({ name, type, choices }) => [name, choices[0] ?? BY_TYPE[type] ?? "x"])), ...given };
    const compiled = skills.compile(skill.skillId, inputs, { id: host.name, name: host.name, os: host.os, tags: host.tags, environment: host.environment });
    const results: SkillResult[] = [];
    for (;;) {
      const next = compiled.next(results);
      if (next.kind === "end") {
        const said = next.findings.statements.map(({ text: of, tone }) => `${tone}: ${of}`);
        const missing = results.filter(({ stdout, stderr }) => /command not found|% Invalid input|RAC0901/.test(stdout + stderr)).map(({ key, stdout, stderr }) => `${key}: ${stdout}${stderr}`);
        const isEnd = scene.refuses === undefined ? next.state === "done" : scene.refuses.test(next.say);
        return { id: skill.skillId, state: next.state, say: next.say, said, missing, isRight: isEnd && missing.length === 0 && (said.length > 0 || next.findings.tables.some(({ rows }) => rows.length > 0)) };
      }
      const { id, script, okExitCodes } = next.step;
      const { stdout, stderr, exitCode } = await onHost(host, script);
      results.push({ key: id, state: exitCode !== null && okExitCodes.includes(exitCode) ? "done" : "failed", stdout: text(stdout), stderr: text(stderr), exitCode });
    }
  };

  // In one day of the lab: a reset between them would cost more than they do.
  it.each(["linux-core", "nginx", "postgres", "docker", "dell-idrac", "cisco-ios"])("%s: each runbook runs to its end, finds what it calls, and has something to say", async (pack) => {
    const own = skills.outlines().filter(({ skillId }) => skillId.startsWith(`${pack}.`));
    // Looks go side by side, as they do in a health check; changes one after the other, in the order they are written.
    const looks = own.filter(({ kind }) => kind !== "change");
    const played: Played[] = [];
    for (let at = 0; at < looks.length; at += AT_ONCE) played.push(...(await Promise.all(looks.slice(at, at + AT_ONCE).map(play))));
    for (const skill of own.filter(({ kind }) => kind === "change")) played.push(await play(skill));
    expect(played.filter(({ isRight }) => !isRight)).toEqual([]);
    expect(played.length).toBeGreaterThan(5);
  }, 180_000);

  it("a page at a time, asking for a password, refusing in its own words: the switch's prompt is read all the same", async () => {
    const device = lab.hosts.find(({ os }) => os === "cisco-ios");
    if (device === undefined) throw new Error("no switch");
    expect(text((await onHost(device, "show interfaces")).stdout).split("\n").filter((line) => line.includes("line protocol is"))).toHaveLength(7);
    expect(text((await onHost(device, "show interfaces")).stdout)).not.toMatch(/More|\u0008|sw-01[>#]/);
    expect(await onHost(device, "show nothing")).toMatchObject({ exitCode: 1 });
    expect(await onHost(device, "enable")).toMatchObject({ exitCode: 1 });
    expect(await onHost(device, "show clock\nreload\nshow version")).toMatchObject({ exitCode: 1 });
    expect(text((await onHost(device, "show version")).stdout)).toContain("uptime is 2 weeks, 4 days");
  });
});
