import type { InputType } from "./port.ts";

// What each kind of value may look like, in one normal form. No value may begin with "-": it would turn into an option of
// the command it is handed to.

export type Normalised = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly why: string };
const yes = (value: string): Normalised => ({ ok: true, value });
const no = (why: string): Normalised => ({ ok: false, why });

const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const by = (pattern: RegExp, what: string) => (text: string) => (pattern.test(text) ? yes(text) : no(`"${text}" is not ${what}`));

const SIZE_UNITS: Readonly<Record<string, number>> = { "": 1, b: 1, k: 1024, kb: 1024, kib: 1024, m: 1024 ** 2, mb: 1024 ** 2, mib: 1024 ** 2, g: 1024 ** 3, gb: 1024 ** 3, gib: 1024 ** 3, t: 1024 ** 4, tb: 1024 ** 4, tib: 1024 ** 4 };
const DURATION_UNITS: Readonly<Record<string, number>> = { s: 1, sec: 1, second: 1, seconds: 1, m: 60, min: 60, mins: 60, minute: 60, minutes: 60, h: 3600, hour: 3600, hours: 3600, d: 86_400, day: 86_400, days: 86_400, w: 604_800, week: 604_800, weeks: 604_800 };

export const bytesOf = (text: string): number | undefined => {
  const parts = /^(\d+(?:\.\d+)?)\s*([a-z]{0,3})$/i.exec(text.trim());
  const unit = SIZE_UNITS[parts?.[2]?.toLowerCase() ?? "?"];
  return parts === null || unit === undefined ? undefined : Math.round(Number(parts[1]) * unit);
};
export const secondsOf = (text: string): number | undefined => {
  const parts = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim());
  const unit = DURATION_UNITS[parts?.[2]?.toLowerCase() ?? "?"];
  return parts === null || unit === undefined ? undefined : Math.round(Number(parts[1]) * unit);
};

const CHECKS: Readonly<Record<InputType, (text: string) => Normalised>> = {
  text: (text) => (text.length <= 1000 ? yes(text) : no("it is longer than 1000 characters")),
  pattern: (text) => (text.length <= 300 ? yes(text) : no("it is longer than 300 characters")),
  service: by(/^[A-Za-z0-9][A-Za-z0-9@._:\\-]{0,127}$/, "the name of a service"),
  path: (text) => {
    if (!text.startsWith("/")) return no(`"${text}" is not an absolute path`);
    if (text.length > 1024) return no("the path is longer than 1024 characters");
    if (/(^|\/)\.\.(\/|$)/.test(text)) return no(`"${text}" climbs out with ".."`);
    return yes(text.length > 1 ? text.replace(/\/+$/, "") || "/" : text);
  },
  size: (text) => {
    const bytes = bytesOf(text);
    return bytes === undefined ? no(`"${text}" is not a size such as 500M or 2 GB`) : yes(String(bytes));
  },
  duration: (text) => {
    // A bare number is seconds: the normal form, taken again as it was given.
    const seconds = /^\d+$/.test(text) ? Number(text) : secondsOf(text);
    return seconds === undefined ? no(`"${text}" is not a duration such as 10 min or 2h`) : yes(String(seconds));
  },
  // UTC, to the second, without a zone: what journalctl, find and last take alike.
  time: by(/^\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?( UTC)?$/, "a time such as 2026-01-31 18:00"),
  enum: yes,
  integer: by(/^\d{1,9}$/, "a whole number"),
  port: (text) => (/^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536 ? yes(String(Number(text))) : no(`"${text}" is not a port number`)),
  user: by(/^[A-Za-z_][A-Za-z0-9._-]{0,63}\$?$/, "a user name"),
  package: by(/^[A-Za-z0-9][A-Za-z0-9+._:-]{0,127}$/, "the name of a package"),
  process: by(/^[A-Za-z0-9_/.][A-Za-z0-9_/.:@+-]{0,127}$/, "a process name or number"),
  interface: by(/^[A-Za-z][A-Za-z0-9._:/-]{0,31}$/, "the name of a network interface"),
  host: by(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$/, "a host name or address"),
  domain: by(/^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/, "a domain name"),
  database: by(/^[A-Za-z_][A-Za-z0-9_$-]{0,62}$/, "the name of a database"),
  container: by(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, "the name of a container"),
  boolean: by(/^(true|false)$/, "yes or no"),
};

export type InputRule = { readonly type: InputType; readonly choices: readonly string[]; readonly min?: number | undefined; readonly max?: number | undefined };

export function normaliseInput(rule: InputRule, raw: string): Normalised {
  const text = raw.trim();
  if (text === "") return no("it is empty");
  if (HIDDEN.test(text)) return no("it holds control or invisible characters");
  if (text.startsWith("-")) return no(`"${text}" begins with "-" and would be taken for an option`);
  if (rule.choices.length > 0) {
    const choice = rule.choices.find((known) => known.toLowerCase() === text.toLowerCase());
    return choice === undefined ? no(`"${text}" is none of ${rule.choices.join(", ")}`) : yes(choice);
  }
  const checked = CHECKS[rule.type](text);
  if (!checked.ok) return checked;
  if (rule.min !== undefined && Number(checked.value) < rule.min) return no(`${text} is below ${rule.min}`);
  if (rule.max !== undefined && Number(checked.value) > rule.max) return no(`${text} is above ${rule.max}`);
  return checked;
}
