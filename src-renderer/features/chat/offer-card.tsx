import { worstEffect } from "../../../src-main/contract/words.ts";
import { plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Bytes } from "../../ui/bytes.tsx";
import { Icon } from "../../ui/icon.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { EffectTag, EnvironmentTag } from "../../ui/tag.tsx";
import type { OfferView } from "./conversation-state.ts";
import styles from "./offer-card.module.css";

type Props = { offer: OfferView; isBusy: boolean; onTake: (take: boolean) => void };

/** A fix nobody started yet: the exact commands, what the gate would say, and two answers. */
export const OfferCard = ({ offer, isBusy, onTake }: Props) => {
  const effect = worstEffect(offer.steps.map((step) => step.effect));
  const acts = offer.steps.filter((step) => step.effect !== "pure" && step.effect !== "read");
  const shown = acts.length > 0 ? acts : offer.steps;
  const looks = offer.steps.length - shown.length;
  if (offer.taken !== undefined)
    return (
      <p className={styles.taken}>
        {offer.taken === "started" ? `Taken up: ${offer.title} on ${offer.host.name}` : `Dismissed: ${offer.title}. Nothing was run.`}
      </p>
    );
  if (offer.isUndo) return <UndoStrip offer={offer} isBusy={isBusy} onTake={onTake} commands={shown.map((step) => step.script)} />;
  return (
    <section className={styles.offer} aria-label={`Proposal: ${offer.title}`} data-verdict={offer.verdict}>
      <header className={styles.head}>
        <EffectTag effect={effect} />
        <h3 className={styles.title}>{offer.title}</h3>
        <span className={styles.grow} />
        <span className={styles.host}>{offer.host.name}</span>
        <EnvironmentTag environment={offer.host.environment} />
      </header>
      <p className={styles.why}>{offer.why}</p>
      {shown.map((step, index) => (
        <Bytes key={index} text={step.script} label={step.title} wraps />
      ))}
      <p className={styles.note}>
        {offer.verdict === "deny" ? `The policy refuses it: ${offer.say}` : offer.verdict === "ask" ? "It will be put before an approver first." : "The policy lets it run once you start it."}
        {looks > 0 ? ` ${plural(looks, "more check")} before and after only look.` : ""}
      </p>
      <footer className={styles.acts}>
        <Button kind={offer.verdict === "deny" ? "secondary" : "primary"} disabled={offer.verdict === "deny"} isBusy={isBusy} onClick={() => onTake(true)}>
          {offer.verdict === "ask" ? "Ask for approval" : "Start it"}
        </Button>
        <Button kind="ghost" disabled={isBusy} onClick={() => onTake(false)}>
          Dismiss
        </Button>
      </footer>
    </section>
  );
};

/** The way back of a change that went well: there when wanted, quiet otherwise. */
const UndoStrip = ({ offer, isBusy, onTake, commands }: Props & { commands: readonly string[] }) => (
  <section className={styles.undo} aria-label={`Undo: ${offer.title}`}>
    <Icon name="undo" size={14} />
    <span className={styles.undoTitle} title={commands.join("\n")}>{offer.title}</span>
    <span className={styles.grow} />
    <Button size="sm" isBusy={isBusy} disabled={offer.verdict === "deny"} title={offer.verdict === "deny" ? offer.say : commands.join("\n")} onClick={() => onTake(true)}>
      {offer.verdict === "ask" ? "Undo, after approval" : "Undo"}
    </Button>
    <IconButton icon="close" label="Keep the change" size="sm" disabled={isBusy} onClick={() => onTake(false)} />
  </section>
);
