import type { CredentialRef, HostDraft, HostRow } from "../../../src-main/contract/index.ts";
import { Failure } from "../../../src-main/contract/failure.ts";

export const EMPTY_DRAFT: HostDraft = { name: "", address: "", port: 22, user: "", environment: "prod", criticality: "normal", groups: [], tags: [], os: "linux", jumps: [], credential: { kind: "ask" }, transport: "ssh2", legacyAlgorithms: false, keepShell: false, notes: "", favourite: false };

export const credentialWords = (of: CredentialRef): string => {
  switch (of.kind) {
    case "ask":
      return "asked for when connecting";
    case "agent":
      return "SSH agent";
    case "key-file":
      return `key file ${of.path}`;
    case "vault":
      return `secret “${of.secret}” of the vault`;
    case "certificate":
      return `certificate of minutes, made by “${of.source}” (role ${of.role})`;
    default:
      return of satisfies never;
  }
};

export const OS_WORDS: Readonly<Record<HostRow["os"], string>> = { linux: "Linux", idrac: "iDRAC", "cisco-ios": "Cisco IOS", other: "other" };

/** `a, b c` → three words. Commas and blanks part them; each once. */
export const listOf = (text: string): string[] => [...new Set(text.split(/[,\s]+/).filter(Boolean))];

export const failureText = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure));

/** The policies want to be asked about a change that was tried by hand. */
export const needsApproval = (failure: unknown): boolean => failure instanceof Failure && failure.code === "FILE_NEEDS_APPROVAL";
