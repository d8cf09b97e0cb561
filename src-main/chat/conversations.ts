import { ChatEvent, TurnState, type Actor, type Attachment, type ChatEvent as Event, type Conversation, type HostRef } from "../contract/index.ts";
import { live, type Clock, type Live } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import { CHAT_MIGRATIONS } from "./migrations.ts";

/** What was said, whole: attachments too, so that a turn can be planned again after a crash. */
export type Message = { readonly text: string; readonly hosts: readonly string[]; readonly attachments: readonly Attachment[]; readonly actor: Actor; readonly model?: string };
export type TurnRow = { readonly id: string; readonly conversationId: string; readonly state: TurnState; readonly planner: string | null; readonly message: Message };
export type EventRow = { readonly n: number; readonly at: number; readonly event: Event };

export interface Conversations {
  create(id: string, title: string): void;
  exists(id: string): boolean;
  addTurn(turn: { id: string; conversationId: string; message: Message }): void;
  setPlanner(turnId: string, planner: string): void;
  /** One event, durable when it returns; a `turn` event sets the turn's state in the same commit. */
  append(conversationId: string, event: Event): number;
  events(conversationId: string, after?: number, limit?: number): EventRow[];
  turns(conversationId: string): TurnRow[];
  turn(turnId: string): TurnRow | undefined;
  openTurns(): TurnRow[];
  list(search: string): Conversation[];
  rename(id: string, title: string, isNamed: boolean): void;
  pin(id: string, isPinned: boolean): void;
  titleOf(id: string): { readonly title: string; readonly isNamed: boolean };
  readonly changes: Live<number>;
}

type RawList = { id: string; title: string; is_pinned: number; created_at: number; changed_at: number; state: string | null; hosts: string | null; snippet: string | null };

