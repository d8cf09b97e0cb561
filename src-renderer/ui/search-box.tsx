import { type KeyboardEvent, useRef } from "react";
import { Icon } from "./icon.tsx";
import { Input } from "./input.tsx";
import styles from "./input.module.css";

type Props = { value: string; onValue: (value: string) => void; label: string; placeholder?: string; className?: string; onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void };

/** Moves into the first list, table or tree behind the box; false when there is none. */
const listBelow = (input: HTMLElement): boolean => {
  const lists = [...(input.closest("main, [role=dialog]")?.querySelectorAll<HTMLElement>("[role=grid], [role=listbox], [role=tree]") ?? [])];
  const next = lists.find((list) => list.tabIndex === 0 && (input.compareDocumentPosition(list) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0);
  next?.focus();
  return next !== undefined;
};

/** A filter over what is on the screen. Arrow down goes into it. Escape clears it before it closes anything around it. */
export const SearchBox = ({ value, onValue, label, placeholder = label, className, onKeyDown }: Props) => {
  const input = useRef<HTMLInputElement>(null);
  const clear = () => {
    onValue("");
    input.current?.focus();
  };
  return (
    <Input
      ref={input}
      type="search"
      icon="search"
      aria-label={label}
      placeholder={placeholder}
      value={value}
      onValue={onValue}
      {...(className === undefined ? {} : { className })}
      onKeyDown={(event) => {
        if (event.key === "Escape" && value !== "") {
          event.stopPropagation();
          clear();
          return;
        }
        onKeyDown?.(event);
        if (event.key === "ArrowDown" && !event.defaultPrevented && listBelow(event.currentTarget)) event.preventDefault();
      }}
      trailing={
        value === "" ? null : (
          <button type="button" className={styles.clear} aria-label="Clear the search" onClick={clear}>
            <Icon name="close" size={12} />
          </button>
        )
      }
    />
  );
};
