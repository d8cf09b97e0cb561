import type { ReactNode } from "react";
import { keyNames } from "../lib/keys.ts";
import styles from "./kbd.module.css";

export const Kbd = ({ children }: { children: ReactNode }) => <kbd className={styles.kbd}>{children}</kbd>;

/** A combination as the keymap writes it (`Mod+Shift+D`, `g h`), drawn for this machine. */
export const Keys = ({ keys }: { keys: string }) => (
  <span className={styles.keys}>
    {keys.split(" ").map((stroke, index) => (
      <Kbd key={`${index}-${stroke}`}>{keyNames(stroke)}</Kbd>
    ))}
  </span>
);