export function openConversations({ store, now }: { readonly store: Store; readonly now: Clock }): Conversations {
  store.migrate("chat", CHAT_MIGRATIONS);
  // The newest turn's state and the hosts of the newest message are what the list shows of a conversation.
  const shown = `c.id, c.title, c.is_pinned, c.created_at, c.changed_at,
    (SELECT state FROM chat_turns t WHERE t.conversation_id = c.id ORDER BY t.rowid DESC LIMIT 1) AS state,
    (SELECT json_extract(event, '$.hosts') FROM chat_events e WHERE e.conversation_id = c.id AND e.type IN ('understood', 'message') AND json_array_length(event, '$.hosts') > 0 ORDER BY n DESC LIMIT 1) AS hosts`;
  const order = "ORDER BY c.is_pinned DESC, c.changed_at DESC LIMIT 200";
  const sql = {
    create: store.sql("chat.create", "INSERT INTO conversations (id, title, created_at, changed_at) VALUES (?, ?, ?, ?)"),
    get: store.sql<{ title: string; is_named: number }>("chat.get", "SELECT title, is_named FROM conversations WHERE id = ?"),
    touch: store.sql("chat.touch", "UPDATE conversations SET changed_at = ? WHERE id = ?"),
    rename: store.sql("chat.rename", "UPDATE conversations SET title = ?, is_named = ? WHERE id = ?"),
    pin: store.sql("chat.pin", "UPDATE conversations SET is_pinned = ? WHERE id = ?"),
    addTurn: store.sql("chat.add-turn", "INSERT INTO chat_turns (id, conversation_id, state, message) VALUES (?, ?, 'working', ?)"),
    setPlanner: store.sql("chat.set-planner", "UPDATE chat_turns SET planner = ? WHERE id = ?"),
    setState: store.sql("chat.set-state", "UPDATE chat_turns SET state = ? WHERE id = ?"),
    insert: store.sql("chat.insert", "INSERT INTO chat_events (conversation_id, at, type, event) VALUES (?, ?, ?, ?)"),
    word: store.sql("chat.word", "INSERT INTO chat_words (text, conversation_id) VALUES (?, ?)"),
    events: store.sql<{ n: number; at: number; event: string }>("chat.events", "SELECT n, at, event FROM chat_events WHERE conversation_id = ? AND n > ? ORDER BY n LIMIT ?"),
    turns: store.sql<RawTurn>("chat.turns", "SELECT * FROM chat_turns WHERE conversation_id = ? ORDER BY rowid"),
    turn: store.sql<RawTurn>("chat.turn", "SELECT * FROM chat_turns WHERE id = ?"),
    open: store.sql<RawTurn>("chat.open-turns", "SELECT * FROM chat_turns WHERE state IN ('working', 'waiting') ORDER BY rowid"),
    list: store.sql<RawList>("chat.list", `SELECT ${shown}, NULL AS snippet FROM conversations c ${order}`),
    search: store.sql<RawList>(
      "chat.search",
      `SELECT ${shown}, found.snippet FROM conversations c JOIN (
         SELECT conversation_id, snippet, min(rank) AS best FROM (SELECT conversation_id, snippet(chat_words, 0, '', '', '…', 12) AS snippet, rank FROM chat_words WHERE chat_words MATCH ? ORDER BY rank LIMIT 2000) GROUP BY conversation_id
       ) found ON found.conversation_id = c.id ${order}`,
    ),
  };
  const changes = live(0);
  const changed = () => changes.update((n) => n + 1);

  return {
    changes,
    create: (id, title) => {
      sql.create.run([id, title, now(), now()]);
      sql.word.run([title, id]);
      changed();
    },
    exists: (id) => sql.get.get([id]) !== undefined,
    addTurn: ({ id, conversationId, message }) => void sql.addTurn.run([id, conversationId, JSON.stringify(message)]),
    setPlanner: (turnId, planner) => void sql.setPlanner.run([planner, turnId]),
    append: (conversationId, event) => {
      const parsed = ChatEvent.parse(event);
      const n = store.transaction(() => {
        const inserted = Number(sql.insert.run([conversationId, now(), parsed.type, JSON.stringify(parsed)]).lastInsertRowid);
        if (parsed.type === "turn") sql.setState.run([parsed.state, parsed.turnId]);
        const words = wordsOf(parsed);
        if (words !== "") sql.word.run([words, conversationId]);
        sql.touch.run([now(), conversationId]);
        return inserted;
      });
      changed();
      return n;
    },
    events: (conversationId, after = 0, limit = 1_000_000) => sql.events.all([conversationId, after, limit]).map((raw) => ({ n: raw.n, at: raw.at, event: ChatEvent.parse(JSON.parse(raw.event)) })),
    turns: (conversationId) => sql.turns.all([conversationId]).map(turnOf),
    turn: (turnId) => {
      const raw = sql.turn.get([turnId]);
      return raw && turnOf(raw);
    },
    openTurns: () => sql.open.all().map(turnOf),
    list: (search) => {
      const match = ftsQuery(search);
      return (match === "" ? sql.list.all() : sql.search.all([match])).map(conversationOf);
    },
    rename: (id, title, isNamed) => {
      sql.rename.run([title, isNamed ? 1 : 0, id]);
      sql.word.run([title, id]);
      changed();
    },
    pin: (id, isPinned) => {
      sql.pin.run([isPinned ? 1 : 0, id]);
      changed();
    },
    titleOf: (id) => {
      const raw = sql.get.get([id]);
      return { title: raw?.title ?? "", isNamed: raw?.is_named === 1 };
    },
  };
}

type RawTurn = { id: string; conversation_id: string; state: string; planner: string | null; message: string };
const turnOf = (raw: RawTurn): TurnRow => ({ id: raw.id, conversationId: raw.conversation_id, state: TurnState.parse(raw.state), planner: raw.planner, message: JSON.parse(raw.message) as Message });

const conversationOf = (raw: RawList): Conversation => ({
  id: raw.id,
  title: raw.title,
  isPinned: raw.is_pinned === 1,
  createdAt: raw.created_at,
  changedAt: raw.changed_at,
  state: TurnState.parse(raw.state ?? "done"),
  hosts: raw.hosts === null ? [] : (JSON.parse(raw.hosts) as HostRef[]),
  ...(raw.snippet !== null && { snippet: raw.snippet }),
});

/** What a search can find: the operator's words and what was answered. */
function wordsOf(event: Event): string {
  switch (event.type) {
    case "message":
      return [event.text, ...event.hosts.map((host) => host.name)].join(" ");
    case "answer":
      return event.statements.map((statement) => statement.text).join(" ");
    case "understood":
      return [event.title, ...event.hosts.map((host) => host.name)].join(" ");
    case "proposal":
      return event.title;
    default:
      return "";
  }
}

/** Every word a quoted prefix: nothing an operator types can be read as FTS syntax. */
export const ftsQuery = (search: string): string =>
  (search.normalize("NFC").match(/[\p{L}\p{N}]+/gu) ?? [])
    .slice(0, 8)
    .map((word) => `"${word}"*`)
    .join(" ");
