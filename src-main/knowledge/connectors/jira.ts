import type { Connector, ConnectorNeeds, Item, Step } from "./port.ts";

export type JiraSettings = { readonly url: string; readonly user: string; readonly jql: string };
type Issue = { readonly key: string; readonly id: string; readonly fields: { readonly summary?: string; readonly updated?: string; readonly description?: unknown; readonly status?: { readonly name?: string }; readonly resolution?: { readonly name?: string } | null; readonly comment?: { readonly comments?: readonly { readonly author?: { readonly displayName?: string }; readonly created?: string; readonly body?: unknown }[] } } };
type Listing = { readonly issues: readonly Issue[]; readonly startAt?: number; readonly total?: number; readonly nextPageToken?: string };

const LIMIT = 50;
const DAY_MS = 86_400_000;
const FIELDS = "summary,updated,description,status,resolution,comment";

/** Data Center pages by `startAt` under `/search`; Cloud took that away and pages by a token under `/search/jql`. */
export function jira({ url, user, jql }: JiraSettings, { http, secret }: ConnectorNeeds): Connector {
  const base = url.replace(/\/+$/, "");
  const isCloud = user !== "";
  const headers = async (): Promise<Record<string, string>> => {
    const token = await secret();
    return { authorization: isCloud ? `Basic ${Buffer.from(`${user}:${token}`).toString("base64")}` : `Bearer ${token}` };
  };
  const itemOf = (issue: Issue): Item => ({
    id: issue.id,
    path: `${issue.key.split("-")[0] ?? "issues"}/${issue.key}.md`,
    version: issue.fields.updated ?? "",
    url: `${base}/browse/${issue.key}`,
    modifiedAt: Date.parse(issue.fields.updated ?? "") || 0,
    fetch: async () => new TextEncoder().encode(asMarkdown(issue)),
  });

  return {
    async *changes({ cursor, isWhole }) {
      const since = cursor === "" || isWhole ? undefined : new Date(Math.max(0, Number(cursor) - DAY_MS)).toISOString().slice(0, 10);
      const asked = jql.replace(/\border\s+by\b[\s\S]*$/i, "").trim();
      const query = [...(asked === "" ? [] : [`(${asked})`]), ...(since === undefined ? [] : [`updated >= "${since}"`])].join(" AND ");
      const search = encodeURIComponent(`${query} ORDER BY updated ASC`.trim());
      let newest = Number(cursor) || 0;
      let page: { readonly startAt: number; readonly token: string } | undefined = { startAt: 0, token: "" };
      while (page !== undefined) {
        const listing: Listing = await http.json<Listing>(`${base}/rest/api/2/search${isCloud ? `/jql?jql=${search}&nextPageToken=${encodeURIComponent(page.token)}` : `?jql=${search}&startAt=${page.startAt}`}&maxResults=${LIMIT}&fields=${FIELDS}`, await headers());
        const items = listing.issues.map(itemOf);
        for (const { modifiedAt } of items) newest = Math.max(newest, modifiedAt);
        const seen: number = page.startAt + items.length;
        const isMore: boolean = isCloud ? listing.nextPageToken !== undefined : items.length > 0 && seen < (listing.total ?? 0);
        page = isMore ? { startAt: seen, token: listing.nextPageToken ?? "" } : undefined;
        const step: Step = { items, gone: [], cursor: String(newest), isWhole: page === undefined && (isWhole || cursor === "") };
        yield step;
      }
    },
  };
}

function asMarkdown({ key, fields }: Issue): string {
  const state = [fields.status?.name, fields.resolution?.name].filter((name) => name !== undefined && name !== "").join(", ");
  const comments = (fields.comment?.comments ?? []).map(({ author, created, body }) => `## Comment of ${author?.displayName ?? "somebody"}, ${(created ?? "").slice(0, 10)}\n\n${wordsOfBody(body)}`);
  return [`# ${key}: ${fields.summary ?? ""}`, ...(state === "" ? [] : [`Status: ${state}`]), wordsOfBody(fields.description), ...comments].join("\n\n");
}

/** Wiki markup as it is, or the text of an Atlassian document tree. */
function wordsOfBody(body: unknown, depth = 0): string {
  if (typeof body === "string") return body.replace(/\{(?:code|noformat)(?::[^}]*)?\}/g, "```").replace(/^h([1-6])\. /gm, (_all, level: string) => `${"#".repeat(Number(level) + 1)} `);
  if (typeof body !== "object" || body === null || depth > 40) return "";
  const { type, text, content } = body as { readonly type?: string; readonly text?: string; readonly content?: readonly unknown[] };
  const inside = (content ?? []).map((one) => wordsOfBody(one, depth + 1)).join("");
  return type === "text" ? (text ?? "") : type === "codeBlock" ? `\n\`\`\`\n${inside}\n\`\`\`\n` : type === "paragraph" || type === "heading" || type === "listItem" ? `${inside}\n\n` : inside;
}
