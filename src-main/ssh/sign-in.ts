import { existsSync, readFileSync, statSync } from "node:fs";
import ssh2, { type AnyAuthMethod, type AuthenticationType, type AuthHandlerMiddleware, type KeyboardInteractiveCallback, type ParsedKey, type Prompt } from "ssh2";
import { Failure, failer } from "../contract/failure.ts";
import type { Host } from "../inventory/port.ts";
import type { Vault } from "../vault/port.ts";
import { certifiedKey, type Certifier } from "./certificate.ts";
import { SSH_FAILURES } from "./failures.ts";
import type { Prompter } from "./prompts.ts";

const fail = failer(SSH_FAILURES);

export type SignInNeeds = {
  readonly prompter: Prompter;
  readonly vault: Pick<Vault, "reveal">;
  /** SSH_AUTH_SOCK at this moment. */
  readonly agentSocket: () => string | undefined;
  readonly certifier: Certifier;
  readonly now: () => number;
  /** `~` in key file paths. */
  readonly userHome: string;
};

export type SignIn = {
  readonly handler: AuthHandlerMiddleware;
  readonly agent: string | undefined;
  /** What was tried, in words, for the failure. */
  readonly tried: readonly string[];
  /** Why an attempt could not even be made; told instead of a bare "refused". */
  readonly trouble: Failure | undefined;
};

const WHY_NOT_READ: Readonly<Record<string, string>> = { ENOENT: "there is no such file", EACCES: "this account may not read it", EPERM: "this account may not read it", EISDIR: "it is a folder" };

/** As OpenSSH has it: a key of one's own that others can read is not used, for it may be theirs as well by now. */
function keyText(host: Host, path: string): string {
  const refuse = (why: string, cause?: unknown): Failure => fail("SSH_KEY_UNREADABLE", { host: host.name, path, why }, cause);
  try {
    const { mode, uid } = statSync(path);
    if (process.platform !== "win32" && uid === process.getuid?.() && (mode & 0o077) !== 0) throw refuse(`others on this machine can read or change it (mode ${(mode & 0o777).toString(8).padStart(4, "0")}). Make it yours alone: chmod 600`);
    return readFileSync(path, "utf8");
  } catch (error) {
    throw error instanceof Failure ? error : refuse(WHY_NOT_READ[(error as NodeJS.ErrnoException).code ?? ""] ?? "it cannot be read", error);
  }
}

const QUESTIONS = "questions (keyboard-interactive)";
const PROMPTS_PER_TRY = 3;
/** A server that keeps asking is either broken or fishing. */
const MOST_ROUNDS = 12;

/**
 * The order in which a host is signed in to: what the inventory names first, then whatever the server still wants of a
 * person. `pausing` stops the handshake's clock while a person is asked.
 */
