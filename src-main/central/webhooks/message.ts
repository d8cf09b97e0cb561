import type { Due } from "./hooks.ts";

export type Message = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** What happened, in words that hold no command: a part of one would be worse than none, so there is a way to the whole instead. */
export function wordsOf({ kind, detail }: Pick<Due, "kind" | "detail">): string {
  const said = (name: string): string => String(detail[name] ?? "");
  switch (kind) {
    case "approval.asked":
      return `An approval is asked for (${said("effect")}). Read the whole command before you decide.`;
    case "approval.approve":
    case "approval.deny":
      return `A request was ${kind === "approval.deny" ? "denied" : "approved"}.`;
    case "approval.ended":
      return `A request ended: ${said("state")}.`;
    case "log.forked":
      return `A desktop's record was put back or copied: ${said("seen")} entries were seen, ${said("shown")} are shown.`;
    case "inbox.told":
      return "A message came into the inbox.";
    case "refused":
      return `Something was refused: ${said("code")}.`;
    default:
      return `${kind}.`;
  }
}

const SEVERE = ["log.forked", "refused"];

/** One message in the shape the other side reads. `sign` is asked for the house's own shape alone; the others know us by their address or key. */
export function messageFor(due: Due, of: { readonly orgId: string; readonly link: string; readonly secret: string; readonly seconds: number; readonly sign: (id: string, seconds: number, body: string) => string }): Message {
  const id = `${due.eventId}.${due.hookId}`;
  const words = wordsOf(due);
  const json = { "content-type": "application/json", "user-agent": "SENA-central" } as const;
  switch (due.format) {
    case "sena": {
      const body = JSON.stringify({ type: due.kind, timestamp: new Date(due.at).toISOString(), data: { id: due.eventId, orgId: of.orgId, actor: due.actor, detail: due.detail, link: of.link } });
      return { headers: { ...json, "webhook-id": id, "webhook-timestamp": String(of.seconds), "webhook-signature": of.sign(id, of.seconds, body) }, body };
    }
    case "slack":
      return { headers: json, body: JSON.stringify({ text: `${words} <${of.link}|Open in SENA>` }) };
    case "teams":
      return { headers: json, body: JSON.stringify({ type: "message", attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content: { $schema: "http://adaptivecards.io/schemas/adaptive-card.json", type: "AdaptiveCard", version: "1.4", body: [{ type: "TextBlock", wrap: true, text: words }], actions: [{ type: "Action.OpenUrl", title: "Open in SENA", url: of.link }] } }] }) };
    case "pagerduty":
      return { headers: json, body: JSON.stringify({ routing_key: of.secret, event_action: "trigger", dedup_key: id, payload: { summary: words, source: "SENA central", severity: SEVERE.includes(due.kind) ? "critical" : "info", timestamp: new Date(due.at).toISOString() }, links: [{ href: of.link, text: "Open in SENA" }] }) };
    default:
      return due.format satisfies never;
  }
}
