import { useState } from "react";
import { LEAF_TYPES, PROOF_TYPES } from "../../../src-main/contract/leaf-types.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { formatCount, formatInstant } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { Card } from "../../ui/page.tsx";
import { Select } from "../../ui/select.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import styles from "../console.module.css";
import { orgHash } from "../model.ts";
import { codeOf, type Input, type Output } from "../rest.ts";
import { useActing, useAsked, useConsole, useNames, useOrg } from "../use-console.ts";
import { eventWords } from "./event-words.ts";
import { Problems } from "./problems.tsx";

type Rule = Input<"PUT /v1/orgs/:orgId/retention">["rules"][number];
type Type = Rule["type"];
type Preview = Output<"POST /v1/orgs/:orgId/retention/preview">["rules"];

const TYPES: readonly Type[] = ["*", "inbox", ...LEAF_TYPES.filter((type): type is Exclude<Type, "*" | "inbox"> => !(PROOF_TYPES as readonly string[]).includes(type))];
const MAX_DAYS = 36_500;
/** So long the same message could be told again. */
const leastDays = (type: string): number => (type === "inbox" ? 2 : 1);
const wordsOf = (type: string): string => (type === "*" ? "Every type without a time of its own" : type === "inbox" ? "Messages in the inbox" : type);
const isSame = (a: readonly Rule[], b: readonly Rule[]): boolean => JSON.stringify(a) === JSON.stringify(b);
const inOrder = (rules: readonly Rule[]): readonly Rule[] => rules.toSorted((a, b) => TYPES.indexOf(a.type) - TYPES.indexOf(b.type));

/** How long values are kept here: what a rule takes, what it leaves, and who set it. */
export const Retention = () => {
  const { orgId } = useOrg();
  const { value, problem, again } = useAsked("GET /v1/orgs/:orgId/retention", { orgId }, { isWhole: true });
  return (
    <Card title="How long values are kept">
      <div className={styles.stack}>
        <p className={styles.words}>
          Past its time the text of an entry is taken away here, once an hour. What stays for good: that there was an entry, of which type, when and by whom, its place in the tree, and every signed and cosigned head. Whoever checks the record still finds it whole. Keys, erasures and witnesses ({PROOF_TYPES.join(", ")}) keep their values too: they are proofs themselves. How long a desktop keeps its own record is set there.
        </p>
        <Problems of={[problem]} />
        {value === undefined ? problem === "" ? <Skeleton lines={3} /> : null : <Rules set={inOrder(value.items.map(({ type, days }) => ({ type: type as Type, days })))} onSet={again} />}
        <Changes key={`changes ${JSON.stringify(value?.items)}`} />
      </div>
    </Card>
  );
};

/** What somebody changed and did not set yet, and what it was made from. */
type Draft = { readonly base: readonly Rule[]; readonly rules: readonly Rule[] };

