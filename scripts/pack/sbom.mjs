// CycloneDX 1.6 of what is really shipped: packages beside the code, packages inside it, and Node itself.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export function sbomOf(root, version, packages) {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const components = packages.map(({ name, version: own, license, folder, isBundled }) => {
    const integrity = lock[folder.slice(root.length + 1)]?.integrity;
    const [algorithm, digest] = (integrity ?? "").split("-");
    return {
      type: "library",
      "bom-ref": `pkg:npm/${name.replace("@", "%40")}@${own}`,
      name,
      version: own,
      purl: `pkg:npm/${name.replace("@", "%40")}@${own}`,
      licenses: [typeof license === "string" && /^[\w.+-]+$/.test(license) ? { license: { id: license } } : { expression: String(license) }],
      ...(algorithm === "sha512" ? { hashes: [{ alg: "SHA-512", content: Buffer.from(digest, "base64").toString("hex") }] } : {}),
      properties: [{ name: "sena:shipped", value: isBundled ? "inside the built code" : "as files" }],
    };
  });
  const unique = [...new Map(components.map((component) => [component["bom-ref"], component])).values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
  return { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, metadata: { component: { type: "application", "bom-ref": `sena@${version}`, name: "sena", version, licenses: [{ license: { id: "Apache-2.0" } }] } }, components: unique };
}
