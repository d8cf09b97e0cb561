import type { Preview } from "../lib/preview.ts";
import { Icon, ICON_NAMES } from "./icon.tsx";
import styles from "./icon.preview.module.css";

export const previews: readonly Preview[] = [
  {
    name: "All",
    draw: () => (
      <ul className={styles.grid}>
        {ICON_NAMES.map((name) => (
          <li key={name} className={styles.one}>
            <Icon name={name} size={20} />
            <span>{name}</span>
          </li>
        ))}
      </ul>
    ),
  },
];
