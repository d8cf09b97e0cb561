import { readFileSync } from "node:fs";
import { request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { failer, defineFailures } from "../../contract/failure.ts";
import type { Fetch } from "./source.ts";

export const SOURCE_HTTP_FAILURES = defineFailures({
  SOURCE_CA_FILE: { retryable: false, status: 400, say: (d) => `The certificate authority's file "${d["path"]}" cannot be read (${d["detail"]}). Nothing was asked.` },
  NETWORK_SEALED: { retryable: false, status: 403, say: () => "SENA is sealed: nothing leaves this machine but towards inventory hosts. Allow the local network under Settings → Network first." },
});
const fail = failer(SOURCE_HTTP_FAILURES);
const MAX_BODY = 1024 * 1024;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** No redirects, no proxies, no connection kept: one question to one named server. On-prem CAs come from a file of ours. */
export const createFetch =
  ({ isSealed }: { readonly isSealed: () => boolean }): Fetch =>
  async (url, { method = "GET", headers = {}, body, signal, caFile }) => {
    // An agent of the secret store on this very machine is not the network.
    if (isSealed() && !LOOPBACK.test(new URL(url).hostname)) throw fail("NETWORK_SEALED");
    const ca = caFile === undefined ? undefined : authorityOf(caFile);
    return new Promise((resolve, reject) => {
      const send = url.startsWith("https:") ? tlsRequest : plainRequest;
      const request = send(url, { method, headers: { ...headers, ...(body !== undefined && { "Content-Length": String(Buffer.byteLength(body)) }) }, agent: false, ...(signal && { signal }), ...(ca !== undefined && { ca }) }, (response) => {
        const parts: Buffer[] = [];
        let size = 0;
        response.on("data", (part: Buffer) => {
          size += part.length;
          if (size > MAX_BODY) request.destroy(new Error("the answer is too long"));
          else parts.push(part);
        });
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text: async () => Buffer.concat(parts).toString("utf8") }));
      });
      request.on("error", reject);
      request.end(body);
    });
  };

function authorityOf(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw fail("SOURCE_CA_FILE", { path, detail: (error as NodeJS.ErrnoException).code ?? "unreadable" }, error);
  }
  // An empty list of authorities would trust none, and a broken one would silently be skipped: better said here.
  if (!text.includes("-----BEGIN CERTIFICATE-----")) throw fail("SOURCE_CA_FILE", { path, detail: "there is no PEM certificate in it" });
  return text;
}
