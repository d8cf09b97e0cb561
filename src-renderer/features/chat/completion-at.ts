export type Asked = { readonly sign: "@" | "#" | "/"; readonly typed: string; readonly from: number; readonly to: number };

/** The word being typed at the cursor, if it asks for completion: `@` and `#` after a blank, `/` only as the first character. */
export function completionAt(text: string, cursor: number): Asked | undefined {
  const before = text.slice(0, cursor);
  const match = /(?:^|\s)([@#])([A-Za-z0-9._/-]*)$/.exec(before) ?? /^(\/)([A-Za-z0-9._-]*)$/.exec(before);
  if (!match) return undefined;
  const typed = match[2] ?? "";
  return { sign: match[1] as Asked["sign"], typed, from: cursor - typed.length - 1, to: cursor };
}
