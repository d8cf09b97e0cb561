import { useState } from "react";
import type { AuditFilter, Effect, SavedSearch } from "../../../src-main/contract/index.ts";
import { formatCount } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Chip } from "../../ui/chip.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { Menu, type MenuEntry } from "../../ui/menu.tsx";
import { Grow, Toolbar } from "../../ui/page.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Select } from "../../ui/select.tsx";
import { EFFECT_LOOK } from "../../ui/tag.tsx";
import { resultLook, typeLook } from "./row-look.ts";
import { filterOfSaved, fromOf, savedOf, TIMES, timeChoice } from "./saved-search.ts";

export type Facets = Readonly<Record<"host" | "actor" | "type" | "effect" | "result", readonly { readonly value: string; readonly n: number; readonly name?: string | undefined }[]>>;

type Key = "hosts" | "actors" | "types" | "effects" | "results" | "sessions";
const PLACES: readonly { readonly key: Exclude<Key, "sessions">; readonly facet: keyof Facets; readonly all: string; readonly text: (value: string) => string }[] = [
  { key: "types", facet: "type", all: "Every type", text: (value) => typeLook(value).text },
  { key: "hosts", facet: "host", all: "Every host", text: (value) => value },
  { key: "actors", facet: "actor", all: "Everybody", text: (value) => value },
  { key: "effects", facet: "effect", all: "Every effect", text: (value) => EFFECT_LOOK[value as Effect]?.text ?? value },
  { key: "results", facet: "result", all: "Every result", text: (value) => resultLook(value).text },
];

type Props = {
  filter: AuditFilter;
  onFilter: (filter: AuditFilter) => void;
  facets: Facets | undefined;
  found: string;
  saved: readonly SavedSearch[];
  onSave: (search: SavedSearch) => void;
  onForget: (name: string) => void;
  now: number;
};

/** Words and filters together; each filter that is on stands as a chip that can be taken away. */
export const FilterBar = ({ filter, onFilter, facets, found, saved, onSave, onForget, now }: Props) => {
  const [isNaming, setNaming] = useState(false);
  const isOn = Object.values(filter).some((value) => value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0));
  const entries: MenuEntry[] = [
    ...(saved.length === 0 ? [] : [{ kind: "group" as const, id: "kept", text: "Kept searches", entries: saved.map((search) => ({ id: `use ${search.name}`, text: search.name, icon: "search" as const, onSelect: () => onFilter(filterOfSaved(search, Date.now())) })) }, { kind: "rule" as const, id: "rule" }]),
    { id: "keep", text: "Keep this search…", icon: "pin", isDisabled: !isOn, onSelect: () => setNaming(true) },
    ...saved.map(({ name }) => ({ id: `forget ${name}`, text: `Forget “${name}”`, icon: "trash" as const, onSelect: () => onForget(name) })),
  ];
  return (
    <>
      <Toolbar label="Search the record">
        <SearchBox value={filter.text ?? ""} onValue={(text) => onFilter({ ...filter, text: text === "" ? undefined : text })} label="Search what was recorded" placeholder="Words, a command, a path…" />
        {PLACES.map(({ key, facet, all, text }) => (
          <Select key={key} label={all} placeholder={all} value={null} isDisabled={facets === undefined} onValue={(value: string) => onFilter({ ...filter, [key]: [...new Set([...((filter[key] as string[] | undefined) ?? []), value])] })} choices={(facets?.[facet] ?? []).map(({ value, n }) => ({ value, text: facet === "actor" ? actorText(value, facets) : text(value), note: formatCount(n) }))} />
        ))}
        <Select label="Time" value={timeChoice(filter, now)} onValue={(value) => onFilter({ ...filter, fromMs: fromOf(value, now), toMs: undefined })} choices={TIMES.map(({ value, text }) => ({ value, text }))} />
        <Menu trigger={<IconButton icon="pin" label="Kept searches" />} entries={entries} align="end" />
        <Grow />
        <span role="status">{found}</span>
      </Toolbar>
      {isOn ? <FilterChips filter={filter} onFilter={onFilter} facets={facets} /> : null}
      <NameDialog isOpen={isNaming} onClose={() => setNaming(false)} onName={(name) => onSave(savedOf(name, filter, now))} />
    </>
  );
};

/** What somebody is called; two of one name are told apart. */
const actorText = (value: string, facets: Facets | undefined): string => {
  const all = facets?.actor ?? [];
  const name = all.find((one) => one.value === value)?.name;
  return name === undefined ? value : all.some((one) => one.value !== value && one.name === name) ? `${name} (${value})` : name;
};

const FilterChips = ({ filter, onFilter, facets }: Pick<Props, "filter" | "onFilter" | "facets">) => {
  const chips = ([...PLACES, { key: "sessions" as const, text: (value: string) => `case ${value}` }] as readonly { key: Key; text: (value: string) => string }[]).flatMap(({ key, text }) => ((filter[key] as readonly string[] | undefined) ?? []).map((value) => ({ key, value, text: key === "actors" ? actorText(value, facets) : text(value) })));
  if (chips.length === 0) return null;
  const without = (key: Key, value: string) => {
    const left = ((filter[key] as readonly string[] | undefined) ?? []).filter((one) => one !== value);
    onFilter({ ...filter, [key]: left.length === 0 ? undefined : left });
  };
  return (
    <Toolbar label="Filters that are on">
      {chips.map(({ key, value, text }) => (
        <Chip key={`${key} ${value}`} onRemove={() => without(key, value)}>
          {text}
        </Chip>
      ))}
      <Button size="sm" kind="ghost" onClick={() => onFilter({})}>
        Show everything
      </Button>
    </Toolbar>
  );
};

const NameDialog = ({ isOpen, onClose, onName }: { isOpen: boolean; onClose: () => void; onName: (name: string) => void }) => {
  const [name, setName] = useState("");
  const keep = () => {
    onName(name.trim());
    setName("");
    onClose();
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Keep this search"
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={name.trim() === ""} onClick={keep}>
            Keep search
          </Button>
        </>
      }
    >
      <Field label="Name">
        <Input value={name} onValue={setName} maxLength={80} onKeyDown={(event) => event.key === "Enter" && name.trim() !== "" && keep()} />
      </Field>
    </Dialog>
  );
};
