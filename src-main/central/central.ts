import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatInvitation } from "../central-link/port.ts";
import type { Failure } from "../contract/failure.ts";
import { createCosigner, openLedger, seedFrom, type LedgerWorkers } from "../ledger/index.ts";
import { createPolicyReader, type CedarEngine } from "../policy/index.ts";
import type { Classify } from "../shellcheck/port.ts";
import type { NewId } from "../kernel/index.ts";
import { createRemoteApprovals } from "./approvals/remote.ts";
import { createWakes } from "./approvals/wakes.ts";
import type { CentralConfig } from "./config.ts";
import { createCustody } from "./custody/ingest.ts";
import { createReading } from "./custody/reading.ts";
import { startEmbedded, type Embedded } from "./database/embedded.ts";
import { migrate } from "./database/migrate.ts";
import { openTenants } from "./database/tenants.ts";
import { createEditions } from "./editions/editions.ts";
import { createEnrolment } from "./enrolment/enrolment.ts";
import { record } from "./events.ts";
import { fail } from "./failures.ts";
import { givenCertificate, ownAuthority, type ServerTls } from "./http/certificates.ts";
import { backTo, type ConsoleFiles } from "./http/console.ts";
import { createLimits } from "./http/limits.ts";
import { createMetrics } from "./http/metrics.ts";
import type { Route } from "./http/route.ts";
import { approvalRoutes } from "./http/routes/approvals.ts";
import { auditRoutes } from "./http/routes/audit.ts";
import { desktopRoutes, forkAlarm } from "./http/routes/desktops.ts";
import { editionRoutes } from "./http/routes/editions.ts";
import { inboxRoutes } from "./http/routes/inbox.ts";
import { retentionRoutes } from "./http/routes/retention.ts";
import { peopleRoutes } from "./http/routes/people.ts";
import { samlRoutes } from "./http/routes/saml.ts";
import { signInRoutes } from "./http/routes/sign-in.ts";
import type { SignInRecord } from "./http/noted.ts";
import { webhookRoutes } from "./http/routes/webhooks.ts";
import { syncRoutes } from "./http/routes/sync.ts";
import { serviceRoutes } from "./http/routes/service.ts";
import { serve } from "./http/server.ts";
import { startTraces } from "./http/traces.ts";
import { createApiKeys } from "./identity/api-keys.ts";
import { openIdentity } from "./identity/identity.ts";
import { createOidc } from "./identity/oidc.ts";
import { createProviders } from "./identity/providers.ts";
import { createSaml } from "./identity/saml/saml.ts";
import { createInvitations } from "./identity/invitations.ts";
import { createStillMay, grantsOf, SERVER, type CentralRole } from "./identity/roles.ts";
import { createSyncDesk } from "./sync/sync.ts";
import { createHooks, type Due } from "./webhooks/hooks.ts";
import { createInbox } from "./inbox/inbox.ts";
import { createInlets } from "./inbox/inlets.ts";
import { createRetention, startRetention } from "./retention/retention.ts";
import { createRefusals } from "./refusals.ts";
import { createPost } from "./webhooks/post.ts";
import { startSender } from "./webhooks/sender.ts";
import { keepSecret, readSecret, SECRET_FILE } from "./sealing.ts";

export type CentralNeeds = {
  readonly home: string;
  readonly config: CentralConfig;
  /** Where fetched packs lie (node_modules). */
  readonly packs: string;
  readonly texts: { readonly policy: string; readonly schema: string; /** The schema that desktops judge their policies by. */ readonly desktopSchema: string };
  readonly cedar: () => CedarEngine;
  readonly classify: Classify;
  readonly ledgerPlaces: { readonly kit: string; readonly workers: LedgerWorkers };
  /** Every file of the console by its path, and the policy its page lives under. */
  readonly console?: ConsoleFiles | undefined;
  readonly version: string;
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: (into: Uint8Array<ArrayBuffer>) => Uint8Array;
  readonly log: (level: "info" | "warn" | "error", event: string, data: Readonly<Record<string, unknown>>) => void;
  readonly report: (ref: string, error: unknown) => void;
  /** Of its own database. */
  readonly isThrowaway?: boolean;
  readonly openPlace?: string | undefined;
  readonly webhookEveryMs?: number;
  readonly retentionEveryMs?: number;
};

export type Central = AsyncDisposable & {
  readonly port: number;
  readonly address: string;
  readonly tls: ServerTls;
  readonly database: string;
  readonly databasePid: () => number | undefined;
  /** Requests that are being answered now. */
  readonly busy: () => number;
  readonly routes: readonly Route[];
  /** Printed once, while nobody is there yet. */
  readonly firstAdminCode: string | undefined;
  /** For whoever runs the server: an organisation with an admin whom they invite by the code it answers with. */
  newOrganisation(name: string, of: { readonly email: string; readonly role: CentralRole }): Promise<{ readonly orgId: string; readonly invitation: string }>;
};

