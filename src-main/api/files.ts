import { createHash } from "node:crypto";
import { type Actor, actorOf, failer, type filesContract, type GroupHandlers, type Transfer } from "../contract/index.ts";
import { FILES_FAILURES } from "../contract/index.ts";
import type { Inventory } from "../inventory/port.ts";
import { live, type Clock, type Live, type NewId } from "../kernel/index.ts";
import type { Json, Ledger, Receipt } from "../ledger/port.ts";
import type { Files, Forwards } from "../ssh/index.ts";
import { fileCommand } from "./file-command.ts";

export type FilesApiNeeds = {
  readonly files: Files;
  readonly forwards: Forwards;
  readonly inventory: Pick<Inventory, "get">;
  readonly ledger: Pick<Ledger, "append">;
  /** What the policies say of changing this file by hand; the same gate as a command that would write it. */
  readonly mayWrite: (hostId: string, path: string, actor: Actor) => Promise<{ readonly isAllowed: boolean; readonly why: string }>;
  /** What they say of reading it: what would be asked about as a command is not had without asking as a file. */
  readonly mayRead: (hostId: string, path: string, actor: Actor) => Promise<{ readonly isAllowed: boolean; readonly why: string }>;
  readonly now: Clock;
  readonly newId: NewId;
};

const fail = failer(FILES_FAILURES);
const DONE = { done: true } as const;
const KEPT = 50;
const MOST_SCRIPT = 65_536;
const TELL_MS = 200;

