import { Failure, failer, type Actor, type BytePipe, type Pane, type PaneState } from "../contract/index.ts";
import type { Host } from "../inventory/port.ts";
import type { Recordings } from "../ledger/port.ts";
import type { Ssh, SshShell } from "../ssh/port.ts";
import { STABLE_MS, backOffMs } from "./back-off.ts";
import { TERMINAL_FAILURES } from "./failures.ts";
import { createFirstAnswer } from "./first-answer.ts";
import { createHygiene } from "./hygiene.ts";
import { keepShellCommand } from "./keep-shell.ts";
import { SOFT_RESET, createScreen } from "./screen.ts";
import { TERM, createTap } from "./tap.ts";
import { createViewer, type Viewer } from "./viewer.ts";

const fail = failer(TERMINAL_FAILURES);

/** The pump stops reading while this much waits for the headless screen, or for a viewer beyond its pipe's window. */
const SCREEN_PENDING_BYTES = 192 * 1024;
const VIEWER_PENDING_BYTES = 64 * 1024;
/** Handed on in parts of this size, however much a connection gives at once. */
const PART_BYTES = 64 * 1024;

export type PaneNeeds = {
  readonly ssh: Pick<Ssh, "shell">;
  readonly recordings: Recordings;
  readonly host: Host;
  readonly id: string;
  readonly actor: Actor;
  readonly cols: number;
  readonly rows: number;
  readonly scrollback: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Asked for every keystroke: whoever acts may have locked, lost the right or gone since the pane opened. Undefined where they may not type. */
  readonly acting: () => Actor | undefined;
  /** Something the desk shows changed; `isCalm` for counters that may wait a moment. */
  readonly onChange: (isCalm: boolean) => void;
  /** What an operator typed here, for the other panes of a broadcast. */
  readonly onTyped: (bytes: Uint8Array, isPasted: boolean) => Promise<void>;
  /** Set when the core died while this pane was open: said in the new recording. */
  readonly gap?: string;
};

export type LivePane = {
  readonly facts: () => Pane;
  readonly screen: ReturnType<typeof createScreen>;
  attach(pipe: BytePipe, cols: number, rows: number): Promise<void>;
  /** Takes bytes as typed; recorded first. False when they were not sent. */
  input(bytes: Uint8Array): Promise<boolean>;
  /** `isAlone`: into this pane only, whatever takes part in a broadcast. */
  paste(text: string, isRun: boolean, isAlone?: boolean): Promise<void>;
  resize(cols: number, rows: number): Promise<void>;
  reconnect(): void;
  recordAgain(): Promise<void>;
  reset(): Promise<void>;
  mark(label: string): void;
  /** The most that ever waited here at once, for the bench: bytes on their way to a viewer, and bytes shown but not yet drawn in the core. */
  readonly most: { readonly pending: number; readonly undrawn: number };
  close(reason: string): Promise<void>;
};

/** After this long without a viewer a pane's picture is packed. */
const ALONE_MS = 15_000;
/** How the SSH room says that the shell, not the connection, was killed. */
const ENDED_BY_SIGNAL = "ended by signal";
const encoder = new TextEncoder();
const STATE_LOST = (error: unknown): { why: string; code: string; isRetryable: boolean } =>
  error instanceof Failure ? { why: error.message, code: error.code, isRetryable: error.retryable } : { why: "The connection failed in a way SENA does not know. Try again; the log has the details.", code: "INTERNAL", isRetryable: true };

