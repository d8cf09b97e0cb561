/** `#nginx/why-down @web-01 service=nginx path="/var/my logs"`: a skill called by name, for hands that know it. */
export function readExplicit(text: string): { readonly skillId: string; readonly hosts: readonly string[]; readonly inputs: Readonly<Record<string, string>> } | undefined {
  const skillId = /(?:^|\s)#([a-z0-9][a-z0-9._/-]*)/.exec(text)?.[1];
  if (skillId === undefined) return undefined;
  const hosts = [...text.matchAll(/(?:^|\s)@([A-Za-z0-9][A-Za-z0-9._-]*)/g)].map((match) => match[1] ?? "");
  const inputs: Record<string, string> = {};
  for (const match of text.matchAll(/(?:^|\s)([a-z][a-z0-9_-]*)=(?:"([^"]*)"|(\S+))/g)) inputs[match[1] ?? ""] = match[2] ?? match[3] ?? "";
  return { skillId, hosts, inputs };
}
