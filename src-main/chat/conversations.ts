import { ChatEvent, TurnState, type Actor, type Attachment, type ChatEvent as Event, type Conversation, type HostRef } from "../contract/index.ts";
import { inPages, live, type Clock, type Live } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import { CHAT_MIGRATIONS } from "./migrations.ts";

/** What was said, whole: attachments too, so that a turn can be planned again after a crash. */
export type Message = { readonly text: string; readonly hosts: readonly string[]; readonly attachments: readonly Attachment[]; readonly actor: Actor; readonly model?: string };
export type TurnRow = { readonly id: string; readonly conversationId: string; readonly state: TurnState; readonly planner: string | null; readonly message: Message };
export type EventRow = { readonly n: number; readonly at: number; readonly event: Event };

/** Of a turn that only another one leans on: what was said, without what was attached. */
export type EarlierRow = { readonly id: string; readonly text: string; /** The number of its first event. */ readonly firstN: number };

export interface Conversations {
  create(id: string, title: string): void;
  exists(id: string): boolean;
  /** Before its first event is appended. */
  addTurn(turn: { id: string; conversationId: string; message: Message }): void;
  setPlanner(turnId: string, planner: string): void;
  /** One event, durable when it returns; a `turn` event sets the turn's state in the same commit. */
  append(conversationId: string, event: Event): number;
  events(conversationId: string, after: number, limit: number): EventRow[];
  /** All there are, read as they are taken. */
  told(conversationId: string): Iterable<EventRow>;
  /** Everything from the turn's first event on: its own, and what came between when a proposal of it is taken up late. */
  eventsSince(turnId: string): EventRow[];
  /** Events of these turns from `from` on. */
  eventsOf(conversationId: string, turnIds: readonly string[], from: number): EventRow[];
  proposal(conversationId: string, proposalId: string): { readonly event: Extract<Event, { type: "proposal" }>; readonly isTaken: boolean } | undefined;
  /** Runs told after the one event and up to the other. */
  runIds(conversationId: string, after: number, until: number): string[];
  newest(conversationId: string): number;
  /** So many of the newest turns before that event, oldest first. */
  turnsBefore(conversationId: string, n: number, limit: number): EarlierRow[];
  /** How many turns there are before that event. */
  countBefore(conversationId: string, n: number): number;
  turn(turnId: string): TurnRow | undefined;
  firstOf(turnId: string): number | undefined;
  openTurn(conversationId: string): TurnRow | undefined;
  openTurns(): TurnRow[];
  list(search: string, limit: number): { readonly conversations: Conversation[]; readonly more: boolean };
  rename(id: string, title: string, isNamed: boolean): void;
  pin(id: string, isPinned: boolean): void;
  titleOf(id: string): { readonly title: string; readonly isNamed: boolean };
  readonly changes: Live<number>;
}

/** The list is by time, and so are the matches looked at: how well each fits would be worked out for all of them, and be used for nothing. */
const MATCHES = 4000;

type RawList = { id: string; title: string; is_pinned: number; created_at: number; changed_at: number; state: string | null; hosts: string | null; found: number | null };
type RawEvent = { n: number; at: number; event: string };

