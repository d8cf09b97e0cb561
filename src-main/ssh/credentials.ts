import { readFileSync } from "node:fs";
import ssh2, { type AnyAuthMethod, type ConnectConfig, type ParsedKey } from "ssh2";
import type { Host } from "../inventory/index.ts";
import type { Vault } from "../vault/port.ts";
import { fail } from "./failures.ts";
import type { Prompter } from "./prompts.ts";

export type CredentialNeeds = { readonly vault: Pick<Vault, "reveal">; readonly prompter: Prompter; readonly agentSocket: string | undefined };

/** The ways to prove who we are, in the order they are tried, and what of them to tell when none was accepted. */
export async function authMethods(needs: CredentialNeeds, host: Host, signal: AbortSignal): Promise<{ readonly methods: readonly AnyAuthMethod[]; readonly tried: string }> {
  const { credential, user: username } = host;
  const challenge: AnyAuthMethod = { type: "keyboard-interactive", username, prompt: (name, instructions, _language, prompts, finish) => void answerChallenge(needs, host, { name, instructions, prompts }, signal).then(finish) };
  switch (credential.kind) {
    case "agent":
      if (!needs.agentSocket) throw fail("SSH_CREDENTIAL", { host: host.name, why: "no ssh-agent runs here (SSH_AUTH_SOCK is not set)" });
      return { methods: [{ type: "agent", username, agent: needs.agentSocket }, challenge], tried: "ssh-agent" };
    case "key-file": {
      const key = await openKey(needs, host, readKeyFile(host, credential.path), credential.path, credential.passphrase, signal);
      return { methods: [{ type: "publickey", username, key }, challenge], tried: `the key ${credential.path}` };
    }
    case "vault": {
      const secret = await needs.vault.reveal(credential.secret, { for: `SSH to ${host.name}` });
      if (/^-----BEGIN |^PuTTY-User-Key-File/.test(secret)) return { methods: [{ type: "publickey", username, key: await openKey(needs, host, secret, credential.secret, undefined, signal) }, challenge], tried: `the key "${credential.secret}" of the vault` };
      return { methods: [{ type: "password", username, password: secret }, { ...challenge, prompt: (_name, _instructions, _language, prompts, finish) => finish(prompts.length === 1 ? [secret] : []) }], tried: `the password "${credential.secret}" of the vault` };
    }
    case "ask":
      return { methods: [...(needs.agentSocket ? [{ type: "agent", username, agent: needs.agentSocket } as const] : []), challenge, await askedPassword(needs, host, signal)], tried: "ssh-agent and what you typed" };
    default:
      return credential satisfies never;
  }
}

function readKeyFile(host: Host, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw fail("SSH_CREDENTIAL", { host: host.name, why: `the key file ${path} cannot be read (${(error as NodeJS.ErrnoException).code})` }, error);
  }
}

async function openKey(needs: CredentialNeeds, host: Host, text: string, name: string, passphraseName: string | undefined, signal: AbortSignal): Promise<ParsedKey> {
  const parse = (passphrase?: string): ParsedKey | Error => {
    const parsed = ssh2.utils.parseKey(text, passphrase);
    return Array.isArray(parsed) ? (parsed[0] ?? new Error("it holds no key")) : parsed;
  };
  const plain = parse();
  if (!(plain instanceof Error)) return plain;
  if (!/passphrase|encrypted/i.test(plain.message)) throw fail("SSH_CREDENTIAL", { host: host.name, why: `${name} is not a private key SENA can read (${plain.message})` });
  let passphrase: string | undefined;
  if (passphraseName) passphrase = await needs.vault.reveal(passphraseName, { for: `the passphrase of ${name}` });
  else {
    const answer = await needs.prompter.ask({ kind: "secret", hostId: host.id, what: "passphrase", for: name }, signal);
    passphrase = answer?.kind === "values" ? answer.values[0] : undefined;
  }
  if (passphrase === undefined) throw fail("SSH_NEEDS_ANSWER", { host: host.name, what: `the passphrase of ${name}` });
  const opened = parse(passphrase);
  if (opened instanceof Error) throw fail("SSH_CREDENTIAL", { host: host.name, why: `the passphrase does not open ${name}` });
  return opened;
}

async function answerChallenge(needs: CredentialNeeds, host: Host, { name, instructions, prompts }: { name: string; instructions: string; prompts: readonly { prompt: string; echo?: boolean }[] }, signal: AbortSignal): Promise<string[]> {
  if (prompts.length === 0) return [];
  const answer = await needs.prompter.ask({ kind: "challenge", hostId: host.id, title: name, instructions, fields: prompts.map(({ prompt, echo }) => ({ label: prompt, isShown: echo ?? false })) }, signal);
  return answer?.kind === "values" ? [...answer.values] : [];
}

async function askedPassword(needs: CredentialNeeds, host: Host, signal: AbortSignal): Promise<AnyAuthMethod> {
  const answer = await needs.prompter.ask({ kind: "secret", hostId: host.id, what: "password", for: `${host.user}@${host.name}` }, signal);
  if (answer?.kind !== "values") throw fail("SSH_NEEDS_ANSWER", { host: host.name, what: "a password" });
  return { type: "password", username: host.user, password: answer.values[0] ?? "" };
}

export const inOrder = (methods: readonly AnyAuthMethod[]): NonNullable<ConnectConfig["authHandler"]> => [...methods];
