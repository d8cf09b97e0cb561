import { useCallback, useEffect, useRef, useState } from "react";
import type { AuditFilter, AuditRow } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";

const BLOCK = 200;
const PAGE = 200;

/** Rows by their place from the top, whether the list is the whole record or what a filter found. */
export type Rows = {
  readonly count: number;
  /** Undefined while it is on its way. */
  readonly at: (index: number) => AuditRow | undefined;
  readonly indexOf: (seq: number) => number | undefined;
  /** The places that are seen now; what is missing there is fetched. */
  readonly see: (first: number, last: number) => void;
  /** How many of the newest entries the search does not know yet. */
  readonly behind: number;
  /** More than this many fit; the rest comes as one scrolls. */
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly failure: unknown;
};

/** The whole record, newest first, by number: any place in millions is one request away. */
export function useWholeRecord(size: number, lowest: number, isOn: boolean): Rows {
  const { client } = useApp();
  const blocks = useRef(new Map<number, readonly AuditRow[] | "coming">());
  const [, redraw] = useState(0);
  const [failure, setFailure] = useState<unknown>();
  const see = useCallback(
    (first: number, last: number) => {
      if (!isOn || size === 0) return;
      const low = Math.max(lowest, size - 1 - last);
      const high = Math.max(lowest, size - 1 - first);
      for (let block = Math.floor(low / BLOCK); block <= Math.floor(high / BLOCK); block += 1) {
        const known = blocks.current.get(block);
        // The block at the top grows; every other is as it will ever be.
        if (known === "coming" || (known !== undefined && known.length >= Math.min(BLOCK, size - block * BLOCK))) continue;
        blocks.current.set(block, "coming");
        client.audit.block({ from: block * BLOCK, to: (block + 1) * BLOCK }).then(
          (rows) => {
            blocks.current.set(block, rows);
            redraw((n) => n + 1);
          },
          (why: unknown) => {
            blocks.current.delete(block);
            setFailure(why);
          },
        );
      }
    },
    [client, size, lowest, isOn],
  );
  const at = (index: number): AuditRow | undefined => {
    const seq = size - 1 - index;
    const rows = blocks.current.get(Math.floor(seq / BLOCK));
    return rows === undefined || rows === "coming" ? undefined : rows.find((row) => row.seq === seq);
  };
  return { count: Math.max(0, size - lowest), at, indexOf: (seq) => (seq >= lowest && seq < size ? size - 1 - seq : undefined), see, behind: 0, hasMore: false, isLoading: false, failure };
}

/** What a filter finds, newest first, page after page. */
export function useFound(filter: AuditFilter, key: string, isOn: boolean): Rows {
  const { client } = useApp();
  const [state, setState] = useState<{ key: string; rows: readonly AuditRow[]; more: boolean; behind: number; isLoading: boolean; failure: unknown }>({ key: "", rows: [], more: false, behind: 0, isLoading: true, failure: undefined });
  const loading = useRef("");
  const load = useCallback(
    async (before: number | undefined) => {
      const mine = `${key} ${before ?? ""}`;
      if (loading.current === mine) return;
      loading.current = mine;
      try {
        const page = await client.audit.timeline({ filter, limit: PAGE, ...(before === undefined ? {} : { before }) });
        if (loading.current === mine) setState((now) => ({ key, rows: before === undefined ? page.rows : [...now.rows, ...page.rows], more: page.more, behind: page.behind, isLoading: false, failure: undefined }));
      } catch (failure) {
        if (loading.current === mine) setState((now) => ({ ...now, key, isLoading: false, failure }));
      }
    },
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the filter is its key
    [client, key],
  );
  useEffect(() => {
    if (!isOn) return;
    setState((now) => ({ ...now, isLoading: true }));
    void load(undefined);
  }, [load, isOn]);
  const rows = state.key === key ? state.rows : [];
  return {
    count: rows.length,
    at: (index) => rows[index],
    indexOf: (seq) => {
      const index = rows.findIndex((row) => row.seq === seq);
      return index < 0 ? undefined : index;
    },
    see: (_first, last) => {
      const oldest = rows.at(-1);
      if (state.more && oldest !== undefined && last >= rows.length - 40) void load(oldest.seq);
    },
    behind: state.behind,
    hasMore: state.more,
    isLoading: state.isLoading,
    failure: state.failure,
  };
}