export function openConversations({ store, now }: { readonly store: Store; readonly now: Clock }): Conversations {
  store.migrate("chat", CHAT_MIGRATIONS);
  // The newest turn's state and the hosts of the newest message are what the list shows of a conversation.
  const shown = `c.id, c.title, c.is_pinned, c.created_at, c.changed_at,
    (SELECT state FROM chat_turns t WHERE t.conversation_id = c.id ORDER BY t.first_n DESC LIMIT 1) AS state,
    (SELECT json_object('first', json_extract(event, '$.hosts[0]'), 'count', json_array_length(event, '$.hosts')) FROM chat_events e WHERE e.conversation_id = c.id AND e.type IN ('understood', 'message') AND json_array_length(event, '$.hosts') > 0 ORDER BY n DESC LIMIT 1) AS hosts`;
  const newestFirst = "ORDER BY c.is_pinned DESC, c.changed_at DESC";
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
    setFirst: store.sql("chat.set-first", "UPDATE chat_turns SET first_n = ? WHERE id = ?"),
    events: store.sql<RawEvent>("chat.events", "SELECT n, at, event FROM chat_events WHERE conversation_id = ? AND n > ? ORDER BY n LIMIT ?"),
    eventsOf: store.sql<RawEvent>("chat.events-of", "SELECT n, at, event FROM chat_events WHERE conversation_id = ? AND n >= ? AND json_extract(event, '$.turnId') IN (SELECT value FROM json_each(?)) ORDER BY n"),
    proposal: store.sql<{ type: string; event: string }>("chat.proposal", "SELECT type, event FROM chat_events WHERE conversation_id = ? AND type IN ('proposal', 'proposal-taken') AND json_extract(event, '$.proposalId') = ? ORDER BY n"),
    runIds: store.sql<{ id: string }>("chat.run-ids", "SELECT json_extract(event, '$.runId') AS id FROM chat_events WHERE conversation_id = ? AND n > ? AND n <= ? AND type = 'run' ORDER BY n"),
    newest: store.sql<{ n: number | null }>("chat.newest", "SELECT max(n) AS n FROM chat_events WHERE conversation_id = ?"),
    turnsBefore: store.sql<EarlierRow>("chat.turns-before", "SELECT id, json_extract(message, '$.text') AS text, first_n AS firstN FROM chat_turns WHERE conversation_id = ? AND first_n < ? ORDER BY first_n DESC LIMIT ?"),
    countBefore: store.sql<{ n: number }>("chat.count-before", "SELECT count(*) AS n FROM chat_turns WHERE conversation_id = ? AND first_n < ?"),
    turn: store.sql<RawTurn>("chat.turn", "SELECT * FROM chat_turns WHERE id = ?"),
    openOf: store.sql<RawTurn>("chat.open-turn", "SELECT * FROM chat_turns WHERE conversation_id = ? AND state IN ('working', 'waiting') ORDER BY rowid LIMIT 1"),
    open: store.sql<RawTurn>("chat.open-turns", "SELECT * FROM chat_turns WHERE state IN ('working', 'waiting') ORDER BY rowid"),
    // The page is cut out first: what is shown of a conversation is asked for those on it alone.
    list: store.sql<RawList>("chat.list", `SELECT ${shown}, NULL AS found FROM (SELECT * FROM conversations c ${newestFirst} LIMIT :limit) c ${newestFirst}`),
    search: store.sql<RawList>(
      "chat.search",
      `SELECT ${shown}, c.found FROM (
         SELECT c.*, best.found FROM (
           SELECT conversation_id, max(found) AS found FROM (SELECT rowid AS found, conversation_id FROM chat_words WHERE chat_words MATCH :match ORDER BY rowid DESC LIMIT ${MATCHES}) GROUP BY conversation_id
         ) best JOIN conversations c ON c.id = best.conversation_id ${newestFirst} LIMIT :limit
       ) c ${newestFirst}`,
    ),
    // The matches once more, in one pass: asked for row by row, the index would read all words that begin so for each row.
    snippets: store.sql<{ found: number; snippet: string }>("chat.snippets", "SELECT rowid AS found, snippet(chat_words, 0, '', '', '…', 12) AS snippet FROM chat_words WHERE chat_words MATCH ? AND +rowid IN (SELECT value FROM json_each(?))"),
  };
  const changes = live(0);
  const changed = () => changes.update((n) => n + 1);

  const events = (conversationId: string, after: number, limit: number): EventRow[] => sql.events.all([conversationId, after, limit]).map(eventOf);
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
        if (parsed.type === "message") sql.setFirst.run([inserted, parsed.turnId]);
        const words = wordsOf(parsed);
        if (words !== "") sql.word.run([words, conversationId]);
        sql.touch.run([now(), conversationId]);
        return inserted;
      });
      changed();
      return n;
    },
    events,
    told: (conversationId) => inPages((after, limit) => events(conversationId, after, limit)),
    eventsSince: (turnId) => {
      const raw = sql.turn.get([turnId]);
      return raw === undefined ? [] : sql.events.all([raw.conversation_id, raw.first_n - 1, 1_000_000]).map(eventOf);
    },
    eventsOf: (conversationId, turnIds, from) => sql.eventsOf.all([conversationId, from, JSON.stringify(turnIds)]).map(eventOf),
    proposal: (conversationId, proposalId) => {
      const rows = sql.proposal.all([conversationId, proposalId]);
      const offer = rows.find(({ type }) => type === "proposal");
      const event = offer && ChatEvent.parse(JSON.parse(offer.event));
      return event?.type === "proposal" ? { event, isTaken: rows.some(({ type }) => type === "proposal-taken") } : undefined;
    },
    runIds: (conversationId, after, until) => sql.runIds.all([conversationId, after, until]).map(({ id }) => id),
    newest: (conversationId) => sql.newest.get([conversationId])?.n ?? 0,
    turnsBefore: (conversationId, n, limit) => sql.turnsBefore.all([conversationId, n, limit]).toReversed(),
    countBefore: (conversationId, n) => sql.countBefore.get([conversationId, n])?.n ?? 0,
    turn: (turnId) => maybe(sql.turn.get([turnId])),
    firstOf: (turnId) => sql.turn.get([turnId])?.first_n,
    openTurn: (conversationId) => maybe(sql.openOf.get([conversationId])),
    openTurns: () => sql.open.all().map(turnOf),
    list: (search, limit) => {
      const match = ftsQuery(search);
      const rows = match === "" ? sql.list.all({ limit: limit + 1 }) : sql.search.all({ match, limit: limit + 1 });
      const shownRows = rows.slice(0, limit);
      const snippets = new Map(match === "" ? [] : sql.snippets.all([match, JSON.stringify(shownRows.map(({ found: row }) => row))]).map(({ found: row, snippet }) => [row, snippet]));
      return { conversations: shownRows.map((raw) => conversationOf(raw, raw.found === null ? undefined : snippets.get(raw.found))), more: rows.length > limit };
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

const eventOf = (raw: RawEvent): EventRow => ({ n: raw.n, at: raw.at, event: ChatEvent.parse(JSON.parse(raw.event)) });

type RawTurn = { id: string; conversation_id: string; state: string; planner: string | null; message: string; first_n: number };
const turnOf = (raw: RawTurn): TurnRow => ({ id: raw.id, conversationId: raw.conversation_id, state: TurnState.parse(raw.state), planner: raw.planner, message: JSON.parse(raw.message) as Message });
const maybe = (raw: RawTurn | undefined): TurnRow | undefined => raw && turnOf(raw);

const NO_HOSTS = JSON.stringify({ first: null, count: 0 });

function conversationOf(raw: RawList, snippet: string | undefined): Conversation {
  const { first, count } = JSON.parse(raw.hosts ?? NO_HOSTS) as { readonly first: HostRef | null; readonly count: number };
  return {
    id: raw.id,
    title: raw.title,
    isPinned: raw.is_pinned === 1,
    createdAt: raw.created_at,
    changedAt: raw.changed_at,
    state: TurnState.parse(raw.state ?? "done"),
    hosts: first === null ? [] : [first],
    hostCount: count,
    ...(snippet !== undefined && { snippet }),
  };
}

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
