import { request as plain } from "node:http";
import { request as secure } from "node:https";
import { isIP } from "node:net";
import { isInside, outsideOnly } from "../addresses.ts";
import type { Message } from "./message.ts";

const ANSWER_MS = 10_000;

/** Follows no redirect: who is told is who was named. */
export function createPost({ mayGoInside }: { readonly mayGoInside: boolean }) {
  return (url: string, { headers, body }: Message): Promise<{ readonly status: number | null; readonly say: string }> =>
    new Promise((resolve) => {
      const place = new URL(url);
      const host = place.hostname.replace(/^\[|\]$/g, "");
      if (!mayGoInside && (place.protocol !== "https:" || (isIP(host) !== 0 && isInside(host)))) return resolve({ status: null, say: "This address is inside, or not https: webhooks go outside only, unless the server is told otherwise." });
      const asked = (place.protocol === "https:" ? secure : plain)(place, { method: "POST", headers: { ...headers, "content-length": Buffer.byteLength(body) }, signal: AbortSignal.timeout(ANSWER_MS), agent: false, ...(mayGoInside ? {} : { lookup: outsideOnly }) }, (response) => {
        response.resume();
        response.on("end", () => resolve({ status: response.statusCode ?? null, say: `It answered ${response.statusCode}.` }));
        response.on("error", (error) => resolve({ status: null, say: error.message }));
      });
      asked.on("error", (error) => resolve({ status: null, say: error.message }));
      asked.end(body);
    });
}
export type Post = ReturnType<typeof createPost>;
