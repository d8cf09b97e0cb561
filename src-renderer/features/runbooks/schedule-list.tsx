import { useState } from "react";
import type { ScheduleView } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { timetableWords } from "../../../src-main/contract/timetable-words.ts";
import { plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { List } from "../../ui/list.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Tag } from "../../ui/tag.tsx";
import { hostsWords, nextWords, TURN_LOOK } from "./schedule-words.ts";
import styles from "./screen.module.css";

type Props = { schedules: readonly ScheduleView[]; now: number; selectedId: string | undefined; onSelect: (schedule: ScheduleView) => void; onNew: () => void; mayChange: boolean };

/** What runs by the clock, with when it runs next and how it went last. */
export const ScheduleList = ({ schedules, now, selectedId, onSelect, onNew, mayChange }: Props) => {
  const [search, setSearch] = useState("");
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const shown = schedules.filter(({ name, skill, hosts }) => words.every((word) => `${name} ${skill.title} ${skill.id} ${hosts.join(" ")}`.toLowerCase().includes(word)));
  return (
    <nav className={styles.side} aria-label="Schedules">
      <div className={styles.filters}>
        <SearchBox value={search} onValue={setSearch} label="Search schedules" />
        <Button size="sm" icon="plus" disabled={!mayChange} onClick={onNew}>
          Schedule a runbook
        </Button>
      </div>
      {shown.length === 0 ? (
        <p className={styles.none}>{schedules.length === 0 ? "Nothing runs by the clock yet." : "No schedule has these words in its name, its runbook or its hosts."}</p>
      ) : null}
      <List className={styles.list ?? ""} label={plural(shown.length, "schedule")} items={shown} itemId={({ id }) => id} itemText={({ name }) => name} selectedId={selectedId} onSelect={onSelect} itemHeight={66}>
        {(schedule) => (
          <span className={styles.itemText}>
            <span className={styles.item}>
              <span className={styles.itemTitle}>{renderedText(schedule.name)}</span>
              <span className={styles.grow} />
              {schedule.notice === undefined ? null : <Icon name="info" size={14} label="There is news of it" />}
              <LastTag schedule={schedule} />
            </span>
            <span className={styles.itemNote}>
              {renderedText(schedule.skill.title)} · {hostsWords(schedule.hosts)}
            </span>
            <span className={styles.itemNote} title={timetableWords(schedule.timetable)}>
              {nextWords(schedule, now)} · {timetableWords(schedule.timetable)}
            </span>
          </span>
        )}
      </List>
    </nav>
  );
};

const LastTag = ({ schedule: { last, state } }: { schedule: ScheduleView }) => {
  if (state === "stopped") return <Tag tone="bad">stopped</Tag>;
  if (last === undefined) return <Tag>no turn yet</Tag>;
  return <Tag tone={TURN_LOOK[last.state].tone}>{TURN_LOOK[last.state].text}</Tag>;
};
