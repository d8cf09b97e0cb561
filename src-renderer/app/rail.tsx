import { formatCount } from "../lib/format.ts";
import { Icon } from "../ui/icon.tsx";
import { Count } from "../ui/tag.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { toHash } from "./router.ts";
import styles from "./rail.module.css";
import type { Screen } from "./screen.ts";

type Props = { screens: readonly Pick<Screen, "id" | "title" | "icon" | "path" | "countWords">[]; current: string; /** How many things wait behind each screen, in their order. */ counts: readonly number[] };

/** The last screen (settings) stands apart at the foot. */
export const Rail = ({ screens, current, counts }: Props) => (
  <nav className={styles.rail} aria-label="Screens">
    {screens.map((screen, index) => {
      const count = counts[index] ?? 0;
      return (
        <Tooltip key={screen.id} text={screen.title} side="right" {...(index < 9 ? { keys: `Mod+${index + 1}` } : {})}>
          <a
            href={toHash(screen.path)}
            className={styles.link}
            data-foot={index === screens.length - 1 || undefined}
            aria-current={screen.path === current ? "page" : undefined}
            aria-label={count === 0 ? screen.title : `${screen.title}, ${formatCount(count)} ${screen.countWords ?? ""}`.trimEnd()}
          >
            <Icon name={screen.icon} size={18} />
            {count === 0 ? null : (
              <span className={styles.count}>
                <Count value={count} />
              </span>
            )}
          </a>
        </Tooltip>
      );
    })}
  </nav>
);
