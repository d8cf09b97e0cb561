import { z } from "zod";
import { formatFileInvitation, LINK, type formatInvitation } from "../../../central-link/port.ts";
import type { RemoteApprovals, RemoteState } from "../../approvals/remote.ts";
import type { Wakes } from "../../approvals/wakes.ts";
import { Forked, type Custody } from "../../custody/ingest.ts";
import type { Tenants } from "../../database/tenants.ts";
import type { Editions } from "../../editions/editions.ts";
import type { Enrolment } from "../../enrolment/enrolment.ts";
import type { Inbox } from "../../inbox/inbox.ts";
import { record } from "../../events.ts";
import { fail } from "../../failures.ts";
import type { Route } from "../route.ts";
import { Done, done, inOrg, listOf, paged, pageOf, readCursor, route, Uuid } from "../route.ts";

export type DesktopNeeds = { readonly enrolment: Enrolment; readonly custody: Custody; readonly approvals: RemoteApprovals; readonly editions: Editions; readonly inbox: Inbox; readonly wakes: Wakes; readonly alarm: (orgId: string, desktopId: string, error: Forked) => Promise<never>; readonly invitationOf: (token: string) => ReturnType<typeof formatInvitation> };

/** In a transaction of its own: the one that met the fork is undone. Then the desktop is told. */
export const forkAlarm = ({ tenants, custody, now }: { readonly tenants: Tenants; readonly custody: Custody; readonly now: () => number }) =>
  async (orgId: string, desktopId: string, { evidence }: Forked): Promise<never> => {
    const { seen, shown } = evidence;
    await tenants.withOrg(orgId, `desktop:${desktopId}`, async (tx) => {
      const isNew = await custody.alarm(tx, orgId, evidence);
      if (isNew) await record(tx, orgId, now(), { actor: `desktop:${desktopId}`, kind: "log.forked", detail: { seen: seen.size, shown: shown.size } });
    });
    throw fail("LOG_FORKED", { seen: seen.size, shown: shown.size });
  };

const ID_LENGTH = 36;
const PUSH_BYTES = 24 << 20;
const ASK_BYTES = 512 * 1024;

export const desktopRoutes = (needs: DesktopNeeds): readonly Route[] => [...peopleSide(needs), ...desktopSide(needs)];

function peopleSide({ enrolment, editions, invitationOf }: DesktopNeeds): readonly Route[] {
  const Desktop = z.object({ desktopId: z.string(), name: z.string(), version: z.string(), enrolledAt: z.number(), seenAt: z.number(), logOrigin: z.string(), logSize: z.number(), keptSize: z.number(), keptAt: z.number(), forkedAt: z.number().nullable(), leftAt: z.number().nullable(), leftWhy: z.string().nullable(), editionN: z.number(), editionSay: z.string(), isByFile: z.boolean() });
  return [
    route({
      method: "GET", path: "/v1/orgs/:orgId/desktops", who: "member", needs: "desktops:read", says: "The desktops, when each was last heard of and how much of its record is kept here.", input: z.object({ ...inOrg, ...paged }), output: listOf(Desktop),
      async handle({ cursor, limit }, { inOrg: within }) {
        const [, after] = readCursor(cursor) ?? [];
        const rows = await within((tx) => enrolment.list(tx, { after: after === undefined ? undefined : [after.slice(ID_LENGTH), after.slice(0, ID_LENGTH)], limit }));
        const page = pageOf(rows, limit, ({ desktopId, name }) => [0, `${desktopId}${name}`]);
        return { items: [...page.items], next: page.next };
      },
    }),
    route({
      method: "POST", path: "/v1/orgs/:orgId/desktops", who: "member", needs: "desktops:write", isSensitive: true, says: "A one-time line to enrol one desktop with: good for an hour over the network, for seven days by file.", input: z.object({ ...inOrg, byFile: z.boolean().default(false) }), output: z.object({ invitation: z.string(), expiresAt: z.number() }),
      async handle({ orgId, byFile }, { actor, inOrg: within }) {
        return within(async (tx) => {
          const { token, expiresAt } = await enrolment.newToken(tx, orgId, actor, byFile);
          return { invitation: byFile ? formatFileInvitation({ token, orgKey: await editions.publicKey(tx, orgId) }) : invitationOf(token), expiresAt };
        });
      },
    }),
    route({
      method: "DELETE", path: "/v1/orgs/:orgId/desktops/:desktopId", who: "member", needs: "desktops:write", isSensitive: true, says: "Let a desktop go. What is kept of its record stays.", input: z.object({ ...inOrg, desktopId: Uuid }), output: Done,
      async handle({ orgId, desktopId }, { actor, inOrg: within }) {
        await within((tx) => enrolment.leave(tx, orgId, actor, desktopId, "removed by an admin"));
        return done;
      },
    }),
  ];
}

