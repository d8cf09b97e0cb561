import { createHash, createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import { Agent, request } from "node:https";
import { z } from "zod";
import { Failure } from "../contract/failure.ts";
import { jsonOf } from "../kernel/index.ts";
import { fail } from "./failures.ts";
import { formatProof } from "./port.ts";

// Outbound only, over TLS that trusts one authority: the one the enrolment line named.

const ANSWER_MS = 40_000;
const MOST_BYTES = 8 << 20;
const Problem = z.object({ code: z.string(), detail: z.string(), status: z.number(), data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).catch({}) });

export type Place = { readonly address: string; readonly ca: string };
export type Identity = { readonly orgId: string; readonly desktopId: string; readonly privateKey: string };
type Ask = { readonly method: string; readonly path: string; readonly body: unknown; readonly signal: AbortSignal; /** The trace that it belongs to, where it does. */ readonly traceparent?: string | undefined };

/** The authority as the server shows it. Nothing secret is sent, and it is believed only when its hash is the one we were told. */
export async function fetchAuthority(address: string, fingerprint: string, signal: AbortSignal): Promise<string> {
  const { host, port } = split(address);
  const { status, text } = await exchange(new Agent({ rejectUnauthorized: false, keepAlive: false }), { host, port, method: "GET", path: "/v1/ca", headers: {} }, undefined, signal, address);
  const shown = z.object({ ca: z.string().max(20_000) }).safeParse(status === 200 ? JSON.parse(text) : undefined);
  if (!shown.success || sha256Of(shown.data.ca) !== fingerprint) throw fail("LINK_OTHER_SERVER", { address });
  return shown.data.ca;
}

function sha256Of(certificate: string): string {
  try {
    return createHash("sha256").update(new X509Certificate(certificate).raw).digest("hex");
  } catch {
    return "";
  }
}

export function createCalls({ place, identity, now }: { readonly place: Place; readonly identity?: Identity; readonly now: () => number }): Disposable & { ask<T>(of: Ask, output: z.ZodType<T>): Promise<T> } {
  const { host, port } = split(place.address);
  const agent = new Agent({ ca: place.ca, allowPartialTrustChain: true, keepAlive: true, maxSockets: 4, minVersion: "TLSv1.2" });
  const key = identity && createPrivateKey(identity.privateKey);
  return {
    async ask({ method, path, body, signal, traceparent }, output) {
      const bytes = Buffer.from(JSON.stringify(body));
      const proof = identity && key ? { authorization: formatProof(key, { ...identity, method, path, at: now(), nonce: randomBytes(16).toString("base64url"), body: bytes }) } : {};
      const { status, text } = await exchange(agent, { host, port, method, path, headers: { "content-type": "application/json", "content-length": bytes.byteLength, ...proof, ...(traceparent !== undefined && { traceparent }) } }, bytes, signal, place.address);
      const parsed = jsonOf(text);
      if (status !== 200) {
        const problem = Problem.safeParse(parsed);
        if (problem.success && status < 500) throw new Failure(problem.data.code, problem.data.detail, { data: problem.data.data, status, retryable: false });
        throw fail("LINK_UNREACHABLE", { address: place.address, detail: problem.success ? problem.data.detail : `it answered ${status}` });
      }
      return output.parse(parsed);
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

type Exchange = { readonly host: string; readonly port: number; readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string | number>> };

function exchange(agent: Agent, of: Exchange, body: Uint8Array | undefined, signal: AbortSignal, address: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const lost = (error: Error): void => reject(fail("LINK_UNREACHABLE", { address, detail: error.message }, error));
    const asked = request({ ...of, agent, signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]) }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.byteLength;
        if (size > MOST_BYTES) response.destroy(new Error("the answer is too large"));
        chunks.push(chunk);
      });
      response.on("error", lost);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }));
    });
    asked.on("error", lost);
    asked.end(body);
  });
}

function split(address: string): { readonly host: string; readonly port: number } {
  const at = address.lastIndexOf(":");
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(address.slice(at + 1)) };
}
