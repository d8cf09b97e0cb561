import { useDeferredValue, useState } from "react";
import { LEAF_TYPES, PROOF_TYPES } from "../../../src-main/contract/leaf-types.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { formatCount, formatInstant } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Bytes } from "../../ui/bytes.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Grow, Toolbar } from "../../ui/page.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Select } from "../../ui/select.tsx";
import { Table } from "../../ui/table.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "../console.module.css";
import { orgHash } from "../model.ts";
import type { Output } from "../rest.ts";
import { useActing, useAsked, useConsole, useOrg } from "../use-console.ts";
import { Problems } from "./problems.tsx";
import { usePages } from "./use-pages.ts";

type Entry = Output<"GET /v1/orgs/:orgId/entries">["items"][number];

/** The records of all desktops as one list. */
export const Entries = ({ desktopId }: { desktopId: string | undefined }) => {
  const { orgId, may } = useOrg();
  const { router } = useConsole();
  const [typed, setTyped] = useState("");
  const [type, setType] = useState<string>("any");
  const text = useDeferredValue(typed.trim());
  const desktops = useAsked("GET /v1/orgs/:orgId/desktops", { orgId }, { isWhole: true });
  const { items, problem, more, again } = usePages("GET /v1/orgs/:orgId/entries", { orgId, limit: 100, ...(desktopId !== undefined && { desktopId }), ...(type !== "any" && { type }), ...(text.length > 1 && { text }) });
  const [open, setOpen] = useState<Entry>();
  return (
    <>
      <Toolbar label="Filter">
        <SearchBox className={styles.filter ?? ""} label="Words in the values" value={typed} onValue={setTyped} />
        <Select
          className={styles.chooser ?? ""}
          label="Desktop"
          value={desktopId ?? "any"}
          onValue={(next) => router.navigate(orgHash(orgId, "audit", "entries", ...(next === "any" ? [] : [next])).slice(1))}
          choices={[{ value: "any", text: "Every desktop" }, ...(may("desktops:read") ? (desktops.value?.items ?? []) : []).map((each) => ({ value: each.desktopId, text: each.name }))]}
        />
        <Select className={styles.chooser ?? ""} label="Type" value={type} onValue={setType} choices={[{ value: "any", text: "Every type" }, ...LEAF_TYPES.map((each) => ({ value: each, text: each }))]} />
        <Grow />
        <Button icon="refresh" onClick={again}>
          Load the newest
        </Button>
      </Toolbar>
      <Problems of={[problem]} />
      <Table
        label="Entries"
        className={styles.fill ?? ""}
        rows={items ?? []}
        rowId={(row) => `${row.desktopId} ${row.seq}`}
        onOpen={setOpen}
        onNearEnd={more}
        empty={
          items === undefined ? null : (
            <EmptyState icon="audit" title={typed === "" && type === "any" ? "No record is kept here yet" : "No entry fits"}>
              {typed === "" && type === "any" ? "As soon as a linked desktop writes something, a verified copy stands here." : "Words are looked for in the values of the newest 50 000 entries that fit the rest."}
            </EmptyState>
          )
        }
        columns={[
          { id: "at", title: "When", width: "160px", isMono: true, cell: (row) => formatInstant(Date.parse(row.at)) },
          { id: "desktop", title: "Desktop", width: "minmax(90px, 150px)", cell: (row) => row.desktop },
          { id: "seq", title: "Entry", width: "70px", align: "end", isMono: true, cell: (row) => formatCount(row.seq) },
          { id: "type", title: "Type", width: "130px", cell: (row) => <Tag>{row.type}</Tag> },
          { id: "what", title: "What", width: "minmax(200px, 1fr)", cell: (row) => headline(row) },
        ]}
      />
      {open === undefined ? null : <EntryDialog entry={open} onClose={() => setOpen(undefined)} onErased={() => (setOpen(undefined), again())} />}
    </>
  );
};

/** What says most, first; who did it and with which version stand in the entry itself. */
const FIRST_NAMES = ["script", "title", "question", "text", "procedure", "act", "say", "result", "reason", "name"];
const SECOND_RATE = /^(actor|host)\.|^version$/;
function headline({ values }: Entry): string {
  if (values === null) return "values erased; the entry and its proof stand";
  const names = Object.keys(values).filter((name) => !SECOND_RATE.test(name)).sort((a, b) => rankOf(a) - rankOf(b));
  return names.slice(0, 3).map((name) => renderedText(`${name}: ${plain(values[name])}`).replaceAll("\n", "⏎")).join(" · ");
}
const rankOf = (name: string): number => (FIRST_NAMES.indexOf(name) + FIRST_NAMES.length + 1) % (FIRST_NAMES.length + 1);
const plain = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

type EntryProps = { entry: Entry; onClose: () => void; onErased: () => void };
const EntryDialog = ({ entry, onClose, onErased }: EntryProps) => {
  const { may } = useOrg();
  const [isErasing, setErasing] = useState(false);
  const isProof = (PROOF_TYPES as readonly string[]).includes(entry.type);
  if (isErasing) return <EraseDialog entry={entry} onClose={() => setErasing(false)} onErased={onErased} />;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="lg"
      title={`Entry ${formatCount(entry.seq)} of ${entry.desktop}`}
      lead={<Tag>{entry.type}</Tag>}
      footer={
        <>
          {may("audit:erase") && entry.values !== null && !isProof ? (
            <Button icon="eye-off" onClick={() => setErasing(true)}>
              Erase its values…
            </Button>
          ) : null}
          <Button kind="primary" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <div className={styles.stack}>
        <KeyValues items={[{ key: "Written", value: <span className={styles.mono}>{entry.at}</span> }, { key: "Desktop", value: <span className={styles.mono}>{entry.desktopId}</span> }]} />
        {entry.values === null ? <p className={styles.words}>The values were erased. The entry, its place in the tree and every proof over it stand.</p> : Object.entries(entry.values).map(([name, value]) => <Value key={name} name={name} text={plain(value)} />)}
      </div>
    </Dialog>
  );
};

/** One entry after another, each with its reason: what is gone here is gone. */
const EraseDialog = ({ entry, onClose, onErased }: EntryProps) => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem } = useActing();
  const [why, setWhy] = useState("");
  const erase = async () => {
    if (await act(() => ask("POST /v1/orgs/:orgId/erasures", { orgId, desktopId: entry.desktopId, seqs: [entry.seq], why: why.trim() }))) onErased();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Erase the values of entry ${formatCount(entry.seq)}`}
      description={`The copy of ${entry.desktop} that is kept here loses this entry's text for good. The entry, its place in the tree and every proof over it stay, and this server's list says who erased it and why. The desktop's own record is not touched.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" isBusy={isBusy} disabled={why.trim() === ""} onClick={() => void erase()}>
            Erase them
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <Problems of={[problem]} />
        <Field label="Why" hint="It stands in the list beside your name; name no secret in it.">
          <Input value={why} maxLength={500} onValue={setWhy} />
        </Field>
      </div>
    </Dialog>
  );
};
const Value = ({ name, text }: { name: string; text: string }) => (
  <div>
    <p className={styles.quiet}>{name}</p>
    <Bytes text={text} label={name} wraps />
  </div>
);
