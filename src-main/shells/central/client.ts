import { request } from "node:https";

export type HttpAnswer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/** Somebody at this server's own REST, for the demonstration and the doctor: trusts its authority, keeps its cookies. */
export function createClient({ port, ca }: { readonly port: number; readonly ca: string | undefined }) {
  const cookies = new Map<string, string>();
  return async function ask(method: string, path: string, body?: unknown): Promise<HttpAnswer["body"]> {
    const bytes = Buffer.from(body === undefined ? "" : JSON.stringify(body));
    const { status, body: answer } = await new Promise<HttpAnswer>((resolve, reject) => {
      const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "), ...(bytes.byteLength > 0 && { "content-type": "application/json", "content-length": bytes.byteLength }) };
      const asked = request({ host: "127.0.0.1", port, path, method, headers, ...(ca === undefined ? {} : { ca, allowPartialTrustChain: true }) }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => {
          for (const line of response.headers["set-cookie"] ?? []) {
            const pair = line.split(";")[0] ?? "";
            cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
          }
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> });
        });
        response.on("error", reject);
      });
      asked.on("error", reject);
      asked.end(bytes);
    });
    if (status !== 200) throw new Error(String(answer["detail"] ?? `the server answered ${status}`));
    return answer;
  };
}
export type Client = ReturnType<typeof createClient>;
