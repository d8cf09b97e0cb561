import type { Environment } from "../../contract/terms.ts";
import type { CredentialRef, Host } from "../port.ts";

/** What a file says about a host; what it leaves open is left open here, and keeps its value when the host is known. */
export type ImportedHost = {
  readonly name: string;
  readonly address: string;
  readonly port?: number;
  readonly user?: string;
  readonly environment?: Environment;
  readonly groups?: readonly string[];
  readonly tags?: readonly string[];
  /** Names or `user@host:port`, first hop first. */
  readonly jumps?: readonly string[];
  readonly credential?: CredentialRef;
  readonly transport?: Host["transport"];
  readonly os?: Host["os"];
  readonly criticality?: Host["criticality"];
  readonly notes?: string;
};
export type ImportProblem = { readonly where: string; readonly why: string };
export type ImportRead = { readonly hosts: readonly ImportedHost[]; readonly problems: readonly ImportProblem[] };

/** Everything an importer may touch of the file system: handed in, so that a dry run reads what the test gives it. */
export type ImportFiles = {
  read(path: string): string | undefined;
  /** Paths that match a pattern with `*` and `?` in its last part, sorted. */
  list(pattern: string): readonly string[];
  readonly home: string;
};

export const MOST_HOSTS = 50_000;
/** Names go into paths, argv and screens: printable, without blanks and quotes, of a bearable length. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._:@[\]-]{0,126}$/u;
const ADDRESS = /^[A-Za-z0-9_[\]:.%-]{1,253}$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}\$?$/;

/** Why a host cannot be taken as it stands, or undefined. */
export function faultOf({ name, address, port, user, credential, transport }: ImportedHost): string | undefined {
  if (!NAME.test(name)) return `the name ${JSON.stringify(name.slice(0, 60))} has characters a host name cannot have`;
  // A leading dash would read as an option where the address becomes an argument.
  if (!ADDRESS.test(address) || address.startsWith("-")) return `the address ${JSON.stringify(address.slice(0, 60))} is not a host name or IP address`;
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) return `the port ${port} is not between 1 and 65535`;
  if (user !== undefined && !USER.test(user)) return `the user ${JSON.stringify(user.slice(0, 60))} is not a login name`;
  if (credential?.kind === "certificate" && transport === "system") return "a certificate is made for each connection, and the machine's own OpenSSH would have to be given its key in a file; choose the built-in transport, or another way to sign in";
  return undefined;
}

/** `prod` in a group, tag or name is a strong hint; anything less says nothing. */
export function environmentHint(words: readonly string[]): Environment | undefined {
  const parts = words.flatMap((word) => word.toLowerCase().split(/[^a-z]+/));
  if (parts.some((part) => /^(prod|production|prd|live)$/.test(part))) return "prod";
  if (parts.some((part) => /^(stag|staging|stage|stg|qa|uat|preprod|test|tst)$/.test(part))) return "staging";
  return parts.some((part) => /^(dev|devel|development|sandbox|lab)$/.test(part)) ? "dev" : undefined;
}