/** What desktops ask. Each answers for itself alone: its id comes from its proof and from nowhere else. */
function desktopSide({ enrolment, custody, approvals, editions, inbox, wakes, alarm }: DesktopNeeds): readonly Route[] {
  const guarded = <T>(orgId: string, desktopId: string, work: () => Promise<T>): Promise<T> =>
    work().catch((error: unknown) => {
      if (!(error instanceof Forked)) throw error;
      return alarm(orgId, desktopId, error);
    });
  return [
    route({
      method: "POST", path: "/v1/link/enrol", who: "anyone", says: "A desktop enrols itself with a one-time token and a key of its own.", input: LINK.enrol.input, output: LINK.enrol.output,
      handle: async (input, { address }) => ({ ...(await enrolment.enrol(input, address)), witnessKey: custody.witnessKey() }),
    }),
    route({
      method: "POST", path: "/v1/link/push", who: "desktop", says: "Entries of its record, with a head it signed.", input: LINK.push.input, output: LINK.push.output, maxBytes: PUSH_BYTES,
      handle: ({ from, entries, note }, { orgId, desktopId, inOrg: within }) =>
        guarded(orgId, desktopId, () => within((tx) => custody.push(tx, orgId, desktopId, { from, note, entries: entries.map(({ leaf, openings }) => ({ leaf: Buffer.from(leaf, "base64"), openings: openings ?? undefined })) }))),
    }),
    route({
      method: "POST", path: "/v1/link/head", who: "desktop", says: "How long its record is, and where it stands here.", input: LINK.head.input, output: LINK.head.output,
      handle: ({ head, version }, { orgId, desktopId, inOrg: within }) =>
        guarded(orgId, desktopId, () => within(async (tx) => {
          await tx.run("UPDATE app.desktops SET version = $2 WHERE desktop_id = $1 AND version <> $2", [desktopId, version]);
          return custody.look(tx, desktopId, head);
        })),
    }),
    route({
      method: "POST", path: "/v1/link/poll", who: "desktop", says: "Decisions made for it, who may decide, and what it is asked to look into.", input: LINK.poll.input, output: LINK.poll.output,
      async handle({ waitMs, taken, heard, edition }, { desktopId, signal, inOrg: within }) {
        const woken = wakes.wait(desktopId, waitMs, signal);
        if (taken.length > 0) await within((tx) => approvals.taken(tx, desktopId, taken));
        if (heard !== undefined && heard.length > 0) await within((tx) => inbox.heard(tx, desktopId, heard));
        // A desktop of an older version would be told the same for ever, and would ask again at once each time.
        const read = () => within(async (tx) => ({ size: await custody.sizeOf(tx, desktopId), decisions: await approvals.untaken(tx, desktopId), approvers: await approvals.approvers(tx), edition: await editions.tell(tx, desktopId, edition), open: await approvals.open(tx, desktopId), questions: heard === undefined ? [] : await inbox.questions(tx, desktopId) }));
        const first = await read();
        if (waitMs === 0 || first.decisions.length > 0 || first.edition !== null || first.questions.length > 0) return first;
        await woken;
        return read();
      },
    }),
    route({
      method: "POST", path: "/v1/link/approvals", who: "desktop", says: "It asks for a decision.", input: LINK.ask.input, output: LINK.ask.output, maxBytes: ASK_BYTES,
      handle: async ({ file }, { orgId, desktopId, inOrg: within }) => ({ approvalId: await within((tx) => approvals.submit(tx, orgId, desktopId, file)) }),
    }),
    route({
      method: "PUT", path: "/v1/link/approvals/:approvalId", who: "desktop", says: "What became of a request there.", input: LINK.end.input, output: Done,
      async handle({ approvalId, state, say }, { orgId, desktopId, inOrg: within }) {
        await within((tx) => approvals.end(tx, orgId, desktopId, approvalId, state satisfies RemoteState, say));
        return done;
      },
    }),
    route({
      method: "POST", path: "/v1/link/leave", who: "desktop", says: "It leaves.", input: LINK.leave.input, output: Done,
      async handle({ why }, { orgId, desktopId, inOrg: within }) {
        await within((tx) => enrolment.leave(tx, orgId, `desktop:${desktopId}`, desktopId, why));
        return done;
      },
    }),
  ];
}
