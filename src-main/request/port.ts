import type { Choice, Effect, Slot } from "../contract/index.ts";
import type { Host } from "../inventory/port.ts";

export type KnownHost = Pick<Host, "id" | "name" | "groups" | "tags" | "environment" | "os">;

/** An earlier turn of the same conversation, oldest first. */
export type EarlierRequest = {
  readonly text: string;
  readonly skillId?: string;
  /** Host ids. */
  readonly hosts: readonly string[];
  readonly slots: readonly Slot[];
  /** What was asked back, when that is how the turn ended. `slot` is "host", "skill" or an input's name. */
  readonly question?: { readonly text: string; readonly slot: string };
};

export type RequestContext = {
  readonly hosts: readonly KnownHost[];
  /** Names or ids chosen beside the sentence: chips, `--host`. They win over what the sentence says. */
  readonly chosenHosts: readonly string[];
  readonly earlier: readonly EarlierRequest[];
  /** Epoch milliseconds; "since yesterday" is relative to it. */
  readonly now: number;
  /** Minutes east of UTC of the operator's clock. Default 0. */
  readonly utcOffsetMinutes?: number;
};

export type ParsedRequest =
  | {
      readonly kind: "skill";
      readonly skillId: string;
      readonly slots: readonly Slot[];
      /** Ready for `Skills.compile`. */
      readonly inputs: Readonly<Record<string, string>>;
      /** Host ids, at least one. */
      readonly hosts: readonly string[];
      /** Ids of hosts that were meant as well and that this skill is not made for. */
      readonly leftOut?: readonly string[];
      readonly effect: Effect;
      readonly confidence: number;
      readonly why: string;
      /** The sentence holds further wishes, all of them looks: they are answered after this one, in their order. */
      readonly next?: readonly UnderstoodRequest[];
    }
  | {
      readonly kind: "ask";
      readonly question: string;
      readonly slot: string;
      readonly choices: readonly Choice[];
      /** True when an answer in own words is as good as a choice. */
      readonly isFree: boolean;
      /** As far as it was understood; goes into `EarlierRequest` of the next turn. */
      readonly understood?: { readonly skillId: string; readonly slots: readonly Slot[]; readonly hosts: readonly string[] };
      readonly why: string;
    }
  | { readonly kind: "out-of-scope"; readonly say: string; readonly nearest: readonly Choice[] };

export type UnderstoodRequest = Extract<ParsedRequest, { kind: "skill" }>;

export interface RequestParser {
  /** Deterministic, below 50 ms, never touches a host. */
  parse(sentence: string, context: RequestContext): ParsedRequest;
  /** True once trained on the active packs; before, only the lexical half decides, and doubt asks. */
  readonly isTrained: boolean;
  /** Resolves when it is: a question asked right after the start waits the second or two instead of being turned away. */
  ready(): Promise<void>;
}
