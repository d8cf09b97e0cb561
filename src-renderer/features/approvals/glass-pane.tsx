import { useCallback, useState } from "react";
import type { BreakGlassView } from "../../../src-main/contract/index.ts";
import { useApp, useFeed, useStatus } from "../../app/use-app.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Tag } from "../../ui/tag.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { BreakGlassDialog } from "./break-glass-dialog.tsx";
import { useNow } from "./live-approval.tsx";
import { Pane } from "./pane.tsx";
import styles from "./rules.module.css";
import { useLoaded } from "./use-loaded.ts";
import { minuteOf } from "./when.ts";

type Reviewer = { readonly id: string; readonly mayReview: boolean };

export const GlassPane = () => {
  const { client } = useApp();
  const operatorId = useStatus((status) => status?.principal.id ?? "");
  const mayReview = useStatus((status) => status?.principal.permissions.includes("approve") === true);
  const { value: glasses, problem, act } = useLoaded(useCallback(async () => (await client.approvals.breakGlasses({})).glasses, [client]));
  const [isBreaking, setBreaking] = useState(false);
  // Closed from above every screen, or from a command line: this list says so too.
  useFeed("glasses", (core, signal) => core.approvals.queue({}, { signal }), () => void act(async () => undefined));
  const now = useNow(true);
  if (glasses === undefined && problem === "") return <Skeleton lines={6} label="Loading broken glasses" />;
  return (
    <Pane
      title="Broken glass"
      hint="For an emergency with nobody to ask: for minutes one person may approve alone and freezes do not hold. Somebody else reviews it afterwards; until then it stands here open."
      problem={problem}
      action={<Button kind="danger" onClick={() => setBreaking(true)}>Break the glass…</Button>}
    >
      <GlassList glasses={glasses ?? []} now={now} reviewer={{ id: operatorId, mayReview }} onReview={(id, review) => void act(() => client.approvals.reviewBreakGlass({ id, review }))} onCloseNow={() => void act(() => client.approvals.closeBreakGlass({}))} />
      <BreakGlassDialog
        isOpen={isBreaking}
        onClose={() => {
          setBreaking(false);
          void act(async () => {});
        }}
      />
    </Pane>
  );
};

type ListProps = { glasses: readonly BreakGlassView[]; now: number; reviewer: Reviewer; onReview: (id: string, review: string) => void; onCloseNow: () => void };
export const GlassList = ({ glasses, now, reviewer, onReview, onCloseNow }: ListProps) =>
  glasses.length === 0 ? (
    <EmptyState place="part" icon="warning" title="It was never broken">
      When it is, it stands here with who, why and how long, until somebody else has reviewed it.
    </EmptyState>
  ) : (
    <ul className={styles.list}>
      {glasses.map((glass) => {
        const isOpen = now < glass.untilAt;
        return (
          <li key={glass.id} className={styles.row}>
            <Tag tone={isOpen ? "bad" : glass.reviewedAt === null ? "warn" : "ok"}>{isOpen ? "open" : glass.reviewedAt === null ? "to review" : "reviewed"}</Tag>
            <div className={styles.what}>
              <div className={styles.name}>{glass.reason}</div>
              <div className={styles.facts}>
                {glass.byName} · {minuteOf(glass.fromAt)} to {minuteOf(glass.untilAt).slice(11)}
              </div>
              {glass.reviewedAt === null ? isOpen ? null : <Review glass={glass} reviewer={reviewer} onReview={onReview} /> : (
                <div className={styles.facts}>
                  Reviewed by {glass.reviewedBy}, {minuteOf(glass.reviewedAt)}: {glass.review}
                </div>
              )}
            </div>
            {isOpen ? <Button size="sm" onClick={onCloseNow}>Close it now</Button> : null}
          </li>
        );
      })}
    </ul>
  );

const Review = ({ glass, reviewer, onReview }: { glass: BreakGlassView; reviewer: Reviewer; onReview: (id: string, review: string) => void }) => {
  const [words, setWords] = useState("");
  if (glass.byId === reviewer.id) return <p className={styles.facts}>Whoever broke it may not review it: somebody else with the approver role does.</p>;
  if (!reviewer.mayReview) return <p className={styles.facts}>Somebody with the approver role reviews it.</p>;
  return (
    <div className={styles.review}>
      <Field label="Was it right, and what follows from it?">
        <TextArea rows={2} value={words} onValue={setWords} maxLength={1000} />
      </Field>
      <Button size="sm" kind="primary" disabled={words.trim().length < 3} onClick={() => onReview(glass.id, words)}>
        Record the review
      </Button>
    </div>
  );
};
