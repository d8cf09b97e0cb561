import { setTimeout as sleep } from "node:timers/promises";
import type { SourceRow } from "../sync.ts";
import { confluence, type ConfluenceSettings } from "./confluence.ts";
import { createHttp, SourceTrouble } from "./http.ts";
import { jira, type JiraSettings } from "./jira.ts";
import type { Connector } from "./port.ts";
import { spaceExport } from "./space-export.ts";
import { sharepoint, type SharepointSettings } from "./sharepoint.ts";
import { web, type WebSettings } from "./web.ts";

/** What lies outside the index thread: the vault, the word on what may be reached, models. Both throw with a sentence. */
export type Outside = {
  secret(name: string, host: string): Promise<string>;
  mayReach(host: string): Promise<void>;
  /** By the model that is loaded for it. */
  embed(texts: readonly string[]): Promise<readonly Float32Array[]>;
};

/** One connector for one run: its credential is asked for once, held no longer than the run. */
export function connectorOf(source: SourceRow, outside: Outside, signal: AbortSignal, now: () => number): Connector {
  const settings = JSON.parse(source.settings) as { readonly url?: string; readonly graphUrl?: string; readonly perSecond?: number };
  const host = new URL(settings.url ?? settings.graphUrl ?? "about:blank").host;
  const told = (error: unknown): never => {
    throw error instanceof SourceTrouble ? error : new SourceTrouble((error as Error).message.replace(/\.$/, ""));
  };
  const http = createHttp({ signal, now, perSecond: settings.perSecond ?? 10, mayReach: (to) => outside.mayReach(to).catch(told), sleep: async (ms, until) => void (await sleep(ms, undefined, { signal: until })) });
  let held: Promise<string> | undefined;
  const needs = { http, now, secret: () => (held ??= source.credential === "" ? Promise.resolve("") : outside.secret(source.credential, host).catch(told)) };
  switch (source.kind) {
    case "confluence":
      return confluence(settings as ConfluenceSettings, needs);
    case "confluence-export":
      return spaceExport(source.location);
    case "jira":
      return jira(settings as JiraSettings, needs);
    case "sharepoint":
      return sharepoint(settings as SharepointSettings, needs);
    case "web":
      return web(settings as WebSettings, needs);
    case "folder":
    case "file":
    case "git":
    case "collection":
      throw new SourceTrouble("it lies on this machine");
    default:
      throw new SourceTrouble(`nothing here reads "${source.kind satisfies never}"`);
  }
}
