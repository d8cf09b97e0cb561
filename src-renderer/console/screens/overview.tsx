import { formatAgo, formatCount, plural } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Card, Page } from "../../ui/page.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { StatusDot } from "../../ui/status-dot.tsx";
import { EffectTag } from "../../ui/tag.tsx";
import styles from "../console.module.css";
import { orgHash } from "../model.ts";
import type { Output } from "../rest.ts";
import { useAsked, useNow, useOrg } from "../use-console.ts";
import { healthOf } from "./desktop-health.ts";
import { eventWords } from "./event-words.ts";

const EVERY_MS = 5000;

/** What wants somebody now, and whether the records are whole. Each line leads to where it can be looked into. */
export const OverviewScreen = () => {
  const { orgId, may } = useOrg();
  return (
    <Page isWide>
      <div className={styles.stack}>
        {may("audit:read") ? <Alarms orgId={orgId} /> : null}
        <div className={styles.cards}>
          {may("approvals:read") ? <Waiting orgId={orgId} /> : null}
          {may("desktops:read") ? <Desktops orgId={orgId} /> : null}
          {may("audit:read") ? <Lately orgId={orgId} /> : null}
        </div>
        {may("desktops:read") || may("approvals:read") ? null : <p className={styles.words}>Your role sees nothing of this organisation yet. An admin there can give you another.</p>}
      </div>
    </Page>
  );
};

const Alarms = ({ orgId }: { orgId: string }) => {
  const { value } = useAsked("GET /v1/orgs/:orgId/alarms", { orgId }, { everyMs: EVERY_MS, isWhole: true });
  const [last] = value?.items ?? [];
  return last === undefined ? null : (
    <Banner tone="bad" title={`${plural(value?.items.length ?? 0, "record")} forked`} actions={<a href={orgHash(orgId, "audit", "alarms")}>Look at the heads</a>}>
      The record of {last.desktop} was rolled back or copied: it showed {formatCount(last.shownSize)} entries after {formatCount(last.seenSize)} were seen. Both signed heads are kept.
    </Banner>
  );
};

const Waiting = ({ orgId }: { orgId: string }) => {
  const { value, problem } = useAsked("GET /v1/orgs/:orgId/approvals", { orgId, open: "true", limit: 5 }, { everyMs: EVERY_MS });
  const now = useNow();
  return (
    <Card title="Waiting for a decision" trailing={<a href={orgHash(orgId, "approvals")}>All approvals</a>}>
      <Body value={value} problem={problem}>
        {value?.items.length === 0 ? <p className={styles.quiet}>Nothing waits. A desktop's request appears here within a second.</p> : null}
        <ul className={styles.list}>
          {value?.items.map((each) => (
            <li key={each.approvalId} className={styles.item}>
              <EffectTag effect={each.effect} />
              <a className={`${styles.itemText} ${styles.link}`} href={orgHash(orgId, "approvals", each.desktopId, each.approvalId)}>
                {each.title}
              </a>
              <span className={styles.time}>{each.desktop} · expires {formatAgo(each.notAfter, now)}</span>
            </li>
          ))}
        </ul>
      </Body>
    </Card>
  );
};

const Desktops = ({ orgId }: { orgId: string }) => {
  const { value, problem } = useAsked("GET /v1/orgs/:orgId/desktops", { orgId }, { everyMs: EVERY_MS, isWhole: true });
  const now = useNow();
  const here = value?.items.filter(({ leftAt }) => leftAt === null);
  return (
    <Card title="Desktops" trailing={<a href={orgHash(orgId, "desktops")}>All desktops</a>}>
      <Body value={value} problem={problem}>
        {here?.length === 0 ? <p className={styles.quiet}>No desktop is linked yet. Under Desktops an admin makes a one-time line for one.</p> : null}
        <ul className={styles.list}>
          {here?.slice(0, 8).map((each) => {
            const health = healthOf(each, now);
            return (
              <li key={each.desktopId} className={styles.item}>
                <span className={styles.itemText}>
                  <StatusDot state={health.dot} label={each.name} />
                </span>
                <span className={styles.time}>{health.say}</span>
              </li>
            );
          })}
        </ul>
      </Body>
    </Card>
  );
};

const Lately = ({ orgId }: { orgId: string }) => {
  const { value, problem } = useAsked("GET /v1/orgs/:orgId/events", { orgId, limit: 8 }, { everyMs: EVERY_MS });
  const now = useNow();
  return (
    <Card title="Lately on this server" trailing={<a href={orgHash(orgId, "audit", "events")}>All events</a>}>
      <Body value={value} problem={problem}>
        <ul className={styles.list}>
          {value?.items.map((each) => (
            <li key={each.eventId} className={styles.item}>
              <span className={styles.itemText}>{eventWords(each)}</span>
              <span className={styles.time}>{formatAgo(each.at, now)}</span>
            </li>
          ))}
        </ul>
      </Body>
    </Card>
  );
};

const Body = ({ value, problem, children }: { value: Output<"GET /v1/orgs/:orgId/events"> | object | undefined; problem: string; children: React.ReactNode }) =>
  value === undefined ? problem === "" ? <Skeleton lines={3} /> : <p className={styles.words}>{problem}</p> : children;
