import { useMemo, useState } from "react";
import { useFeed } from "./use-app.ts";

export type QuietHosts = ReadonlyMap<string, number>;
const NONE: QuietHosts = new Map();

/** Hosts that were asked whether they are there and do not answer, by id, with when they were last heard. */
export function useQuietHosts(): QuietHosts {
  const [hosts, setHosts] = useState<readonly { readonly id: string; readonly since: number }[]>([]);
  useFeed("hosts.quiet", (core, signal) => core.hosts.quiet({}, { signal }), (item) => setHosts(item.hosts));
  return useMemo(() => (hosts.length === 0 ? NONE : new Map(hosts.map(({ id, since }) => [id, since]))), [hosts]);
}