export function createPane(needs: PaneNeeds): LivePane {
  const { host, now } = needs;
  const over = new AbortController();
  let state: PaneState = { is: "connecting", attempt: 1 };
  let title = "";
  let shell: SshShell | undefined;
  let wakeRetry: (() => void) | undefined;
  const most = { pending: 0, undrawn: 0 };
  let answer = createFirstAnswer(now);
  let gap = needs.gap;
  let hasBeenOpen = false;
  let viewers: readonly Viewer[] = [];
  const viewerWakes: (() => void)[] = [];
  const attached = new Set<Viewer>();
  const hygiene = createHygiene();
  const tap = createTap({ recordings: needs.recordings, session: needs.id, host: host.id, actor: needs.actor, onFailed: () => needs.onChange(false) });
  const screen = createScreen({
    cols: needs.cols,
    rows: needs.rows,
    scrollback: needs.scrollback,
    onReply: (bytes) => void send(bytes),
    onTitle: (next) => {
      title = next;
      needs.onChange(true);
    },
  });

  const setState = (next: PaneState): void => {
    state = next;
    needs.onChange(false);
  };

  // One after the other: a snapshot, a resize and the arrival of bytes must not mix.
  let last: Promise<unknown> = Promise.resolve();
  const exclusive = <T>(work: () => T | Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  let lastInput: Promise<unknown> = Promise.resolve();

  let bedtime: ReturnType<typeof setInterval> | undefined;
  /** A picture nobody looks at is packed; tried again until a pane rests long enough, and not by all panes at the same moment. In turn with everything else that touches it. */
  const sleepWhenAlone = (): void => {
    clearInterval(bedtime);
    screen.watch(attached.size > 0);
    bedtime = attached.size > 0 ? undefined : setInterval(() => void exclusive(() => screen.sleep()), ALONE_MS * (1 + needs.random() / 4)).unref();
  };
  sleepWhenAlone();
  const viewerProgress = (): void => {
    viewers = viewers.filter(({ isGone }) => !isGone);
    for (const wake of viewerWakes.splice(0)) wake();
  };

  /** To the headless screen and every viewer; resolves when there is room for more. */
  async function show(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength; at += PART_BYTES) await showPart(bytes.subarray(at, at + PART_BYTES));
  }
  async function showPart(bytes: Uint8Array): Promise<void> {
    await exclusive(() => {
      screen.write(bytes);
      for (const viewer of viewers) void viewer.push(bytes);
    });
    most.pending = Math.max(most.pending, ...viewers.map(({ pending }) => pending));
    most.undrawn = Math.max(most.undrawn, screen.pending + screen.held);
    while (screen.pending > SCREEN_PENDING_BYTES) await screen.progress();
    while (!over.signal.aborted && viewers.some(({ pending }) => pending > VIEWER_PENDING_BYTES)) await new Promise<void>((wake) => viewerWakes.push(wake));
  }
  const say = (text: string): Promise<void> => show(encoder.encode(`${SOFT_RESET}\r\n\u001b[2m── ${text} ──\u001b[0m\r\n`));

  async function send(bytes: Uint8Array): Promise<boolean> {
    const to = shell;
    if (to === undefined || state.is !== "open" || !tap.input(bytes)) return false;
    answer.typed(bytes);
    try {
      await to.write(bytes);
    } catch {
      return false; // the connection is going; the pump says so
    }
    needs.onChange(true);
    return true;
  }

  async function connectOnce(isAgain: boolean): Promise<{ status: number | null; reason: string }> {
    await tap.begin({ ...screen.size, title: `${host.user}@${host.name}` });
    if (gap !== undefined) await tap.gap(gap);
    gap = undefined;
    const { cols, rows } = screen.size;
    const opened = await needs.ssh.shell(host.id, { cols, rows, term: TERM, signal: over.signal, ...(host.keepShell ? { command: keepShellCommand(needs.id) } : {}) });
    shell = opened;
    hygiene.restart();
    if (isAgain) {
      if (needs.gap === undefined || hasBeenOpen) await tap.gap("the connection was lost and made again");
      await say(host.keepShell ? "connected again" : "connected again: this is a new shell, the old one did not survive");
    }
    if (screen.size.cols !== cols || screen.size.rows !== rows) opened.resize(screen.size.cols, screen.size.rows);
    hasBeenOpen = true;
    answer = createFirstAnswer(now);
    setState({ is: "open", since: now(), fingerprint: opened.identity.fingerprint, answers: false });
    const stop = () => opened.close();
    over.signal.addEventListener("abort", stop, { once: true });
    try {
      for await (const bytes of opened.output) {
        tap.output(bytes);
        answer.shown(bytes);
        if (state.is === "open" && state.answers !== answer.isThere) setState({ ...state, answers: answer.isThere });
        else needs.onChange(true);
        await show(hygiene.pass(bytes));
      }
      return await opened.ended;
    } finally {
      over.signal.removeEventListener("abort", stop);
      shell = undefined;
      opened.close();
    }
  }

  async function live(): Promise<void> {
    let failures = 0;
    let wasOpen = needs.gap !== undefined;
    while (!over.signal.aborted) {
      const startedAt = now();
      let lost: { why: string; code: string; isRetryable: boolean };
      try {
        const { status, reason } = await connectOnce(wasOpen);
        wasOpen = true;
        if (over.signal.aborted) return;
        // Somebody or something ended the shell: starting another one is for the operator to say.
        if (status !== null || reason.startsWith(ENDED_BY_SIGNAL)) return await ended(status, reason);
        lost = { why: reason, code: "CONNECTION_LOST", isRetryable: true };
      } catch (error) {
        if (over.signal.aborted) return;
        lost = STATE_LOST(error);
      }
      wasOpen ||= (state as PaneState).is === "open";
      failures = now() - startedAt > STABLE_MS ? 1 : failures + 1;
      if ((state as PaneState).is === "open") {
        tap.marker(`connection lost: ${lost.why}`);
        await say(`connection lost: ${lost.why}`);
      }
      await waitForRetry(lost, failures);
      if (!over.signal.aborted) setState({ is: "connecting", attempt: failures + 1 });
    }
  }

  async function waitForRetry({ why, code, isRetryable }: { why: string; code: string; isRetryable: boolean }, attempts: number): Promise<void> {
    const waitMs = isRetryable ? backOffMs(attempts, needs.random) : undefined;
    setState({ is: "lost", why, code, retryAt: waitMs === undefined ? null : now() + waitMs, attempts });
    const asked = new AbortController();
    wakeRetry = () => asked.abort();
    const signal = AbortSignal.any([over.signal, asked.signal]);
    try {
      if (waitMs !== undefined) await needs.sleep(waitMs, signal).catch(() => undefined);
      else if (!signal.aborted) await new Promise<void>((go) => signal.addEventListener("abort", () => go(), { once: true }));
    } finally {
      wakeRetry = undefined;
    }
  }

  async function ended(status: number | null, reason: string): Promise<void> {
    await say(status === null ? `the shell was ${reason}` : `the shell ended with status ${status}`);
    await tap.close({ ...(status === null ? {} : { status }), reason: reason || "the shell ended" });
    setState({ is: "ended", status, why: reason });
  }

  /** `live` never rejects but by our own mistake; then the pane says so instead of hanging. */
  const run = (): Promise<void> =>
    live().catch((error: unknown) => {
      if (!over.signal.aborted) setState({ is: "lost", ...STATE_LOST(error), retryAt: null, attempts: 1 });
    });
  let running = (async () => {
    if (needs.gap !== undefined) await say(`${needs.gap}; what this pane showed before is in its recording`);
    await run();
  })();

  /** Keys and pasted text reach the host in the order in which they came, however long one of them takes to be made. */
  function inOrder(make: () => Uint8Array): Promise<boolean> {
    const sent = lastInput.then(async () => {
      const by = needs.acting();
      if (by !== undefined) {
        await tap.handTo(by, { ...screen.size, title: `${host.user}@${host.name}` });
        if (needs.acting()?.id === by.id) return send(make());
      }
      needs.onChange(false);
      return false;
    });
    lastInput = sent.catch(() => undefined);
    return sent;
  }

  const readOnly = (): string => {
    if (tap.failure !== "") return `the recorder stopped. ${tap.failure}`;
    if (needs.acting() === undefined) return "whoever acts now may look but not type.";
    return "";
  };

  return {
    screen,
    most,
    facts: () => ({
      id: needs.id,
      hostId: host.id,
      hostName: host.name,
      user: host.user,
      environment: host.environment,
      title,
      ...screen.size,
      state,
      readOnly: readOnly(),
      isRecorded: tap.isOpen,
      events: tap.events,
      keepsShell: host.keepShell,
      blocked: { ...hygiene.blocked },
    }),
    async attach(pipe, cols, rows) {
      await this.resize(cols, rows);
      const viewer = createViewer(pipe, viewerProgress);
      attached.add(viewer);
      sleepWhenAlone();
      pipe.onChunk((bytes, done) => {
        const typed = bytes.slice();
        void this.input(typed).then((isSent) => (isSent ? needs.onTyped(typed, false) : undefined)).finally(done);
      });
      await exclusive(async () => {
        await screen.settled();
        for await (const bytes of screen.snapshot()) {
          await viewer.push(bytes);
          if (viewer.isGone) return;
        }
        viewers = [...viewers, viewer];
      });
      await pipe.closed.catch(() => undefined);
      attached.delete(viewer);
      sleepWhenAlone();
      viewerProgress();
    },
    input: (bytes) => inOrder(() => bytes),
    async paste(text, isRun, isAlone = false) {
      if (state.is !== "open") throw fail("PANE_NOT_OPEN", { host: host.name });
      // A closing bracket inside the text would let the rest of it run as typed.
      const inside = text.replaceAll("\u001b[201~", "").replace(/\r?\n/g, "\r");
      let bytes: Uint8Array = new Uint8Array(0);
      const isSent = await inOrder(() => {
        bytes = encoder.encode(`${screen.wantsBrackets ? `\u001b[200~${inside}\u001b[201~` : inside}${isRun ? "\r" : ""}`);
        return bytes;
      });
      if (!isSent) throw fail("PANE_READ_ONLY", { why: readOnly() || "the connection was lost." });
      if (!isAlone) await needs.onTyped(bytes, true);
    },
    resize: (cols, rows) =>
      exclusive(async () => {
        if (screen.size.cols === cols && screen.size.rows === rows) return;
        await screen.settled(); // what was written for the old size is drawn in it
        screen.resize(cols, rows);
        shell?.resize(cols, rows);
        tap.resize(cols, rows);
        needs.onChange(false);
      }),
    reconnect() {
      if (wakeRetry !== undefined) wakeRetry();
      else if (state.is === "ended" || (state.is === "lost" && state.retryAt === null)) {
        setState({ is: "connecting", attempt: 1 });
        running = running.then(run);
      }
    },
    async recordAgain() {
      await tap.begin({ ...screen.size, title: `${host.user}@${host.name}` });
      needs.onChange(false);
    },
    reset: () => exclusive(() => {
      const bytes = encoder.encode(SOFT_RESET);
      screen.write(bytes);
      for (const viewer of viewers) void viewer.push(bytes);
    }),
    mark(label) {
      tap.marker(label);
      needs.onChange(true);
    },
    async close(reason) {
      over.abort();
      clearInterval(bedtime);
      shell?.close();
      for (const viewer of attached) viewer.close();
      for (const wake of viewerWakes.splice(0)) wake();
      await running.catch(() => undefined);
      await tap.close({ reason });
      screen[Symbol.dispose]();
    },
  };
}
