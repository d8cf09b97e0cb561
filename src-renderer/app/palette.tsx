import { Dialog } from "@base-ui/react/dialog";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { classNames } from "../lib/class-names.ts";
import { stepTo } from "../lib/step-to.ts";
import dialog from "../ui/dialog.module.css";
import { Icon, type IconName } from "../ui/icon.tsx";
import { Keys, Kbd } from "../ui/kbd.tsx";
import { rank } from "./palette-rank.ts";
import styles from "./palette.module.css";

export type PaletteItem = {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly icon: IconName;
  readonly note?: string;
  readonly words?: readonly string[];
  readonly keys?: string;
  readonly run: () => void;
};

type Props = {
  items: readonly PaletteItem[];
  recent: readonly string[];
  query: string;
  onQuery: (query: string) => void;
  onClose: () => void;
  /** Sources are still answering. */
  isLoading?: boolean;
};

/** One line to reach everything. Typing filters, arrows move, Enter runs, Escape leaves; the pointer is never needed. */
export const Palette = ({ items, recent, query, onQuery, onClose, isLoading = false }: Props) => {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup className={styles.palette} initialFocus={input} aria-label="Command palette">
          <PaletteBody items={items} recent={recent} query={query} onQuery={onQuery} onClose={onClose} isLoading={isLoading} inputRef={input} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
};

const PaletteBody = ({ items, recent, query, onQuery, onClose, isLoading, inputRef }: Props & { inputRef: React.RefObject<HTMLInputElement | null> }) => {
  const baseId = useId();
  const [active, setActive] = useState(0);
  const ranked = rank(query, items, recent);
  const current = Math.min(active, Math.max(0, ranked.length - 1));
  useEffect(() => {
    document.getElementById(`${baseId}-${current}`)?.scrollIntoView({ block: "nearest" });
  }, [baseId, current]);

  const choose = (item: PaletteItem | undefined) => {
    if (item === undefined) return;
    // Close first: what runs may itself open a dialog or move the focus.
    onClose();
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isHomeOrEnd = event.key === "Home" || event.key === "End";
    const next = isHomeOrEnd ? undefined : stepTo(event.key, current, ranked.length, 8);
    if (next !== undefined) {
      // At the ends the arrows go round.
      const count = ranked.length;
      setActive(next === current && event.key === "ArrowDown" ? 0 : next === current && event.key === "ArrowUp" ? count - 1 : next);
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) choose(ranked[current]?.thing);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className={styles.line}>
        <Icon name="search" />
        <input
          ref={inputRef}
          className={styles.input}
          value={query}
          onChange={(event) => {
            setActive(0);
            onQuery(event.target.value);
          }}
          onKeyDown={onKeyDown}
          placeholder="Search or run anything"
          aria-label="Search or run anything"
          role="combobox"
          aria-expanded
          aria-controls={`${baseId}-list`}
          aria-activedescendant={ranked.length === 0 ? undefined : `${baseId}-${current}`}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
        />
        <Kbd>Esc</Kbd>
      </div>
      <div id={`${baseId}-list`} role="listbox" aria-label="Results" className={styles.list} tabIndex={-1}>
        {ranked.map(({ thing, at }, index) => (
          <div
            key={thing.id}
            id={`${baseId}-${index}`}
            role="option"
            aria-selected={index === current}
            className={classNames(styles.item, index === current && styles.active)}
            onPointerMove={() => setActive(index)}
            onClick={() => choose(thing)}
          >
            <Icon name={thing.icon} />
            <span className={styles.title}>
              <Marked text={thing.title} at={at} />
              {thing.note === undefined ? null : <span className={styles.note}>{thing.note}</span>}
            </span>
            {thing.keys === undefined ? null : <Keys keys={thing.keys} />}
            <span className={styles.group}>{thing.group}</span>
          </div>
        ))}
      </div>
      <div className={styles.foot} role="status">
        {ranked.length === 0 ? <span className={styles.none}>{isLoading ? "Looking…" : `Nothing is called “${query}”. Try fewer letters.`}</span> : <span>{isLoading ? "Looking further…" : `${ranked.length} found`}</span>}
        <span className={styles.grow} />
        <Kbd>↑</Kbd>
        <Kbd>↓</Kbd> move <Kbd>↵</Kbd> run
      </div>
    </>
  );
};

const Marked = ({ text, at }: { text: string; at: readonly number[] }) => {
  if (at.length === 0) return text;
  const marked = new Set(at);
  return [...text].map((letter, index) =>
    marked.has(index) ? (
      <b key={index} className={styles.hit}>
        {letter}
      </b>
    ) : (
      letter
    ),
  );
};
