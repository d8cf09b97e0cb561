import type { SkillView } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { Icon } from "../../ui/icon.tsx";
import { plural } from "../../lib/format.ts";
import { List } from "../../ui/list.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { EFFECT_LOOK, Tag } from "../../ui/tag.tsx";
import styles from "./screen.module.css";

export type Kinds = "all" | "favourites" | "look" | "change";
type Props = { skills: readonly SkillView[]; search: string; onSearch: (search: string) => void; kinds: Kinds; onKinds: (kinds: Kinds) => void; selectedId: string | undefined; onSelect: (skill: SkillView) => void };

/** Every word typed must be somewhere in what names the runbook; favourites first, then by topic. */
export function shownSkills(skills: readonly SkillView[], search: string, kinds: Kinds): readonly SkillView[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return skills
    .filter((skill) => (kinds === "all" ? true : kinds === "favourites" ? skill.isFavourite : kinds === "change" ? skill.kind === "change" : skill.kind !== "change"))
    .filter(({ id, title, summary, topic, examples }) => words.every((word) => `${id} ${title} ${summary} ${topic} ${examples.join(" ")}`.toLowerCase().includes(word)))
    .toSorted((one, other) => Number(other.isFavourite) - Number(one.isFavourite) || one.topic.localeCompare(other.topic) || one.title.localeCompare(other.title));
}

export const SkillList = ({ skills, search, onSearch, kinds, onKinds, selectedId, onSelect }: Props) => {
  const shown = shownSkills(skills, search, kinds);
  return (
    <nav className={styles.side} aria-label="Runbooks">
      <div className={styles.filters}>
        <SearchBox value={search} onValue={onSearch} label="Search runbooks" />
        <Segmented<Kinds> label="Which runbooks" value={kinds} onValue={onKinds} segments={[{ value: "all", text: "All" }, { value: "favourites", text: "Favourites" }, { value: "look", text: "Look" }, { value: "change", text: "Change" }]} />
      </div>
      {shown.length > 0 ? null : <p className={styles.none}>{search.trim() === "" ? "None is among these." : "No runbook has these words. Other words, or other kinds above, may find it."}</p>}
      <List className={styles.list ?? ""} label={plural(shown.length, "runbook")} items={shown} itemId={({ id }) => id} itemText={({ title }) => title} selectedId={selectedId} onSelect={onSelect} itemHeight={46}>
        {(skill) => (
          <span className={styles.item}>
            <span className={styles.itemText}>
              <span className={styles.itemTitle}>{renderedText(skill.title)}</span>
              <span className={styles.itemNote}>
                {skill.topic} · {skill.pack}
              </span>
            </span>
            {skill.isFavourite ? <Icon name="pin" size={14} label="Favourite" /> : null}
            {skill.kind === "change" ? <Tag tone={EFFECT_LOOK[skill.effect].tone}>{EFFECT_LOOK[skill.effect].text}</Tag> : null}
          </span>
        )}
      </List>
    </nav>
  );
};
