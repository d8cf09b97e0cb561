// Lays out the station form of SENA in a folder, the same for the archive and the Debian package.
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathIn, signingKey, writeManifest } from "./manifest.mjs";
import { bundledPackages, filesOf, licenseFileOf, runtimePackages } from "./shipped-packages.mjs";
import { sbomOf } from "./sbom.mjs";

const LAUNCHER = (program) => `#!/bin/sh
# Finds itself through links, then runs SENA on the Node that came with it.
here=$(readlink -f "$0")
root=$(dirname "$(dirname "$here")")
exec "$root/node/bin/node" --disable-warning=ExperimentalWarning "$root/dist/${program}.mjs" "$@"
`;

/** What of dist/ runs on an operator's machine. Named, not all but some: whatever else lies there one day stays here. */
const BUILT = /^([^/]+\.mjs|(chunks|console|prepared|renderer)(\/.*)?)$/;
const NOT_BUILT_FOR_IT = /^electron\.mjs$|\.map$/;
const isBuilt = (path) => path === "" || (BUILT.test(path) && !NOT_BUILT_FOR_IT.test(path));
const EXECUTABLE = /^(bin\/|node\/bin\/node$)/;

const put = (path, text) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

/** Installed by root, used by everybody: whatever the modes were here, all of it can be read there. */
function openToAll(folder) {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory() || entry.isFile()) chmodSync(path, entry.isDirectory() || EXECUTABLE.test(pathIn(folder, path)) ? 0o755 : 0o644);
  }
}

export function stage({ root, folder, version, inputs }) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const dist = join(root, "dist");
  cpSync(dist, join(folder, "dist"), { recursive: true, filter: (path) => isBuilt(pathIn(dist, path)) });
  cpSync(join(root, "resources"), join(folder, "resources"), { recursive: true, filter: (path) => !/\/resources\/(linux|electron)$/.test(path) });
  mkdirSync(join(folder, "node", "bin"), { recursive: true });
  copyFileSync(process.execPath, join(folder, "node", "bin", "node"));

  const runtime = runtimePackages(root);
  for (const { folder: from } of runtime) {
    for (const file of filesOf(from, root)) {
      const to = join(folder, "node_modules", file.to);
      mkdirSync(dirname(to), { recursive: true });
      copyFileSync(file.from, to);
    }
  }
  const packages = [...runtime, ...bundledPackages(root, inputs)];
  for (const { name, version: own, folder: from, license } of packages) put(join(folder, "licences", `${name.replace("/", "__")}-${own}.txt`), licenseFileOf(from) || `${name} ${own}: ${license}\n`);
  put(join(folder, "LICENSE"), readFileSync(join(root, "LICENSE")));
  put(join(folder, "package.json"), `${JSON.stringify({ name: "sena", version, type: "module", private: true, license: "Apache-2.0" }, null, 2)}\n`);
  put(join(folder, "sbom.cdx.json"), `${JSON.stringify(sbomOf(root, version, packages), null, 1)}\n`);
  put(join(folder, "bin", "sena"), LAUNCHER("sena"));
  put(join(folder, "bin", "sena-station"), LAUNCHER("station"));
  cpSync(join(root, "resources", "linux"), join(folder, "share"), { recursive: true });
  openToAll(folder);
  writeManifest(folder, { version, ...signingKey(root) });
  return { packages: packages.length };
}
