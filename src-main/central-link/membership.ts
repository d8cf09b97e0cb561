import { createPrivateKey, sign } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { createCalls, fetchAuthority } from "./calls.ts";
import { fail } from "./failures.ts";
import { enrolText, LINK, LinkQuestion, newLinkKey, parseInvitation } from "./port.ts";

// Where this desktop belongs, in a folder of its own: without that folder nothing of this room is loaded.

const Membership = z.object({ address: z.string(), ca: z.string(), orgId: z.string(), orgName: z.string(), desktopId: z.string(), witnessKey: z.string(), orgKey: z.string(), privateKey: z.string(), enrolledAt: z.number() });
export type Membership = z.infer<typeof Membership>;
/** The longest standing of our record that the server ever confirmed: a server that knows less was put back. */
const Confirmed = z.object({ size: z.number(), note: z.string() });
export type Confirmed = z.infer<typeof Confirmed>;

const FILE = "membership.json";
const CONFIRMED = "confirmed.json";
const QUESTIONS = "questions.json";

export const readMembership = (folder: string): Membership | undefined => read(join(folder, FILE), Membership);
export const readConfirmed = (folder: string): Confirmed => read(join(folder, CONFIRMED), Confirmed) ?? { size: 0, note: "" };
export const keepConfirmed = (folder: string, confirmed: Confirmed): void => write(join(folder, CONFIRMED), confirmed);
export const readQuestions = (folder: string): readonly LinkQuestion[] => read(join(folder, QUESTIONS), z.array(LinkQuestion)) ?? [];
export const keepQuestions = (folder: string, questions: readonly LinkQuestion[]): void => write(join(folder, QUESTIONS), questions);
export function keepMembership(folder: string, membership: Membership): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  write(join(folder, FILE), membership);
}
export const forgetMembership = (folder: string): void => rmSync(folder, { recursive: true, force: true });

export type Enrol = { readonly folder: string; readonly invitation: string; readonly name: string; readonly version: string; readonly logOrigin: string; readonly logKey: string; readonly now: () => number; readonly signal: AbortSignal };

/** The key is made here and never leaves; the token is sent only to the server whose authority the line names. */
export async function enrol({ folder, invitation, name, version, logOrigin, logKey, now, signal }: Enrol): Promise<Membership> {
  const line = parseInvitation(invitation);
  if (!line) throw fail("LINK_BAD_INVITATION");
  const ca = await fetchAuthority(line.address, line.caFingerprint, signal);
  using calls = createCalls({ place: { address: line.address, ca }, now });
  const { privateKey, publicKey } = newLinkKey();
  const proof = sign(null, enrolText({ token: line.token, logKey, name }), createPrivateKey(privateKey)).toString("base64url");
  const answer = await calls.ask({ method: "POST", path: "/v1/link/enrol", body: { token: line.token, name, version, publicKey, logOrigin, logKey, proof }, signal }, LINK.enrol.output);
  const membership: Membership = { ...answer, address: line.address, ca, privateKey, enrolledAt: now() };
  keepMembership(folder, membership);
  return membership;
}

function read<T>(path: string, schema: z.ZodType<T>): T | undefined {
  return existsSync(path) ? schema.parse(JSON.parse(readFileSync(path, "utf8"))) : undefined;
}
/** Whole or not at all. */
function write(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}
