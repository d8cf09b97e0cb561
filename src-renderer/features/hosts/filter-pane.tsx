import type { Environment, HostFacets, HostFilter } from "../../../src-main/contract/index.ts";
import { formatCount } from "../../lib/format.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Button } from "../../ui/button.tsx";
import styles from "./hosts.module.css";

type Props = { facets: HostFacets; filter: HostFilter; onFilter: (filter: HostFilter) => void };

const SHOWN = 40;
const ENVIRONMENTS: readonly Environment[] = ["prod", "staging", "dev"];

/** What there is to narrow by. The numbers are of the whole inventory and stand still. */
export const FilterPane = ({ facets, filter, onFilter }: Props) => {
  const toggle = (key: "groups" | "tags", value: string) => {
    const now = filter[key] ?? [];
    onFilter({ ...filter, [key]: now.includes(value) ? now.filter((one) => one !== value) : [...now, value] });
  };
  const environments = filter.environments ?? [];
  const isNarrowed = environments.length > 0 || (filter.groups?.length ?? 0) > 0 || (filter.tags?.length ?? 0) > 0 || filter.favourites === true || filter.source !== undefined;
  return (
    <nav className={styles.filters} aria-label="Narrow the list">
      <Group title="Environment">
        {ENVIRONMENTS.map((environment) => (
          <Facet key={environment} text={environment} count={facets.environments.find(({ value }) => value === environment)?.count ?? 0} isOn={environments.includes(environment)} onToggle={() => onFilter({ ...filter, environments: environments.includes(environment) ? environments.filter((one) => one !== environment) : [...environments, environment] })} />
        ))}
      </Group>
      <Group title="Pinned">
        <Checkbox label="Only those at the top" isChecked={filter.favourites === true} onChecked={(favourites) => onFilter({ ...filter, favourites })} />
      </Group>
      {facets.groups.length === 0 ? null : (
        <Group title="Groups">
          {facets.groups.slice(0, SHOWN).map(({ value, count }) => (
            <Facet key={value} text={value} count={count} isOn={filter.groups?.includes(value) ?? false} onToggle={() => toggle("groups", value)} />
          ))}
        </Group>
      )}
      {facets.tags.length === 0 ? null : (
        <Group title="Tags">
          {facets.tags.slice(0, SHOWN).map(({ value, count }) => (
            <Facet key={value} text={value} count={count} isOn={filter.tags?.includes(value) ?? false} onToggle={() => toggle("tags", value)} />
          ))}
        </Group>
      )}
      {facets.sources.length < 2 ? null : (
        <Group title="Came from">
          {facets.sources.slice(0, SHOWN).map(({ value, count }) => (
            <Facet key={value} text={value} count={count} isOn={filter.source === value} onToggle={() => onFilter({ ...filter, source: filter.source === value ? undefined : value })} />
          ))}
        </Group>
      )}
      {isNarrowed ? (
        <Button size="sm" kind="ghost" onClick={() => onFilter({ text: filter.text })}>
          Show all hosts
        </Button>
      ) : null}
    </nav>
  );
};

const Group = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <section className={styles.facetGroup} aria-label={title}>
    <h2 className={styles.facetTitle}>{title}</h2>
    {children}
  </section>
);

const Facet = ({ text, count, isOn, onToggle }: { text: string; count: number; isOn: boolean; onToggle: () => void }) => (
  <div className={styles.facet}>
    <Checkbox label={<span className={styles.facetText} title={text}>{text}</span>} isChecked={isOn} onChecked={onToggle} />
    <span className={styles.count}>{formatCount(count)}</span>
  </div>
);
