import type { SkillInput } from "../skills/port.ts";
import { taintOf, type Source } from "./taint.ts";

export type Tainted = ReturnType<typeof taintOf>;
/** What the operator and the inventory said. */
export type Known = { readonly request: string; /** Names and addresses. */ readonly hosts: readonly string[]; /** Users, systems. */ readonly others: readonly string[] };

export const wordsOf = ({ request, hosts, others }: Known): string[] => [request, ...hosts, ...others];

/**
 * What a host's words or a document may become on their way into a skill: a value of a typed input, named to the gate as what
 * it is. They never become a host, and never fill an input that takes any text. Pure.
 */
export function slotsOf(known: readonly SkillInput[], given: Readonly<Record<string, string>>, said: Known, untrusted: readonly Source[]): { readonly problem?: string; readonly taint: Tainted } {
  const taint: Tainted = [];
  for (const [name, value] of Object.entries(given)) {
    const input = known.find((one) => one.name === name);
    const found = taintOf(value, wordsOf(said), untrusted);
    const [first] = found;
    switch (input?.type) {
      case "host":
      case "domain":
        if (!isSaid(value, said)) return { taint, problem: `${name} names a host that is neither in the inventory nor in the request. Ask the operator for it.` };
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

/** A name or an address of the inventory, or a word of what the operator asked that could be one: most words of a request could not. */
const isSaid = (value: string, { hosts, request }: Known): boolean => {
  const wanted = value.trim().toLowerCase();
  if (hosts.some((host) => host.toLowerCase() === wanted)) return true;
  return /[\d.:-]/.test(wanted) && request.toLowerCase().split(/[\s'"`,;()]+/).some((word) => word.replace(/[.?!:]+$/, "") === wanted);
};

/**
 * The words of a compiled step that came from a host though no input spelled them so: a skill writes 16777216 as 16M. Only those
 * with a digit: words are passed on as they were given, and the step's own stand in many an output.
 */
export const respelled = (scripts: readonly string[], trusted: readonly string[], untrusted: readonly Source[]): Tainted => scripts.flatMap((script) => taintOf(script, trusted, untrusted)).filter(({ token }, n, all) => /\d/.test(token) && all.findIndex((one) => one.token === token) === n);

export const sayTaint = (taint: readonly Tainted[number][]): string => taint.map(({ token, from }) => `"${token}" was first seen in ${from}.`).join(" ");
