import type { Leaf } from "./leaf.ts";
import type { Json } from "./port.ts";

/** One entry as other people's tools read it. Pure: the same entry is the same line, so a resent one can be told. */
export type SiemEntry = { readonly leaf: Leaf; readonly values: Readonly<Record<string, Json>>; readonly origin: string; readonly leafHash: string; readonly version: string };

/** RFC 5424 §6.3.2: enterprise number for documentation; the SD-ID says whose fields these are. */
const SD_ID = "sena@32473";
const FACILITY_AUDIT = 13;

type Severity = { readonly syslog: number; readonly cef: number; readonly ocsf: number };
const SEVERITY: Readonly<Record<"info" | "notice" | "warning" | "alert", Severity>> = {
  info: { syslog: 6, cef: 2, ocsf: 1 },
  notice: { syslog: 5, cef: 4, ocsf: 2 },
  warning: { syslog: 4, cef: 6, ocsf: 3 },
  alert: { syslog: 1, cef: 9, ocsf: 5 },
};

type Result = "ok" | "failed" | "unknown" | "denied" | "approved";

/** What came of it, in one word, where the entry says so. */
export function resultOf(type: string, values: Readonly<Record<string, Json>>): Result | undefined {
  if (type === "outcome-unknown") return "unknown";
  if (type === "outcome" || type === "check") {
    if (values["result"] === "failed" || values["ok"] === false) return "failed";
    if (typeof values["exitCode"] === "number") return values["exitCode"] === 0 ? "ok" : "failed";
    return values["result"] === "ok" || values["ok"] === true ? "ok" : undefined;
  }
  // A passphrase that was wrong is no way in. Locking says why, not how it went.
  if (type === "login" && values["act"] !== "lock" && typeof values["result"] === "string") return values["result"] === "ok" ? "ok" : "failed";
  const verdict = values["verdict"] ?? values["decision"];
  if (verdict === "deny" || verdict === "denied") return "denied";
  return verdict === "approve" || verdict === "approved" ? "approved" : undefined;
}

export function severityOf({ leaf, values }: Pick<SiemEntry, "leaf" | "values">): Severity {
  const effect = values["effect"];
  if (leaf.type === "outcome-unknown" || leaf.type === "clock-jump") return SEVERITY.alert;
  if (effect === "destructive" || effect === "arbitrary-exec" || effect === "unknown") return SEVERITY.alert;
  if (resultOf(leaf.type, values) === "failed" && leaf.type === "login") return SEVERITY.warning;
  if (leaf.type === "gap" || leaf.type === "redaction" || leaf.type === "host-key" || effect === "service-impact") return SEVERITY.warning;
  if (leaf.type === "approval" || leaf.type === "start" || leaf.type === "login" || leaf.type === "policy" || leaf.type === "key" || effect === "mutate") return SEVERITY.notice;
  return SEVERITY.info;
}

const MAX_VALUE_CHARS = 2048;
// eslint-disable-next-line no-control-regex
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f]+/g, " ");
const valueText = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value)).slice(0, MAX_VALUE_CHARS);

const HEADLINES = ["script", "command", "title", "text", "reason", "say", "procedure", "act", "recording", "decision", "version"];

/** The one value a person wants to read first, on one line. */
export function headlineOf(values: Readonly<Record<string, Json>>): string {
  for (const name of HEADLINES) {
    const value = values[name];
    if (value === undefined || value === "" || value === null) continue;
    // "unlock" alone would read like a way in.
    const came = name === "act" ? values["result"] : undefined;
    return oneLine(typeof came === "string" && came !== "ok" ? `${valueText(value)}: ${came}` : valueText(value));
  }
  if (typeof values["verdict"] === "string") return oneLine(`${values["verdict"]}${typeof values["rule"] === "string" ? ` by ${values["rule"]}` : ""}`);
  return typeof values["exitCode"] === "number" ? `exit ${values["exitCode"]}` : "";
}

export function titleOf({ leaf, values }: Pick<SiemEntry, "leaf" | "values">): string {
  const said = headlineOf(values);
  return said === "" ? leaf.type : `${leaf.type}: ${said}`;
}

