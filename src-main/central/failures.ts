import { defineFailures, failer } from "../contract/failure.ts";

/** What the server refuses, in the words of whoever asked. */
export const CENTRAL_FAILURES = defineFailures({
  CENTRAL_CONFIG: { retryable: false, status: 500, say: (d) => `The configuration does not fit: ${d["detail"]}. The server was not started.` },
  CENTRAL_NO_DATABASE: { retryable: false, status: 500, say: () => "No PostgreSQL was found on this machine. Set DATABASE_URL to one you run, install Debian's package postgresql, or fetch the small one with: npm start -- central --fetch-postgres" },
  CENTRAL_DATABASE_DOWN: { retryable: true, status: 503, say: (d) => `The database does not answer (${d["detail"]}). Nothing acknowledged was lost; the server goes on by itself when it is back.` },
  CENTRAL_DATABASE_OLD: { retryable: false, status: 500, say: (d) => `This is PostgreSQL ${d["version"]}; SENA central needs 15 or newer. Nothing was changed.` },
  CENTRAL_MIGRATION_CHANGED: { retryable: false, status: 500, say: (d) => `Migration ${d["n"]} of this database was made from another text than this version has. The database belongs to another version of SENA; nothing was changed.` },
  CENTRAL_MIGRATION_NEWER: { retryable: false, status: 500, say: (d) => `This database was made by a newer SENA (migration ${d["n"]}). Start that version, or restore a backup made with this one. Nothing was changed.` },
  CENTRAL_BACKUP_BAD: { retryable: false, status: 422, say: (d) => `${d["path"]} is not taken as a backup: ${d["detail"]}. Nothing was changed.` },
  CENTRAL_BACKUP_UNPROVED: { retryable: false, status: 500, say: (d) => `The backup was written to ${d["path"]}, but putting it into an empty database did not give the same: ${d["detail"]}. Do not count on it.` },
  CENTRAL_NOT_EMPTY: { retryable: false, status: 409, say: (d) => `${d["what"]}. A backup goes into an empty place only, so that nothing is overwritten. Nothing was changed.` },
  CENTRAL_OTHER_SECRET: { retryable: false, status: 409, say: (d) => `${d["detail"]}. Without the secret this backup was made under, what is sealed in it stays sealed. Nothing was changed.` },
  SIGN_IN_NEEDED: { retryable: false, status: 401, say: () => "Sign in first; there is no session here, or it ended." },
  SIGN_IN_REFUSED: { retryable: false, status: 401, say: () => "The address, the password or the code is wrong." },
  SIGN_IN_WAIT: { retryable: true, status: 429, say: (d) => `Too many wrong attempts. Try again in ${d["seconds"]} s; nobody is locked out for good.` },
  CODE_NEEDED: { retryable: false, status: 401, say: () => "This account has a second factor: give the six digits of the authenticator as well." },
  SECOND_FACTOR_NEEDED: { retryable: false, status: 403, say: () => "This organisation asks for a second factor. Set one up under your account first." },
  STEP_UP_NEEDED: { retryable: false, status: 403, say: () => "This needs you to prove again that it is you: give your password, and your code if you have one. Nothing was decided." },
  PASSWORD_WEAK: { retryable: false, status: 422, say: (d) => `This password will not do: ${d["detail"]}.` },
  FACTOR_EXISTS: { retryable: false, status: 409, say: () => "This account has a second factor already. Remove it first, with a code from it." },
  CROSS_SITE: { retryable: false, status: 403, say: () => "This request came from another site and was refused." },
  NOT_ALLOWED: { retryable: false, status: 403, say: (d) => `This needs the permission "${d["permission"]}" in this organisation.` },
  NOT_HERE: { retryable: false, status: 404, say: () => "There is nothing of that name in this organisation." },
  CODE_SPENT: { retryable: false, status: 410, say: () => "This one-time code was used before, has expired, or is wrong. Ask for a new one." },
  TAKEN: { retryable: false, status: 409, say: (d) => `There is already ${d["what"]}.` },
  LAST_ADMIN: { retryable: false, status: 409, say: () => "An organisation keeps at least one admin. Make somebody else an admin first." },
  KEY_REFUSED: { retryable: false, status: 401, say: () => "This API key is unknown, revoked or expired." },
  SLOW_DOWN: { retryable: true, status: 429, say: (d) => `Too many requests; try again in ${d["seconds"]} s.` },
  KEY_REUSED: { retryable: false, status: 422, say: () => "This idempotency key was used before with a different request. Nothing was done." },
  DESKTOP_REFUSED: { retryable: false, status: 401, say: (d) => `This desktop is not let in: ${d["detail"]}.` },
  ENTRIES_REFUSED: { retryable: false, status: 422, say: (d) => `These entries were not taken: ${d["detail"]}. What was taken before is safe.` },
  ENTRIES_GAP: { retryable: true, status: 409, say: (d) => `There are ${d["have"]} entries here and these begin at ${d["got"]}.` },
  LOG_FORKED: { retryable: false, status: 409, say: (d) => `The record of this desktop does not continue what it showed before (${d["seen"]} entries seen, ${d["shown"]} shown): it was rolled back or copied. Both signed heads are kept as evidence and an alarm was raised.` },
  APPROVAL_GONE: { retryable: false, status: 409, say: (d) => `This request is ${d["state"]}; nothing was decided.` },
});

export const fail = failer(CENTRAL_FAILURES);
