import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { groundHere, startLab, type Lab } from "../../../src-main/shells/lab/index.ts";
import { createFiles } from "../../../src-main/ssh/index.ts";
import { sshWorld, text } from "../ssh/world.ts";

if (groundHere() === undefined) process.stderr.write("\nNOT TESTED: the practice lab, because this machine allows neither user namespaces nor chroot\n");

/** As the guard sends a script (docs: bytes approved = bytes run). */
const wireOf = (script: string): string => `exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 /bin/bash --noprofile --norc -c 'eval "$(printf %s "$1"|base64 -d)"' sena ${Buffer.from(script).toString("base64")}`;

describe.skipIf(groundHere() === undefined)("the practice lab", () => {
  let home: string;
  let lab: Lab;
  let world: Awaited<ReturnType<typeof sshWorld>>;
  const run = async (host: string, script: string): Promise<{ out: string; err: string; code: number | null }> => {
    const { stdout, stderr, exitCode } = await world.ssh.exec(host, { wire: host === "bmc-01" ? script : wireOf(script) });
    return { out: text(stdout), err: text(stderr), code: exitCode };
  };
  const connect = async () => sshWorld({ hosts: lab.hosts.map((host) => ({ id: host.name, name: host.name, port: host.port, user: host.user, credential: { kind: "key-file", path: lab.keyPath } as const })), knownHosts: readFileSync(lab.knownHostsPath, "utf8") });

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "sena-lab-"));
    lab = await startLab({ home, clock: "fixed" });
    world = await connect();
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    await lab?.[Symbol.asyncDispose]();
    rmSync(home, { recursive: true, force: true });
  });
  beforeEach(() => lab.reset());

  it("tells the story of web-01: failed since 07:42, a typo at line 14, changed by a deploy at 07:41", async () => {
    expect(await run("web-01", "systemctl is-active nginx")).toMatchObject({ out: "failed\n", code: 3 });
    expect(await run("web-01", "nginx -t")).toMatchObject({ err: 'nginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/conf.d/intranet.conf:14\nnginx: configuration file /etc/nginx/nginx.conf test failed\n', code: 1 });
    expect((await run("web-01", "journalctl -u nginx -p err --no-pager")).out).toContain("Nov 21 07:42:03 web-01 systemd[1]: Failed to start nginx.service");
    expect((await run("web-01", "stat -c %y /etc/nginx/conf.d/intranet.conf; grep 07:41 /var/log/deploy.log")).out).toMatch(/^2026-11-21 07:41:09.*\n.*intranet\.conf/);
  });
  it("lets a fix really fix, and a wrong one really fail", async () => {
    expect(await run("web-01", "systemctl start nginx")).toMatchObject({ code: 1 });
    expect((await run("web-01", "curl -sk -o /dev/null -w '%{http_code}' https://intranet.example/")).out).toBe("000");
    expect(await run("web-01", "sed -i '14s/proxy_passs/proxy_pass/' /etc/nginx/conf.d/intranet.conf && nginx -t && systemctl start nginx")).toMatchObject({ code: 0 });
    expect((await run("web-01", "systemctl is-active nginx; ss -tln | grep -c ':443 '; curl -sk -o /dev/null -w '%{http_code}' https://intranet.example/")).out).toBe("active\n1\n200");
    expect(await run("web-01", "echo '}' >> /etc/nginx/conf.d/intranet.conf; systemctl reload nginx")).toMatchObject({ code: 1 });
  });
  it("tells the story of db-01: 95 % full by logs, dumps and a runaway query; each answer takes effect", async () => {
    expect((await run("db-01", "df -h /var")).out).toContain("95% /var");
    const { out } = await run("db-01", `psql -At -c "select pid, usename from pg_stat_activity where state = 'active' and now() - query_start > interval '1 hour'"`);
    expect(out).toBe("1421|report\n");
    expect(await run("db-01", 'psql -At -c "select pg_terminate_backend(1421)"')).toMatchObject({ out: "t\n", code: 0 });
    expect((await run("db-01", "df --output=pcent /var | tail -1; top -b -n1 | head -20")).out).toMatch(/^\s*67%/);
    expect((await run("db-01", "top -b -n1")).out).not.toContain("97.4");
    await run("db-01", "rm /var/backups/pg/orders-2026-11-05.dump /var/backups/pg/orders-2026-11-12.dump");
    expect((await run("db-01", "df --output=pcent /var | tail -1")).out.trim()).toBe("59%");
  });
  it("answers racadm and Redfish from one state", async () => {
    expect((await run("bmc-01", "racadm serveraction powerstatus")).out).toBe("Server power status: ON\n");
    expect((await run("bmc-01", "racadm getsel")).out).toContain("The power input for power supply 2 is lost.");
    expect((await run("bmc-01", "racadm serveraction graceshutdown")).code).toBe(0);
    expect(await redfish("/redfish/v1/Systems/System.Embedded.1")).toMatchObject({ PowerState: "Off", Status: { Health: "Critical" } });
    expect((await run("bmc-01", "rm -rf /")).out).toContain("not valid");
  });
  it("prints the same bytes after a reset", async () => {
    const tour = "date; uptime; systemctl status nginx; journalctl -n 20; ps aux; df; ss -tlnp; last; free; ls -la --time-style=full-iso /etc/nginx/conf.d /var/log";
    const first = await run("web-01", tour);
    await run("web-01", "systemctl stop cron; echo changed > /etc/motd; rm -rf /var/log/nginx");
    await lab.reset();
    expect(await run("web-01", tour)).toEqual(first);
  });
  it("runs a real bash as ops under the guard's own bootstrap, in a tree of its own", async () => {
    expect((await run("web-01", "id -un; hostname; echo $BASH_VERSION | cut -d. -f1; cat <<< here; cat < <(echo sub); ls /root; touch /usr/bin/made && ls /usr/bin/made")).out).toBe("ops\nweb-01\n5\nhere\nsub\n/usr/bin/made\n");
    expect(existsSync("/usr/bin/made")).toBe(false);
    expect(existsSync(join(lab.hosts[0]?.root ?? "", "usr/bin/made"))).toBe(true);
  });
  it("keeps the practice apart: nothing of this machine can be written or reached", async () => {
    const own = join(home, "outside");
    expect((await run("web-01", `rm -rf /home /etc /var 2>/dev/null; touch ${own} 2>/dev/null; (exec 3<>/dev/tcp/127.0.0.1/${lab.hosts[0]?.port}) 2>/dev/null && echo reached; echo gone > /.host/usr/bin/x; ls /.lab/old 2>/dev/null; ps -e | grep -c vitest`)).out).toBe("0\n");
    expect(existsSync("/etc/passwd") && existsSync("/home") && existsSync("/var")).toBe(true);
    expect(existsSync(own)).toBe(false);
  });
  it("keeps a detached process and its spool when the connection goes", async () => {
    await run("web-01", "mkdir -p /tmp/spool; setsid nohup sh -c 'echo begun > /tmp/spool/out; sleep 1; echo done >> /tmp/spool/out; echo 0 > /tmp/spool/rc' >/dev/null 2>&1 & disown");
    world.ssh.disconnect("web-01");
    await vi.waitFor(async () => expect((await run("web-01", "cat /tmp/spool/out /tmp/spool/rc")).out).toBe("begun\ndone\n0\n"), { timeout: 30_000, interval: 300 });
  });
  it("gives a real terminal: window size, signals, exit status", async () => {
    const shell = await world.ssh.shell("web-01", { cols: 91, rows: 31, term: "xterm-256color" });
    let said = "";
    const reading = (async () => {
      for await (const bytes of shell.output) said += text(bytes);
    })();
    await shell.write(Buffer.from("stty size; sleep 30\r"));
    for (let i = 0; i < 100 && !said.includes("31 91"); i += 1) await new Promise((resolve) => setTimeout(resolve, 50));
    await shell.write(Buffer.from("\u0003"));
    await shell.write(Buffer.from("exit 9\r"));
    expect(await shell.ended).toMatchObject({ status: 9 });
    await reading;
    expect(said).toContain("ops@web-01");
  });
  it("browses, edits, uploads and downloads over SFTP, and refuses to save over somebody else's change", async () => {
    const files = createFiles({ connections: world.ssh.connections, inventory: world.inventory });
    expect((await files.list("web-01", "")).path).toBe("/home/ops");
    const path = "/etc/nginx/conf.d/intranet.conf";
    const opened = await files.readText("web-01", path);
    await files.saveText("web-01", path, opened.text.replace("proxy_passs", "proxy_pass"), opened.sha256);
    expect(await run("web-01", "nginx -t")).toMatchObject({ code: 0 });
    await expect(files.saveText("web-01", path, "mine", opened.sha256)).rejects.toMatchObject({ code: "FILE_CHANGED" });
    expect((await run("web-01", `ls -A /etc/nginx/conf.d; stat -c %a ${path}`)).out).toBe("intranet.conf\n644\n");

    const strange = "/tmp/two\nlines \u202efdp.txt";
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
    const half = await files.write("web-01", strange, { from: 0, size: bytes.length, isReplacing: false });
    await half.put(bytes.subarray(0, 200_000));
    await half.stop();
    expect(await files.partial("web-01", strange)).toBe(200_000);
    const rest = await files.write("web-01", strange, { from: 200_000, size: bytes.length, isReplacing: false });
    await rest.put(bytes.subarray(200_000));
    await rest.finish();
    const { size, chunks } = await files.read("web-01", strange, 0);
    const got: Uint8Array[] = [];
    for await (const chunk of chunks) got.push(chunk);
    expect([size, Buffer.concat(got).equals(bytes)]).toEqual([bytes.length, true]);
    await expect(files.write("web-01", strange, { from: 0, size: 1, isReplacing: false })).rejects.toMatchObject({ code: "FILE_FAILED" });
    await expect(files.readText("web-01", strange)).rejects.toMatchObject({ code: "FILE_NOT_TEXT" });
    await files.remove("web-01", strange);
    await expect(files.readText("web-01", "/no/such")).rejects.toMatchObject({ code: "FILE_FAILED", message: expect.stringContaining("no such file") });
  });
  it("lets nobody out of the host's tree over SFTP", async () => {
    const files = createFiles({ connections: world.ssh.connections, inventory: world.inventory });
    await run("web-01", "ln -s / /tmp/up; ln -s ../../../../../../../../etc/passwd /tmp/p");
    expect((await files.readText("web-01", "/tmp/p")).text).toContain("deploy:");
    expect((await files.readText("web-01", "/../../../etc/hostname")).text).toBe("web-01\n");
    expect((await files.list("web-01", "/tmp/up/etc")).entries.some(({ name }) => name === "nginx")).toBe(true);
  });

  const redfish = (path: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const { url = "", user = "", password = "", certificatePath = "" } = lab.redfish ?? {};
      request(`${url}${path}`, { auth: `${user}:${password}`, ca: readFileSync(certificatePath) }, (response) => {
        let body = "";
        response.on("data", (chunk) => (body += String(chunk))).on("end", () => resolve(JSON.parse(body)));
      })
        .once("error", reject)
        .end();
    });
});
