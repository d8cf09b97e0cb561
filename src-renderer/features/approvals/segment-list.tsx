import type { SegmentView } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { EffectTag } from "../../ui/tag.tsx";
import styles from "./segment-list.module.css";

/** What the parser found, one row per command, redirect or assignment: the second look at the same bytes. */
export const SegmentList = ({ segments }: { segments: readonly SegmentView[] }) =>
  segments.length === 0 ? (
    <p className={styles.none}>This could not be taken apart, so nothing is claimed about its parts.</p>
  ) : (
    <ol className={styles.list} aria-label="What it is made of">
      {segments.map((segment, index) => (
        <li key={index} className={styles.row}>
          <EffectTag effect={segment.effect} />
          <div className={styles.words}>
            <div className={styles.argv}>
              {(segment.argv.length > 0 ? segment.argv : [segment.text]).map((word, at) => (
                <code key={at} className={at === 0 ? styles.name : styles.word}>
                  {renderedText(word).replaceAll("\n", "⏎")}
                </code>
              ))}
              {segment.redirects.map((redirect, at) => (
                <code key={`r${at}`} className={styles.redirect}>
                  {renderedText(redirect)}
                </code>
              ))}
            </div>
            <p className={styles.why}>
              {segment.why} <span className={styles.rule}>{segment.rule}</span>
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
