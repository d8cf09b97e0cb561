import type { Ceremonies } from "./ceremonies.ts";
import type { Passkeys } from "./passkeys.ts";
import type { CentralRole } from "./roles.ts";

export type Person = { readonly userId: string; readonly name: string; readonly email: string };
export type Session = Person & {
  readonly sessionId: string;
  /** Of this session: a code was asked for, or a passkey or a provider that said so stood for more than a password. */
  readonly hasSecondFactor: boolean;
  /** Whether this account asks for codes of an authenticator. */
  readonly hasCodes: boolean;
  /** The organisation's identity provider that vouches for this person; without one they have a password here. */
  readonly provider: { readonly orgId: string; readonly providerId: string } | undefined;
  /** When this session last proved itself again; 0 never. */
  readonly provedAt: number;
  /** `Set-Cookie` lines to send back: a session in use is prolonged. */
  readonly cookies: readonly string[];
};
export type SessionLine = { readonly sessionId: string; readonly createdAt: number; readonly usedAt: number; readonly address: string; readonly agent: string };
export type Member = Person & { readonly role: CentralRole; readonly joinedAt: number; readonly hasSecondFactor: boolean; readonly hasPasskey: boolean; /** Comes through the organisation's identity provider. */ readonly isVouchedFor: boolean };

export type Passkey = { readonly passkeyId: string; readonly name: string; readonly createdAt: number; readonly usedAt: number | null };
export type VouchedPerson = { readonly orgId: string; readonly providerId: string; readonly subject: string; readonly email: string; readonly name: string };
/** Where a session is opened from. */
export type From = { readonly address: string; readonly agent: string };

/** Who is who. Behind it may be any engine; nothing else on the server knows which. */
export interface IdentityPort {
  isEmpty(): Promise<boolean>;
  newFirstAdminCode(): Promise<string>;
  firstAdminCodeHolds(code: string): Promise<boolean>;
  spendFirstAdminCode(code: string): Promise<void>;
  createPerson(of: { readonly email: string; readonly name: string; readonly password: string }): Promise<Person>;
  personByEmail(email: string): Promise<Person | undefined>;
  person(userId: string): Promise<Person | undefined>;
  signIn(of: { readonly email: string; readonly password: string; readonly code: string | undefined; readonly address: string; readonly agent: string }): Promise<{ readonly person: Person; readonly cookies: readonly string[] }>;
  session(cookie: string): Promise<Session | undefined>;
  signOut(cookie: string): Promise<readonly string[]>;
  sessions(userId: string): Promise<readonly SessionLine[]>;
  endSession(userId: string, sessionId: string): Promise<boolean>;
  /** All of one person's; how many there were. */
  endSessions(userId: string): Promise<number>;
  readonly ceremonies: Ceremonies;
  readonly passkeys: Passkeys;
  /** Somebody who showed who they are elsewhere: a passkey, a provider. */
  openSession(userId: string, from: From & { readonly isStrong: boolean }): Promise<{ readonly person: Person; readonly cookies: readonly string[] }>;
  noteProof(session: Session): Promise<void>;
  /** Whom a provider calls so, if they ever signed in; nobody is made. */
  knownVouched(of: Pick<VouchedPerson, "providerId" | "subject">): Promise<Person | undefined>;
  /** The person a provider vouches for, as a member: both made at the first time, at once; found by what the provider calls them, and never by an address. None: an admin removed them. */
  admitVouched(of: VouchedPerson & { readonly role: CentralRole }): Promise<{ readonly person: Person; readonly isNew: boolean } | undefined>;
  prove(session: Session, of: { readonly password: string; readonly code: string | undefined }): Promise<void>;
  changePassword(session: Session, of: { readonly password: string; readonly next: string }): Promise<void>;
  beginSecondFactor(session: Session): Promise<{ readonly uri: string }>;
  confirmSecondFactor(session: Session, code: string): Promise<void>;
  removeSecondFactor(session: Session, code: string): Promise<void>;
  /** For whoever runs the server; its first admin comes by invitation. */
  createEmptyOrganisation(name: string): Promise<string>;
  organisations(): Promise<readonly string[]>;
  createOrganisation(name: string, adminId: string): Promise<string>;
  memberships(userId: string): Promise<readonly { readonly orgId: string; readonly name: string; readonly role: CentralRole }[]>;
  roleIn(orgId: string, userId: string): Promise<CentralRole | undefined>;
  members(orgId: string): Promise<readonly Member[]>;
  addMember(orgId: string, userId: string, role: CentralRole): Promise<void>;
  setRole(orgId: string, userId: string, role: CentralRole): Promise<void>;
  removeMember(orgId: string, userId: string): Promise<void>;
}
