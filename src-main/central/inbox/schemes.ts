import { createHmac } from "node:crypto";
import { z } from "zod";
import { jsonOf } from "../../kernel/index.ts";
import { sameBytes, sha256 } from "../sealing.ts";

// How others sign what they tell. Each scheme names what its signature covers; nothing outside of that is read: not the
// address, not a header that is not part of it. What kind of text it is follows from the scheme and never from what the
// request says of itself.

export const INLET_SCHEMES = ["standard", "slack", "teams", "pagerduty"] as const;
export type InletScheme = (typeof INLET_SCHEMES)[number];

export type Signed = { readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>; readonly body: Buffer };
/** `number`: the sender's own, signed; the same again is the same message. */
export type Told = { readonly number: string; readonly sentAt: number; readonly title: string; readonly content: string };
export type Reading = { readonly told: Told } | { readonly refused: "signature" | "time" | "content type" | "shape" };

const MINUTE_MS = 60_000;
/** How far a sender's clock may be ahead of ours. */
export const AHEAD_MS = 5 * MINUTE_MS;
/** How old it may be. PagerDuty says when something happened and tries for hours to tell of it. */
export const WINDOW_MS: Readonly<Record<InletScheme, number>> = { standard: 5 * MINUTE_MS, slack: 5 * MINUTE_MS, teams: 5 * MINUTE_MS, pagerduty: 24 * 60 * MINUTE_MS };

const JSON_TYPE = /^application\/json(;\s*charset="?utf-8"?)?$/i;
const FORM_TYPE = /^application\/x-www-form-urlencoded(;\s*charset="?utf-8"?)?$/i;
const NUMBER = /^[A-Za-z0-9._:+/=-]{1,200}$/;
/** In characters, not in the halves of one. */
const TITLE = 200;

/** What comes is tried with every secret that holds now (after a rotation: two). The signature first, before anything is read. */
export function readSigned(scheme: InletScheme, secrets: readonly string[], { headers, body }: Signed, nowMs: number): Reading {
  const header = (name: string): string => {
    const value = headers[name];
    return typeof value === "string" ? value : "";
  };
  if (!secrets.some((secret) => holds(scheme, secret, header, body))) return { refused: "signature" };
  if (!(scheme === "slack" ? FORM_TYPE : JSON_TYPE).test(header("content-type")) || header("content-encoding") !== "") return { refused: "content type" };
  const text = textOf(body);
  const told = text === undefined ? undefined : READ[scheme](text, header);
  if (told === undefined || !NUMBER.test(told.number) || !Number.isFinite(told.sentAt)) return { refused: "shape" };
  if (nowMs - told.sentAt > WINDOW_MS[scheme] || told.sentAt - nowMs > AHEAD_MS) return { refused: "time" };
  return { told: { ...told, title: shown(told.title) } };
}

type Header = (name: string) => string;

function holds(scheme: InletScheme, secret: string, header: Header, body: Buffer): boolean {
  switch (scheme) {
    case "standard": {
      const id = header("webhook-id");
      const seconds = header("webhook-timestamp");
      if (!NUMBER.test(id) || !/^\d{1,12}$/.test(seconds)) return false;
      const own = hmac(keyOf(secret), `${id}.${seconds}.`, body);
      return header("webhook-signature").split(" ").some((each) => each.startsWith("v1,") && sameBytes(Buffer.from(each.slice(3), "base64"), own));
    }
    case "slack": {
      const seconds = header("x-slack-request-timestamp");
      return /^\d{1,12}$/.test(seconds) && sameHex(header("x-slack-signature"), "v0=", hmac(Buffer.from(secret), `v0:${seconds}:`, body));
    }
    case "teams": {
      const [, given] = /^HMAC ([A-Za-z0-9+/=]{40,60})$/.exec(header("authorization")) ?? [];
      return given !== undefined && sameBytes(Buffer.from(given, "base64"), hmac(Buffer.from(secret, "base64"), "", body));
    }
    case "pagerduty": {
      const own = hmac(Buffer.from(secret), "", body);
      return header("x-pagerduty-signature").split(",").some((each) => sameHex(each.trim(), "v1=", own));
    }
    default:
      return scheme satisfies never;
  }
}

