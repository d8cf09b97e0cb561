import type { Layout, Pane } from "../../../src-main/contract/index.ts";
import { classNames } from "../../lib/class-names.ts";
import { plural } from "../../lib/format.ts";
import { stepTo } from "../../lib/step-to.ts";
import { Dot, type DotState } from "../../ui/status-dot.tsx";
import { panesIn } from "./layout-edit.ts";
import styles from "./screen.module.css";
import { PANE_DRAG } from "./terminal-pane.tsx";

type Props = { layout: Layout; panes: ReadonlyMap<string, Pane>; onTab: (id: string) => void };

const DOTS: Readonly<Record<Pane["state"]["is"], DotState>> = { open: "ok", connecting: "busy", lost: "bad", ended: "idle" };
const RANK = { dev: 0, staging: 1, prod: 2 } as const;

/** The tabs; each says its hosts and, by its edge, the dearest environment among them. Drag one onto a pane to split it. */
export const TabStrip = ({ layout, panes, onTab }: Props) => (
  <div
    className={styles.tabs}
    role="tablist"
    aria-label="Terminals"
    onKeyDown={(event) => {
      const at = layout.tabs.findIndex(({ id }) => id === layout.active);
      const next = stepTo(event.key === "ArrowRight" ? "ArrowDown" : event.key === "ArrowLeft" ? "ArrowUp" : event.key, at, layout.tabs.length, 1);
      const tab = next === undefined ? undefined : layout.tabs[next];
      if (tab === undefined) return;
      event.preventDefault();
      onTab(tab.id);
      (event.currentTarget.children[next as number] as HTMLElement | undefined)?.focus();
    }}
  >
    {layout.tabs.map((tab) => {
      const inside = panesIn(tab.tree).flatMap((id) => panes.get(id) ?? []);
      const dearest = inside.reduce<Pane["environment"]>((most, { environment }) => (RANK[environment] > RANK[most] ? environment : most), "dev");
      const worst = inside.find(({ state }) => state.is === "lost") ?? inside.find(({ state }) => state.is === "connecting") ?? inside[0];
      const names = [...new Set(inside.map(({ hostName }) => hostName))];
      const isActive = tab.id === layout.active;
      return (
        <button
          key={tab.id}
          type="button"
          role="tab"
          aria-selected={isActive}
          tabIndex={isActive ? 0 : -1}
          className={classNames(styles.tab, styles[dearest])}
          title={`${names.join(", ")}: ${plural(inside.length, "pane")}, ${dearest}, ${worst?.state.is ?? ""}`}
          draggable={inside.length === 1}
          onDragStart={(event) => {
            event.dataTransfer.setData(PANE_DRAG, tab.focused);
            event.dataTransfer.effectAllowed = "move";
          }}
          onClick={() => onTab(tab.id)}
        >
          {worst === undefined ? null : <Dot state={DOTS[worst.state.is]} />}
          <span className={styles.tabText}>{names.slice(0, 3).join(" · ")}</span>
          {inside.length > 1 ? <span className={styles.tabCount}>{inside.length}</span> : null}
        </button>
      );
    })}
  </div>
);
