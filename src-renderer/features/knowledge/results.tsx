import type { KnowledgePassage } from "../../../src-main/contract/index.ts";
import { formatAgo, plural } from "../../lib/format.ts";
import { List } from "../../ui/list.tsx";
import { Tag } from "../../ui/tag.tsx";
import { MarkedText, excerptOf } from "./marked-text.tsx";
import styles from "./screen.module.css";

type Props = { passages: readonly KnowledgePassage[]; query: string; selected: number | undefined; onSelect: (passage: KnowledgePassage) => void; now: number };

/** Documents often begin with a heading that is their title: told once. */
const nameOf = ({ title, heading }: KnowledgePassage): string => (heading === "" ? title : heading === title || heading.startsWith(`${title} > `) ? heading : `${title} › ${heading}`);

/** What was found, best first: where it stands, the words around it, how far it may be trusted. */
export const Results = ({ passages, query, selected, onSelect, now }: Props) => (
  <List label="Passages found" items={passages} itemId={({ chunkId }) => String(chunkId)} itemText={({ title }) => title} selectedId={selected === undefined ? undefined : String(selected)} onSelect={onSelect} itemHeight={104} className={styles.results ?? ""}>
    {(passage) => (
      <div className={styles.result}>
        <div className={styles.resultHead}>
          <span className={styles.title}>{nameOf(passage)}</span>
          {passage.trust === "signed" ? <Tag tone="ok">signed</Tag> : null}
          {passage.outdated === "" ? null : <Tag tone="warn">outdated</Tag>}
          {passage.conflicts.length === 0 ? null : <Tag tone="warn">{plural(passage.conflicts.length, "contradiction")}</Tag>}
          {passage.found === "meaning" ? <Tag>similar meaning</Tag> : null}
        </div>
        <p className={styles.excerpt}>
          <MarkedText text={excerptOf(passage.text, query)} query={query} />
        </p>
        <div className={styles.place}>
          <span className={styles.path}>
            {passage.source}/{passage.path}
          </span>
          <span>{passage.position}</span>
          <span>{formatAgo(passage.modifiedAt, now)}</span>
          {passage.folded === 0 ? null : <span>{plural(passage.folded, "more place")} with the same words</span>}
        </div>
      </div>
    )}
  </List>
);
