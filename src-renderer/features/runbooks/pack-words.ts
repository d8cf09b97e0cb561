import type { PackView } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";

/** As many as one card shows; the rest is counted. */
export const MOST_SHOWN = 8;

/** One that could not be read has no version: what it says of itself is unknown. */
export const isUnreadable = (pack: Pick<PackView, "version">): boolean => pack.version === "";
/** Something else than a pack lies there: it has no files to open. */
export const hasSource = (pack: PackView): boolean => !isUnreadable(pack) || pack.problems.every(({ file }) => file !== "");

/** Why nothing of it runs and what to do next; nothing where its own problems say it. */
export function nextStepOf(pack: PackView): string | undefined {
  if (isUnreadable(pack)) return pack.origin === "built-in" ? "None of its runbooks can run. It comes with SENA: install SENA again." : "None of its runbooks can run. Mend what is named here and it is read again by itself, or remove it.";
  switch (pack.trust) {
    case "unsigned":
      return "Nobody has signed this pack, so none of its runbooks can run. Whoever answers for it signs it (sena skill sign FOLDER --key FILE) and installs it; or read it, and sign it here with “Edit as a new version”.";
    case "untrusted":
      return `It is signed with the key ${renderedText(pack.signer)}, which is not on the trust list, so none of its runbooks can run. If you know the signer, an admin trusts the key: sena skill trust FILE.pub --name NAME.`;
    case "tampered":
      return pack.origin === "built-in" ? "None of its runbooks can run. It comes with SENA: install SENA again." : "None of its runbooks can run. Fetch it again from its signer and install that; then remove this one.";
    case "trusted":
    case "built-in":
      return undefined;
    default:
      return pack.trust satisfies never;
  }
}

/** What somebody broke stands before what nobody has finished. */
const URGENCY: readonly ((pack: PackView) => boolean)[] = [({ trust }) => trust === "tampered", ({ trust }) => trust === "untrusted", isUnreadable, () => true];
const urgencyOf = (pack: PackView): number => URGENCY.findIndex((is) => is(pack));
const isHeldBack = (pack: PackView): boolean => isUnreadable(pack) || (pack.trust !== "built-in" && pack.trust !== "trusted");

export type PackPart = { readonly title: string; readonly list: readonly PackView[] };
/** First what none of whose runbooks can run, the worst first, then what can; a part without packs is left out. */
export function partsOf(packs: readonly PackView[]): readonly PackPart[] {
  const held = packs.filter(isHeldBack).toSorted((a, b) => urgencyOf(a) - urgencyOf(b));
  return [{ title: "Held back", list: held }, { title: "Good to run", list: packs.filter((pack) => !isHeldBack(pack)) }].filter(({ list }) => list.length > 0);
}

export type ShownProblem = { readonly at: string; readonly message: string };
/** With nothing in them that hides or turns its neighbours; all that is left out is counted. */
export function problemsShown({ problems }: Pick<PackView, "problems">): { readonly shown: readonly ShownProblem[]; readonly more: number } {
  const shown = problems.slice(0, MOST_SHOWN).map(({ file, line, where, message }) => ({ at: file === "" ? "here" : renderedText(`${file}:${line}`), message: renderedText(`${where === "" ? "" : `${where}: `}${message}`) }));
  return { shown, more: problems.length - shown.length };
}
