import { type ReactNode, useState } from "react";
import { plural } from "../lib/format.ts";
import { Button } from "./button.tsx";
import styles from "./long-list.module.css";
import { SearchBox } from "./search-box.tsx";

type Props<T> = {
  /** What they are, in the plural: "secrets". */
  label: string;
  items: readonly T[];
  /** The words one is found by. */
  itemText: (item: T) => string;
  className?: string | undefined;
  /** One `<li>`. */
  children: (item: T) => ReactNode;
};

const SHOWN = 50;

/** Rows of any height among other settings: few stand there as they are, of many the first ones, with a way to find the others. */
export const LongList = <T,>({ label, items, itemText, className, children }: Props<T>) => {
  const [search, setSearch] = useState("");
  const [shown, setShown] = useState(SHOWN);
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const found = words.length === 0 ? items : items.filter((item) => words.every((word) => itemText(item).toLowerCase().includes(word)));
  const left = found.length - shown;
  return (
    <>
      {items.length > SHOWN ? (
        <div className={styles.search}>
          <SearchBox label={`Search ${items.length} ${label}`} value={search} onValue={setSearch} />
        </div>
      ) : null}
      <ul className={className}>{found.slice(0, shown).map(children)}</ul>
      {left > 0 ? (
        <div className={styles.more}>
          <Button size="sm" kind="ghost" onClick={() => setShown(shown + SHOWN)}>{`Show ${Math.min(SHOWN, left)} more of ${plural(left, "other")}`}</Button>
        </div>
      ) : null}
      {found.length === 0 && items.length > 0 ? <p className={styles.none}>{`None of the ${label} has these words.`}</p> : null}
    </>
  );
};
