const COMMON: Readonly<Record<string, ReadonlySet<string>>> = {
  en: new Set("the of and to is in that for with this be are as on not".split(" ")),
  de: new Set("der die das und ist nicht ein eine mit auf für den von zu werden".split(" ")),
  fr: new Set("le la les des est une dans pour que par sur pas avec qui".split(" ")),
  es: new Set("el los las una que por con para del este como está".split(" ")),
  it: new Set("il lo gli che per una con non del della sono questo".split(" ")),
};

/** By the small words; "" where there are too few to tell. */
export function languageOf(text: string): string {
  const words = text.slice(0, 5_000).toLowerCase().match(/\p{L}+/gu) ?? [];
  const [best] = Object.entries(COMMON).map(([language, common]) => ({ language, share: words.filter((word) => common.has(word)).length / Math.max(1, words.length) })).sort((a, b) => b.share - a.share);
  return best === undefined || best.share < 0.05 ? "" : best.language;
}
