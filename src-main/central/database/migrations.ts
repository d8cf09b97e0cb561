/** Ordered, never changed once released; each text is remembered by its hash. `$owner`, `$app` and `$identity` are the roles' names. */
export type CentralMigration = { readonly n: number; readonly name: string; readonly sql: string };

/** Every table of the schema `app` belongs to a tenant: the same five lines for each, so that none is forgotten. */
const tenant = (table: string, grants: string): string => `
  ALTER TABLE app.${table} OWNER TO $owner;
  ALTER TABLE app.${table} ENABLE ROW LEVEL SECURITY;
  ALTER TABLE app.${table} FORCE ROW LEVEL SECURITY;
  CREATE POLICY own_rows ON app.${table} USING (org_id = NULLIF(current_setting('app.org_id', true), '')::uuid) WITH CHECK (org_id = NULLIF(current_setting('app.org_id', true), '')::uuid);
  GRANT ${grants} ON app.${table} TO $app;`;

const appendOnly = (table: string): string => `
  CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE ON app.${table} FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
  CREATE TRIGGER never_emptied BEFORE TRUNCATE ON app.${table} FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();`;

export const CENTRAL_MIGRATIONS: readonly CentralMigration[] = [
  {
    n: 1,
    name: "tenants and what belongs to them",
    sql: `
  CREATE SCHEMA app AUTHORIZATION $owner;
  GRANT USAGE ON SCHEMA app TO $app;
  CREATE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN RAISE EXCEPTION 'this table only grows'; END $body$;
  ALTER FUNCTION app.refuse_change() OWNER TO $owner;

  CREATE TABLE app.orgs (org_id uuid PRIMARY KEY, name text NOT NULL, requires_mfa boolean NOT NULL DEFAULT false, created_at bigint NOT NULL);
  ${tenant("orgs", "SELECT, INSERT, UPDATE")}

  -- What people and keys did here, refusals too. The actor is an id; names stand in the detail.
  CREATE TABLE app.events (org_id uuid NOT NULL REFERENCES app.orgs, event_id uuid NOT NULL, at bigint NOT NULL, actor text NOT NULL, kind text NOT NULL, detail jsonb NOT NULL, PRIMARY KEY (org_id, event_id));
  CREATE INDEX events_by_time ON app.events (org_id, at DESC, event_id DESC);
  ${tenant("events", "SELECT, INSERT")} ${appendOnly("events")}

  CREATE TABLE app.invitations (org_id uuid NOT NULL REFERENCES app.orgs, invitation_id uuid NOT NULL, secret_hash bytea NOT NULL, email text NOT NULL, role text NOT NULL, created_by text NOT NULL, created_at bigint NOT NULL, expires_at bigint NOT NULL, used_at bigint, PRIMARY KEY (org_id, invitation_id));
  ${tenant("invitations", "SELECT, INSERT, UPDATE")}

  CREATE TABLE app.api_keys (org_id uuid NOT NULL REFERENCES app.orgs, key_id uuid NOT NULL, name text NOT NULL, secret_hash bytea NOT NULL, scopes text[] NOT NULL, per_minute integer NOT NULL, created_by text NOT NULL, created_at bigint NOT NULL, expires_at bigint NOT NULL, revoked_at bigint, replaced_by uuid, last_used_at bigint, PRIMARY KEY (org_id, key_id));
  ${tenant("api_keys", "SELECT, INSERT, UPDATE")}

  CREATE TABLE app.desktops (org_id uuid NOT NULL REFERENCES app.orgs, desktop_id uuid NOT NULL, name text NOT NULL, public_key text NOT NULL, log_origin text NOT NULL, log_key text NOT NULL, version text NOT NULL, enrolled_at bigint NOT NULL, seen_at bigint NOT NULL, log_size bigint NOT NULL DEFAULT 0, left_at bigint, left_why text, PRIMARY KEY (org_id, desktop_id));
  CREATE UNIQUE INDEX one_desktop_per_log ON app.desktops (org_id, log_origin) WHERE left_at IS NULL;
  ${tenant("desktops", "SELECT, INSERT, UPDATE")}

  CREATE TABLE app.enrolment_tokens (org_id uuid NOT NULL REFERENCES app.orgs, token_id uuid NOT NULL, secret_hash bytea NOT NULL, created_by text NOT NULL, created_at bigint NOT NULL, expires_at bigint NOT NULL, used_at bigint, desktop_id uuid, PRIMARY KEY (org_id, token_id), FOREIGN KEY (org_id, desktop_id) REFERENCES app.desktops);
  ${tenant("enrolment_tokens", "SELECT, INSERT, UPDATE")}

  -- Where each desktop's record stands: its size, the right edge of its tree, and the last head it signed.
  CREATE TABLE app.ledgers (org_id uuid NOT NULL, desktop_id uuid NOT NULL, size bigint NOT NULL DEFAULT 0, frontier bytea NOT NULL DEFAULT '', root bytea, note text NOT NULL DEFAULT '', cosigned text NOT NULL DEFAULT '', updated_at bigint NOT NULL DEFAULT 0, forked_at bigint, PRIMARY KEY (org_id, desktop_id), FOREIGN KEY (org_id, desktop_id) REFERENCES app.desktops);
  ${tenant("ledgers", "SELECT, INSERT, UPDATE")}

  CREATE TABLE app.entries (org_id uuid NOT NULL, desktop_id uuid NOT NULL, seq bigint NOT NULL, type text NOT NULL, at text NOT NULL, leaf bytea NOT NULL, PRIMARY KEY (org_id, desktop_id, seq), FOREIGN KEY (org_id, desktop_id) REFERENCES app.desktops);
  CREATE INDEX entries_by_time ON app.entries (org_id, at DESC, desktop_id, seq);
  ${tenant("entries", "SELECT, INSERT")} ${appendOnly("entries")}

  -- What the leaves' commitments open to. An erasure takes these; the leaf and every proof over it stay.
  CREATE TABLE app.openings (org_id uuid NOT NULL, desktop_id uuid NOT NULL, seq bigint NOT NULL, lines text NOT NULL, PRIMARY KEY (org_id, desktop_id, seq), FOREIGN KEY (org_id, desktop_id, seq) REFERENCES app.entries);
  ${tenant("openings", "SELECT, INSERT, DELETE")}

  CREATE TABLE app.heads (org_id uuid NOT NULL, desktop_id uuid NOT NULL, size bigint NOT NULL, at bigint NOT NULL, note text NOT NULL, PRIMARY KEY (org_id, desktop_id, size), FOREIGN KEY (org_id, desktop_id) REFERENCES app.desktops);
  ${tenant("heads", "SELECT, INSERT")} ${appendOnly("heads")}

  CREATE TABLE app.fork_alarms (org_id uuid NOT NULL, alarm_id uuid NOT NULL, desktop_id uuid NOT NULL, at bigint NOT NULL, seen_size bigint NOT NULL, seen_note text NOT NULL, shown_size bigint NOT NULL, shown_note text NOT NULL, PRIMARY KEY (org_id, alarm_id), FOREIGN KEY (org_id, desktop_id) REFERENCES app.desktops);
  ${tenant("fork_alarms", "SELECT, INSERT")} ${appendOnly("fork_alarms")}

  -- The key an approver signs with here, sealed under the server's key and used only after they proved themselves again.
  CREATE TABLE app.approver_keys (org_id uuid NOT NULL REFERENCES app.orgs, user_id text NOT NULL, name text NOT NULL, public_key text NOT NULL, sealed bytea NOT NULL, created_at bigint NOT NULL, retired_at bigint, PRIMARY KEY (org_id, user_id));
  ${tenant("approver_keys", "SELECT, INSERT, UPDATE")}

  CREATE TABLE app.approvals (org_id uuid NOT NULL, desktop_id uuid NOT NULL, approval_id text NOT NULL, file text NOT NULL, state text NOT NULL, effect text NOT NULL, title text NOT NULL, requester text NOT NULL, created_at bigint NOT NULL, not_after bigint NOT NULL, needed integer NOT NULL, say text NOT NULL DEFAULT '', PRIMARY KEY (org_id, desktop_id, approval_id), FOREIGN KEY (org_id, desktop_id) REFERENCES app.desktops);
  CREATE INDEX approvals_by_time ON app.approvals (org_id, created_at DESC, approval_id DESC);
  ${tenant("approvals", "SELECT, INSERT, UPDATE")}

  CREATE TABLE app.decisions (org_id uuid NOT NULL, desktop_id uuid NOT NULL, approval_id text NOT NULL, user_id text NOT NULL, name text NOT NULL, decision text NOT NULL, note text NOT NULL, at bigint NOT NULL, response text NOT NULL, taken_at bigint, taken_say text NOT NULL DEFAULT '', PRIMARY KEY (org_id, desktop_id, approval_id, user_id), FOREIGN KEY (org_id, desktop_id, approval_id) REFERENCES app.approvals);
  ${tenant("decisions", "SELECT, INSERT, UPDATE")}

  CREATE TABLE app.idempotency (org_id uuid NOT NULL REFERENCES app.orgs, actor text NOT NULL, key text NOT NULL, request_hash text NOT NULL, status integer, body text, at bigint NOT NULL, PRIMARY KEY (org_id, actor, key));
  ${tenant("idempotency", "SELECT, INSERT, UPDATE, DELETE")}
  `,
  },
  {
    n: 3,
    name: "what an organisation sets for its desktops",
    sql: `
  -- The organisation signs with this key; it lies sealed under the server's own.
  CREATE TABLE app.org_keys (org_id uuid PRIMARY KEY REFERENCES app.orgs, public_key text NOT NULL, sealed bytea NOT NULL, created_at bigint NOT NULL);
  ${tenant("org_keys", "SELECT, INSERT")} ${appendOnly("org_keys")}

  CREATE TABLE app.editions (org_id uuid NOT NULL REFERENCES app.orgs, n bigint NOT NULL, at bigint NOT NULL, by text NOT NULL, note text NOT NULL, text text NOT NULL, signature text NOT NULL, PRIMARY KEY (org_id, n));
  ${tenant("editions", "SELECT, INSERT")} ${appendOnly("editions")}
  ALTER TABLE app.desktops ADD COLUMN edition_n bigint NOT NULL DEFAULT 0, ADD COLUMN edition_say text NOT NULL DEFAULT '';
  `,
  },
  {
    n: 4,
    name: "desktops that are heard through files",
    sql: `
  ALTER TABLE app.desktops ADD COLUMN sync_seq bigint NOT NULL DEFAULT 0, ADD COLUMN sync_hash bytea;
  `,
  },
  {
    n: 5,
    name: "who is told of what happens",
    sql: `
  CREATE TABLE app.webhooks (org_id uuid NOT NULL REFERENCES app.orgs, hook_id uuid NOT NULL, url text NOT NULL, format text NOT NULL, kinds text[] NOT NULL, sealed bytea NOT NULL, created_by text NOT NULL, created_at bigint NOT NULL, removed_at bigint, PRIMARY KEY (org_id, hook_id));
  ${tenant("webhooks", "SELECT, INSERT, UPDATE")}
  -- No foreign key to the event: it is written in the same statement, and rows of one statement do not see each other.
  CREATE TABLE app.deliveries (org_id uuid NOT NULL, event_id uuid NOT NULL, hook_id uuid NOT NULL, kind text NOT NULL, state text NOT NULL DEFAULT 'pending', attempts integer NOT NULL DEFAULT 0, at bigint NOT NULL, next_at bigint NOT NULL, status integer, say text NOT NULL DEFAULT '', PRIMARY KEY (org_id, event_id, hook_id), FOREIGN KEY (org_id, hook_id) REFERENCES app.webhooks);
  CREATE INDEX deliveries_due ON app.deliveries (org_id, next_at) WHERE state = 'pending';
  ${tenant("deliveries", "SELECT, INSERT, UPDATE")}
  `,
  },
  {
    n: 6,
    name: "identity providers of organisations",
    sql: `
  CREATE TABLE app.providers (org_id uuid NOT NULL REFERENCES app.orgs, provider_id uuid NOT NULL, name text NOT NULL, issuer text NOT NULL, client_id text NOT NULL, sealed bytea NOT NULL, role text NOT NULL, created_by text NOT NULL, created_at bigint NOT NULL, removed_at bigint, PRIMARY KEY (org_id, provider_id));
  ${tenant("providers", "SELECT, INSERT, UPDATE")}
  `,
  },
  {
    n: 8,
    name: "what others tell the organisation",
    sql: `
  -- Who may tell it: each with a secret of its own; after a rotation the former holds for a while beside it.
  CREATE TABLE app.inlets (org_id uuid NOT NULL REFERENCES app.orgs, inlet_id uuid NOT NULL, name text NOT NULL, scheme text NOT NULL, sealed bytea NOT NULL, former bytea, former_until bigint, per_minute integer NOT NULL, created_by text NOT NULL, created_at bigint NOT NULL, heard_at bigint, removed_at bigint, PRIMARY KEY (org_id, inlet_id));
  ${tenant("inlets", "SELECT, INSERT, UPDATE")}

  -- What they told, as it came. A number that the sender signed is taken once. A desktop it is handed to gets it as a question.
  CREATE TABLE app.inbox (org_id uuid NOT NULL, item_id uuid NOT NULL, inlet_id uuid NOT NULL, number text NOT NULL, hash bytea NOT NULL, at bigint NOT NULL, sent_at bigint NOT NULL, title text NOT NULL, content text NOT NULL, state text NOT NULL DEFAULT 'new', desktop_id uuid, question text NOT NULL DEFAULT '', handed_by text, handed_at bigint, heard_at bigint, PRIMARY KEY (org_id, item_id), FOREIGN KEY (org_id, inlet_id) REFERENCES app.inlets, FOREIGN KEY (org_id, desktop_id) REFERENCES app.desktops);
  CREATE UNIQUE INDEX inbox_once ON app.inbox (org_id, inlet_id, number);
  CREATE INDEX inbox_by_time ON app.inbox (org_id, at DESC, item_id DESC);
  CREATE INDEX inbox_for_desktop ON app.inbox (org_id, desktop_id) WHERE heard_at IS NULL AND desktop_id IS NOT NULL;
  ${tenant("inbox", "SELECT, INSERT, UPDATE, DELETE")}
  `,
  },
  {
    n: 9,
    name: "how long values are kept",
    sql: `
  CREATE TABLE app.retention (org_id uuid NOT NULL REFERENCES app.orgs, type text NOT NULL, days integer NOT NULL, set_by text NOT NULL, set_at bigint NOT NULL, PRIMARY KEY (org_id, type));
  ${tenant("retention", "SELECT, INSERT, UPDATE, DELETE")}
  `,
  },
  {
    n: 10,
    name: "identity providers that speak SAML",
    sql: `
  ALTER TABLE app.providers ADD COLUMN protocol text NOT NULL DEFAULT 'oidc', ADD COLUMN sign_in_url text NOT NULL DEFAULT '', ADD COLUMN certificates text[] NOT NULL DEFAULT '{}';

  -- Answers that were taken, until they could not be given again anyway.
  CREATE TABLE app.saml_taken (org_id uuid NOT NULL, provider_id uuid NOT NULL, assertion bytea NOT NULL, ends_at bigint NOT NULL, PRIMARY KEY (org_id, provider_id, assertion), FOREIGN KEY (org_id, provider_id) REFERENCES app.providers);
  ${tenant("saml_taken", "SELECT, INSERT, DELETE")}
  `,
  },
  {
    n: 12,
    name: "no rule for the values of proofs",
    sql: `
  -- The type of a rule was once any word. What proves the rest is kept, whoever said otherwise.
  -- Of every organisation: for its owner the rows of others do not exist while the policy is forced.
  ALTER TABLE app.retention NO FORCE ROW LEVEL SECURITY;
  DELETE FROM app.retention WHERE type IN ('key', 'redaction', 'anchor');
  ALTER TABLE app.retention FORCE ROW LEVEL SECURITY;
  `,
  },
  {
    n: 13,
    name: "an address of its own to come back to",
    sql: `
  -- Those that are there were registered with the address that all had; whoever is added from now on, with the organisation's.
  ALTER TABLE app.providers ADD COLUMN has_own_address boolean NOT NULL DEFAULT false;
  ALTER TABLE app.providers ALTER COLUMN has_own_address SET DEFAULT true;
  `,
  },
];
