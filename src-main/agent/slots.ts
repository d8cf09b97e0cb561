import type { SkillInput } from "../skills/port.ts";
import { taintOf, type Source } from "./taint.ts";

export type Tainted = ReturnType<typeof taintOf>;

/**
 * What a host's words or a document may become on their way into a skill: a value of a typed input, named to the gate as what
 * it is. They never become a host, and never fill an input that takes any text. Pure.
 */
export function slotsOf(known: readonly SkillInput[], given: Readonly<Record<string, string>>, trusted: readonly string[], untrusted: readonly Source[]): { readonly problem?: string; readonly taint: Tainted } {
  const taint: Tainted = [];
  for (const [name, value] of Object.entries(given)) {
    const input = known.find((one) => one.name === name);
    const found = taintOf(value, trusted, untrusted);
    const [first] = found;
    switch (input?.type) {
      case "host":
      case "domain":
        if (!isSaid(value, trusted)) return { taint, problem: `${name} names a host that is neither in the inventory nor in the request. Ask the operator for it.` };
        break;
      case "text":
      case "pattern":
        if (first !== undefined && input.choices.length === 0) return { taint, problem: `${name} takes any text, and "${first.token}" was first seen in ${first.from}. Ask the operator for it.` };
        break;
      default:
        break; // The skill's own check of the type follows, and the gate.
    }
    taint.push(...found);
  }
  return { taint };
}

/** Whole, as a name or a word of what the operator or the inventory said. */
const isSaid = (value: string, trusted: readonly string[]): boolean => {
  const wanted = value.trim().toLowerCase();
  return trusted.some((text) => text.toLowerCase() === wanted || text.toLowerCase().split(/[\s'"`,;()]+/).some((word) => word.replace(/[.?!:]+$/, "") === wanted));
};

export const sayTaint = (taint: readonly Tainted[number][]): string => taint.map(({ token, from }) => `"${token}" was first seen in ${from}.`).join(" ");
