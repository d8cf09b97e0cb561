// How an order, a question and a prohibition begin.

/** Words by which an operator asks for an act. When a sentence opens with one, a skill that only looks is no answer to it. */
export const ACTS: ReadonlySet<string> = new Set(
  "restart stop start kill delete remove drop wipe purge erase reboot shutdown rotate renew install uninstall upgrade update patch add create change set reset enable disable mount unmount umount format resize extend grow shrink migrate move copy restore deploy edit write modify open close block allow flush lock unlock reload terminate truncate vacuum empty clean clear replace reissue configure promote failover switch power cycle bounce kick halt run execute put grant revoke rename cancel abort prune pause unpause scale attach detach import export generate rebuild obliterate nuke destroy dump undo revert upgrade defragment blow make hand give".split(" "),
);
export const POLITE: ReadonlySet<string> = new Set("please can could would you kindly now then just also and hey hi ok okay go ahead i want need to like let's lets pls".split(" "));
export const ASKING = /^(?:(?:please|hey|hi|ok|so|and|but)[ ,]+)*(?:is|are|was|were|when|did|does|do we|has|have|had|why|how|what|which|who|whose|where|show|list|check|find|any|should|must|tell me (?:when|if|whether|why|how|what))\b/i;
export const NEGATED = /\b(?:don'?t|do not|never|not to|no need to|without|shouldn'?t|should not|must not|mustn'?t|instead of|rather than|avoid|refrain from|under no circumstances|leave .{1,40} alone|keep your hands off|hands off)\b/i;
/** A command line in the sentence: pipes, substitutions, redirections, programs that run programs. */
export const RAW = /`[^`]*`|\$\(|&&|\|\s*(?:sudo\s+)?(?:ba|z)?sh\b|>\s*\/|;\s*[a-z]+\b|^(?:please |now |run |execute |exec )*(?:sudo|bash|sh|zsh|python3?|perl|curl|wget|eval|nohup)\s+\S/i;
/** What no output may show, whoever asks. */
export const SECRET = /\/etc\/g?shadow\b|\bid_(?:rsa|ed25519|ecdsa)\b|\/\.ssh\/|\bauthorized_keys\b|\b(?:private|secret|host|ssh) keys?\b(?! (?:changed|mismatch))|\b(?:root|admin) password\b|\bpasswords? (?:of|for)\b/i;
