import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useRef, useState } from "react";
import { classNames } from "../lib/class-names.ts";
import { clampShare } from "../lib/split-share.ts";
import styles from "./split.module.css";

type Props = {
  /** `row`: side by side, the handle moves left and right. `column`: one above the other. */
  direction: "row" | "column";
  /** The first part's share, 0 to 1. Leave it out and the split keeps its own. */
  share?: number;
  defaultShare?: number;
  onShare?: (share: number) => void;
  /** In pixels. The handle stops there; a window too small for both gives each its half. */
  minFirst?: number;
  minSecond?: number;
  label: string;
  first: ReactNode;
  /** `null` hides the second part and its handle; the first keeps its place in the tree, and with it its state. */
  second: ReactNode;
};

const STEP = 0.02;

/** Two parts and a handle. Drag it, or focus it and press the arrows; Home, End and Enter go to the ends and back. Nest for more. */
export const Split = ({ direction, share, defaultShare = 0.5, onShare, minFirst = 160, minSecond = 160, label, first, second }: Props) => {
  const box = useRef<HTMLDivElement>(null);
  const firstId = useId();
  const [own, setOwn] = useState(defaultShare);
  const [isDragging, setDragging] = useState(false);
  const current = share ?? own;
  const isRow = direction === "row";

  const move = (next: number) => {
    const rect = box.current?.getBoundingClientRect();
    const size = rect === undefined ? 0 : isRow ? rect.width : rect.height;
    const kept = clampShare(next, size, minFirst, minSecond);
    setOwn(kept);
    onShare?.(kept);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const back = isRow ? "ArrowLeft" : "ArrowUp";
    const forth = isRow ? "ArrowRight" : "ArrowDown";
    const step = event.shiftKey ? STEP * 5 : STEP;
    if (event.key === back) move(current - step);
    else if (event.key === forth) move(current + step);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(1);
    else if (event.key === "Enter") move(defaultShare);
    else return;
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent) => {
    const rect = box.current?.getBoundingClientRect();
    if (!isDragging || rect === undefined) return;
    move(isRow ? (event.clientX - rect.left) / rect.width : (event.clientY - rect.top) / rect.height);
  };
  const percent = Math.round(current * 100);
  return (
    <div ref={box} className={classNames(styles.split, styles[direction])} data-dragging={isDragging || undefined}>
      <div id={firstId} className={styles.part} style={second === null ? { flexGrow: 1 } : { flexBasis: `${current * 100}%`, flexGrow: 0, flexShrink: 1 }}>
        {first}
      </div>
      {second === null ? null : (
        <div
          className={styles.handle}
          role="separator"
          tabIndex={0}
          aria-label={label}
          aria-orientation={isRow ? "vertical" : "horizontal"}
          aria-controls={firstId}
          aria-valuenow={percent}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuetext={`${percent} %`}
          onKeyDown={onKeyDown}
          onDoubleClick={() => move(defaultShare)}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            setDragging(true);
          }}
          onPointerMove={onPointerMove}
          onPointerUp={() => setDragging(false)}
          onPointerCancel={() => setDragging(false)}
        />
      )}
      {second === null ? null : <div className={styles.part}>{second}</div>}
    </div>
  );
};