const hmac = (key: Buffer, before: string, body: Buffer): Buffer => createHmac("sha256", key).update(before).update(body).digest();
const keyOf = (secret: string): Buffer => (secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : Buffer.from(secret));
const sameHex = (text: string, prefix: string, own: Buffer): boolean => /^[0-9a-f]{64}$/.test(text.slice(prefix.length)) && text.startsWith(prefix) && sameBytes(Buffer.from(text.slice(prefix.length), "hex"), own);

function textOf(body: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

const Word = z.string().max(4000).optional().catch(undefined);
/** What alerting systems call the one line that says what it is: Alertmanager, Zabbix, Grafana, and whoever writes their own. */
const Alert = z.object({ title: Word, subject: Word, name: Word, summary: Word, message: Word, status: Word, commonLabels: z.object({ alertname: Word, instance: Word, severity: Word }).optional().catch(undefined), commonAnnotations: z.object({ summary: Word }).optional().catch(undefined) });
const TeamsMessage = z.object({ id: z.string().max(150), timestamp: z.iso.datetime({ offset: true }), text: z.string().max(20_000), from: z.object({ name: Word }).optional() });
const PagerDutyEvent = z.object({ event: z.object({ id: z.string().max(100), event_type: z.string().max(100), occurred_at: z.iso.datetime({ offset: true }), data: z.object({ title: Word, summary: Word }).catch({}) }) });

const READ: Readonly<Record<InletScheme, (text: string, header: Header) => Told | undefined>> = {
  standard(text, header) {
    const alert = Alert.safeParse(jsonOf(text)).data;
    if (!alert) return undefined;
    const labels = alert.commonLabels ?? {};
    const named = [labels.alertname, labels.instance, alert.commonAnnotations?.summary].filter((word) => word !== undefined && word !== "").join(" · ");
    const title = alert.title ?? alert.subject ?? (named === "" ? undefined : named) ?? alert.name ?? alert.summary ?? alert.message ?? "A message without a title";
    return { number: header("webhook-id"), sentAt: Number(header("webhook-timestamp")) * 1000, title: alert.status === undefined ? title : `${title} (${alert.status})`, content: text };
  },
  slack(text, header) {
    const form = new URLSearchParams(text);
    const said = form.get("text")?.trim();
    const seconds = header("x-slack-request-timestamp");
    // Slack numbers nothing that it signs: the signature itself is what two of the same have in common.
    return said === undefined || said === "" ? undefined : { number: sha256(header("x-slack-signature")).toString("hex"), sentAt: Number(seconds) * 1000, title: said, content: `${form.get("user_name") ?? "somebody"} in ${form.get("channel_name") ?? "a channel"}: ${said}` };
  },
  teams(text) {
    const message = TeamsMessage.safeParse(jsonOf(text)).data;
    if (!message) return undefined;
    const said = message.text.replaceAll(/<at>[^<]*<\/at>|<[^>]*>|&nbsp;/g, " ").replaceAll(/\s+/g, " ").trim();
    return said === "" ? undefined : { number: message.id, sentAt: Date.parse(message.timestamp), title: said, content: `${message.from?.name ?? "somebody"}: ${said}` };
  },
  pagerduty(text) {
    const event = PagerDutyEvent.safeParse(jsonOf(text)).data?.event;
    return event && { number: event.id, sentAt: Date.parse(event.occurred_at), title: `${event.data.title ?? event.data.summary ?? "An incident"} (${event.event_type})`, content: text };
  },
};

/** One line, without what moves the cursor or turns text around: it is shown in lists. */
const shown = (title: string): string => [...title.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim()].slice(0, TITLE).join("") || "A message without a title";