export function signIn(host: Host, needs: SignInNeeds, signal: AbortSignal, pausing: <T>(work: Promise<T>) => Promise<T>): SignIn {
  const tried: string[] = [];
  let trouble: Failure | undefined;
  let rounds = 0;
  let passwords = 0;
  let interviews = 0;
  let offered = false;
  let isSecond = false;
  const agent = needs.agentSocket();

  const ask = (question: Parameters<Prompter["ask"]>[0]) =>
    pausing(needs.prompter.ask(question, signal)).catch((error: unknown) => {
      // Why there is anything to ask at all: what the host was to be signed in with did not do.
      const refused = [...new Set(tried.filter((each) => each !== QUESTIONS))].join(", then ");
      if (error instanceof Failure && error.code === "SSH_NOBODY_TO_ASK" && refused !== "") throw fail("SSH_NOBODY_TO_ASK", { ...error.data, refused }, error);
      throw error;
    });
  const interactive: AnyAuthMethod = {
    type: "keyboard-interactive",
    username: host.user,
    prompt: (title: string, instructions: string, _language: string, prompts: Prompt[], finish: KeyboardInteractiveCallback) => {
      rounds += 1;
      // RFC 4256: a round without prompts only informs, and wants an empty answer.
      if (prompts.length === 0) return finish([]);
      if (rounds > MOST_ROUNDS) return finish([]);
      return void ask({ hostId: host.id, host: host.name, kind: "interactive", title, instructions, fields: prompts.map(({ prompt, echo }) => ({ label: prompt, isShown: echo === true })), ...(interviews > 1 && !isSecond && { isAgain: true }) }).then(
        ({ values }) => finish(prompts.map((_, index) => values[index] ?? "")),
        (error: unknown) => ((trouble = error as Failure), finish([])),
      );
    },
  };

  async function credential(): Promise<AnyAuthMethod | undefined> {
    const { credential: of } = host;
    switch (of.kind) {
      case "ask":
        return undefined;
      case "agent":
        if (agent === undefined || !existsSync(agent)) throw fail("SSH_AGENT_MISSING", { host: host.name });
        return { type: "agent", username: host.user, agent };
      case "key-file":
        return { type: "publickey", username: host.user, key: await readKey(of.path.replace(/^~(?=\/)/, needs.userHome), of.passphrase) };
      case "vault": {
        const secret = await needs.vault.reveal(of.secret, { for: `ssh to ${host.name}` });
        return secret.startsWith("-----BEGIN") ? { type: "publickey", username: host.user, key: parsed(secret, undefined, `vault:${of.secret}`) } : { type: "password", username: host.user, password: secret };
      }
      case "certificate":
        // Nobody is asked: the handshake's clock runs on, whatever the authority does.
        return { type: "publickey", username: host.user, key: await certifiedKey(host, of, needs.certifier, needs.now, signal) };
      default:
        return of satisfies never;
    }
  }

  const parsed = (text: string, passphrase: string | undefined, path: string): ParsedKey => {
    const key = ssh2.utils.parseKey(text, passphrase);
    const one = Array.isArray(key) ? (key[0] as ParsedKey | Error | undefined) : key;
    if (one === undefined || one instanceof Error) throw fail("SSH_KEY_UNREADABLE", { host: host.name, path, why: "what is in it is no private key that SENA reads (OpenSSH, PEM or PuTTY)" }, one);
    if (!one.isPrivateKey()) throw fail("SSH_KEY_UNREADABLE", { host: host.name, path, why: "it is a public key; the private one is needed" });
    return one;
  };

  async function readKey(path: string, passphraseSecret: string | undefined): Promise<ParsedKey> {
    const text = keyText(host, path);
    const first = ssh2.utils.parseKey(text);
    const needsPassphrase = first instanceof Error && /passphrase|encrypted/i.test(first.message);
    if (!needsPassphrase) return parsed(text, undefined, path);
    if (passphraseSecret !== undefined) return parsed(text, await needs.vault.reveal(passphraseSecret, { for: `key of ${host.name}` }), path);
    for (let attempt = 1; ; attempt += 1) {
      const { values } = await ask({ hostId: host.id, host: host.name, kind: "secret", what: "passphrase", detail: attempt === 1 ? path : `${path} (that was not it)` });
      const key = ssh2.utils.parseKey(text, values[0] ?? "");
      if (!(key instanceof Error)) return parsed(text, values[0], path);
      if (attempt >= PROMPTS_PER_TRY) throw fail("SSH_KEY_UNREADABLE", { host: host.name, path, why: "the passphrase was wrong three times" });
    }
  }

  async function password(): Promise<AnyAuthMethod> {
    passwords += 1;
    const { values } = await ask({ hostId: host.id, host: host.name, kind: "secret", what: "password", detail: passwords === 1 ? `${host.user}@${host.address}` : `${host.user}@${host.address} (that was not it)` });
    return { type: "password", username: host.user, password: values[0] ?? "" };
  }

  async function next(left: readonly AuthenticationType[] | null, isPartial: boolean): Promise<AnyAuthMethod | false> {
    if (left === null) return { type: "none", username: host.user };
    isSecond ||= isPartial;
    const isCertified = host.credential.kind === "certificate";
    // No certificate is made and recorded that the host would not look at.
    if (!offered && isCertified && !left.includes("publickey")) throw fail("SSH_AUTH_FAILED", { host: host.name, user: host.user, tried: `no certificate, as it takes no keys (only ${left.join(", ")})` });
    if (!offered) {
      offered = true;
      const own = await credential();
      // A password in the vault also answers a server that only speaks keyboard-interactive with one hidden prompt.
      if (own?.type === "password" && !left.includes("password") && left.includes("keyboard-interactive")) return withPassword(own.password);
      if (own !== undefined && (left.includes(own.type === "agent" ? "publickey" : own.type) || isPartial)) return own;
    }
    // Behind a certificate a person is asked for a second factor, never instead of it.
    const mayAsk = trouble === undefined && interviews < PROMPTS_PER_TRY && (!isCertified || isSecond);
    if (mayAsk && left.includes("keyboard-interactive")) {
      interviews += 1;
      return interactive;
    }
    if (trouble === undefined && host.credential.kind === "ask" && left.includes("password") && passwords < PROMPTS_PER_TRY) return password();
    return false;
  }

  const withPassword = (secret: string): AnyAuthMethod => ({
    ...interactive,
    type: "keyboard-interactive",
    prompt: (title, instructions, language, prompts, finish) => (rounds === 0 && prompts.length === 1 && prompts[0]?.echo !== true ? ((rounds += 1), finish([secret])) : (interactive as Extract<AnyAuthMethod, { type: "keyboard-interactive" }>).prompt(title, instructions, language, prompts, finish)),
  });

  return {
    agent,
    tried,
    get trouble() {
      return trouble;
    },
    handler: (left, isPartial, give) => {
      next(left, isPartial === true).then(
        (method) => {
          if (method !== false && method.type !== "none") tried.push(method.type === "agent" ? "the keys of the SSH agent" : method.type === "publickey" ? (host.credential.kind === "certificate" ? "a certificate" : "a key") : method.type === "password" ? "a password" : QUESTIONS);
          give(method as AnyAuthMethod);
        },
        (error: unknown) => {
          trouble = error instanceof Failure ? error : fail("SSH_AUTH_FAILED", { host: host.name, user: host.user, tried: "nothing" }, error);
          give(false as unknown as AnyAuthMethod);
        },
      );
    },
  };
}
