import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import styles from "../console.module.css";
import type { Output } from "../rest.ts";
import { useActing, useAsked, useConsole, useOrg } from "../use-console.ts";
import { Problems } from "./problems.tsx";

type Content = Output<"GET /v1/orgs/:orgId/editions/:n">["content"];
type Props = { newest: number; onClose: () => void; onPublished: () => void };

/** It begins with what is in force. An empty part says nothing about its subject. */
export const PublishDialog = (props: Props) => (props.newest === 0 ? <Form {...props} before={undefined} /> : <FromNewest {...props} />);

const FromNewest = (props: Props) => {
  const { orgId } = useOrg();
  const { value, problem } = useAsked("GET /v1/orgs/:orgId/editions/:n", { orgId, n: props.newest });
  if (value !== undefined) return <Form {...props} before={value.content} />;
  return (
    <Dialog isOpen onClose={props.onClose} size="lg" title="Publish an edition">
      <Problems of={[problem]} />
      {problem === "" ? <Skeleton lines={6} /> : null}
    </Dialog>
  );
};

const orNull = (text: string): string | null => (text.trim() === "" ? null : text);
/** Null where it is not JSON; its shape is judged by the server. */
function jsonOf(text: string): unknown {
  try {
    return (JSON.parse(text) as unknown) ?? undefined;
  } catch {
    return null;
  }
}
const namesOf = (text: string): string[] | null => {
  const names = text.split(/[\s,]+/).filter(Boolean);
  return names.length === 0 ? null : names;
};

const Form = ({ newest, before, onClose, onPublished }: Props & { before: Content | undefined }) => {
  const { orgId } = useOrg();
  const { ask } = useConsole();
  const { act, isBusy, problem, clear } = useActing();
  const [of, setOf] = useState({ note: "", policy: before?.policy ?? "", hosts: before?.hosts ?? "", modelHosts: before?.modelHosts?.join("\n") ?? "", models: before?.models ? JSON.stringify(before.models, undefined, 1) : "" });
  const set = (part: Partial<typeof of>) => (setOf((now) => ({ ...now, ...part })), clear());
  const list = of.models.trim() === "" ? undefined : jsonOf(of.models);
  const publish = async () => {
    const isDone = await act(() => ask("POST /v1/orgs/:orgId/editions", { orgId, after: newest, note: of.note.trim(), policy: orNull(of.policy), hosts: orNull(of.hosts), modelHosts: namesOf(of.modelHosts), models: list === undefined ? null : (list as NonNullable<Content["models"]>) }));
    if (isDone) onPublished();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="lg"
      title={`Publish edition ${newest + 1}`}
      description="It is signed with the organisation's key and goes to every desktop. Skill packs stay as they were; programs publish those."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isBusy={isBusy} disabled={of.note.trim() === "" || list === null} onClick={() => void publish()}>
            Publish it
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <Problems of={[problem]} />
        <Field label="Why" hint="Whoever reads the list later sees this.">
          <Input value={of.note} maxLength={500} onValue={(note) => set({ note })} />
        </Field>
        <Field label="Policy" isOptional hint="A whole set in Cedar. It is judged beside each desktop's own, and the stricter of both counts; one that permits nothing is refused.">
          <TextArea isMono rows={8} value={of.policy} onValue={(policy) => set({ policy })} />
        </Field>
        <Field label="Hosts" isOptional hint="CSV, as a desktop imports it. They are added; what a desktop has stays as it is.">
          <TextArea isMono rows={4} value={of.hosts} onValue={(hosts) => set({ hosts })} />
        </Field>
        <Field label="Approved models" isOptional hint="The text of a MODELS.json: a name, a number that only grows, and each file with its SHA-256, licence and purpose. With only: true a desktop uses no other files." {...(list === null ? { error: "This is not JSON." } : {})}>
          <TextArea isMono rows={4} value={of.models} onValue={(models) => set({ models })} />
        </Field>
        <Field label="Models may be at" isOptional hint="Host names, one a line. It narrows each desktop's own list.">
          <TextArea isMono rows={3} value={of.modelHosts} onValue={(modelHosts) => set({ modelHosts })} />
        </Field>
      </div>
    </Dialog>
  );
};
