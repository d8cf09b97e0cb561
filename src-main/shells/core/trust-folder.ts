import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";

/** Authorities of the house: PEM files an admin puts into a folder of SENA's home are trusted beside the usual ones. Answers how many. */
export function trustFolder(folder: string): number {
  if (!existsSync(folder)) return 0;
  const own = readdirSync(folder).filter((name) => /\.(pem|crt)$/.test(name)).map((name) => readFileSync(join(folder, name), "utf8"));
  if (own.length > 0) setDefaultCACertificates([...getCACertificates("default"), ...getCACertificates("system"), ...own]);
  return own.length;
}
