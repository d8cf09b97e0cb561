import { type RefObject, useCallback } from "react";
import type { Attachment } from "../../../src-main/contract/index.ts";
import { useApp, useDraftState } from "../../app/use-app.ts";
import { saveText } from "../../lib/save-text.ts";
import type { Asked } from "./completion-at.ts";
import { NO_DRAFT, type Draft } from "./composer.tsx";
import type { TurnView } from "./conversation-state.ts";
import { readSlash } from "./slash.ts";

type Needs = { conversationId: string | undefined; last: TurnView | undefined; isPinned: boolean; onOpened: (id: string) => void; onFailure: (failure: unknown) => void; field: RefObject<HTMLTextAreaElement | null> };

const MAX_CHARACTERS = 256 * 1024;

/** What is being written, and where it goes: to the core as a message, or to this screen as a slash command. */
export function useDraft({ conversationId, last, isPinned, onOpened, onFailure, field }: Needs) {
  const { client, toast, navigate, openHelp } = useApp();
  const [draft, setDraft] = useDraftState<Draft>(`chat ${conversationId ?? "new"}`, NO_DRAFT);

  const slash = useCallback(
    async (text: string): Promise<boolean> => {
      const command = readSlash(text);
      if (command === undefined) return false;
      if (command.name === "new") navigate("/chat");
      else if (command.name === "help") openHelp();
      else if (conversationId === undefined) toast({ title: `/${command.name} needs an open conversation`, tone: "warn" });
      else if (command.name === "stop") await client.chat.stop({ conversationId });
      else if (command.name === "pin") await client.chat.pin({ conversationId, isPinned: !isPinned });
      else if (command.name === "rename" && command.rest === "") toast({ title: "/rename wants the new name behind it", text: "For example: /rename nginx on web-01. Nothing was changed.", tone: "warn" });
      else if (command.name === "rename") await client.chat.rename({ conversationId, title: command.rest });
      else if (command.name === "export") {
        let name = "";
        let text = "";
        for await (const { fileName, markdown } of client.chat.export({ conversationId })) {
          name = fileName;
          text += markdown;
        }
        toast({ tone: "ok", title: (await saveText(name, text)) === "file" ? `${name} is saved` : "The conversation is in the clipboard" });
      }
      else if (command.name === "retry") {
        if (last) await client.chat.send({ conversationId, text: last.text, hosts: last.hosts.map(({ name }) => name) });
      }
      return true;
    },
    [client, conversationId, isPinned, last, navigate, openHelp, toast],
  );

  const send = useCallback(
    async (message: Draft) => {
      try {
        setDraft(NO_DRAFT);
        if (await slash(message.text)) return;
        const sent = await client.chat.send({ ...(conversationId === undefined ? {} : { conversationId }), text: message.text, hosts: [...message.hosts], attachments: [...message.attachments] });
        if (sent.conversationId !== conversationId) onOpened(sent.conversationId);
      } catch (failure) {
        setDraft(message); // the words are never lost
        onFailure(failure);
      }
      field.current?.focus();
    },
    [client, conversationId, field, onFailure, onOpened, setDraft, slash],
  );

  const attach = useCallback(
    async (files: readonly File[]) => {
      const taken: Attachment[] = [];
      for (const file of files.slice(0, 8)) {
        const text = file.size > MAX_CHARACTERS ? undefined : await file.text();
        if (text === undefined) toast({ title: `${file.name} is too large`, text: "A file may have 256 KiB. Attach the part that matters.", tone: "warn" });
        else if (text.includes("\u0000")) toast({ title: `${file.name} is not text`, text: "Only text files can be attached.", tone: "warn" });
        else taken.push({ name: file.name.slice(0, 200), kind: "file", text });
      }
      setDraft((before) => ({ ...before, attachments: [...before.attachments, ...taken].slice(0, 8) }));
      field.current?.focus();
    },
    [field, setDraft, toast],
  );

  const attachScrollback = useCallback(
    async (hostIds: readonly string[]) => {
      try {
        const { panes } = await client.terminals.list({});
        const pane = panes.findLast(({ hostId }) => hostIds.length === 0 || hostIds.includes(hostId));
        if (pane === undefined) return toast({ title: "No pane is open", text: "Open a pane on the host first; its text can then be attached.", tone: "warn" });
        const { lines } = await client.terminals.scrollback({ paneId: pane.id, lines: 500 });
        const text = lines.join("\n").slice(-MAX_CHARACTERS);
        setDraft((before) => ({ ...before, attachments: [...before.attachments, { name: `${pane.hostName} pane`, kind: "scrollback" as const, text, hostId: pane.hostId }].slice(0, 8) }));
        field.current?.focus();
      } catch (failure) {
        onFailure(failure);
      }
    },
    [client, field, onFailure, setDraft, toast],
  );

  const complete = useCallback(async ({ sign, typed }: Pick<Asked, "sign" | "typed">) => (await client.chat.complete({ sign, typed })).completions, [client]);
  return { draft, setDraft, send, attach, attachScrollback, complete };
}
