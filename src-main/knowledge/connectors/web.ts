import type { Connector, ConnectorNeeds, Item } from "./port.ts";

export type WebSettings = { readonly url: string; readonly pages: number };

const READABLE = /^(?:text\/|application\/(?:pdf|xhtml\+xml|json|xml|vnd\.openxmlformats))/;
const LINK = /<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;
const EXTENSION: Readonly<Record<string, string>> = { "text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf", "text/plain": ".txt", "text/markdown": ".md" };

/** Pages below one address of one server, by their links; unchanged ones answer 304 and cost nothing more. */
export function web({ url, pages }: WebSettings, { http, now }: ConnectorNeeds): Connector {
  const start = new URL(url);
  const below = start.pathname.replace(/[^/]*$/, "");
  const inside = (href: string, from: string): string | undefined => {
    try {
      const to = new URL(href, from);
      to.hash = "";
      return to.origin === start.origin && to.pathname.startsWith(below) ? to.href : undefined;
    } catch {
      return undefined;
    }
  };

  return {
    async *changes({ known }) {
      const barred = await robots(start, http);
      const waiting = new Set([start.href, ...known.keys()]);
      const seen = new Set<string>();
      for (const address of waiting) {
        if (seen.size >= pages) break;
        if (barred(new URL(address).pathname)) continue;
        seen.add(address);
        const version = known.get(address) ?? "";
        const conditional: Record<string, string> = version.startsWith("etag ") ? { "if-none-match": version.slice(5) } : version.startsWith("date ") ? { "if-modified-since": version.slice(5) } : {};
        const answer = await http.send(address, { headers: conditional, accepts: [304, 404, 410] });
        if (answer.status === 304) continue;
        if (answer.status >= 400) {
          yield { items: [], gone: [address], cursor: undefined };
          continue;
        }
        const type = (answer.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
        if (!READABLE.test(type)) continue;
        if (type.includes("html")) for (const match of new TextDecoder().decode(answer.bytes).matchAll(LINK)) {
          const to = inside((match[1] ?? match[2] ?? "").replaceAll("&amp;", "&"), address);
          if (to !== undefined) waiting.add(to);
        }
        const [etag, date] = [answer.headers.get("etag"), answer.headers.get("last-modified")];
        const path = decodeURIComponent(new URL(address).pathname.slice(below.length)) || "index";
        const item: Item = { id: address, path: `${path}${new URL(address).search}${/\.\w{2,5}$/.test(path) ? "" : (EXTENSION[type] ?? "")}`, version: etag !== null ? `etag ${etag}` : date !== null ? `date ${date}` : `bytes ${Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(answer.bytes))).toString("base64")}`, url: address, modifiedAt: Date.parse(date ?? "") || now(), fetch: async () => answer.bytes };
        yield { items: [item], gone: [], cursor: undefined };
      }
    },
  };
}

/** The paths this server asks robots to leave alone. */
async function robots(start: URL, http: ConnectorNeeds["http"]): Promise<(path: string) => boolean> {
  const answer = await http.send(new URL("/robots.txt", start).href, { accepts: [401, 403, 404, 410] }).catch(() => undefined);
  if (answer === undefined || answer.status >= 400) return () => false;
  const barred: string[] = [];
  let isMine = false;
  for (const line of new TextDecoder().decode(answer.bytes).split(/\r?\n/)) {
    const [field = "", value = ""] = line.replace(/#.*/, "").split(/:(.*)/).map((part) => part.trim());
    if (/^user-agent$/i.test(field)) isMine = value === "*" || /^sena$/i.test(value);
    else if (isMine && /^disallow$/i.test(field) && value !== "") barred.push(value);
  }
  return (path) => barred.some((prefix) => path.startsWith(prefix));
}
