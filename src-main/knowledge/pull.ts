import type { Changes, Connector, Item, Step } from "./connectors/port.ts";
import type { Known, Passages, Ready } from "./passages.ts";
import type { Reader } from "./reader.ts";

type Needs = {
  readonly sourceId: string;
  readonly connector: Connector;
  readonly passages: Passages;
  readonly reader: Reader;
  readonly cursor: string;
  readonly isWhole: boolean;
  readonly signal: AbortSignal;
  /** In the transaction that keeps the documents before it. */
  readonly keepCursor: (cursor: string) => void;
  readonly onProgress: (done: number, total: number) => void;
};
const BATCH_DOCUMENTS = 25;

/**
 * Takes in what a connector says changed. A cursor is kept in the transaction that keeps the documents before it: a killed
 * process asks again from there, fetches nothing twice that it had, and never skips.
 */
export async function pull({ sourceId, connector, passages, reader, cursor, isWhole, signal, keepCursor, onProgress }: Needs): Promise<{ readonly changed: number; readonly wasWhole: boolean }> {
  const known = new Map<string, Known>(passages.known(sourceId).map((document) => [document.remote_id, document]));
  const versions: Changes["known"] = new Map([...known].map(([id, { version }]) => [id, version]));
  const owners = new Map([...known.values()].map(({ path, remote_id }) => [path, remote_id]));
  const seen = new Set<string>();
  let changed = 0;
  let total = 0;
  let wasWhole = false;

  /** Two pages of one name are two documents. */
  const pathOf = ({ id, path }: Item): string => {
    const own = (owners.get(path) ?? id) === id ? path : path.replace(/(\.\w+)?$/, ` (${id})$1`);
    owners.set(own, id);
    return own.slice(0, 4_000);
  };
  const take = async (item: Item): Promise<Ready | undefined> => {
    const bytes = await item.fetch();
    if (bytes === undefined) return undefined;
    const [ready] = await reader.read([{ path: "", name: pathOf(item), bytes, modifiedAt: item.modifiedAt }]);
    return ready && { ...ready, remote: { id: item.id, version: item.version, url: item.url } };
  };
  const drop = (ids: readonly string[]) => {
    const gone = ids.flatMap((id) => known.get(id)?.id ?? []);
    for (const id of ids) known.delete(id);
    for (let at = 0; at < gone.length; at += 100) passages.remove(gone.slice(at, at + 100));
    changed += gone.length;
  };

  async function keep({ items, gone, cursor: next }: Step): Promise<void> {
    const fresh = items.filter(({ id, version }) => known.get(id)?.version !== version);
    total += fresh.length;
    let batch: Ready[] = [];
    const commit = (isLast: boolean) => {
      // A page that was renamed or moved keeps its id: its old place goes with the same commit's successor.
      const moved = batch.flatMap(({ path, remote }) => {
        const before = known.get(remote?.id ?? "");
        return before === undefined || before.path === path ? [] : [before.id];
      });
      if (moved.length > 0) passages.remove(moved);
      passages.put(sourceId, batch, () => {
        if (isLast && next !== undefined) keepCursor(next);
      });
      changed += batch.length;
      batch = [];
      onProgress(changed, total);
    };
    for (const item of fresh) {
      signal.throwIfAborted();
      const ready = await take(item);
      if (ready !== undefined) batch.push(ready);
      if (batch.length >= BATCH_DOCUMENTS) commit(false);
    }
    drop(gone);
    if (batch.length > 0 || next !== undefined) commit(true);
  }

  for await (const step of connector.changes({ cursor, known: versions, isWhole })) {
    signal.throwIfAborted();
    for (const { id } of step.items) seen.add(id);
    await keep(step);
    if (step.isWhole === true) {
      wasWhole = true;
      drop([...known.keys()].filter((id) => !seen.has(id)));
    }
  }
  return { changed, wasWhole };
}
