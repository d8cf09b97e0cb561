/**
 * What a provider says of somebody, as it is kept and shown: cut between characters, since half of one is a text that no
 * database takes, and without what is not seen or turns the text around it, since a list of people is read to decide.
 */
export const shownText = (text: string, longest: number): string =>
  [...text.toWellFormed().replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ").replaceAll(/\p{Cf}/gu, "").replaceAll(/\s+/g, " ").trim()].slice(0, longest).join("").trim();
