/** The fingerprint in what a person typed or pasted: bare, with its prefix, or a whole line of `ssh-keygen -l`. */
export function typedFingerprint(text: string): string | undefined {
  const found = /(?:^|[\s])(?:SHA256:)?([A-Za-z0-9+/]{43})=?(?=$|\s)/.exec(text.trim());
  return found === null ? undefined : `SHA256:${found[1]}`;
}
