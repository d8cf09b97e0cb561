import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from "react";
import type { Attachment, Completion } from "../../../src-main/contract/index.ts";
import { plural } from "../../lib/format.ts";
import { keyNames } from "../../lib/keys.ts";
import { Chip } from "../../ui/chip.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { CompletionList } from "./completion-list.tsx";
import { completionAt, type Asked } from "./completion-at.ts";
import styles from "./composer.module.css";

export type Draft = { readonly text: string; readonly hosts: readonly string[]; readonly attachments: readonly Attachment[] };
export const NO_DRAFT: Draft = { text: "", hosts: [], attachments: [] };

type Props = {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  /** Resolves false when it was not sent; the words stay. */
  onSend: () => void;
  isBusy: boolean;
  onStop: () => void;
  model: string;
  /** What was asked before, for the up arrow. */
  lastAsked: string | undefined;
  complete: (asked: Pick<Asked, "sign" | "typed">) => Promise<readonly Completion[]>;
  onAttach: (files: readonly File[]) => void;
  onAttachPane: () => void;
  /** 1 to 9 in an empty field while a question with choices is open. Answers whether it was taken. */
  onDigit: (digit: number) => boolean;
  field: RefObject<HTMLTextAreaElement | null>;
};

/** Where everything is asked. Enter sends, Shift+Enter breaks the line, @ # / complete, ↑ brings the last question back. */
export const Composer = ({ draft, onDraft, onSend, isBusy, onStop, model, lastAsked, complete, onAttach, onAttachPane, onDigit, field }: Props) => {
  const listId = useId();
  const picker = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState<Asked>();
  const sign = asked?.sign;
  const typed = asked?.typed;
  const [found, setFound] = useState<readonly Completion[]>([]);
  const [active, setActive] = useState(0);
  const isOpen = asked !== undefined && found.length > 0;
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (!isBusy || draft.text === "") setHeld(false);
  }, [isBusy, draft.text]);

  useEffect(() => {
    if (sign === undefined || typed === undefined) return setFound([]);
    let isStale = false;
    complete({ sign, typed }).then(
      (completions) => {
        if (isStale) return;
        setFound(completions);
        setActive(0);
      },
      () => setFound([]),
    );
    return () => {
      isStale = true;
    };
  }, [sign, typed, complete]);
  useEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 220)}px`;
  }, [draft.text, field]);

  const look = (text: string) => setAsked(completionAt(text, field.current?.selectionStart ?? text.length));
  const take = (completion: Completion) => {
    if (asked === undefined) return;
    const rest = draft.text.slice(asked.to);
    if (completion.kind === "host" || completion.kind === "group") {
      const name = completion.insert.trim().slice(1);
      const before = draft.text.slice(0, asked.from);
      onDraft({ ...draft, text: `${before}${rest}`.replace(/ {2,}/g, " "), hosts: [...draft.hosts.filter((host) => host !== name), name] });
    } else onDraft({ ...draft, text: `${draft.text.slice(0, asked.from)}${completion.insert}${rest.trimStart()}` });
    setAsked(undefined);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (isOpen && keysOfList(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      if (draft.text.trim() === "") return;
      if (isBusy) setHeld(true);
      else onSend();
    } else if (event.key === "Escape" && draft.text === "") {
      event.preventDefault();
      leaveFor(event.currentTarget);
    } else if (event.key === "ArrowUp" && draft.text === "" && lastAsked !== undefined) {
      event.preventDefault();
      onDraft({ ...draft, text: lastAsked });
    } else if (event.key === "Backspace" && draft.text === "" && (draft.hosts.length > 0 || draft.attachments.length > 0)) {
      if (draft.attachments.length > 0) onDraft({ ...draft, attachments: draft.attachments.slice(0, -1) });
      else onDraft({ ...draft, hosts: draft.hosts.slice(0, -1) });
    } else if (draft.text === "" && /^[1-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey && onDigit(Number(event.key))) event.preventDefault();
  };
  const choose = () => {
    const completion = found[active];
    if (completion !== undefined) take(completion);
  };
  const keysOfList = (event: KeyboardEvent): boolean => {
    if (event.key === "ArrowDown") setActive((active + 1) % found.length);
    else if (event.key === "ArrowUp") setActive((active - 1 + found.length) % found.length);
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") choose();
    else if (event.key === "Escape") setAsked(undefined);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return (
    <div className={styles.wrap}>
      {isOpen ? <CompletionList id={listId} completions={found} active={active} onTake={take} onActive={setActive} /> : null}
      <div
        className={styles.box}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          onAttach([...event.dataTransfer.files]);
        }}
      >
        <textarea
          ref={field}
          className={styles.text}
          rows={1}
          placeholder="Ask, or type / for commands, @ for hosts, # for skills"
          aria-label="Ask"
          // A text area may not be a combobox (it has several lines); a textbox may point into the list all the same.
          aria-haspopup="listbox"
          aria-controls={isOpen ? listId : undefined}
          aria-autocomplete="list"
          aria-activedescendant={isOpen ? `${listId}-${active}` : undefined}
          spellCheck={false}
          value={draft.text}
          onChange={(event) => {
            onDraft({ ...draft, text: event.target.value });
            look(event.target.value);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setAsked(undefined)}
        />
        <div className={styles.row}>
          {draft.hosts.map((host) => <Chip key={host} isMono onRemove={() => onDraft({ ...draft, hosts: draft.hosts.filter((other) => other !== host) })}>{`@${host}`}</Chip>)}
          {draft.attachments.map((file, index) => <Chip key={`${index}-${file.name}`} icon={file.kind === "file" ? "file" : "terminal"} onRemove={() => onDraft({ ...draft, attachments: draft.attachments.filter((_, other) => other !== index) })}>{`${file.name} · ${plural(file.text.split("\n").length, "line")}`}</Chip>)}
          <Chip title="Answers come from signed skills; no model is asked.">{model}</Chip>
          <span className={styles.grow} role="status">{isHeld ? `Not sent: one thing at a time here. Answer or stop what is above, or ask in a new conversation (${keyNames("Mod+Shift+O")}).` : null}</span>
          <input ref={picker} type="file" multiple hidden aria-hidden tabIndex={-1} onChange={(event) => {
            onAttach([...(event.target.files ?? [])]);
            event.target.value = "";
          }} />
          <IconButton icon="terminal" label="Attach the text of the pane" size="sm" onClick={onAttachPane} />
          <IconButton icon="attach" label="Attach a text file" size="sm" onClick={() => picker.current?.click()} />
          {isBusy ? <IconButton icon="stop" label="Stop" size="sm" onClick={onStop} /> : <IconButton icon="enter" label="Ask" size="sm" disabled={draft.text.trim() === ""} onClick={onSend} />}
        </div>
      </div>
    </div>
  );
};

/** Out of the text: to the command that waits for a decision, where Mod+Enter approves, or else to the conversation. */
const leaveFor = (area: HTMLElement): void => {
  const main = area.closest("main");
  (main?.querySelector<HTMLElement>("[data-decide] [role=region]") ?? main)?.focus();
};
