import type { Conversation } from "../../../src-main/contract/index.ts";
import type { Command } from "../../app/screen.ts";

type Needs = { conversationId: string | undefined; current: Conversation | undefined; isBusy: boolean; stop: () => void; toggleList: () => void; togglePanes: () => void; attachPane: () => void; focus: () => void; retry: () => void; tell: (failure: unknown) => void };

/** Everything the chat can do without the mouse, as the palette and the help sheet list it. */
export const chatCommands = ({ conversationId, current, isBusy, stop, toggleList, togglePanes, attachPane, focus, retry, tell }: Needs): readonly Command[] => [
  { id: "chat.new", title: "Start a new conversation", icon: "plus", keys: "Mod+Shift+O", worksInText: true, run: ({ navigate }) => navigate("/chat") },
  { id: "chat.list", title: "Show or hide the conversations", icon: "history", keys: "Mod+B", worksInText: true, run: toggleList },
  { id: "chat.panes", title: "Show or hide the panes beside", icon: "terminal", keys: "Mod+J", worksInText: true, run: togglePanes },
  { id: "chat.attach-pane", title: "Attach the pane's text to the question", icon: "attach", run: attachPane },
  { id: "chat.focus", title: "Write a question", icon: "edit", keys: "Mod+L", worksInText: true, run: focus },
  ...(isBusy ? [{ id: "chat.stop", title: "Stop what runs now", icon: "stop", keys: "Mod+.", worksInText: true, run: stop } as const] : []),
  ...(conversationId === undefined || isBusy ? [] : [{ id: "chat.retry", title: "Ask the last question again", icon: "refresh", run: retry } as const]),
  ...(conversationId === undefined || current === undefined
    ? []
    : [{ id: "chat.pin", title: current.isPinned ? "Unpin this conversation" : "Pin this conversation", icon: "pin", run: ({ client }) => void client.chat.pin({ conversationId, isPinned: !current.isPinned }).catch(tell) } satisfies Command]),
];
