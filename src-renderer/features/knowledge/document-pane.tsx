import { useEffect, useRef } from "react";
import type { KnowledgeDocument, KnowledgePassage } from "../../../src-main/contract/index.ts";
import { classNames } from "../../lib/class-names.ts";
import { formatInstant, plural } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Tag } from "../../ui/tag.tsx";
import { MarkedText } from "./marked-text.tsx";
import styles from "./screen.module.css";

type Props = { document: KnowledgeDocument; chunkId: number; query: string; conflicts: KnowledgePassage["conflicts"]; onAsk: () => void; /** Back to where it was opened from; undefined beside a list of results. */ onClose?: (() => void) | undefined };

/** Formats whose pages hold more than their text. */
const TEXT_ONLY = new Set(["pdf", "docx", "docm", "pptx", "pptm", "xlsx", "xlsm"]);

/** The document, opened at the passage. */
export const DocumentPane = ({ document, chunkId, query, conflicts, onAsk, onClose }: Props) => {
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    place.current?.scrollIntoView({ block: "start" });
  }, [document.documentId, chunkId]);
  return (
    <section className={styles.document} aria-label={`Document ${document.title}`}>
      <header className={styles.documentHead}>
        <div className={styles.documentTitle}>
          <h2>{document.title}</h2>
          <span className={styles.path}>
            {document.source}/{document.path} · changed {formatInstant(document.modifiedAt)}
          </span>
          {document.url === "" ? null : <span className={styles.path}>{document.url}</span>}
        </div>
        <Tag tone={document.trust === "signed" ? "ok" : "neutral"}>{document.trust === "signed" ? "signed" : "unsigned"}</Tag>
        <Button icon="chat" onClick={onAsk}>
          Ask about this
        </Button>
        {onClose === undefined ? null : <IconButton icon="close" label="Close the document" onClick={onClose} />}
      </header>
      {document.outdated === "" ? null : (
        <Banner tone="warn" shape="strip" title="Read with care">
          This document may be outdated: {document.outdated}
        </Banner>
      )}
      {conflicts.map((conflict) => (
        <Banner key={conflict.chunkId} tone="warn" shape="strip" title="Another document says otherwise">
          {`${conflict.source}/${conflict.path}, ${formatInstant(conflict.modifiedAt)}: “${conflict.there}” Here: “${conflict.here}”`}
        </Banner>
      ))}
      {document.remarks.length === 0 ? null : (
        <Banner tone="warn" shape="strip" title="Not all of this document could be read">
          {document.remarks.join("; ")}
        </Banner>
      )}
      <div className={styles.body} tabIndex={0} role="region" aria-label="Text of the document">
        {TEXT_ONLY.has(document.format) ? <p className={styles.more}>The text of the document, page by page, as it is searched. Pictures and layout are not shown.</p> : null}
        {document.before === 0 ? null : <p className={styles.more}>{plural(document.before, "passage")} before this</p>}
        {document.passages.map((passage) => (
          <article key={passage.chunkId} ref={passage.chunkId === chunkId ? place : undefined} className={classNames(styles.passage, passage.chunkId === chunkId && styles.here)}>
            <div className={styles.place}>
              <span>{passage.heading}</span>
              <span>{passage.position}</span>
            </div>
            <div className={passage.kind === "text" ? styles.prose : styles.machine}>
              <MarkedText text={passage.text} query={passage.chunkId === chunkId ? query : ""} />
            </div>
          </article>
        ))}
        {document.after === 0 ? null : <p className={styles.more}>{plural(document.after, "passage")} after this</p>}
      </div>
    </section>
  );
};
