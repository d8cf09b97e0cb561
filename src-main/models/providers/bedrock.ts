import { EventStreamCodec } from "@smithy/eventstream-codec";
import { AwsClient } from "aws4fetch";
import type { Provider } from "../port.ts";
import { fail } from "../failures.ts";
import { messagesBody, readMessages } from "./anthropic.ts";
import { cutOf, parseJson, post, type Endpoint, type Http } from "./http.ts";

export type BedrockNeeds = {
  readonly id: string;
  readonly endpoint: Endpoint;
  readonly http: Http;
  readonly region: string;
  readonly credentials: () => Promise<{ readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }>;
};

const utf8 = { from: (text: string) => new TextEncoder().encode(text), to: (bytes: Uint8Array) => new TextDecoder().decode(bytes) };

/** Claude models on Bedrock: the Messages API inside AWS's signed requests and binary event stream. */
export function bedrockProvider({ id, endpoint, http, region, credentials }: BedrockNeeds): Provider {
  return {
    id,
    kind: "bedrock",
    isLocal: false,
    host: new URL(endpoint.baseUrl).host,
    async *generate(model, request, signal) {
      const body = { anthropic_version: "bedrock-2023-05-31", ...messagesBody(request) };
      const sign = async (unsigned: Request) => new AwsClient({ ...(await credentials()), region, service: "bedrock" }).sign(unsigned, { signal });
      const response = await post(http, endpoint, `/model/${encodeURIComponent(model)}/invoke-with-response-stream`, body, signal, sign);
      yield* readMessages(eventStream(response, endpoint, signal), endpoint.name);
    },
  };
}

/** Frames `[total length][headers length][crc] headers payload [crc]`; the codec checks both sums. */
async function* eventStream(response: Response, endpoint: Endpoint, signal: AbortSignal): AsyncIterable<Record<string, unknown>> {
  const { name } = endpoint;
  const codec = new EventStreamCodec(utf8.to, utf8.from);
  let rest = new Uint8Array(0);
  try {
    for await (const chunk of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
      const joined = new Uint8Array(rest.byteLength + chunk.byteLength);
      joined.set(rest);
      joined.set(chunk, rest.byteLength);
      rest = joined;
      while (rest.byteLength >= 4) {
        const length = new DataView(rest.buffer, rest.byteOffset).getUint32(0);
        if (length > 16 * 1024 * 1024) throw fail("MODEL_BAD_JSON", { why: `${name} announced a frame of ${length} bytes` });
        if (rest.byteLength < length) break;
        const { headers, body } = codec.decode(rest.subarray(0, length));
        rest = rest.slice(length);
        const text = utf8.to(body);
        if (headers[":message-type"]?.value === "exception") throw fail("PROVIDER_REFUSED", { provider: name, status: String(headers[":exception-type"]?.value ?? "stream"), why: text.slice(0, 300) });
        const { bytes } = parseJson(text, name) as { bytes?: string };
        yield parseJson(Buffer.from(bytes ?? "", "base64").toString("utf8"), name);
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if ((error as Error).name === "Failure") throw error;
    throw cutOf(error, endpoint);
  }
}