const Rules = ({ set, onSet }: { set: readonly Rule[]; onSet: () => Promise<void> }) => {
  const { orgId, may } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem, clear } = useActing();
  const [draft, setDraft] = useState<Draft>();
  const [preview, setPreview] = useState<Preview>();
  const { base, rules } = draft === undefined || isSame(draft.rules, set) ? { base: set, rules: set } : draft;
  const mayChange = may("audit:erase");
  const isChanged = !isSame(rules, set);
  const isOvertaken = isChanged && !isSame(base, set);
  const free = TYPES.filter((type) => !rules.some((rule) => rule.type === type));
  const edit = (next: readonly Rule[]) => (setDraft({ base, rules: inOrder(next) }), clear());
  const look = () => act(async () => setPreview((await ask("POST /v1/orgs/:orgId/retention/preview", { orgId, rules })).rules));
  const save = async () => {
    setPreview(undefined); // a proof of oneself may be asked for, and stands in front alone
    await act(async () => {
      try {
        await ask("PUT /v1/orgs/:orgId/retention", { orgId, was: [...base], rules: [...rules] });
      } catch (error) {
        if (codeOf(error) !== "RETENTION_OTHER") throw error; // what came meanwhile is shown instead
      }
      await onSet();
    });
  };
  return (
    <>
      <Problems of={[problem]} />
      {isOvertaken ? <Overtaken set={set} onNoted={() => setDraft({ base: set, rules })} onBack={() => setDraft(undefined)} /> : null}
      {rules.length === 0 ? <p className={styles.quiet}>No time is set: values are kept until somebody erases them.</p> : null}
      <ul className={styles.list} aria-label="Times">
        {rules.map(({ type, days }) => (
          <li key={type} className={styles.item}>
            <span className={styles.itemText}>{wordsOf(type)}</span>
            <NumberInput label={`${wordsOf(type)}: days`} value={days} min={leastDays(type)} max={MAX_DAYS} unit="days" isDisabled={!mayChange} onValue={(next) => edit(rules.map((rule) => (rule.type === type ? { type, days: next } : rule)))} />
            {mayChange ? (
              <Button size="sm" kind="ghost" icon="trash" aria-label={`No time for ${wordsOf(type)}`} onClick={() => edit(rules.filter((rule) => rule.type !== type))}>
                No time
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {mayChange ? (
        <div className={styles.acts}>
          <Select className={styles.chooser ?? ""} value={null} onValue={(type: Type) => edit([...rules, { type, days: 365 }])} choices={free.map((type) => ({ value: type, text: wordsOf(type) }))} placeholder="Set a time for…" label="Set a time for a type" />
          <Button kind="primary" isBusy={isBusy} disabled={!isChanged || isOvertaken} onClick={() => void look()}>
            See what would go, then set it…
          </Button>
          {isChanged && !isOvertaken ? <Button onClick={() => setDraft(undefined)}>As it is set</Button> : null}
        </div>
      ) : null}
      <ConfirmDialog isOpen={preview !== undefined} isDanger isBusy={isBusy} title="Set these times?" confirmText="Set them" onCancel={() => setPreview(undefined)} onConfirm={() => void save()}>
        {preview === undefined || preview.length === 0 ? "Nothing is taken away by time any more." : <Going of={preview} />}
      </ConfirmDialog>
    </>
  );
};

/** Somebody else set other times while these were chosen: theirs are seen before these can be set over them. */
const Overtaken = ({ set, onNoted, onBack }: { set: readonly Rule[]; onNoted: () => void; onBack: () => void }) => (
  <Banner
    tone="warn"
    title="Other times were set meanwhile"
    actions={
      <>
        <Button size="sm" onClick={onNoted}>
          Keep mine, to set them over it
        </Button>
        <Button size="sm" kind="ghost" onClick={onBack}>
          Give up mine
        </Button>
      </>
    }
  >
    Yours stand below as you left them, and were not set. Set now: {set.length === 0 ? "no time; values are kept until somebody erases them." : `${set.map(({ type, days }) => `${wordsOf(type)}, ${formatCount(days)} days`).join("; ")}.`}
  </Banner>
);

/** What nobody can bring back is counted before it is asked for. */
const Going = ({ of }: { of: Preview }) => {
  const going = of.filter(({ entries }) => entries > 0);
  if (going.length === 0) return "Nothing here is past these times yet. From now on, what becomes older loses its values within the hour.";
  return (
    <>
      <p>Past these times already, and gone within the hour; no backup of yours is asked, and nobody can bring them back:</p>
      <ul>
        {going.map(({ type, days, entries }) => (
          <li key={type}>
            {wordsOf(type)}, older than {formatCount(days)} days: {entries >= 10_000 ? "10 000 or more" : formatCount(entries)}
          </li>
        ))}
      </ul>
    </>
  );
};

const Changes = () => {
  const { orgId } = useOrg();
  const nameOf = useNames();
  const set = useAsked("GET /v1/orgs/:orgId/events", { orgId, kind: "retention", limit: 3 });
  const gone = useAsked("GET /v1/orgs/:orgId/events", { orgId, kind: "values", limit: 3 });
  const all = [...(set.value?.items ?? []), ...(gone.value?.items ?? [])].sort((a, b) => b.at - a.at);
  return all.length === 0 ? null : (
    <div>
      <ul className={styles.list} aria-label="What was set and what went">
        {all.map((event) => (
          <li key={event.eventId} className={styles.item}>
            <span className={styles.itemText}>{renderedText(eventWords(event))}</span>
            <span className={styles.quiet}>{renderedText(event.actor === "retention" ? "by its rule" : nameOf(event.actor))}</span>
            <span className={styles.time}>{formatInstant(event.at)}</span>
          </li>
        ))}
      </ul>
      <a className={styles.link} href={orgHash(orgId, "audit", "events")}>
        All that happened on this server
      </a>
    </div>
  );
};
