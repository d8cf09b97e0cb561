import type { KnowledgeHealth, KnowledgeSource } from "../../../src-main/contract/index.ts";
import { classNames } from "../../lib/class-names.ts";
import { formatAgo, formatCount, formatDuration, plural } from "../../lib/format.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { Card, Page } from "../../ui/page.tsx";
import { Progress } from "../../ui/progress.tsx";
import { StatusDot } from "../../ui/status-dot.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "./screen.module.css";

type Props = { sources: readonly KnowledgeSource[]; health: KnowledgeHealth; now: number; onSearch: (query: string) => void; onSync: (source: KnowledgeSource) => void; onRemove: (source: KnowledgeSource) => void; onForgetGap: (query: string) => void; onOpen: (documentId: number) => void };

const KIND: Readonly<Record<KnowledgeSource["kind"], string>> = { folder: "folder", file: "file", git: "git", collection: "collection", web: "web pages", confluence: "Confluence", "confluence-export": "Confluence export", jira: "Jira", sharepoint: "SharePoint" };
const isLocal = ({ kind }: KnowledgeSource): boolean => kind === "folder" || kind === "file" || kind === "git" || kind === "confluence-export";
const next = ({ nextAt }: KnowledgeSource, now: number): string => (nextAt <= now ? "" : `, again in ${formatDuration(nextAt - now)}`);
/** How old what is known may be: the lag of the source. */
const freshness = (source: KnowledgeSource, now: number): string => (source.kind === "collection" ? "a collection: as old as its file" : source.checkedAt === 0 ? (source.isBusy ? "being read for the first time" : "not compared yet") : source.lagMs === 0 ? "watched, up to date" : `${isLocal(source) ? "compared" : "asked"} ${formatDuration(source.lagMs)} ago${next(source, now)}`);

/** Before anything is asked: how healthy the sources are, what changed, what is missing. */
export const Overview = ({ sources, health, now, onSearch, onSync, onRemove, onForgetGap, onOpen }: Props) => (
  <Page isWide>
    <div className={styles.cards}>
    <Card title="Sources">
      <ul className={styles.rows}>
        {sources.map((source) => (
          <li key={source.id} className={styles.row}>
            <div className={styles.grow}>
              <div className={styles.resultHead}>
                <b>{source.name}</b>
                <Tag>{KIND[source.kind]}</Tag>
                {source.product === "" ? null : <Tag>{source.product}</Tag>}
                <Tag tone={source.trust === "signed" ? "ok" : "neutral"}>{source.trust}</Tag>
              </div>
              <span className={styles.path}>
                {source.location}
                {source.credential === "" ? "" : ` · with ${source.credential} of the vault`}
              </span>
            </div>
            <div className={styles.numbers}>
              <span>
                {plural(source.documents, "document")}, {plural(source.passages, "passage")}
              </span>
              {source.isBusy && source.total > 0 ? <Progress label={`Taking in ${source.name}`} fraction={source.done / source.total} detail={`${formatCount(source.done)} of ${formatCount(source.total)}`} /> : <StatusDot state={source.problem !== "" ? "bad" : source.checkedAt === 0 && source.kind !== "collection" ? (source.isBusy ? "busy" : "idle") : source.problems > 0 ? "warn" : "ok"} label={source.problem === "" ? `${freshness(source, now)}${source.problems === 0 ? "" : `, ${plural(source.problems, "problem")}`}` : source.problem} />}
            </div>
            {source.kind === "collection" ? null : <IconButton icon="refresh" label={`Compare ${source.name} now`} onClick={() => onSync(source)} />}
            <IconButton icon="trash" label={`Forget ${source.name}`} onClick={() => onRemove(source)} />
          </li>
        ))}
      </ul>
    </Card>
    {health.meaning.next === "" && health.meaning.problem === "" ? null : (
      <Card title="Search by meaning">
        {health.meaning.problem === "" ? <Progress label="Passages embedded with the model" fraction={health.meaning.total === 0 ? 0 : health.meaning.done / health.meaning.total} detail={`${formatCount(health.meaning.done)} of ${formatCount(health.meaning.total)}; until then the built-in embedding answers`} /> : <StatusDot state="warn" label={health.meaning.problem} />}
      </Card>
    )}
    {health.problems.length === 0 ? null : (
      <Card title={`Could not be read, or not whole (${formatCount(health.problems.length)})`}>
        <ul className={styles.rows}>
          {health.problems.slice(0, 100).map((problem) => (
            <li key={`${problem.source}/${problem.path}`} className={classNames(styles.row, styles.problem)}>
              <span className={styles.path} title={`${problem.source}/${problem.path}`}>
                {problem.source}/{problem.path}
              </span>
              <span>{problem.what}</span>
            </li>
          ))}
        </ul>
      </Card>
    )}
    {health.gaps.length === 0 ? null : (
      <Card title="Asked, and nothing was found">
        <ul className={styles.rows}>
          {health.gaps.map((gap) => (
            <li key={gap.query} className={styles.row}>
              <button type="button" className={styles.open} onClick={() => onSearch(gap.query)}>
                {gap.query}
              </button>
              <span className={classNames(styles.grow, styles.when)}>
                {plural(gap.times, "time")}, last {formatAgo(gap.lastAt, now)}
              </span>
              <IconButton icon="close" label={`Take “${gap.query}” off the list`} onClick={() => onForgetGap(gap.query)} />
            </li>
          ))}
        </ul>
      </Card>
    )}
    {health.changes.length === 0 ? null : (
      <Card title="Changed lately">
        <ul className={styles.rows}>
          {health.changes.slice(0, 12).map((change) => (
            <li key={change.documentId} className={classNames(styles.row, styles.change)}>
              <button type="button" className={styles.open} title={change.title} onClick={() => onOpen(change.documentId)}>
                {change.title}
              </button>
              <span className={styles.path} title={`${change.source}/${change.path}`}>
                {change.source}/{change.path}
              </span>
              <span className={styles.when}>{formatAgo(change.indexedAt, now)}</span>
            </li>
          ))}
        </ul>
      </Card>
    )}
    </div>
  </Page>
);
