import type { Output } from "../rest.ts";

type Event = Output<"GET /v1/orgs/:orgId/events">["items"][number];

const WORDS: Readonly<Record<string, (detail: Readonly<Record<string, unknown>>) => string>> = {
  "organisation.created": (d) => `The organisation ${text(d["name"])} was made`,
  "server.restored": (d) => `The server was put back to ${text(d["madeAt"])}: who was removed and which keys were revoked since then count again, so look them through`,
  "person.invited": (d) => `${text(d["email"])} was invited as ${text(d["role"])}`,
  "person.uninvited": () => "An invitation was taken back",
  "person.joined": (d) => `${text(d["email"])} joined as ${text(d["role"])}`,
  "person.role": (d) => `A member became ${text(d["role"])}`,
  "person.removed": () => "A member was removed",
  "person.signed-out": (d) => `A member was signed out everywhere (${text(d["sessions"])})`,
  "settings.changed": (d) => (d["requiresSecondFactor"] === true ? "Everybody needs a second factor now" : "The settings were changed"),
  "desktop.token": () => "A line to enrol a desktop was made",
  "desktop.enrolled": (d) => `The desktop ${text(d["name"])} enrolled`,
  "desktop.left": (d) => `A desktop left (${text(d["why"])})`,
  "log.forked": (d) => `A record forked: ${text(d["shown"])} entries shown, ${text(d["seen"])} seen before`,
  "approver.key": () => "An approver's key was made",
  "approver.retired": () => "An approver's key was retired",
  "approval.asked": (d) => `A desktop asks for approval (${text(d["effect"])})`,
  "approval.approve": () => "A request was approved",
  "approval.deny": () => "A request was denied",
  "approval.ended": (d) => `A request ended: ${text(d["state"])}`,
  "key.created": (d) => `The API key ${text(d["name"])} was made`,
  "key.rotated": () => "An API key was rotated",
  "key.revoked": () => "An API key was revoked",
  "record.exported": (d) => `A record was exported: ${text(d["reason"])}`,
  "values.erased": (d) => `Values of ${text(d["entries"])} entries were erased: ${text(d["why"])}`,
  "inbox.retired": (d) => `${text(d["entries"])} messages reached their ${text(d["days"])} days and are gone`,
  "values.retired": (d) => `Values of ${text(d["entries"])} entries (${text(d["type"])}) reached their ${text(d["days"])} days and are gone; their proofs stay`,
  "retention.failed": (d) => `What is over could not be taken away and is tried again every hour: ${text(d["why"])}`,
  "retention.set": (d) => `How long values are kept was set: ${listed(d["rules"]).replace(/(^|, )\* /, "$1every other type ").replaceAll(/\b1 days/g, "1 day") || "for good"}`,
  "person.signed-in": (d) => `${text(d["email"])} signed in through ${text(d["provider"])}`,
  "provider.added": (d) => `The identity provider ${text(d["name"])} was added (${text(d["issuer"])}, as ${text(d["role"])}${d["fingerprints"] === undefined ? "" : `; its answers are signed with ${listed(d["fingerprints"])}`})`,
  "provider.certificates": (d) => `The signing certificates of ${providerOf(d)} were set: ${listed(d["fingerprints"])}`,
  "provider.removed": (d) => `${capital(providerOf(d))} was taken out`,
  "webhook.created": (d) => `${text(d["host"])} is told of what happens here`,
  "webhook.removed": () => "A webhook was removed",
  "webhook.again": () => "A delivery is tried again",
  "inlet.created": (d) => `${text(d["name"])} may tell us something`,
  "inlet.rotated": () => "Somebody who tells us something has a new secret",
  "inlet.removed": () => "Somebody may tell us nothing any more",
  "inbox.told": () => "We were told something; it is in the inbox",
  "inbox.handed": () => "A message was handed to a desktop as a question",
  "inbox.done": () => "A message needs nobody any more",
  "edition.published": (d) => `Edition ${text(d["n"])} was published: ${text(d["note"])}`,
  "desktop.file": (d) => `A file of a desktop without a network was taken (number ${text(d["seq"])})`,
  refused: (d) => [`Refused: ${text(d["code"])}`, d["route"], d["why"], d["say"], d["more"] === undefined ? undefined : `and ${text(d["more"])} more like it`].filter((each) => each !== undefined).map(text).join(", "),
};

/** Lines of before say which one it was only by its number. */
const providerOf = (d: Readonly<Record<string, unknown>>): string => (d["name"] === undefined ? `the identity provider with the number ${text(d["providerId"])}` : `the identity provider ${text(d["name"])}`);
const capital = (words: string): string => words.slice(0, 1).toUpperCase() + words.slice(1);
const listed = (value: unknown): string => (Array.isArray(value) ? value.map(text).join(", ") : text(value));
const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value));

/** What happened, in words; a kind this console does not know yet is shown by its name and loses nothing. */
export const eventWords = ({ kind, detail }: Pick<Event, "kind" | "detail">): string => WORDS[kind]?.(detail) ?? `${kind} ${JSON.stringify(detail)}`;
