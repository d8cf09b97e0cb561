import type { CentralMigration } from "./migrations.ts";

/**
 * People, their sessions and memberships: better-auth's tables, in a schema and under a role of their own. A person may be
 * in several organisations, so these rows belong to none; the role that serves tenants cannot read any of them.
 */
export const IDENTITY_MIGRATIONS: readonly CentralMigration[] = [
  {
    n: 2,
    name: "people, sessions, memberships, second factors",
    sql: `
  CREATE SCHEMA identity AUTHORIZATION $owner;
  GRANT USAGE ON SCHEMA identity TO $identity;
  CREATE TABLE identity."user" ("id" text PRIMARY KEY, "name" text NOT NULL, "email" text NOT NULL UNIQUE, "emailVerified" boolean NOT NULL, "image" text, "createdAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP, "updatedAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP);
  CREATE TABLE identity."session" ("id" text PRIMARY KEY, "expiresAt" timestamptz NOT NULL, "token" text NOT NULL UNIQUE, "createdAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP, "updatedAt" timestamptz NOT NULL, "ipAddress" text, "userAgent" text, "userId" text NOT NULL REFERENCES identity."user" ("id") ON DELETE CASCADE, "activeOrganizationId" text);
  CREATE TABLE identity."account" ("id" text PRIMARY KEY, "accountId" text NOT NULL, "providerId" text NOT NULL, "userId" text NOT NULL REFERENCES identity."user" ("id") ON DELETE CASCADE, "accessToken" text, "refreshToken" text, "idToken" text, "accessTokenExpiresAt" timestamptz, "refreshTokenExpiresAt" timestamptz, "scope" text, "password" text, "createdAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP, "updatedAt" timestamptz NOT NULL);
  CREATE TABLE identity."verification" ("id" text PRIMARY KEY, "identifier" text NOT NULL, "value" text NOT NULL, "expiresAt" timestamptz NOT NULL, "createdAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP, "updatedAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP);
  CREATE TABLE identity."organization" ("id" text PRIMARY KEY, "name" text NOT NULL, "slug" text NOT NULL UNIQUE, "logo" text, "createdAt" timestamptz NOT NULL, "metadata" text);
  CREATE TABLE identity."member" ("id" text PRIMARY KEY, "organizationId" text NOT NULL REFERENCES identity."organization" ("id") ON DELETE CASCADE, "userId" text NOT NULL REFERENCES identity."user" ("id") ON DELETE CASCADE, "role" text NOT NULL, "createdAt" timestamptz NOT NULL, UNIQUE ("organizationId", "userId"));
  CREATE TABLE identity."invitation" ("id" text PRIMARY KEY, "organizationId" text NOT NULL REFERENCES identity."organization" ("id") ON DELETE CASCADE, "email" text NOT NULL, "role" text, "status" text NOT NULL, "expiresAt" timestamptz NOT NULL, "createdAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP, "inviterId" text NOT NULL REFERENCES identity."user" ("id") ON DELETE CASCADE);
  CREATE INDEX "session_userId_idx" ON identity."session" ("userId");
  CREATE INDEX "account_userId_idx" ON identity."account" ("userId");
  CREATE INDEX "verification_identifier_idx" ON identity."verification" ("identifier");
  CREATE INDEX "member_userId_idx" ON identity."member" ("userId");

  -- The step of the last accepted code: one code opens one door once.
  CREATE TABLE identity.totp (user_id text PRIMARY KEY REFERENCES identity."user" ("id") ON DELETE CASCADE, sealed bytea NOT NULL, last_step bigint NOT NULL DEFAULT 0, confirmed_at bigint);
  CREATE TABLE identity.attempts (who text PRIMARY KEY, failed integer NOT NULL, last_at bigint NOT NULL);
  CREATE TABLE identity.proofs (session_id text PRIMARY KEY REFERENCES identity."session" ("id") ON DELETE CASCADE, proved_at bigint NOT NULL);
  CREATE TABLE identity.one_time (name text PRIMARY KEY, secret_hash bytea NOT NULL, used_at bigint);
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA identity TO $identity;
  `,
  },
  {
    n: 7,
    name: "passkeys, people of identity providers, ways in",
    sql: `
  CREATE TABLE identity.passkeys (passkey_id text PRIMARY KEY, user_id text NOT NULL REFERENCES identity."user" ("id") ON DELETE CASCADE, name text NOT NULL, public_key bytea NOT NULL, counter bigint NOT NULL, transports text[] NOT NULL, created_at bigint NOT NULL, used_at bigint);
  CREATE INDEX passkeys_of_user ON identity.passkeys (user_id);
  -- What was begun and not ended: a challenge, a sign-in that is away at a provider. Each is taken out once.
  CREATE TABLE identity.ceremonies (secret_hash bytea PRIMARY KEY, kind text NOT NULL, detail jsonb NOT NULL, expires_at bigint NOT NULL);
  -- Whom a provider vouches for. The address is what it says, for people to read; nobody is found by it.
  CREATE TABLE identity.provider_people (user_id text PRIMARY KEY REFERENCES identity."user" ("id") ON DELETE CASCADE, org_id uuid NOT NULL, provider_id uuid NOT NULL, subject text NOT NULL, email text NOT NULL, UNIQUE (provider_id, subject));
  CREATE TABLE identity.session_ways (session_id text PRIMARY KEY REFERENCES identity."session" ("id") ON DELETE CASCADE, is_strong boolean NOT NULL);
  GRANT SELECT, INSERT, UPDATE, DELETE ON identity.passkeys, identity.ceremonies, identity.provider_people, identity.session_ways TO $identity;
  `,
  },
  {
    n: 11,
    name: "a removal is written down",
    sql: `
  -- Whom an admin removed does not come back through a provider. Until now a person without a membership was held to be one:
  -- who is without one today stays out, since nobody can tell any more which of them were.
  ALTER TABLE identity.provider_people ADD COLUMN removed_at bigint;
  UPDATE identity.provider_people p SET removed_at = (extract(epoch FROM now()) * 1000)::bigint WHERE NOT EXISTS (SELECT 1 FROM identity.member m WHERE m."userId" = p.user_id AND m."organizationId" = p.org_id::text);
  `,
  },
];
