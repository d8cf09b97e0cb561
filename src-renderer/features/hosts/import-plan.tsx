import { useState } from "react";
import type { ImportView } from "../../../src-main/contract/index.ts";
import { formatCount } from "../../lib/format.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Table } from "../../ui/table.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { EnvironmentTag } from "../../ui/tag.tsx";
import styles from "./hosts.module.css";

type Props = { view: ImportView; skip: ReadonlySet<string>; onSkip: (name: string, isSkipped: boolean) => void };
type Tab = "add" | "change" | "gone" | "problems";

/** A dry run, laid open: what is new, what changes and how, what is gone, what could not be read. */
export const ImportPlan = ({ view, skip, onSkip }: Props) => {
  const { counts } = view;
  const [tab, setTab] = useState<Tab>(counts.add > 0 ? "add" : counts.change > 0 ? "change" : counts.problems > 0 ? "problems" : "gone");
  const take = (name: string) => <Checkbox ariaLabel={`Take ${name}`} isChecked={!skip.has(name)} onChecked={(is) => onSkip(name, !is)} />;
  const cut = (shown: number, all: number) => (all > shown ? <p className={styles.quiet}>The first {formatCount(shown)} of {formatCount(all)} are shown; all are taken.</p> : null);
  return (
    <>
      <p className={styles.quiet}>
        <code>{view.source}</code> · {formatCount(view.same)} the same
      </p>
      <Tabs<Tab>
        label="What would change"
        value={tab}
        onValue={setTab}
        tabs={[
          {
            value: "add",
            text: `New ${formatCount(counts.add)}`,
            content: (
              <div className={styles.plan}>
                <Table label="New hosts" rows={view.add} rowId={(host) => host.name} edge={(host) => host.environment} empty="Nothing is new." columns={[
                  { id: "take", title: "Take", isTitleHidden: true, width: "32px", cell: (host) => take(host.name) },
                  { id: "name", title: "Host", cell: (host) => host.name },
                  { id: "address", title: "Reached at", isMono: true, cell: (host) => `${host.user}@${host.address}${host.port === 22 ? "" : `:${host.port}`}` },
                  { id: "environment", title: "Environment", width: "100px", cell: (host) => <EnvironmentTag environment={host.environment} /> },
                  { id: "more", title: "Groups, way", cell: (host) => [host.groups.join(", "), host.jumpNames.length > 0 ? `through ${host.jumpNames.join(" → ")}` : ""].filter(Boolean).join(" · ") },
                ]} />
                {cut(view.add.length, counts.add)}
              </div>
            ),
          },
          {
            value: "change",
            text: `Changed ${formatCount(counts.change)}`,
            content: (
              <div className={styles.plan}>
                <Table label="Changed hosts" rows={view.change} rowId={(host) => host.id} empty="Nothing changes." columns={[
                  { id: "take", title: "Take", isTitleHidden: true, width: "32px", cell: (host) => take(host.name) },
                  { id: "name", title: "Host", width: "minmax(120px, 0.6fr)", cell: (host) => host.name },
                  { id: "fields", title: "What", width: "minmax(0, 2fr)", cell: (host) => <span className={styles.changes}>{host.fields.map(({ field, before, after }) => <span key={field}>{field}: <del>{before || "nothing"}</del> → <ins>{after || "nothing"}</ins></span>)}</span> },
                ]} />
                {cut(view.change.length, counts.change)}
              </div>
            ),
          },
          { value: "gone", text: `No longer there ${formatCount(counts.gone)}`, content: <div className={styles.plan}><Table label="Hosts the file no longer names" rows={view.gone} rowId={(host) => host.id} empty="All that came from it are still in it." columns={[{ id: "name", title: "Host", cell: (host) => host.name }]} /></div> },
          { value: "problems", text: `Left out ${formatCount(counts.problems)}`, content: <div className={styles.plan}><Table label="What could not be read" rows={view.problems.map((problem, id) => ({ ...problem, id }))} rowId={(problem) => String(problem.id)} empty="Everything could be read." columns={[{ id: "where", title: "Where", width: "minmax(120px, 0.8fr)", isMono: true, cell: (problem) => problem.where }, { id: "why", title: "Why", width: "minmax(0, 2fr)", cell: (problem) => problem.why }]} /></div> },
        ]}
      />
    </>
  );
};
