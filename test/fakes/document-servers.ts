import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

// Local servers that keep the protocols of Confluence, Jira, Microsoft Graph and a plain web server: paging, credentials,
// versions, deltas, conditional requests, 429 with Retry-After. They are not those products.

type Reply = { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly json?: unknown; readonly text?: string };
export type DocumentServer = AsyncDisposable & {
  readonly url: string;
  /** Path and query of every question asked, in order. */
  readonly asked: string[];
  /** Answers the next so many questions with this instead. */
  refuse(times: number, reply: Reply): void;
};

async function serve(answer: (request: { readonly url: URL; readonly method: string; readonly headers: IncomingMessage["headers"]; readonly body: string }) => Reply): Promise<DocumentServer> {
  const asked: string[] = [];
  const refusals: Reply[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void (async () => {
      let body = "";
      for await (const part of request) body += String(part);
      asked.push(request.url ?? "");
      const { status = 200, headers = {}, json, text } = refusals.shift() ?? answer({ url: new URL(request.url ?? "", "http://local"), method: request.method ?? "", headers: request.headers, body });
      response.writeHead(status, { ...(json === undefined ? {} : { "content-type": "application/json" }), ...headers });
      response.end(json === undefined ? text : JSON.stringify(json));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    refuse: (times, reply) => void refusals.push(...Array.from({ length: times }, () => reply)),
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}

export type WikiPage = { readonly id: string; title: string; space: string; parents: string[]; version: number; when: string; body: string };
/** `cloud`: under /wiki, basic credentials, paged by cursor; else Data Center's bearer token, paged by start. */
export async function confluenceServer(pages: WikiPage[], { cloud, token, pageSize = 2 }: { readonly cloud: boolean; readonly token: string; readonly pageSize?: number }): Promise<DocumentServer & { readonly base: string }> {
  const context = cloud ? "/wiki" : "";
  const wanted = cloud ? `Basic ${Buffer.from(`ada@example.org:${token}`).toString("base64")}` : `Bearer ${token}`;
  const view = (page: WikiPage, full: boolean) => ({ id: page.id, type: "page", status: "current", title: page.title, space: { key: page.space }, ancestors: page.parents.map((title) => ({ title })), version: { number: page.version, when: page.when }, _links: { webui: `/spaces/${page.space}/pages/${page.id}` }, ...(full ? { body: { storage: { value: page.body, representation: "storage" } } } : {}) });
  const server = await serve(({ url, headers }) => {
    if (headers.authorization !== wanted) return { status: 401, json: { message: "no" } };
    if (url.pathname === `${context}/rest/api/content/search`) {
      const cql = url.searchParams.get("cql") ?? "";
      const since = /lastmodified >= "(\d{4}-\d\d-\d\d)"/.exec(cql)?.[1];
      const spaces = /space in \(([^)]*)\)/.exec(cql)?.[1]?.split(",").map((key) => key.replaceAll('"', ""));
      const all = pages.filter((page) => (since === undefined || page.when >= since) && (spaces?.includes(page.space) ?? true)).sort((a, b) => (a.when < b.when ? -1 : 1));
      const start = Number(url.searchParams.get(cloud ? "cursor" : "start") ?? 0);
      const more = start + pageSize < all.length;
      const next = new URLSearchParams(url.searchParams);
      next.set(cloud ? "cursor" : "start", String(start + pageSize));
      return { json: { results: all.slice(start, start + pageSize).map((page) => view(page, false)), start, limit: pageSize, size: Math.min(pageSize, all.length - start), _links: { base: "", context, ...(more ? { next: `/rest/api/content/search?${next.toString()}` } : {}) } } };
    }
    const page = pages.find(({ id }) => url.pathname === `${context}/rest/api/content/${id}`);
    return page === undefined ? { status: 404, json: { message: "gone" } } : { json: view(page, true) };
  });
  return Object.assign(server, { base: `${server.url}${context}` });
}

export type TrackedIssue = { readonly key: string; readonly id: string; summary: string; updated: string; description: unknown; comments: readonly string[] };
export const jiraServer = (issues: TrackedIssue[], { cloud, token, pageSize = 2 }: { readonly cloud: boolean; readonly token: string; readonly pageSize?: number }): Promise<DocumentServer> =>
  serve(({ url, headers }) => {
    if (headers.authorization !== (cloud ? `Basic ${Buffer.from(`ada@example.org:${token}`).toString("base64")}` : `Bearer ${token}`)) return { status: 401, json: {} };
    // Cloud took the old search away.
    if (url.pathname !== (cloud ? "/rest/api/2/search/jql" : "/rest/api/2/search")) return { status: 410, json: {} };
    const since = /updated >= "(\d{4}-\d\d-\d\d)"/.exec(url.searchParams.get("jql") ?? "")?.[1];
    const all = issues.filter(({ updated }) => since === undefined || updated >= since).sort((a, b) => (a.updated < b.updated ? -1 : 1));
    const start = Number(url.searchParams.get(cloud ? "nextPageToken" : "startAt") ?? 0);
    const found = all.slice(start, start + pageSize).map(({ key, id, summary, updated, description, comments }) => ({ key, id, fields: { summary, updated, description, status: { name: "Open" }, resolution: null, comment: { comments: comments.map((body) => ({ author: { displayName: "Ada" }, created: updated, body })) } } }));
    return { json: { issues: found, ...(cloud ? (start + pageSize < all.length ? { nextPageToken: String(start + pageSize) } : { isLast: true }) : { startAt: start, maxResults: pageSize, total: all.length }) } };
  });

export type DriveFile = { readonly id: string; name: string; folder: string; tag: string; text: string; isDeleted?: boolean };
/** Graph and its sign-in on one origin. A delta link names how many changes its bearer has seen. */
export async function graphServer(files: DriveFile[], { secret, pageSize = 2 }: { readonly secret: string; readonly pageSize?: number }): Promise<DocumentServer & { readonly changes: DriveFile[]; expire(): void }> {
  const changes: DriveFile[] = [...files];
  let oldest = 0;
  const server: DocumentServer = await serve(({ url, method, headers, body }) => {
    if (url.pathname === "/contoso/oauth2/v2.0/token") {
      const form = new URLSearchParams(body);
      return method === "POST" && form.get("client_secret") === secret && form.get("grant_type") === "client_credentials" ? { json: { token_type: "Bearer", expires_in: 3599, access_token: "short-lived" } } : { status: 401, json: { error: "invalid_client" } };
    }
    if (url.pathname.startsWith("/download/")) return headers.authorization === undefined ? { text: files.find(({ id }) => url.pathname === `/download/${id}`)?.text ?? "" } : { status: 400, text: "a token where none belongs" };
    if (headers.authorization !== "Bearer short-lived") return { status: 401, json: {} };
    const content = /\/items\/(\w+)\/content$/.exec(url.pathname)?.[1];
    if (content !== undefined) return files.some(({ id, isDeleted }) => id === content && isDeleted !== true) ? { status: 302, headers: { location: `${server.url.replace("127.0.0.1", "localhost")}/download/${content}` } } : { status: 404, json: {} };
    if (url.pathname !== "/v1.0/drives/d1/root/delta") return { status: 404, json: {} };
    const from = Number(url.searchParams.get("token") ?? 0);
    if (from < oldest && url.searchParams.has("token")) return { status: 410, json: { error: { code: "resyncRequired" } } };
    const listed = url.searchParams.has("token") ? changes : files.filter(({ isDeleted }) => isDeleted !== true);
    const part = listed.slice(from, from + pageSize).map(({ id, name, folder, tag, isDeleted }) => (isDeleted === true ? { id, deleted: { state: "deleted" } } : { id, name, cTag: tag, file: { mimeType: "text/markdown" }, lastModifiedDateTime: "2025-03-01T10:00:00Z", webUrl: `https://contoso.example/${name}`, parentReference: { path: `/drives/d1/root:/${folder}` } }));
    const next = from + pageSize;
    const self = `${server.url}/v1.0/drives/d1/root/delta?token=`;
    return { json: { value: part, ...(next < listed.length ? { "@odata.nextLink": `${self}${next}` } : { "@odata.deltaLink": `${self}${changes.length}` }) } };
  });
  return Object.assign(server, { changes, expire: () => void (oldest = 1_000) });
}

/** A plain web server with entity tags; `robots` is served as it is given. */
export const webServer = (pages: Map<string, string>, robots = ""): Promise<DocumentServer> =>
  serve(({ url, headers }) => {
    if (url.pathname === "/robots.txt") return robots === "" ? { status: 404, text: "" } : { text: robots, headers: { "content-type": "text/plain" } };
    const page = pages.get(url.pathname);
    if (page === undefined) return { status: 404, text: "" };
    const etag = `"${Buffer.from(page).toString("base64").slice(-24)}${page.length}"`;
    return headers["if-none-match"] === etag ? { status: 304, headers: { etag } } : { text: page, headers: { etag, "content-type": "text/html; charset=utf-8" } };
  });
