import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Environment } from "../../../src-main/contract/terms.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { List } from "../../ui/list.tsx";
import { EnvironmentTag } from "../../ui/tag.tsx";
import styles from "./screen.module.css";

/** A host to choose: its name, and where it stands. */
export type HostChoice = { readonly name: string; readonly detail: string; readonly environment?: Environment };
type Props = { isOpen: boolean; hosts: readonly HostChoice[]; error: string | undefined; isBusy: boolean; onOpen: (host: string) => void; onClose: () => void };

const ROW_PX = 28;
/** Its padding and border, above and below. */
const FRAME_PX = 10;

export const OpenDialog = ({ isOpen, hosts, error, isBusy, onOpen, onClose }: Props) => {
  const [host, setHost] = useState("");
  useEffect(() => {
    if (isOpen) setHost("");
  }, [isOpen]);
  const fitting = hosts.filter(({ name }) => name.toLowerCase().includes(host.trim().toLowerCase()));
  const list = useRef<HTMLDivElement>(null);
  /** Several hosts fit: which one is chosen there. */
  const toList = () => list.current?.querySelector<HTMLElement>("[role=listbox]")?.focus();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const only = fitting.length === 1 ? fitting[0]?.name : undefined;
    if (fitting.length > 1 && !fitting.some(({ name }) => name === host.trim())) toList();
    else if (host.trim() !== "") onOpen(only ?? host.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" || fitting.length === 0) return;
    event.preventDefault();
    toList();
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      size="sm"
      title="Open a pane"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="open-pane" isBusy={isBusy} disabled={host.trim() === ""}>
            Open pane
          </Button>
        </>
      }
    >
      <form id="open-pane" onSubmit={submit}>
        <Field label="Host" hint="Its name in the inventory. What you do there is recorded from the first byte." {...(error === undefined ? {} : { error })}>
          <Input isMono icon="hosts" placeholder="web-01" value={host} onValue={setHost} onKeyDown={onKeyDown} />
        </Field>
        {fitting.length === 0 ? null : (
          <div ref={list} className={styles.hosts} style={{ height: ROW_PX * Math.min(fitting.length, 6) + FRAME_PX }}>
            <List label="Hosts" items={fitting} itemId={({ name }) => name} itemText={({ name }) => name} itemHeight={ROW_PX} onSelect={({ name }) => onOpen(name)}>
              {({ name, detail, environment }) => (
                <>
                  <strong className={styles.hostName}>{name}</strong>
                  {environment === undefined ? null : <EnvironmentTag environment={environment} />}
                  <span className={styles.hostDetail}>{detail}</span>
                </>
              )}
            </List>
          </div>
        )}
      </form>
    </Dialog>
  );
};
