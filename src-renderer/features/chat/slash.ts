const NAMES = ["new", "stop", "retry", "pin", "rename", "export", "help"] as const;
export type SlashCommand = { readonly name: (typeof NAMES)[number]; readonly rest: string };

/** `/rename Intranet outage`. Anything else that begins with a slash is an ordinary sentence (a path, say). */
export function readSlash(text: string): SlashCommand | undefined {
  const match = /^\/([a-z]+)(?:\s+([\s\S]*))?$/.exec(text.trim());
  const name = NAMES.find((known) => known === match?.[1]);
  return name === undefined ? undefined : { name, rest: match?.[2]?.trim() ?? "" };
}
