import type { Actor } from "../contract/index.ts";
import type { Recording, Recordings } from "../ledger/port.ts";

/**
 * The one place every byte of a pane passes, in and out, before a screen or the host sees it. It fails closed: when the
 * recorder refuses, typing is refused too, until a new recording stands. Output goes on being shown, because a remote
 * program that nobody reads would block on the host; the pane says that it is not recorded.
 */
export interface Tap {
  /** Opens a recording if none is open: rejects when it cannot, and then nothing may connect. */
  begin(of: Shape): Promise<void>;
  output(bytes: Uint8Array): void;
  /** False when the recorder did not take it: it must not reach the host. */
  input(bytes: Uint8Array): boolean;
  resize(cols: number, rows: number): void;
  marker(label: string): void;
  gap(reason: string): Promise<void>;
  close(exit: { readonly status?: number; readonly reason: string }): Promise<void>;
  /** Whose keys come from here on: a recording holds those of one person, and somebody else's begin another. */
  handTo(actor: Actor, of: Shape): Promise<void>;
  readonly isOpen: boolean;
  readonly events: number;
  /** Why the recorder stopped; empty while it records. */
  readonly failure: string;
}

type Shape = { readonly cols: number; readonly rows: number; readonly title: string };
export type TapNeeds = { readonly recordings: Recordings; readonly session: string; readonly host: string; readonly actor: Actor; readonly onFailed: () => void };

export const TERM = "xterm-256color";

export function createTap({ recordings, session, host, actor, onFailed }: TapNeeds): Tap {
  let recording: Recording | undefined;
  let failure = "";
  let before = 0;
  let by = actor;

  const failed = (error: unknown): void => {
    if (failure !== "") return;
    failure = error instanceof Error ? error.message : "The recorder failed.";
    onFailed();
  };
  const guarded = (work: (into: Recording) => void): boolean => {
    if (recording === undefined || failure !== "") return false;
    try {
      work(recording);
      return true;
    } catch (error) {
      failed(error);
      return false;
    }
  };
  const end = async (exit: { readonly status?: number; readonly reason: string }): Promise<void> => {
    const ending = recording;
    recording = undefined;
    before += ending?.events ?? 0;
    await ending?.close(exit);
  };

  return {
    async begin({ cols, rows, title }) {
      if (recording !== undefined && failure === "") return;
      // A recording that failed cannot be written any more; that it is incomplete is all that closing it can add.
      await end({ reason: "the recorder failed" }).catch(() => undefined);
      const wasFailed = failure !== "";
      recording = await recordings.open({ session, host, actor: by, cols, rows, title, term: TERM });
      failure = "";
      if (wasFailed) await recording.gap("the recorder had failed; what passed meanwhile was shown and not recorded").catch(failed);
    },
    output: (bytes) => void guarded((into) => into.output(bytes)),
    input: (bytes) => guarded((into) => into.input(bytes)),
    resize: (cols, rows) => void guarded((into) => into.resize(cols, rows)),
    marker: (label) => void guarded((into) => into.marker(label)),
    async gap(reason) {
      if (recording === undefined || failure !== "") return;
      await recording.gap(reason).catch(failed);
    },
    async handTo(next, of) {
      if (next.id === by.id) return;
      const ending = recording;
      if (ending === undefined || failure !== "") return void (by = next);
      try {
        const opened = await recordings.open({ session, host, actor: next, ...of, term: TERM });
        // The pane may have come to its end meanwhile: then nobody types into it any more.
        if (recording !== ending) return await opened.close({ reason: "the shell ended" });
        // Without a moment between them: no byte that arrives is in neither.
        [recording, by] = [opened, next];
        before += ending.events;
        await ending.close({ reason: `${next.name} types from here on` });
      } catch (error) {
        failed(error);
      }
    },
    async close(exit) {
      await end(exit).catch(failed);
    },
    get isOpen() {
      return recording !== undefined && failure === "";
    },
    get events() {
      return before + (recording?.events ?? 0);
    },
    get failure() {
      return failure;
    },
  };
}
