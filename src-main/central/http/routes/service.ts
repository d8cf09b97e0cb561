import { z } from "zod";
import type { Tenants } from "../../database/tenants.ts";
import { fail } from "../../failures.ts";
import { openApi } from "../openapi.ts";
import type { Route } from "../route.ts";
import { route } from "../route.ts";

export type ServiceNeeds = { readonly tenants: Tenants; readonly identity: { isEmpty(): Promise<boolean> }; readonly version: string; readonly ca: string | undefined; readonly assertRecording: () => void; readonly routes: () => readonly Route[] };

const Nothing = z.object({});
const Health = z.object({ status: z.literal("ok") });

/** What machines ask about the server itself. */
export const serviceRoutes = ({ tenants, identity, version, ca, assertRecording, routes }: ServiceNeeds): readonly Route[] => [
  route({ method: "GET", path: "/health/live", who: "anyone", says: "The process answers.", input: Nothing, output: Health, handle: async () => ({ status: "ok" as const }) }),
  route({
    method: "GET", path: "/health/ready", who: "anyone", says: "The database answers too.", input: Nothing, output: Health,
    async handle() {
      await tenants.ping();
      return { status: "ok" as const };
    },
  }),
  route({
    method: "GET", path: "/health/deep", who: "anyone", says: "Database, people and the server's own record, each asked.", input: Nothing, output: Health.extend({ version: z.string() }),
    async handle() {
      await tenants.ping();
      await identity.isEmpty();
      assertRecording();
      return { status: "ok" as const, version };
    },
  }),
  route({
    method: "GET", path: "/v1/ca", who: "anyone", says: "This server's own authority. Compare its fingerprint before you trust it.", input: Nothing, output: z.object({ ca: z.string() }),
    async handle() {
      if (ca === undefined) throw fail("NOT_HERE");
      return { ca };
    },
  }),
  route({ method: "GET", path: "/v1/openapi.json", who: "anyone", says: "This description.", input: Nothing, output: z.record(z.string(), z.unknown()), handle: async () => openApi(routes(), version) }),
];