const HTTPS_PORT = 443;

/** Opens bottom up: database, people, record, routes, and only then the port. */
export async function startCentral(needs: CentralNeeds): Promise<Central> {
  const { home, config, now } = needs;
  await using opening = new AsyncDisposableStack();
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const tls = tlsOf(needs);
  const secret = keptSecret(join(home, SECRET_FILE));
  const onError = (error: Error): void => needs.log("warn", "database", { message: error.message });

  const embedded: Embedded | undefined = config.database === undefined ? opening.use(await startEmbedded({ home, places: { configured: config.postgresBinaries, packs: needs.packs }, log: (event, data) => needs.log(event === "postgres-ready" ? "info" : "warn", event, data), isThrowaway: needs.isThrowaway ?? false, openPlace: needs.openPlace })) : undefined;
  const url = config.database ?? embedded?.url ?? "";
  const { appUrl, identityUrl, applied, serverVersion } = await migrate({ url, rolePrefix: config.rolePrefix, secret, now });
  needs.log("info", "database-ready", { version: serverVersion, applied });

  const tenants = opening.use(openTenants({ url: appUrl, connections: config.connections, statementTimeoutMs: 15_000, onError }));
  let port = config.port;
  const origin = (name: string): string => (port === HTTPS_PORT ? `https://${name}` : `https://${name}:${port}`);
  const site = () => ({ name: config.names[0] as string, origins: config.names.map(origin) });
  const redirectTo = (orgId?: string): string => `${origin(config.names[0] as string)}${orgId === undefined ? "/" : backTo(orgId)}`;
  const identity = opening.use(openIdentity({ url: identityUrl, origin: `https://${config.names[0]}`, site, secret, now, idleMs: config.sessionIdleMinutes * 60_000, absoluteMs: config.sessionMaxMinutes * 60_000, onError }));
  const ledger = opening.use(await openLedger({ dir: join(home, "ledger"), now, newId: needs.newId, random: needs.random, version: needs.version, ...needs.ledgerPlaces }));

  const refusals = opening.use(createRefusals({ tenants, now }));
  const inlets = createInlets({ tenants, refusals, secret, now });
  const inbox = createInbox({ now });
  const retention = createRetention({ now });
  const keys = createApiKeys({ tenants, refusals, now });
  const editions = createEditions({ secret, now, faultOfPolicy: policyFault(needs) });
  const grants = grantsOf(needs.cedar(), needs.texts);
  const stillMay = createStillMay({ identity, grants });
  const enrolment = createEnrolment({ tenants, refusals, orgKey: editions.publicKey, stillMay, now });
  const invitations = createInvitations({ tenants, identity, refusals, stillMay, now });
  const wakes = createWakes();
  const approvals = createRemoteApprovals({ ledger, classify: needs.classify, secret, now });
  const custody = createCustody({ cosigner: createCosigner({ name: `${config.names[0]}/sena-central`, seed: seedFrom(secret, "sena central witness") }), now });
  const alarm = forkAlarm({ tenants, custody, now });
  const metrics = createMetrics({ sena_desktops_polling: () => wakes.open, sena_database_waiting: tenants.waiting });

  const hooks = createHooks({ secret, now });
  const linkTo = (orgId: string, { detail, actor }: Due): string => {
    const desktopId = detail["desktopId"] ?? /^desktop:(.+)$/.exec(actor)?.[1];
    const request = typeof detail["approvalId"] === "string" && typeof desktopId === "string" ? `/approvals/${desktopId}/${detail["approvalId"]}` : typeof detail["itemId"] === "string" ? `/inbox/${detail["itemId"]}` : "";
    return `https://${config.names[0]}:${port}/#/o/${orgId}${request}`;
  };
  const sender = opening.use(startSender({ tenants, hooks, post: createPost({ mayGoInside: config.webhooksInside }), organisations: identity.organisations, linkTo, now, everyMs: needs.webhookEveryMs ?? 1000, onError }));
  opening.use(startRetention({ tenants, retention, organisations: identity.organisations, everyMs: needs.retentionEveryMs ?? 3_600_000, now, onError }));
  const invitationOf = (token: string): string => formatInvitation({ address: `${config.names[0]}:${port}`, token, caFingerprint: tls.fingerprint });
  const recordSignIn: SignInRecord = async (of) => void (await ledger.append({ type: "login", actor: { kind: "system", id: "central", name: "SENA central" }, fields: of }));
  const oidc = createOidc({ mayGoInside: config.providersInside, authorities: config.providerAuthorities === undefined ? undefined : readFileSync(config.providerAuthorities, "utf8") });
  const saml = createSaml({
    now,
    placeOf(orgId) {
      const place = `${origin(config.names[0] as string)}/v1/saml/${orgId}`;
      return { entityId: `${place}/metadata`, answersTo: `${place}/acs` };
    },
  });
  const providers = createProviders({ secret, now });
  const routes: readonly Route[] = [
    ...serviceRoutes({ tenants, identity, version: needs.version, ca: tls.ca, assertRecording: ledger.assertWritable, routes: () => routes }),
    ...peopleRoutes({ identity, invitations, keys, tenants, approvals, wakes, grants, now, recordSignIn }),
    ...signInRoutes({ identity, providers, oidc, saml, tenants, refusals, redirectTo, now, recordSignIn }),
    ...samlRoutes({ identity, providers, saml, tenants, refusals, redirectTo, now, recordSignIn }),
    ...desktopRoutes({ enrolment, custody, approvals, editions, inbox, wakes, invitationOf, alarm }),
    ...inboxRoutes({ inlets, inbox, wakes, addressOf: (orgId, inletId) => `${origin(config.names[0] as string)}/v1/in/${orgId}/${inletId}` }),
    ...syncRoutes({ sync: createSyncDesk({ tenants, enrolment, custody, approvals, editions, now, alarm }) }),
    ...approvalRoutes({ approvals, wakes }),
    ...editionRoutes({ editions, wakes }),
    ...webhookRoutes({ hooks, note: (orgId) => sender.note(orgId) }),
    ...retentionRoutes({ retention }),
    ...auditRoutes({ reading: createReading({ now }), witnessKey: custody.witnessKey, kit: needs.ledgerPlaces.kit, scratch: join(home, "exports"), now }),
  ];
  const traces = config.traces === undefined ? undefined : opening.use(startTraces({ collector: config.traces, version: needs.version, tell: (level, message) => needs.log(level, "traces", { message }) }));
  const server = opening.use(await serve({ tls, address: config.address, port: config.port, routes, console: needs.console, tenants, identity, keys, enrolment, inlets, refusals, grants, limits: createLimits(() => performance.now()), secret, now, report: needs.report, metrics, traces }));
  port = server.port;
  opening.defer(() => wakes.wakeAll());
  const firstAdminCode = (await identity.isEmpty()) ? await identity.newFirstAdminCode() : undefined;
  needs.log("info", "central-ready", { port, database: embedded ? "embedded" : "external" });

  const owned = opening.move();
  return {
    port, tls, routes, firstAdminCode,
    address: `https://${config.names[0]}:${port}`,
    database: embedded ? `its own PostgreSQL ${embedded.version} in ${embedded.folder}` : `PostgreSQL ${serverVersion} at DATABASE_URL`,
    databasePid: () => embedded?.pid(),
    busy: server.busy,
    async newOrganisation(name, { email, role }) {
      const orgId = await identity.createEmptyOrganisation(name);
      const { code } = await tenants.withOrg(orgId, SERVER, async (tx) => {
        await tx.run("INSERT INTO app.orgs (org_id, name, created_at) VALUES ($1, $2, $3)", [orgId, name, now()]);
        await record(tx, orgId, now(), { actor: SERVER, kind: "organisation.created", detail: { name } });
        return invitations.create(tx, orgId, SERVER, { email, role });
      });
      return { orgId, invitation: code };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** As a desktop would judge it, and one thing more: a set that permits nothing would stop every desktop. */
function policyFault({ cedar, texts, version }: Pick<CentralNeeds, "cedar" | "texts" | "version">): (text: string) => string | undefined {
  const reader = createPolicyReader({ engine: cedar, edition: version });
  return (text) => {
    const [problem] = reader.check({ schema: texts.desktopSchema, text });
    if (problem) return `line ${problem.line}: ${problem.message}`;
    const { rules } = reader.load({ schema: texts.desktopSchema, text, hash: "" });
    return rules.some(({ effect }) => effect === "permit") ? undefined : "it permits nothing, so nothing could be run anywhere; write a whole set";
  };
}

function tlsOf({ home, config, now }: CentralNeeds): ServerTls {
  try {
    if (config.certificate !== undefined && config.key !== undefined) return givenCertificate(config.certificate, config.key);
    return ownAuthority(join(home, "tls"), config.names, now());
  } catch (error) {
    throw fail("CENTRAL_CONFIG", { detail: (error as Failure).message }, error);
  }
}

function keptSecret(path: string): Buffer {
  keepSecret(path, randomBytes(32));
  return readSecret(path);
}
