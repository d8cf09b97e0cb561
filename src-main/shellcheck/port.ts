import type { Effect } from "../contract/terms.ts";

/** One simple command, redirect or assignment as the parse lists it. */
export type Segment = {
  readonly text: string;
  readonly argv: readonly string[];
  readonly redirects: readonly string[];
  readonly effect: Effect;
  readonly proved: boolean;
  /** The grammar rule that decided, e.g. "coreutils/ls" or "trap/find-exec". */
  readonly rule: string;
  readonly why: string;
};

export type Classification = {
  readonly effect: Effect;
  /** True only when every part is proved read-only by a named rule. */
  readonly proved: boolean;
  readonly rule: string;
  readonly why: string;
  readonly segments: readonly Segment[];
  /** Set when caps or bytes outside the printable set forbid running it unattended or at all. */
  readonly refused?: string;
  /** With `refused`: never to be run, not even when a person asks for it. Without it, `refused` only forbids running it unattended. */
  readonly denied?: true;
  readonly version: string;
};

/** `dialect`: "posix" (default), or the own small languages of devices. */
export type ClassifyOptions = { readonly dialect?: "posix" | "racadm" | "cisco-ios" };
export type Classify = (command: string, options?: ClassifyOptions) => Classification;
