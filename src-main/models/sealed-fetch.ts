import { fail } from "./failures.ts";

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

/**
 * The last door before the network, asked whatever the rooms above decided: in sealed mode a model request reaches this
 * machine only.
 */
export const sealedFetch =
  (isSealed: () => boolean, send: typeof fetch): typeof fetch =>
  async (input, init) => {
    const { hostname } = new URL(input instanceof Request ? input.url : String(input));
    if (isSealed() && !LOOPBACK.test(hostname)) throw fail("PROVIDER_FORBIDDEN", { why: `the network is sealed, and ${hostname} is another machine` });
    return send(input, init);
  };
