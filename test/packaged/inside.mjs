// Runs inside a network namespace with no route: unpacks, installs, starts, drives the screen, uninstalls. Prints one
// JSON line. Everything used lies in the package but Chromium and this driver. Root installs; who works with it is an
// ordinary account, once one that no directory has a name or a folder for, on the practice hosts.
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [, , archive, deb] = process.argv;
const work = mkdtempSync(join(tmpdir(), "sena-packed-"));
const sh = (file, args, options) => spawnSync(file, args, { encoding: "utf8", ...options });
chmodSync(work, 0o755);
const NOBODY = 65_534;
const NAMELESS = 54_321;
const result = { routes: sh("ip", ["route"]).stdout.trim() };

sh("tar", ["-xzf", archive, "-C", work]);
const unpacked = join(work, archive.split("/").at(-1).replace(".tar.gz", ""));
result.fromArchive = await drive(join(unpacked, "bin", "sena-station"), join(unpacked, "bin", "sena"), join(work, "home-a"), NAMELESS);

// The Debian package goes into a root of its own, as dpkg would place it, without touching this machine.
const root = join(work, "root");
for (const folder of ["var/lib/dpkg/updates", "var/lib/dpkg/info", "usr/bin"]) sh("mkdir", ["-p", join(root, folder)]);
for (const file of ["status", "available"]) sh("touch", [join(root, "var/lib/dpkg", file)]);
const dpkg = ["--root", root, "--force-not-root", "--force-depends", "--force-script-chrootless"];
const installed = sh("dpkg", [...dpkg, "-i", deb]);
result.installed = installed.status === 0 && existsSync(join(root, "opt/sena/bin/sena-station")) && existsSync(join(root, "usr/share/applications/sena.desktop"));
result.installSaid = installed.status === 0 ? "" : installed.stderr.slice(-500);
if (result.installed) result.fromDeb = await drive(join(root, "opt/sena/bin/sena-station"), join(root, "opt/sena/bin/sena"), join(work, "home-b"), NOBODY);
result.removed = sh("dpkg", [...dpkg, "-r", "sena"]).status === 0 && !existsSync(join(root, "opt/sena"));
rmSync(work, { recursive: true, force: true });
console.log(JSON.stringify(result));

async function drive(station, sena, home, account) {
  mkdirSync(home);
  chownSync(home, account, account);
  // No PATH that could lend it a Node of this machine.
  const as = { env: { PATH: "/usr/bin:/bin", ...(account === NOBODY && { HOME: home }) }, cwd: home, uid: account, gid: account };
  const own = (...args) => sh(sena, ["--home", home, ...args], as).stdout.trim();
  const child = spawn(station, ["--headless", "--lab", "--port", "0", "--home", home], { ...as, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  const url = await new Promise((resolve) => {
    child.stdout.on("data", (chunk) => resolve(/http\S+/.exec(String(chunk))?.[0]));
    child.on("close", () => resolve(undefined));
  });
  if (!url) return { said };
  const browser = await chromium.launch({ executablePath: process.env.SENA_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-background-networking"] });
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByRole("navigation").getByRole("link", { name: /settings/i }).click();
  await page.locator("body").filter({ hasText: /recorded/ }).waitFor();
  const heading = page.url();
  await browser.close();
  const ping = own("call", "app.ping", '{"text":"packed"}');
  const answer = own("ask", "--host", "web-01", "is the disk full on web-01");
  // An update puts other files in place of those that run: told on every screen, and what runs goes on.
  const program = join(sena, "../../dist/core.mjs");
  copyFileSync(program, `${program}.new`);
  appendFileSync(`${program}.new`, "\n// of another version\n");
  renameSync(`${program}.new`, program);
  const isTold = await hears(spawn(sena, ["--home", home, "call", "app.status"], as), /"updated":true/);
  const updated = isTold && own("call", "app.ping", '{"text":"on"}') === '{"text":"on"}';
  child.kill("SIGTERM");
  await new Promise((resolve) => child.once("close", resolve));
  return { drawn: /settings/.test(heading), ping, answer, updated };
}

/** Whether a program that goes on says this before long; it is ended then. */
function hears(child, words) {
  return new Promise((resolve) => {
    const end = (isHeard) => {
      child.kill("SIGKILL");
      resolve(isHeard);
    };
    const late = setTimeout(end, 40_000, false);
    child.stdout.on("data", (chunk) => words.test(String(chunk)) && (clearTimeout(late), end(true)));
  });
}
