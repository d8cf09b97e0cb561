import { type KeyboardEvent, useRef } from "react";
import { Icon } from "./icon.tsx";
import { Input } from "./input.tsx";
import styles from "./input.module.css";

type Props = { value: string; onValue: (value: string) => void; label: string; placeholder?: string; className?: string; onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void };

/** A filter over what is on the screen. Escape clears it before it closes anything around it. */
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
        } else onKeyDown?.(event);
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
