import { z } from "zod";
import type { SyncDesk } from "../../sync/sync.ts";
import type { Route } from "../route.ts";
import { inOrg, route } from "../route.ts";

/** A part of 16 MB, the batch that went over it, and what JSON makes of quotes. */
const FILE_BYTES = 40 << 20;

export const syncRoutes = ({ sync }: { readonly sync: SyncDesk }): readonly Route[] => [
  route({
    method: "POST", path: "/v1/orgs/:orgId/sync", who: "member", needs: "desktops:write", maxBytes: FILE_BYTES,
    says: "Take a file that a desktop without a network wrote (sena sync export). The answer is a file to carry back (sena sync import). The same file again gives an answer again and does nothing twice.",
    input: z.object({ ...inOrg, file: z.string().min(1).max(FILE_BYTES) }), output: z.object({ desktopId: z.string(), size: z.number(), answer: z.string() }),
    example: { orgId: "7f9c24e8-3b12-4b8a-9a51-6a1f0c6d2e11", file: "{\"kind\":\"sena-sync\",…}\n…" },
    handle: ({ orgId, file }, asking) => sync.take(orgId, asking, file),
  }),
];
