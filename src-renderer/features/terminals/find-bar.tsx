import { useEffect, useRef, useState } from "react";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { Spoken } from "../../ui/page.tsx";
import styles from "./pane.module.css";
import type { Found } from "./term/term-view.ts";

type Props = { found: Found | undefined; onFind: (text: string, direction: "next" | "previous") => void; onClose: () => void };

const words = (text: string, found: Found | undefined): string => {
  if (text === "" || found === undefined) return "";
  if (found.count === 0) return "nothing found";
  return found.index < 0 ? `more than ${found.count}` : `${found.index + 1} of ${found.count}`;
};

/** Searches the pane's scrollback. Enter goes up through it, as in a log: the newest first. */
export const FindBar = ({ found, onFind, onClose }: Props) => {
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <div
      className={styles.find}
      role="search"
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
        else if (event.key === "Enter") onFind(text, event.shiftKey ? "next" : "previous");
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <Input
        ref={input}
        icon="search"
        isMono
        aria-label="Search in this pane"
        placeholder="Search in this pane"
        value={text}
        onValue={(next) => {
          setText(next);
          onFind(next, "previous");
        }}
      />
      <span className={styles.count} aria-hidden>
        {words(text, found)}
      </span>
      <Spoken isLive>{words(text, found)}</Spoken>
      <IconButton icon="arrow-up" label="Previous" keys="Enter" size="sm" onClick={() => onFind(text, "previous")} />
      <IconButton icon="arrow-down" label="Next" keys="Shift+Enter" size="sm" onClick={() => onFind(text, "next")} />
      <IconButton icon="close" label="End the search" keys="Escape" size="sm" onClick={onClose} />
    </div>
  );
};
