import type { Ref } from "react";
import { Icon } from "../ui/icon.tsx";
import { Keys } from "../ui/kbd.tsx";
import styles from "./top-bar.module.css";

type Props = { title: string; slotRef: Ref<HTMLDivElement>; onSearch: () => void };

export const TopBar = ({ title, slotRef, onSearch }: Props) => (
  <header className={styles.bar}>
    {/* The screen's own title gives way (in CSS) to the one a ScreenBar puts into the slot. */}
    <div ref={slotRef} className={styles.slot} />
    <h1 className={`${styles.title} ${styles.fallback}`}>{title}</h1>
    <button type="button" className={styles.search} onClick={onSearch} aria-keyshortcuts="Control+K Meta+K">
      <Icon name="search" size={14} />
      <span className={styles.searchText}>Search or run anything</span>
      <Keys keys="Mod+K" />
    </button>
  </header>
);
