import { ToolError, readState, table } from "./host.mjs";
import { err, out } from "./out.mjs";

const LOCKED = "E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\nE: The practice lab's hosts have no package mirror: nothing was changed.";

export function apt(argv) {
  const [verb = "", ...rest] = argv.filter((word, at) => word !== "-o" && argv[at - 1] !== "-o");
  const state = readState();
  const names = rest.filter((r) => !r.startsWith("-"));
  if (verb === "list") {
    const upgradable = rest.includes("--upgradable");
    err("\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n");
    const shown = state.packages.filter((p) => (upgradable ? p.candidate : true) && (names.length === 0 || names.includes(p.name)));
    out(`Listing...\n${shown.map((p) => (upgradable ? `${p.name}/stable-security ${p.candidate} amd64 [upgradable from: ${p.version}]` : `${p.name}/stable,now ${p.version} amd64 [installed]`)).join("\n")}`);
    return 0;
  }
  if (verb === "show" || verb === "policy") return apt_cache([verb, ...rest]);
  throw new ToolError(LOCKED, 100);
}

export function apt_get(argv) {
  if (argv.includes("-s") || argv.includes("--simulate")) {
    const { packages } = readState();
    const up = packages.filter((p) => p.candidate);
    out(`Reading package lists...\nBuilding dependency tree...\nThe following packages will be upgraded:\n  ${up.map((p) => p.name).join(" ")}\n${up.length} upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n${up.map((p) => `Inst ${p.name} [${p.version}] (${p.candidate} Debian-Security:12/stable-security [amd64])`).join("\n")}`);
    return 0;
  }
  throw new ToolError(LOCKED, 100);
}

export function apt_cache([verb = "", ...names]) {
  const { packages } = readState();
  for (const name of names.filter((n) => !n.startsWith("-"))) {
    const p = packages.find((one) => one.name === name);
    if (!p) throw new ToolError(verb === "policy" ? "" : "E: No packages found", 100);
    out(verb === "policy" ? `${p.name}:\n  Installed: ${p.version}\n  Candidate: ${p.candidate ?? p.version}\n  Version table:\n *** ${p.version} 100\n        100 /var/lib/dpkg/status` : `Package: ${p.name}\nVersion: ${p.version}\nDescription: ${p.says ?? p.name}`);
  }
  return 0;
}

export function dpkg(argv) {
  const { packages } = readState();
  const [flag = "", ...names] = argv;
  if (flag === "-l" || flag === "--list") {
    const shown = packages.filter((p) => names.length === 0 || names.some((n) => p.name === n || (n.includes("*") && p.name.startsWith(n.replaceAll("*", "")))));
    if (shown.length === 0) throw new ToolError(`dpkg-query: no packages found matching ${names.join(" ")}`);
    out(`Desired=Unknown/Install/Remove/Purge/Hold\n| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n${table([["||/ Name", "Version", "Architecture", "Description"], ...shown.map((p) => [`ii  ${p.name}`, p.version, "amd64", p.says ?? p.name])])}`);
    return 0;
  }
  if (flag === "-s" || flag === "--status") return dpkg_query(["-s", ...names]);
  if (flag === "-S" || flag === "--search") {
    const owner = packages.find((p) => names.some((n) => (p.files ?? []).some((f) => n.startsWith(f))));
    if (!owner) throw new ToolError(`dpkg-query: no path found matching pattern ${names[0] ?? ""}`);
    return out(`${owner.name}: ${names[0]}`), 0;
  }
  if (flag === "--print-architecture") return out("amd64"), 0;
  if (flag === "-V" || flag === "--verify") return 0;
  throw new ToolError("dpkg: error: requested operation requires superuser privilege", 2);
}

export function dpkg_query(argv) {
  const { packages } = readState();
  const format = argv.find((a) => a.startsWith("-f="))?.slice(3) ?? (argv.includes("-f") ? argv[argv.indexOf("-f") + 1] : undefined);
  const names = argv.filter((a, i) => !a.startsWith("-") && argv[i - 1] !== "-f");
  const shown = packages.filter((p) => names.length === 0 || names.includes(p.name));
  if (shown.length === 0) throw new ToolError(`dpkg-query: package '${names[0]}' is not installed and no information is available`);
  for (const p of shown) process.stdout.write(format ? format.replaceAll("${Package}", p.name).replaceAll("${Version}", p.version).replaceAll("${Status}", "install ok installed").replaceAll("${binary:Package}", p.name).replaceAll("${Architecture}", "amd64").replaceAll("\\n", "\n").replaceAll("\\t", "\t") : argv.includes("-s") ? `Package: ${p.name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${p.version}\nDescription: ${p.says ?? p.name}\n\n` : `${p.name}\t${p.version}\n`);
  return 0;
}
