import { Fragment } from "react";
import styles from "./screen.module.css";

/** The words of a query, as they may stand in a passage: whole beginnings, three letters or more. */
const stemsOf = (query: string): string[] => [...new Set((query.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? []).map((word) => (word.length > 5 ? word.replace(/(ing|ies|es|ed|s)$/, "") : word)))].filter((word) => word.length > 2);

/** A passage with what was asked for marked. The text is data from a document: drawn, never interpreted. */
export const MarkedText = ({ text, query }: { text: string; query: string }) => {
  const stems = stemsOf(query);
  if (stems.length === 0) return <>{text}</>;
  const parts = text.split(new RegExp(`(?<![\\p{L}\\p{N}])((?:${stems.join("|")})[\\p{L}\\p{N}]*)`, "giu"));
  return (
    <>
      {parts.map((part, index) => (index % 2 === 1 ? <mark key={index} className={styles.mark}>{part}</mark> : <Fragment key={index}>{part}</Fragment>))}
    </>
  );
};

/** The stretch of a passage around its first marked word. */
export const excerptOf = (text: string, query: string, chars = 260): string => {
  const flat = text.replace(/\s+/g, " ");
  const at = Math.min(...stemsOf(query).map((stem) => flat.toLowerCase().indexOf(stem)).filter((found) => found >= 0), flat.length);
  const from = at === flat.length || at < 80 ? 0 : at - 60;
  return `${from > 0 ? "… " : ""}${flat.slice(from, from + chars)}${from + chars < flat.length ? " …" : ""}`;
};
