import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import { Failure } from "../../../src-main/contract/failure.ts";
import type { Choice } from "../../../src-main/contract/index.ts";
import { ScreenBar } from "../../app/screen-bar.tsx";
import { useApp, useCommands, useFeed, useRoute, useStatus } from "../../app/use-app.ts";
import { Chip } from "../../ui/chip.tsx";
import { EnvironmentTag } from "../../ui/tag.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { chatCommands } from "./chat-commands.ts";
import { Composer } from "./composer.tsx";
import { ConversationFlow } from "./conversation-flow.tsx";
import { ConversationList } from "./conversation-list.tsx";
import { Guide } from "./guide.tsx";
import { HandedQuestions } from "./handed-questions.tsx";
import { guideProgress, EXAMPLES, LAB_EXAMPLES } from "./guide-progress.ts";
import { ApprovalSlot } from "./approval-slot.tsx";
import { SidePanes } from "./side-panes.tsx";
import type { TurnActions } from "./turn-block.tsx";
import { EMPTY } from "./conversation-state.ts";
import { useConversation } from "./use-conversation.ts";
import { useConversations } from "./use-conversations.ts";
import { useDraft } from "./use-draft.ts";
import { useNow } from "../../app/use-now.ts";
import styles from "./screen.module.css";

export const ChatScreen = () => {
  const app = useApp();
  const route = useRoute();
  const conversationId = route.rest[0];
  const [search, setSearch] = useState("");
  const { conversations, onNearEnd } = useConversations(search);
  const current = conversations.find(({ id }) => id === conversationId);
  const { store, error, showEarlier } = useConversation(conversationId);
  const isLoaded = useStore(store, (state) => state !== EMPTY);
  const title = useStore(store, (state) => state.title);
  const last = useStore(store, ({ turns }) => turns.at(-1));
  const isBusy = last?.state === "working" || last?.state === "waiting";
  const now = useNow(true, 15_000);
  const isLab = useStatus((status) => status?.lab ?? false);
  const [hasHosts, setHasHosts] = useState(true);
  useFeed("chat-hosts", (client, signal) => client.hosts.changes({}, { signal }), ({ hosts }) => setHasHosts(hosts > 0));
  const model = useStatus((status) => (status?.model.state === "ready" ? status.model.name : "no model · skills"));
  const [isListShown, setListShown] = useState(true);
  const [busyOffer, setBusyOffer] = useState<string>();
  const field = useRef<HTMLTextAreaElement>(null);
  const open = useCallback((id: string) => app.navigate(`/chat/${id}`), [app]);
  const tell = useCallback((failure: unknown) => app.toast({ title: "Not done", text: failure instanceof Failure ? failure.message : "Something went wrong.", tone: "bad" }), [app]);
  const { draft, setDraft, send, attach, attachScrollback, complete } = useDraft({ conversationId, last, isPinned: current?.isPinned ?? false, onOpened: open, onFailure: tell, field });
  const handed = route.params.get("text");
  // Other screens hand a question over; it is not sent before the operator does so. Once, and below what they were writing: what is made of it is theirs.
  useEffect(() => {
    if (handed === null) return;
    setDraft((before) => ({ ...before, text: `${before.text.trim() === "" ? "" : `${before.text.trimEnd()}\n`}${handed.slice(0, 4_000)}` }));
    app.navigate(conversationId === undefined ? "/chat" : `/chat/${conversationId}`, { replaces: true });
  }, [app, conversationId, handed, setDraft]);
  const stop = useCallback(() => void (conversationId && app.client.chat.stop({ conversationId }).catch(tell)), [app, conversationId, tell]);
  const [arePanesShown, setPanesShown] = useState(false);
  const openPane = useCallback((hostId: string) => {
    setPanesShown(true);
    const openOne = async () => {
      const { panes } = await app.client.terminals.list({});
      if (!panes.some((pane) => pane.hostId === hostId)) await app.client.terminals.open({ host: hostId });
    };
    openOne().catch(tell);
  }, [app, tell]);
  const openHosts = (last?.understood?.hosts ?? last?.hosts ?? []).slice(0, 2);

  useCommands(chatCommands({ conversationId, current, isBusy, stop, attachPane: () => void attachScrollback(openHosts.map(({ id }) => id)), togglePanes: () => setPanesShown((shown) => !shown), toggleList: () => setListShown((shown) => !shown), focus: () => field.current?.focus(), retry: () => last && void send({ text: last.text, hosts: last.hosts.map(({ name }) => name), attachments: [] }), tell }));
  useEffect(() => field.current?.focus(), [conversationId]);

  const choose = useCallback((choice: Choice) => void send({ text: choice.ask, hosts: [], attachments: [] }), [send]);
  const actions = useMemo((): TurnActions => ({
    onChoose: choose,
    onTake: (proposalId, take) => {
      if (conversationId === undefined) return;
      setBusyOffer(proposalId);
      app.client.chat.propose({ conversationId, proposalId, take }).catch(tell).finally(() => setBusyOffer(undefined));
    },
    onRetry: (turn) => void send({ text: turn.text, hosts: turn.hosts.map(({ name }) => name), attachments: [] }),
    onStop: stop,
    onOpenPane: openPane,
    drawApproval: (approvalId, isFirst) => <ApprovalSlot approvalId={approvalId} hasKeys={isFirst} />,
  }), [app, choose, conversationId, openPane, send, stop, tell]);
  const onDigit = (digit: number): boolean => {
    const block = last?.blocks.at(-1);
    const choice = block?.kind === "ask-back" ? block.event.choices[digit - 1] : block?.kind === "out-of-scope" ? block.event.nearest[digit - 1] : undefined;
    if (choice) choose(choice);
    return choice !== undefined;
  };
  const isEmpty = conversationId === undefined || (isLoaded && last === undefined);
  return (
    <div className={styles.screen} data-list={isListShown || undefined}>
      <ScreenBar
        {...(conversationId === undefined ? {} : { title: title ?? current?.title ?? "" })}
        chips={(last?.understood?.hosts ?? []).slice(0, 3).map((host) => <span key={host.id} className={styles.hostChip}><Chip isMono environment={host.environment}>{host.name}</Chip><EnvironmentTag environment={host.environment} /></span>)}
        actions={<>
          {openHosts.length === 0 ? null : <IconButton icon="terminal" label={arePanesShown ? "Hide panes" : "Show panes"} keys="Mod+J" isPressed={arePanesShown} onClick={() => setPanesShown(!arePanesShown)} />}
          <IconButton icon="history" label={isListShown ? "Hide conversations" : "Show conversations"} keys="Mod+B" isPressed={isListShown} onClick={() => setListShown(!isListShown)} />
        </>}
      />
      {isListShown ? <ConversationList conversations={conversations} selectedId={conversationId} search={search} now={now} onSearch={setSearch} onOpen={open} onNew={() => app.navigate("/chat")} onNearEnd={onNearEnd} /> : null}
      <SidePanes hosts={openHosts} isShown={arePanesShown}>
        <div className={styles.chat}>
          <ConversationFlow store={store} conversationId={conversationId} busyOffer={busyOffer} actions={actions} onEarlier={() => showEarlier().catch(tell)}>
            {error === undefined ? null : <p className={styles.error} role="alert">{error}</p>}
            {isEmpty && error === undefined ? <Guide isLab={isLab} hasHosts={hasHosts} examples={isLab ? LAB_EXAMPLES : EXAMPLES} done={guideProgress(conversations)} onAsk={(text) => void send({ text, hosts: [], attachments: [] })} onHosts={() => app.navigate("/hosts")} /> : null}
            {isEmpty && error === undefined ? <HandedQuestions onTake={(taken) => (setDraft(taken), field.current?.focus())} /> : null}
          </ConversationFlow>
          <div className={styles.foot}>
            <Composer draft={draft} onDraft={setDraft} onSend={() => void send(draft)} isBusy={isBusy} onStop={stop} model={model} lastAsked={last?.text} complete={complete} onAttach={(files) => void attach(files)} onAttachPane={() => void attachScrollback(openHosts.map(({ id }) => id))} onDigit={onDigit} field={field} />
          </div>
        </div>
      </SidePanes>
    </div>
  );
};
