import { LINK_FAILURES, failer } from "../../contract/index.ts";
import { KIND, type Channel } from "../process/channel.ts";
import type { Core } from "./compose.ts";

const fail = failer(LINK_FAILURES);

/**
 * One request from the REST door: opened with its path and input, answered with text frames (one per result or feed
 * item) and a close that carries the HTTP status and, when it failed, the failure.
 */
export async function serveRequest(core: Core, channel: Channel, connection: number, payload: Buffer, signal: AbortSignal): Promise<void> {
  try {
    const { path, input } = JSON.parse(payload.toString("utf8")) as { path: string; input: unknown };
    const run = { path, input, principal: core.principal(), signal };
    if (core.dispatch.kindOf(path) === "pipe") throw fail("NO_SUCH_PROCEDURE", { path });
    if (core.dispatch.kindOf(path) === "feed") {
      for await (const item of core.dispatch.feed(run)) channel.send(KIND.text, connection, JSON.stringify(item));
    } else channel.send(KIND.text, connection, JSON.stringify(await core.dispatch.call(run)));
    channel.send(KIND.close, connection, "200");
  } catch (error) {
    const { code, message, data, retryable, status } = core.dispatch.failureOf(error);
    channel.send(KIND.close, connection, `${status} ${JSON.stringify({ code, message, data, retryable })}`);
  }
}
