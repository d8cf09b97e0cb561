import type { Connector, ConnectorNeeds, Item, Step } from "./port.ts";

export type ConfluenceSettings = { readonly url: string; /** With a user: Cloud, basic with an API token. Without: Data Center, a personal access token. */ readonly user: string; readonly spaces: readonly string[] };
type Page = { readonly id: string; readonly title: string; readonly version?: { readonly number?: number; readonly when?: string }; readonly space?: { readonly key?: string }; readonly ancestors?: readonly { readonly title: string }[]; readonly _links?: { readonly webui?: string }; readonly body?: { readonly storage?: { readonly value?: string } } };
type Listing = { readonly results: readonly Page[]; readonly _links?: { readonly next?: string; readonly base?: string } };

const LIMIT = 50;
const DAY_MS = 86_400_000;

/** Both keep the same search by CQL: Data Center pages by `start`, Cloud by a cursor, each through `_links.next`. */
export function confluence({ url, user, spaces }: ConfluenceSettings, { http, secret }: ConnectorNeeds): Connector {
  const base = url.replace(/\/+$/, "");
  const headers = async (): Promise<Record<string, string>> => {
    const token = await secret();
    return { authorization: user === "" ? `Bearer ${token}` : `Basic ${Buffer.from(`${user}:${token}`).toString("base64")}` };
  };
  const itemOf = (page: Page): Item => ({
    id: page.id,
    path: [page.space?.key ?? "", ...(page.ancestors ?? []).map(({ title }) => title), page.title].map((part) => part.replaceAll("/", "∕")).join("/").concat(".html"),
    version: String(page.version?.number ?? 0),
    url: `${base}${page._links?.webui ?? `/pages/viewpage.action?pageId=${page.id}`}`,
    modifiedAt: Date.parse(page.version?.when ?? "") || 0,
    async fetch() {
      const answer = await http.send(`${base}/rest/api/content/${encodeURIComponent(page.id)}?expand=body.storage`, { headers: await headers(), accepts: [404] });
      if (answer.status === 404) return undefined;
      const whole = JSON.parse(new TextDecoder().decode(answer.bytes)) as Page;
      return new TextEncoder().encode(asHtml(page.title, whole.body?.storage?.value ?? ""));
    },
  });

  return {
    async *changes({ cursor, isWhole }) {
      // CQL knows minutes of the asking user's time zone only: a day of overlap costs a listing, a missed page costs trust.
      const since = cursor === "" ? undefined : new Date(Math.max(0, Number(cursor) - DAY_MS)).toISOString().slice(0, 10);
      const cql = [`type in (page, blogpost)`, ...(spaces.length === 0 ? [] : [`space in (${spaces.map((key) => `"${key.replaceAll('"', "")}"`).join(",")})`]), ...(since === undefined || isWhole ? [] : [`lastmodified >= "${since}"`])].join(" and ");
      let next: string | undefined = `/rest/api/content/search?cql=${encodeURIComponent(`${cql} order by lastmodified asc`)}&expand=version,space,ancestors&limit=${LIMIT}`;
      let newest = Number(cursor) || 0;
      while (next !== undefined) {
        const listing: Listing = await http.json<Listing>(onBase(base, next), await headers());
        const items = listing.results.map(itemOf);
        for (const { modifiedAt } of items) newest = Math.max(newest, modifiedAt);
        next = listing._links?.next;
        // Oldest change first: whatever is kept, everything before it is kept too, so that a stopped run goes on from here.
        const step: Step = { items, gone: [], cursor: String(newest), isWhole: next === undefined && (isWhole || cursor === "") };
        yield step;
      }
    },
  };
}

/** `next` may hold the context path (`/wiki`) or not. */
export const onBase = (base: string, next: string): string => {
  const { origin, pathname } = new URL(base);
  return next.startsWith("http") ? next : pathname !== "/" && next.startsWith(`${pathname}/`) ? `${origin}${next}` : `${base}${next}`;
};

/** Storage format is XHTML with macros: code stands in CDATA, the rest is read as it stands. */
export const asHtml = (title: string, storage: string): string => {
  const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const body = storage
    .replace(/<ac:plain-text-body>\s*<!\[CDATA\[([\s\S]*?)\]\]>\s*<\/ac:plain-text-body>/g, (_all, code: string) => `<pre>${escape(code)}</pre>`)
    .replace(/<ac:parameter[^>]*>[\s\S]*?<\/ac:parameter>/g, "")
    .replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_all, text: string) => escape(text));
  return `<html><head><title>${escape(title)}</title></head><body><h1>${escape(title)}</h1>${body}</body></html>`;
};