/** RFC 5424 §6: an SD-PARAM's value escapes `"`, `\\` and `]`, and nothing else. */
const sdValue = (text: string): string => oneLine(text).replace(/["\\\]]/g, "\\$&");
const sdName = (name: string): string => name.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, 32);

export function syslogMessage(entry: SiemEntry, hostname: string): string {
  const { leaf, values, leafHash } = entry;
  const params: [string, string][] = [["seq", String(leaf.seq)], ["leafHash", leafHash], ["actor", `${leaf.actor.kind}:${leaf.actor.id}`]];
  if (leaf.host !== undefined) params.push(["host", leaf.host]);
  if (leaf.session !== undefined) params.push(["session", leaf.session]);
  for (const [name, value] of Object.entries(values)) params.push([sdName(`v.${name}`), valueText(value)]);
  const data = params.map(([name, value]) => ` ${name}="${sdValue(value)}"`).join("");
  const header = `<${FACILITY_AUDIT * 8 + severityOf(entry).syslog}>1 ${leaf.time} ${hostname.replace(/[^\x21-\x7e]/g, "_").slice(0, 255) || "-"} sena ${leaf.boot.slice(0, 128)} ${leaf.type}`;
  // The byte order mark says that what follows is UTF-8.
  return `${header} [${SD_ID}${data}] \ufeff${titleOf(entry)}`;
}

const cefHeader = (text: string): string => oneLine(text).replace(/[\\|]/g, "\\$&");
const cefValue = (text: string): string => text.replace(/[\\=]/g, "\\$&").replace(/\r?\n|\r/g, "\\n");

export function cefMessage(entry: SiemEntry): string {
  const { leaf, values, version, leafHash } = entry;
  const extension: [string, string][] = [
    ["rt", String(Date.parse(leaf.time))], ["externalId", String(leaf.seq)], ["suser", `${leaf.actor.kind}:${leaf.actor.id}`],
    ["cs1Label", "leafHash"], ["cs1", leafHash], ["cs2Label", "session"], ["cs2", leaf.session ?? ""],
  ];
  if (leaf.host !== undefined) extension.push(["dhost", leaf.host]);
  const effect = values["effect"];
  if (typeof effect === "string") extension.push(["cs3Label", "effect"], ["cs3", effect]);
  if (typeof values["exitCode"] === "number") extension.push(["cn1Label", "exitCode"], ["cn1", String(values["exitCode"])]);
  extension.push(["msg", titleOf(entry).slice(0, 1023)]);
  return `CEF:0|SENA|SENA|${cefHeader(version || "0")}|${cefHeader(leaf.type)}|${cefHeader(titleOf(entry)).slice(0, 512)}|${severityOf(entry).cef}|${extension.map(([key, value]) => `${key}=${cefValue(value)}`).join(" ")}`;
}

/** OCSF 1.3: logins are Authentication (3002), what ran is Process Activity (1007), all else is API Activity (6003). */
export function ocsfEvent(entry: SiemEntry): Record<string, unknown> {
  const { leaf, values, origin, version, leafHash } = entry;
  const shape = leaf.type === "login" ? { class_uid: 3002, category_uid: 3, activity_id: values["act"] === "lock" ? 2 : 1 } : leaf.type === "start" || leaf.type === "outcome" || leaf.type === "outcome-unknown" ? { class_uid: 1007, category_uid: 1, activity_id: leaf.type === "start" ? 1 : 2 } : { class_uid: 6003, category_uid: 6, activity_id: 99 };
  const came = resultOf(leaf.type, values);
  const command = values["script"] ?? values["command"];
  const user = { uid: `${leaf.actor.kind}:${leaf.actor.id}`, name: typeof values["actor.name"] === "string" ? values["actor.name"] : leaf.actor.id, type: leaf.actor.kind };
  return {
    ...shape,
    type_uid: shape.class_uid * 100 + shape.activity_id,
    severity_id: severityOf(entry).ocsf,
    time: Date.parse(leaf.time),
    message: titleOf(entry),
    metadata: { version: "1.3.0", product: { name: "SENA", vendor_name: "SENA", version: version || "0" }, uid: leafHash, sequence: leaf.seq, log_name: origin, event_code: leaf.type },
    actor: { user, ...(leaf.session === undefined ? {} : { session: { uid: leaf.session } }) },
    ...(leaf.type === "login" ? { user, ...(came === undefined ? {} : { status_id: came === "ok" ? 1 : 2 }) } : {}),
    ...(leaf.host === undefined ? {} : { device: { uid: leaf.host, hostname: leaf.host, type_id: 1 } }),
    ...(shape.class_uid === 1007 ? { process: { cmd_line: typeof command === "string" ? command : "", ...(typeof values["exitCode"] === "number" ? { exit_code: values["exitCode"] } : {}) } } : {}),
    ...(shape.class_uid === 6003 ? { api: { operation: leaf.type } } : {}),
    ...(typeof values["exitCode"] === "number" ? { status_id: values["exitCode"] === 0 ? 1 : 2 } : {}),
    unmapped: { refs: leaf.refs ?? {}, values },
  };
}

export const hecEvent = (entry: SiemEntry): Record<string, unknown> => ({
  time: Date.parse(entry.leaf.time) / 1000, host: entry.leaf.host ?? entry.origin, source: entry.origin, sourcetype: "sena:ledger",
  event: { ...entry.leaf, leafHash: entry.leafHash, values: entry.values },
});
