import { type CSSProperties, useEffect, useMemo, useRef } from "react";
import { renderCommand, renderingMarks } from "../../../src-main/contract/rendering.ts";
import { formatCount } from "../../lib/format.ts";
import styles from "./whole-command.module.css";

/** As many as the box shows before it scrolls: of more, the number is said. */
const LINES_IN_SIGHT = 13;

/** What lies over it, such as the answers at the card's foot, moves without its being told: it is looked at again. */
const LOOK_MS = 150;

/** Nothing stands over it: neither what sticks to an edge nor a dialog. */
function isBare(mark: Element): boolean {
  const { left, top } = mark.getBoundingClientRect();
  const figure = mark.closest("figure");
  return figure !== null && figure.contains(document.elementFromPoint(left, top));
}

type Props = {
  script: string;
  /** The last byte has been on screen. Said once, and never taken back for the same script. */
  onSeenWhole: () => void;
};

/**
 * Exactly what runs: every byte, one numbered line per line, wrapped and never cut, with anything that hides, reorders
 * or imitates drawn as a named mark. What stands here can be read back to one sequence of bytes and no other.
 */
export const WholeCommand = ({ script, onSeenWhole }: Props) => {
  const lines = useMemo(() => linesOf(script), [script]);
  const marks = useMemo(() => renderingMarks(script), [script]);
  const box = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLSpanElement>(null);
  const tell = useRef(onSeenWhole);
  tell.current = onSeenWhole;
  useEffect(() => {
    const mark = end.current;
    if (mark === null) return;
    let look: ReturnType<typeof setInterval> | undefined;
    const stop = () => clearInterval(look);
    const tellOnceBare = () => {
      if (!isBare(mark)) return;
      stop();
      tell.current();
    };
    // Against the window, so that an end that was scrolled out of the whole screen does not count either.
    const watch = new IntersectionObserver(
      (entries) => {
        stop();
        if (!entries.some((entry) => entry.isIntersecting)) return;
        look = setInterval(tellOnceBare, LOOK_MS);
        tellOnceBare();
      },
      { threshold: 1 },
    );
    watch.observe(mark);
    return () => {
      stop();
      watch.disconnect();
    };
  }, [script]);
  return (
    <figure className={styles.figure}>
      <div ref={box} className={styles.box} tabIndex={0} role="region" aria-label="The whole command">
        <ol className={styles.lines} style={{ "--digits": String(lines.length).length } as CSSProperties}>
          {lines.map((pieces, line) => (
            <li key={line} className={styles.line}>
              <code className={styles.code}>
                {pieces.map((piece, index) =>
                  piece.kind === "text" ? (
                    piece.text
                  ) : (
                    <mark key={index} className={styles.mark}>
                      {piece.text}
                    </mark>
                  ),
                )}
              </code>
              {line === lines.length - 1 ? <span ref={end} className={styles.end} /> : null}
            </li>
          ))}
        </ol>
      </div>
      {lines.length <= LINES_IN_SIGHT ? null : <p className={styles.count}>{formatCount(lines.length)} lines</p>}
      {marks.length === 0 ? null : (
        <figcaption className={styles.note}>
          Hidden or misleading characters are named: <span className={styles.marks}>{marks.slice(0, 12).join(" ")}</span>
          {marks.length > 12 ? ` and ${marks.length - 12} more kinds` : ""}
        </figcaption>
      )}
    </figure>
  );
};

type Piece = { readonly kind: "text" | "mark"; readonly text: string };

function linesOf(script: string): readonly (readonly Piece[])[] {
  const lines: Piece[][] = [[]];
  for (const piece of renderCommand(script)) {
    if (piece.kind === "mark") {
      lines.at(-1)?.push(piece);
      continue;
    }
    piece.text.split("\n").forEach((text, index) => {
      if (index > 0) lines.push([]);
      if (text !== "") lines.at(-1)?.push({ kind: "text", text });
    });
  }
  return lines;
}
