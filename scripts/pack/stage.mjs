// Lays out the station form of SENA in a folder, the same for the archive and the Debian package.
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { signingKey, writeManifest } from "./manifest.mjs";
import { bundledPackages, filesOf, licenseFileOf, runtimePackages } from "./shipped-packages.mjs";
import { sbomOf } from "./sbom.mjs";

const LAUNCHER = (program) => `#!/bin/sh
# Finds itself through links, then runs SENA on the Node that came with it.
here=$(readlink -f "$0")
root=$(dirname "$(dirname "$here")")
exec "$root/node/bin/node" --disable-warning=ExperimentalWarning "$root/dist/${program}.mjs" "$@"
`;

const put = (path, text, mode = 0o644) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
};

export function stage({ root, folder, version, inputs }) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, "dist"), join(folder, "dist"), { recursive: true, filter: (path) => !/\.(map|stamp)$|\/(gallery|meta\.json|electron\.mjs|preload\.cjs)$/.test(path) });
  cpSync(join(root, "resources"), join(folder, "resources"), { recursive: true, filter: (path) => !/\/resources\/(linux|electron)$/.test(path) });
  mkdirSync(join(folder, "node", "bin"), { recursive: true });
  copyFileSync(process.execPath, join(folder, "node", "bin", "node"));
  chmodSync(join(folder, "node", "bin", "node"), 0o755);

  const runtime = runtimePackages(root);
  for (const { folder: from } of runtime) {
    for (const file of filesOf(from, root)) {
      const to = join(folder, "node_modules", file.to);
      mkdirSync(dirname(to), { recursive: true });
      copyFileSync(file.from, to);
      chmodSync(to, 0o644);
    }
  }
  const packages = [...runtime, ...bundledPackages(root, inputs)];
  for (const { name, version: own, folder: from, license } of packages) put(join(folder, "licences", `${name.replace("/", "__")}-${own}.txt`), licenseFileOf(from) || `${name} ${own}: ${license}\n`);
  put(join(folder, "LICENSE"), readFileSync(join(root, "LICENSE")));
  put(join(folder, "package.json"), `${JSON.stringify({ name: "sena", version, type: "module", private: true, license: "Apache-2.0" }, null, 2)}\n`);
  put(join(folder, "sbom.cdx.json"), `${JSON.stringify(sbomOf(root, version, packages), null, 1)}\n`);
  put(join(folder, "bin", "sena"), LAUNCHER("sena"), 0o755);
  put(join(folder, "bin", "sena-station"), LAUNCHER("station"), 0o755);
  cpSync(join(root, "resources", "linux"), join(folder, "share"), { recursive: true });
  writeManifest(folder, { version, ...signingKey(root) });
  return { packages: packages.length };
}
