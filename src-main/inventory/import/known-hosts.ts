import { environmentHint, type ImportedHost, type ImportProblem, type ImportRead } from "./imported.ts";

/** The hosts somebody has been to. Hashed names cannot be read back: that is what the hash is for; they are counted. */
export function readKnownHostNames(text: string, where: string): ImportRead {
  const hosts = new Map<string, ImportedHost>();
  const problems: ImportProblem[] = [];
  let hashed = 0;
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith("@")) return;
    const [names, type, key] = line.split(/\s+/);
    if (names === undefined || type === undefined || key === undefined) return void problems.push({ where: `${where}:${index + 1}`, why: "is not a known_hosts line" });
    if (names.startsWith("|")) return void (hashed += 1);
    const [first, ...more] = names.split(",").filter((name) => !/[*?!]/.test(name));
    if (first === undefined) return;
    const at = /^\[(.+)\]:(\d+)$/.exec(first);
    const name = at?.[1] ?? first;
    // Usually the name first and the address behind it: reach it by what it is called.
    const environment = environmentHint([name]);
    if (!hosts.has(name)) hosts.set(name, { name, address: name, ...(at && { port: Number(at[2]) }), ...(environment && { environment }), ...(more.length > 0 && { notes: `also known as ${more.join(", ").slice(0, 400)}` }) });
  });
  if (hashed > 0) problems.push({ where, why: `${hashed} lines have hashed names and cannot be listed; they still serve to check keys` });
  return { hosts: [...hosts.values()], problems };
}
