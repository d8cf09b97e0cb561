// Written by scripts/central-client.ts from the routes of the central server. Changes are made there.

/** What a route that answers with a file gives; a browser's Blob is one. */
export type CentralFile = { readonly size: number; readonly type: string };

export type CentralRest = {
  /** Database, people and the server's own record, each asked. */
  "GET /health/deep": { readonly input: Readonly<Record<string, never>>; readonly output: { readonly status: "ok"; readonly version: string } };
  /** The process answers. */
  "GET /health/live": { readonly input: Readonly<Record<string, never>>; readonly output: { readonly status: "ok" } };
  /** The database answers too. */
  "GET /health/ready": { readonly input: Readonly<Record<string, never>>; readonly output: { readonly status: "ok" } };
  /** The first admin and the first organisation, with the code printed when the server first started. */
  "POST /v1/bootstrap": { readonly input: { readonly code: string; readonly organisation: string; readonly name: string; readonly email: string; readonly password: string }; readonly output: { readonly orgId: string; readonly userId: string } };
  /** This server's own authority. Compare its fingerprint before you trust it. */
  "GET /v1/ca": { readonly input: Readonly<Record<string, never>>; readonly output: { readonly ca: string } };
  /** Accept an invitation: join with a new account, or with your own. */
  "POST /v1/invitations": { readonly input: { readonly invitation: string; readonly name: string; readonly password: string; readonly code?: string }; readonly output: { readonly orgId: string; readonly userId: string; readonly email: string } };
  /** A desktop enrols itself with a one-time token and a key of its own. */
  "POST /v1/link/enrol": { readonly input: { readonly token: string; readonly name: string; readonly version: string; readonly publicKey: string; readonly logOrigin: string; readonly logKey: string; readonly proof: string }; readonly output: { readonly orgId: string; readonly orgName: string; readonly desktopId: string; readonly witnessKey: string; readonly orgKey: string } };
  /** This description. */
  "GET /v1/openapi.json": { readonly input: Readonly<Record<string, never>>; readonly output: Readonly<Record<string, unknown>> };
  /** The organisation. */
  "GET /v1/orgs/:orgId": { readonly input: { readonly orgId: string }; readonly output: { readonly orgId: string; readonly name: string; readonly requiresSecondFactor: boolean } };
  /** Records that were rolled back or copied, with both signed heads; newest first. */
  "GET /v1/orgs/:orgId/alarms": { readonly input: { readonly orgId: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly alarmId: string; readonly desktopId: string; readonly desktop: string; readonly at: number; readonly seenSize: number; readonly seenNote: string; readonly shownSize: number; readonly shownNote: string })[]; readonly next: string | null } };
  /** Requests of all desktops, newest first. */
  "GET /v1/orgs/:orgId/approvals": { readonly input: { readonly orgId: string; readonly open?: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly approvalId: string; readonly desktopId: string; readonly desktop: string; readonly state: "waiting" | "approved" | "denied" | "expired" | "cancelled" | "used" | "withdrawn"; readonly effect: "pure" | "read" | "read-secret" | "egress" | "mutate" | "service-impact" | "destructive" | "arbitrary-exec" | "unknown"; readonly title: string; readonly requester: string; readonly createdAt: number; readonly notAfter: number; readonly needed: number; readonly say: string })[]; readonly next: string | null } };
  /** One request, the whole command byte for byte, and what this server's own reader makes of it. */
  "GET /v1/orgs/:orgId/approvals/:desktopId/:approvalId": { readonly input: { readonly orgId: string; readonly desktopId: string; readonly approvalId: string }; readonly output: { readonly approvalId: string; readonly desktopId: string; readonly desktop: string; readonly state: "waiting" | "approved" | "denied" | "expired" | "cancelled" | "used" | "withdrawn"; readonly effect: "pure" | "read" | "read-secret" | "egress" | "mutate" | "service-impact" | "destructive" | "arbitrary-exec" | "unknown"; readonly title: string; readonly requester: string; readonly createdAt: number; readonly notAfter: number; readonly needed: number; readonly say: string; readonly script: string; readonly hosts: readonly ({ readonly name: string; readonly environment: string; readonly user: string; readonly fingerprint: string })[]; readonly segments: readonly ({ readonly text: string; readonly argv: readonly (string)[]; readonly redirects: readonly (string)[]; readonly effect: "pure" | "read" | "read-secret" | "egress" | "mutate" | "service-impact" | "destructive" | "arbitrary-exec" | "unknown"; readonly proved: boolean; readonly rule: string; readonly why: string })[]; readonly ownEffect: "pure" | "read" | "read-secret" | "egress" | "mutate" | "service-impact" | "destructive" | "arbitrary-exec" | "unknown"; readonly warnings: readonly (string)[]; readonly whyEffect: string; readonly whyAsked: string; readonly reasons: string; readonly reasonsFrom: string; readonly checks: readonly (string)[]; readonly undo: string | null; readonly ticket: string | null; readonly decisions: readonly ({ readonly userId: string; readonly name: string; readonly decision: "approve" | "deny"; readonly note: string; readonly at: number; readonly takenAt: number | null; readonly takenSay: string })[] } };
  /** Decide. Signed with your key here, single-use; the desktop verifies it before it runs anything. */
  "POST /v1/orgs/:orgId/approvals/:desktopId/:approvalId/decision": { readonly input: { readonly orgId: string; readonly desktopId: string; readonly approvalId: string; readonly decision: "approve" | "deny"; readonly note?: string }; readonly output: { readonly done: true } };
  /** Whose keys desktops may be told to trust. */
  "GET /v1/orgs/:orgId/approvers": { readonly input: { readonly orgId: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly userId: string; readonly name: string; readonly publicKey: string; readonly isRetired: boolean })[]; readonly next: string | null } };
  /** Have a key here to sign decisions with; it is offered to the desktops. */
  "POST /v1/orgs/:orgId/approvers": { readonly input: { readonly orgId: string }; readonly output: { readonly publicKey: string } };
  /** What was told to whom and what they answered, newest first; the dead letters by their state. */
  "GET /v1/orgs/:orgId/deliveries": { readonly input: { readonly orgId: string; readonly state?: "pending" | "delivered" | "dead"; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly eventId: string; readonly hookId: string; readonly kind: string; readonly state: "pending" | "delivered" | "dead"; readonly attempts: number; readonly at: number; readonly nextAt: number; readonly status: number | null; readonly say: string })[]; readonly next: string | null } };
  /** Tell it once more, from the beginning. */
  "POST /v1/orgs/:orgId/deliveries/:eventId/:hookId/again": { readonly input: { readonly orgId: string; readonly eventId: string; readonly hookId: string }; readonly output: { readonly done: true } };
  /** The desktops, when each was last heard of and how much of its record is kept here. */
  "GET /v1/orgs/:orgId/desktops": { readonly input: { readonly orgId: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly desktopId: string; readonly name: string; readonly version: string; readonly enrolledAt: number; readonly seenAt: number; readonly logOrigin: string; readonly logSize: number; readonly keptSize: number; readonly keptAt: number; readonly forkedAt: number | null; readonly leftAt: number | null; readonly leftWhy: string | null; readonly editionN: number; readonly editionSay: string; readonly isByFile: boolean })[]; readonly next: string | null } };
  /** A one-time line to enrol one desktop with: good for an hour over the network, for seven days by file. */
  "POST /v1/orgs/:orgId/desktops": { readonly input: { readonly orgId: string; readonly byFile?: boolean }; readonly output: { readonly invitation: string; readonly expiresAt: number } };
  /** Let a desktop go. What is kept of its record stays. */
  "DELETE /v1/orgs/:orgId/desktops/:desktopId": { readonly input: { readonly orgId: string; readonly desktopId: string }; readonly output: { readonly done: true } };
  /** One desktop's whole record as a bundle with its cosigned head: verify.mjs in it checks everything on a machine without a network. */
  "GET /v1/orgs/:orgId/desktops/:desktopId/bundle": { readonly input: { readonly orgId: string; readonly desktopId: string; readonly reason: string }; readonly output: CentralFile };
  /** The heads of one desktop's record that this server cosigned, newest first, and the keys to check them with. */
  "GET /v1/orgs/:orgId/desktops/:desktopId/receipts": { readonly input: { readonly orgId: string; readonly desktopId: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly size: number; readonly at: number; readonly note: string })[]; readonly next: string | null; readonly logKey: string; readonly witnessKey: string } };
  /** A run of one desktop's record as it came, with the signed and cosigned head. Runs joined are the whole, and hash to that head. */
  "GET /v1/orgs/:orgId/desktops/:desktopId/record": { readonly input: { readonly orgId: string; readonly desktopId: string; readonly from?: number }; readonly output: { readonly size: number; readonly logKey: string; readonly witnessKey: string; readonly note: string; readonly entries: readonly ({ readonly leaf: string; readonly openings: string | null })[] } };
  /** What the organisation set for its desktops and when, newest first. */
  "GET /v1/orgs/:orgId/editions": { readonly input: { readonly orgId: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly n: number; readonly at: number; readonly by: string; readonly note: string })[]; readonly next: string | null } };
  /** Set the policy, the skill packs, the hosts and the places of models for all desktops. What is left out stays as it was, null takes it back. A desktop's own rules can only be stricter. */
  "POST /v1/orgs/:orgId/editions": { readonly input: { readonly orgId: string; readonly after: number; readonly note: string; readonly policy?: string | null; readonly packs?: readonly ({ readonly id: string; readonly version: string; readonly files: Readonly<Record<string, string>> })[] | null; readonly hosts?: string | null; readonly modelHosts?: readonly (string)[] | null; readonly models?: { readonly kind: "sena-models"; readonly name: string; readonly number: number; readonly only?: boolean; readonly models: readonly ({ readonly name: string; readonly file?: (unknown) & (unknown); readonly sha256: string; readonly bytes: number; readonly license: string; readonly purpose?: string; readonly notes?: string })[] } | null }; readonly output: { readonly n: number } };
  /** One edition, whole, with its signature. */
  "GET /v1/orgs/:orgId/editions/:n": { readonly input: { readonly orgId: string; readonly n: number }; readonly output: { readonly n: number; readonly at: number; readonly by: string; readonly note: string; readonly content: { readonly kind: "sena-edition"; readonly orgId: string; readonly n: number; readonly at: number; readonly policy: string | null; readonly packs: readonly ({ readonly id: string; readonly version: string; readonly files: Readonly<Record<string, string>> })[] | null; readonly hosts: string | null; readonly modelHosts: readonly (string)[] | null; readonly models: { readonly kind: "sena-models"; readonly name: string; readonly number: number; readonly only: boolean; readonly models: readonly ({ readonly name: string; readonly file: (unknown) & (unknown); readonly sha256: string; readonly bytes: number; readonly license: string; readonly purpose: string; readonly notes: string })[] } | null }; readonly signature: string } };
  /** The records of all desktops, newest first; by desktop, type, time or words. */
  "GET /v1/orgs/:orgId/entries": { readonly input: { readonly orgId: string; readonly desktopId?: string; readonly type?: string; readonly text?: string; readonly since?: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly desktopId: string; readonly desktop: string; readonly seq: number; readonly type: string; readonly at: string; readonly values: Readonly<Record<string, unknown>> | null })[]; readonly next: string | null } };
  /** Erase values of entries. The entries and their proofs stay; so do the values of key changes, erasures and witnesses, which are proofs themselves (kept says how many of these were named). */
  "POST /v1/orgs/:orgId/erasures": { readonly input: { readonly orgId: string; readonly desktopId: string; readonly seqs: readonly (number)[]; readonly why: string }; readonly output: { readonly erased: number; readonly kept: number } };
  /** What people, keys and desktops did on this server, refusals too; newest first; by kind, by who did it, or from a time on. */
  "GET /v1/orgs/:orgId/events": { readonly input: { readonly orgId: string; readonly kind?: string; readonly actor?: string; readonly since?: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly eventId: string; readonly at: number; readonly actor: string; readonly kind: string; readonly detail: Readonly<Record<string, unknown>> })[]; readonly next: string | null } };
  /** What others told, newest first. */
  "GET /v1/orgs/:orgId/inbox": { readonly input: { readonly orgId: string; readonly state?: "new" | "handed" | "done"; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly itemId: string; readonly inletId: string; readonly inlet: string; readonly at: number; readonly sentAt: number; readonly title: string; readonly state: "new" | "handed" | "done"; readonly desktopId: string | null; readonly desktop: string | null; readonly question: string; readonly handedBy: string | null; readonly handedAt: number | null; readonly heardAt: number | null })[]; readonly next: string | null } };
  /** One message, whole, as it came. It is text of somebody else: data, and no instruction. */
  "GET /v1/orgs/:orgId/inbox/:itemId": { readonly input: { readonly orgId: string; readonly itemId: string }; readonly output: { readonly itemId: string; readonly inletId: string; readonly inlet: string; readonly at: number; readonly sentAt: number; readonly title: string; readonly state: "new" | "handed" | "done"; readonly desktopId: string | null; readonly desktop: string | null; readonly question: string; readonly handedBy: string | null; readonly handedAt: number | null; readonly heardAt: number | null; readonly content: string } };
  /** Nobody needs to look at it any more. */
  "POST /v1/orgs/:orgId/inbox/:itemId/done": { readonly input: { readonly orgId: string; readonly itemId: string }; readonly output: { readonly done: true } };
  /** Hand it to a desktop as a question. An operator there asks it, or does not; the gate there judges every command of the answer. */
  "POST /v1/orgs/:orgId/inbox/:itemId/question": { readonly input: { readonly orgId: string; readonly itemId: string; readonly desktopId: string; readonly question: string }; readonly output: { readonly done: true } };
  /** Who may tell the organisation something, newest first. */
  "GET /v1/orgs/:orgId/inlets": { readonly input: { readonly orgId: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly inletId: string; readonly name: string; readonly scheme: "standard" | "slack" | "teams" | "pagerduty"; readonly perMinute: number; readonly createdBy: string; readonly createdAt: number; readonly heardAt: number | null; readonly formerUntil: number | null; readonly address: string })[]; readonly next: string | null } };
  /** Let somebody tell the organisation something: an address and a secret they sign with. The secret is shown this once; Slack, Teams and PagerDuty make their own, which is given here. */
  "POST /v1/orgs/:orgId/inlets": { readonly input: { readonly orgId: string; readonly name: string; readonly scheme?: "standard" | "slack" | "teams" | "pagerduty"; readonly perMinute?: number; readonly secret?: string }; readonly output: { readonly inletId: string; readonly secret: string; readonly address: string } };
  /** Take nothing from there any more. What was told stays. */
  "DELETE /v1/orgs/:orgId/inlets/:inletId": { readonly input: { readonly orgId: string; readonly inletId: string }; readonly output: { readonly done: true } };
  /** Another secret. The former holds beside it for as many hours as are said; none ends it at once. */
  "POST /v1/orgs/:orgId/inlets/:inletId/rotation": { readonly input: { readonly orgId: string; readonly inletId: string; readonly overlapHours?: number; readonly secret?: string }; readonly output: { readonly secret: string; readonly formerUntil: number } };
  /** Invitations that nobody took up yet, newest first. */
  "GET /v1/orgs/:orgId/invitations": { readonly input: { readonly orgId: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly invitationId: string; readonly email: string; readonly role: "admin" | "developer" | "operator" | "approver" | "auditor" | "viewer" | "guest"; readonly createdAt: number; readonly expiresAt: number })[]; readonly next: string | null } };
  /** Invite somebody: a code to hand over, good for seven days and one person. */
  "POST /v1/orgs/:orgId/invitations": { readonly input: { readonly orgId: string; readonly email: string; readonly role: "admin" | "developer" | "operator" | "approver" | "auditor" | "viewer" | "guest" }; readonly output: { readonly code: string; readonly expiresAt: number } };
  /** Take an invitation back. */
  "DELETE /v1/orgs/:orgId/invitations/:invitationId": { readonly input: { readonly orgId: string; readonly invitationId: string }; readonly output: { readonly done: true } };
  /** API keys, without their secrets, newest first. */
  "GET /v1/orgs/:orgId/keys": { readonly input: { readonly orgId: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly keyId: string; readonly name: string; readonly scopes: readonly ("people:read" | "people:write" | "desktops:read" | "desktops:write" | "approvals:read" | "approvals:decide" | "audit:read" | "audit:erase" | "keys:write" | "settings:write" | "policy:read" | "policy:write" | "webhooks:write" | "inbox:read" | "inbox:write")[]; readonly perMinute: number; readonly createdBy: string; readonly createdAt: number; readonly expiresAt: number; readonly revokedAt: number | null; readonly replacedBy: string | null; readonly lastUsedAt: number | null })[]; readonly next: string | null } };
  /** Make an API key. It is shown this once. */
  "POST /v1/orgs/:orgId/keys": { readonly input: { readonly orgId: string; readonly name: string; readonly scopes: readonly ("people:read" | "people:write" | "desktops:read" | "desktops:write" | "approvals:read" | "approvals:decide" | "audit:read" | "audit:erase" | "keys:write" | "settings:write" | "policy:read" | "policy:write" | "webhooks:write" | "inbox:read" | "inbox:write")[]; readonly perMinute?: number; readonly days?: number }; readonly output: { readonly keyId: string; readonly key: string } };
  /** Revoke it at once. */
  "DELETE /v1/orgs/:orgId/keys/:keyId": { readonly input: { readonly orgId: string; readonly keyId: string }; readonly output: { readonly done: true } };
  /** A new secret; the old one works for another day. */
  "POST /v1/orgs/:orgId/keys/:keyId/rotation": { readonly input: { readonly orgId: string; readonly keyId: string }; readonly output: { readonly keyId: string; readonly key: string; readonly formerEndsAt: number } };
  /** Who is a member, by name. */
  "GET /v1/orgs/:orgId/members": { readonly input: { readonly orgId: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly userId: string; readonly name: string; readonly email: string; readonly role: "admin" | "developer" | "operator" | "approver" | "auditor" | "viewer" | "guest"; readonly joinedAt: number; readonly hasSecondFactor: boolean; readonly hasPasskey: boolean; readonly isVouchedFor: boolean })[]; readonly next: string | null } };
  /** Remove a member. */
  "DELETE /v1/orgs/:orgId/members/:userId": { readonly input: { readonly orgId: string; readonly userId: string }; readonly output: { readonly done: true } };
  /** Give a member another role. */
  "PUT /v1/orgs/:orgId/members/:userId": { readonly input: { readonly orgId: string; readonly userId: string; readonly role: "admin" | "developer" | "operator" | "approver" | "auditor" | "viewer" | "guest" }; readonly output: { readonly done: true } };
  /** Sign a member out everywhere. */
  "DELETE /v1/orgs/:orgId/members/:userId/sessions": { readonly input: { readonly orgId: string; readonly userId: string }; readonly output: { readonly ended: number } };
  /** Where a member is signed in. */
  "GET /v1/orgs/:orgId/members/:userId/sessions": { readonly input: { readonly orgId: string; readonly cursor?: string; readonly limit?: number; readonly userId: string }; readonly output: { readonly items: readonly ({ readonly createdAt: number; readonly usedAt: number; readonly address: string; readonly agent: string })[]; readonly next: string | null } };
  /** The organisation's identity providers, without their secrets, and what to register there: an address to come back to for OpenID Connect, a name and an address for answers for SAML. */
  "GET /v1/orgs/:orgId/providers": { readonly input: { readonly orgId: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly providerId: string; readonly protocol: "oidc" | "saml"; readonly name: string; readonly issuer: string; readonly clientId: string; readonly signInUrl: string; readonly certificates: readonly ({ readonly fingerprint: string; readonly endsAt: number; readonly body: string })[]; readonly role: "admin" | "developer" | "operator" | "approver" | "auditor" | "viewer" | "guest"; readonly createdAt: number })[]; readonly next: string | null; readonly redirectTo: string; readonly saml: { readonly entityId: string; readonly answersTo: string } } };
  /** Let members sign in at an OpenID Connect provider. It is asked first; whoever it vouches for becomes a member with this role. */
  "POST /v1/orgs/:orgId/providers": { readonly input: { readonly orgId: string; readonly name: string; readonly issuer: string; readonly clientId: string; readonly clientSecret: string; readonly role: "developer" | "operator" | "approver" | "auditor" | "viewer" | "guest" }; readonly output: { readonly providerId: string } };
  /** Take an identity provider out. Who came through it stays a member and cannot sign in any more. */
  "DELETE /v1/orgs/:orgId/providers/:providerId": { readonly input: { readonly orgId: string; readonly providerId: string }; readonly output: { readonly done: true } };
  /** The certificates that a SAML provider's answers are taken under, all of them: the next beside the one of now, and later the next alone. */
  "PUT /v1/orgs/:orgId/providers/:providerId/certificates": { readonly input: { readonly orgId: string; readonly providerId: string; readonly certificates: readonly (string)[] }; readonly output: { readonly done: true } };
  /** Let members sign in at a SAML provider: give its description (metadata), or its entity id, sign-in address and certificates. Whoever it vouches for becomes a member with this role. */
  "POST /v1/orgs/:orgId/providers/saml": { readonly input: { readonly orgId: string; readonly name: string; readonly role: "developer" | "operator" | "approver" | "auditor" | "viewer" | "guest"; readonly metadata?: string; readonly entityId?: string; readonly signInUrl?: string; readonly certificates?: readonly (string)[] }; readonly output: { readonly providerId: string } };
  /** How long values are kept here, by type of entry, and who set it. Without a rule they are kept. */
  "GET /v1/orgs/:orgId/retention": { readonly input: { readonly orgId: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly type: string; readonly days: number; readonly setBy: string; readonly setAt: number })[]; readonly next: string | null } };
  /** How many days values are kept here: by type of entry, * for every type without a rule of its own, inbox for what others told. The entries and their proofs stay, and so do the values of key, redaction, anchor; what a desktop keeps of its own record is its own matter. */
  "PUT /v1/orgs/:orgId/retention": { readonly input: { readonly orgId: string; readonly rules: readonly ({ readonly type: "*" | "inbox" | "intent" | "approval-request" | "approval" | "start" | "outcome" | "outcome-unknown" | "check" | "session-open" | "session-close" | "gap" | "recording" | "login" | "config" | "policy" | "skill" | "export" | "clock-jump" | "host-key" | "model-call" | "request" | "plan" | "decision" | "egress" | "boot"; readonly days: number })[] }; readonly output: { readonly done: true } };
  /** How many entries would lose their values at once by these rules; each counted up to 10000. Nothing is changed. */
  "POST /v1/orgs/:orgId/retention/preview": { readonly input: { readonly orgId: string; readonly rules: readonly ({ readonly type: "*" | "inbox" | "intent" | "approval-request" | "approval" | "start" | "outcome" | "outcome-unknown" | "check" | "session-open" | "session-close" | "gap" | "recording" | "login" | "config" | "policy" | "skill" | "export" | "clock-jump" | "host-key" | "model-call" | "request" | "plan" | "decision" | "egress" | "boot"; readonly days: number })[] }; readonly output: { readonly rules: readonly ({ readonly type: string; readonly days: number; readonly entries: number })[] } };
  /** The roles there are and what each may do, as the server's policy decides it. */
  "GET /v1/orgs/:orgId/roles": { readonly input: { readonly orgId: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly role: "admin" | "developer" | "operator" | "approver" | "auditor" | "viewer" | "guest"; readonly permissions: readonly ("people:read" | "people:write" | "desktops:read" | "desktops:write" | "approvals:read" | "approvals:decide" | "audit:read" | "audit:erase" | "keys:write" | "settings:write" | "policy:read" | "policy:write" | "webhooks:write" | "inbox:read" | "inbox:write")[] })[]; readonly next: string | null } };
  /** What the organisation asks of its members. */
  "PUT /v1/orgs/:orgId/settings": { readonly input: { readonly orgId: string; readonly requiresSecondFactor: boolean }; readonly output: { readonly done: true } };
  /** Take a file that a desktop without a network wrote (sena sync export). The answer is a file to carry back (sena sync import). The same file again gives an answer again and does nothing twice. */
  "POST /v1/orgs/:orgId/sync": { readonly input: { readonly orgId: string; readonly file: string }; readonly output: { readonly desktopId: string; readonly size: number; readonly answer: string } };
  /** Who is told of what happens here, newest first. */
  "GET /v1/orgs/:orgId/webhooks": { readonly input: { readonly orgId: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly hookId: string; readonly url: string; readonly format: "sena" | "slack" | "teams" | "pagerduty"; readonly kinds: readonly (string)[]; readonly createdBy: string; readonly createdAt: number })[]; readonly next: string | null } };
  /** Tell somebody: signed and tried again for hours (sena), or as a notice with a link (slack, teams, pagerduty). The secret is shown this once. */
  "POST /v1/orgs/:orgId/webhooks": { readonly input: { readonly orgId: string; readonly url: string; readonly format?: "sena" | "slack" | "teams" | "pagerduty"; readonly kinds: readonly (string)[]; readonly secret?: string }; readonly output: { readonly hookId: string; readonly secret: string } };
  /** Tell them no more. */
  "DELETE /v1/orgs/:orgId/webhooks/:hookId": { readonly input: { readonly orgId: string; readonly hookId: string }; readonly output: { readonly done: true } };
  /** Your passkeys, newest first. */
  "GET /v1/passkeys": { readonly input: { readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly passkeyId: string; readonly name: string; readonly createdAt: number; readonly usedAt: number | null })[]; readonly next: string | null } };
  /** Keep the passkey that the authenticator made. */
  "POST /v1/passkeys": { readonly input: { readonly name: string; readonly answer: { readonly id: string; readonly rawId: string; readonly type: "public-key"; readonly response: { readonly clientDataJSON: string } } }; readonly output: { readonly passkeyId: string } };
  /** Remove one of your passkeys. */
  "DELETE /v1/passkeys/:passkeyId": { readonly input: { readonly passkeyId: string }; readonly output: { readonly done: true } };
  /** Begin a passkey: what the browser's authenticator is asked. */
  "POST /v1/passkeys/beginning": { readonly input: Readonly<Record<string, never>>; readonly output: Readonly<Record<string, unknown>> };
  /** Change your password; your other sessions end. */
  "POST /v1/password": { readonly input: { readonly password: string; readonly next: string }; readonly output: { readonly done: true } };
  /** This server as an organisation's SAML provider wants to read of it. It says nothing that is not in its own address. */
  "GET /v1/saml/:orgId/metadata": { readonly input: { readonly orgId: string }; readonly output: CentralFile };
  /** Remove it, with a code from it. */
  "DELETE /v1/second-factor": { readonly input: { readonly code: string }; readonly output: { readonly done: true } };
  /** Begin a second factor: an address for an authenticator. */
  "POST /v1/second-factor": { readonly input: Readonly<Record<string, never>>; readonly output: { readonly uri: string } };
  /** Confirm it with its first code. */
  "PUT /v1/second-factor": { readonly input: { readonly code: string }; readonly output: { readonly done: true } };
  /** Sign out. */
  "DELETE /v1/session": { readonly input: Readonly<Record<string, never>>; readonly output: { readonly done: true } };
  /** Who is signed in, and where they are a member. */
  "GET /v1/session": { readonly input: Readonly<Record<string, never>>; readonly output: { readonly userId: string; readonly name: string; readonly email: string; readonly hasSecondFactor: boolean; readonly hasCodes: boolean; readonly hasPasskey: boolean; readonly provider: { readonly orgId: string; readonly providerId: string } | null; readonly provedAt: number; readonly organisations: readonly ({ readonly orgId: string; readonly name: string; readonly role: "admin" | "developer" | "operator" | "approver" | "auditor" | "viewer" | "guest"; readonly permissions: readonly ("people:read" | "people:write" | "desktops:read" | "desktops:write" | "approvals:read" | "approvals:decide" | "audit:read" | "audit:erase" | "keys:write" | "settings:write" | "policy:read" | "policy:write" | "webhooks:write" | "inbox:read" | "inbox:write")[]; readonly needsSecondFactor: boolean })[] } };
  /** Sign in. The session is a cookie. */
  "POST /v1/session": { readonly input: { readonly email: string; readonly password: string; readonly code?: string }; readonly output: { readonly userId: string; readonly name: string; readonly email: string } };
  /** Sign in with a passkey. The session is a cookie. */
  "POST /v1/session/passkey": { readonly input: { readonly answer: { readonly id: string; readonly rawId: string; readonly type: "public-key"; readonly response: { readonly clientDataJSON: string } } }; readonly output: { readonly userId: string; readonly name: string; readonly email: string } };
  /** What the browser's authenticator is asked at a sign-in or a proof. */
  "POST /v1/session/passkey/beginning": { readonly input: Readonly<Record<string, never>>; readonly output: Readonly<Record<string, unknown>> };
  /** Prove again that it is you, before something that matters; holds for five minutes. */
  "POST /v1/session/proof": { readonly input: { readonly password: string; readonly code?: string }; readonly output: { readonly done: true } };
  /** Prove with a passkey that it is you; holds for five minutes. */
  "POST /v1/session/proof/passkey": { readonly input: { readonly answer: { readonly id: string; readonly rawId: string; readonly type: "public-key"; readonly response: { readonly clientDataJSON: string } } }; readonly output: { readonly done: true } };
  /** End it, with what the provider sent the browser back with. The session is a cookie. */
  "POST /v1/session/provider": { readonly input: { readonly answer: Readonly<Record<string, string>> }; readonly output: { readonly userId: string; readonly name: string; readonly email: string; readonly orgId: string } };
  /** Your sessions, newest first. */
  "GET /v1/sessions": { readonly input: { readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly sessionId: string; readonly createdAt: number; readonly usedAt: number; readonly address: string; readonly agent: string; readonly isThis: boolean })[]; readonly next: string | null } };
  /** End one of your sessions. */
  "DELETE /v1/sessions/:sessionId": { readonly input: { readonly sessionId: string }; readonly output: { readonly done: true } };
  /** The identity providers of an organisation, for whoever was given its sign-in address. */
  "GET /v1/sign-in/:orgId": { readonly input: { readonly orgId: string; readonly cursor?: string; readonly limit?: number }; readonly output: { readonly items: readonly ({ readonly providerId: string; readonly name: string })[]; readonly next: string | null } };
  /** Begin a sign-in, or a proof, at an identity provider: the address to go to. */
  "POST /v1/sign-in/:orgId": { readonly input: { readonly orgId: string; readonly providerId: string; readonly isProof?: boolean }; readonly output: { readonly url: string } };
};