export function filesHandlers(needs: FilesApiNeeds): GroupHandlers<typeof filesContract> {
  const { files, forwards, inventory, ledger, now, newId } = needs;
  const transfers = live<readonly Transfer[]>([]);

  /** The record before the act: intent, start, the act, what came of it. A refused record stops the act. */
  async function recorded<T>(of: { readonly actor: Actor; readonly hostId: string; readonly act: string; readonly fields: Record<string, Json> }, work: () => Promise<{ readonly value: T; readonly fields?: Record<string, Json>; readonly blobs?: readonly { role: string; bytes: Uint8Array }[] }>): Promise<T> {
    const common = { actor: of.actor, host: of.hostId };
    const intent: Receipt = await ledger.append({ ...common, type: "intent", fields: { act: of.act, ...of.fields } });
    const start: Receipt = await ledger.append({ ...common, type: "start", fields: { act: of.act }, refs: { intent: intent.seq } });
    try {
      const { value, fields, blobs } = await work();
      await ledger.append({ ...common, type: "outcome", fields: { act: of.act, result: "done", ...fields }, ...(blobs && { blobs }), refs: { start: start.seq } });
      return value;
    } catch (error) {
      await ledger.append({ ...common, type: "outcome", fields: { act: of.act, result: "failed", why: (error as Error).message.slice(0, 500) }, refs: { start: start.seq } });
      throw error;
    }
  }
  const gate = async (hostId: string, path: string, actor: Actor): Promise<void> => {
    const { isAllowed, why } = await needs.mayWrite(hostId, path, actor);
    if (!isAllowed) throw fail("FILE_NEEDS_APPROVAL", { host: inventory.get(hostId)?.name ?? hostId, path, why });
  };
  const readGate = async (hostId: string, path: string, actor: Actor): Promise<void> => {
    const { isAllowed, why } = await needs.mayRead(hostId, path, actor);
    if (!isAllowed) throw fail("FILE_NOT_READ", { host: inventory.get(hostId)?.name ?? hostId, path, why });
  };
  const track = (hostId: string, direction: Transfer["direction"], path: string, total: number, from: number) => tracker(transfers, { id: newId("xfer"), hostId, direction, path, bytes: from, total, startedAt: now(), state: "running", say: "" });

  return {
    list: async ({ hostId, path }, { signal }) => {
      const found = await files.list(hostId, path, signal);
      return { ...found, entries: found.entries.map((entry) => ({ ...entry })) };
    },
    open: async ({ hostId, path }, { principal }) => {
      await readGate(hostId, path, actorOf(principal));
      return recorded({ actor: actorOf(principal), hostId, act: "file read", fields: { path } }, async () => {
        const { text, sha256, mode, size } = await files.readText(hostId, path);
        return { value: { text, sha256, mode, size, isCrlf: /\r\n/.test(text) && !/[^\r]\n/.test(text) }, fields: { sha256, size } };
      });
    },
    save: async ({ hostId, path, text, expected }, { principal }) => {
      const actor = actorOf(principal);
      await gate(hostId, path, actor);
      const bytes = Buffer.from(text, "utf8");
      return recorded({ actor, hostId, act: "file written", fields: { path, before: expected, after: createHash("sha256").update(bytes).digest("hex") } }, async () => {
        const { sha256, before } = await files.saveText(hostId, path, text, expected);
        // Both texts are kept: the record shows the change, and the way back.
        return { value: { sha256 }, fields: { sha256 }, blobs: [{ role: "before", bytes: before }, { role: "after", bytes }] };
      });
    },
    makeFolder: async ({ hostId, path }, { principal }) => {
      await gate(hostId, path, actorOf(principal));
      return recorded({ actor: actorOf(principal), hostId, act: "folder made", fields: { path } }, async () => (await files.makeFolder(hostId, path), { value: DONE }));
    },
    rename: async ({ hostId, path, to }, { principal }) => {
      await gate(hostId, path, actorOf(principal));
      await gate(hostId, to, actorOf(principal));
      return recorded({ actor: actorOf(principal), hostId, act: "file renamed", fields: { path, to } }, async () => (await files.rename(hostId, path, to), { value: DONE }));
    },
    remove: async ({ hostId, path }, { principal }) => {
      await gate(hostId, path, actorOf(principal));
      return recorded({ actor: actorOf(principal), hostId, act: "file removed", fields: { path } }, async () => (await files.remove(hostId, path), { value: DONE }));
    },
    asCommand: async ({ change }) => {
      const command = fileCommand(change);
      // What the gate would take as one command at the most.
      if (command === undefined || command.script.length > MOST_SCRIPT) throw fail("FILE_AS_NO_COMMAND", { path: change.path });
      return command;
    },
    download: async ({ hostId, path, from }, { principal, signal }, pipe) => {
      await readGate(hostId, path, actorOf(principal));
      await recorded({ actor: actorOf(principal), hostId, act: "file downloaded", fields: { path, from } }, async () => {
        const { size, chunks } = await files.read(hostId, path, from);
        const progress = track(hostId, "down", path, size, from);
        const sum = createHash("sha256");
        try {
          for await (const bytes of chunks) {
            signal.throwIfAborted();
            sum.update(bytes);
            await pipe.write(bytes);
            progress.add(bytes.byteLength);
          }
          progress.end("done", "");
          return { value: DONE, fields: { size, ...(from === 0 && { sha256: sum.digest("hex") }) } };
        } catch (error) {
          progress.end(signal.aborted ? "stopped" : "failed", (error as Error).message);
          throw error;
        }
      });
      pipe.close();
    },
    upload: async ({ hostId, path, from, size, isReplacing }, { principal, signal }, pipe) => {
      const actor = actorOf(principal);
      await gate(hostId, path, actor);
      await recorded({ actor, hostId, act: "file uploaded", fields: { path, from, size, isReplacing } }, async () => {
        const target = await files.write(hostId, path, { from, size, isReplacing });
        const progress = track(hostId, "up", path, size, from);
        const sum = createHash("sha256");
        let received = from;
        try {
          const all = Promise.withResolvers<void>();
          if (received >= size) all.resolve();
          let last = Promise.resolve();
          pipe.onChunk((bytes, done) => {
            sum.update(bytes);
            last = last.then(() => target.put(bytes)).then(() => {
              received += bytes.byteLength;
              progress.add(bytes.byteLength);
              done();
              if (received >= size) all.resolve();
            });
            last.catch(all.reject);
          });
          pipe.closed.then(() => all.reject(fail("UPLOAD_CUT", { path })), all.reject);
          signal.addEventListener("abort", () => all.reject(signal.reason), { once: true });
          await all.promise;
          await target.finish();
          progress.end("done", "");
          return { value: DONE, fields: { size, ...(from === 0 && { sha256: sum.digest("hex") }) } };
        } catch (error) {
          await target.stop();
          progress.end(signal.aborted ? "stopped" : "failed", (error as Error).message);
          throw error;
        }
      });
      pipe.close();
    },
    async *transfers(_input, { signal }) {
      for await (const list of transfers.follow(signal)) yield { transfers: [...list] };
    },
    async *forwards(_input, { signal }) {
      for await (const list of forwards.open.follow(signal)) yield { forwards: [...list] };
    },
    openForward: ({ hostId, listenPort, toHost, toPort }, { principal, signal }) =>
      recorded({ actor: actorOf(principal), hostId, act: "forward opened", fields: { listenPort, toHost, toPort } }, async () => {
        const value = await forwards.start({ hostId, listenPort, toHost, toPort }, signal);
        return { value, fields: { listenPort: value.listenPort } };
      }),
    closeForward: async ({ id }, { principal }) => {
      const forward = forwards.open.value.find((one) => one.id === id);
      if (forward) await recorded({ actor: actorOf(principal), hostId: forward.hostId, act: "forward closed", fields: { listenPort: forward.listenPort } }, async () => (await forwards.stop(id), { value: DONE }));
      return DONE;
    },
  };
}

/** Progress a person reads: a few times a second, not per block. */
function tracker(transfers: Live<readonly Transfer[]>, first: Transfer): { add(bytes: number): void; end(state: Transfer["state"], say: string): void } {
  let one = first;
  let told = performance.now();
  const tell = (): void => transfers.update((before) => [one, ...before.filter(({ id }) => id !== one.id)].slice(0, KEPT));
  tell();
  return {
    add(bytes) {
      one = { ...one, bytes: one.bytes + bytes };
      if (performance.now() - told < TELL_MS) return;
      told = performance.now();
      tell();
    },
    end(state, say) {
      one = { ...one, state, say };
      tell();
    },
  };
}
