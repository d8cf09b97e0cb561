import type { Column } from "../contract/index.ts";
import { bytesOf, secondsOf } from "./inputs.ts";
import type { SkillCell } from "./port.ts";

/** A value with what kind of thing it is, so that statements read well and commands get it raw. */
export type Var = { readonly value: SkillCell; readonly kind: Column["kind"]; /** Set when it came out of a host's output. */ readonly from?: string };

/** A cell of output as data; what does not fit its kind is null, never a guess. */
export function cellOf(raw: unknown, kind: Column["kind"], times = 1): SkillCell {
  if (raw === null || raw === undefined) return null;
  if (typeof raw === "object") return JSON.stringify(raw).slice(0, 4000);
  const text = String(raw).trim();
  switch (kind) {
    case "number": {
      const number = Number(text.replace(/,/g, "."));
      return text === "" || !Number.isFinite(number) ? null : number * times;
    }
    case "bytes": {
      const bytes = bytesOf(text);
      return bytes === undefined ? null : bytes * times;
    }
    case "percent": {
      const number = Number(text.replace(/%$/, "").replace(/,/g, "."));
      return text === "" || !Number.isFinite(number) ? null : number * times;
    }
    case "duration":
      return durationOf(text, times);
    case "text":
    case "time":
    case "state":
      return text === "" ? null : text.slice(0, 4000);
    default:
      return kind satisfies never;
  }
}

/** Seconds from `12`, `5m`, `01:02:03`, `3-04:05:06` (ps). */
function durationOf(text: string, times: number): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * times;
  const clock = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)(?:\.\d+)?$/.exec(text);
  if (clock) return Number(clock[1] ?? 0) * 86_400 + Number(clock[2] ?? 0) * 3600 + Number(clock[3]) * 60 + Number(clock[4]);
  return secondsOf(text) ?? null;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** For statements: what a person reads. */
export function sayVar({ value, kind }: Var): string {
  if (value === null) return "unknown";
  if (typeof value !== "number") return String(value);
  if (kind === "bytes") {
    let size = value;
    let unit = 0;
    while (size >= 1000 && unit < UNITS.length - 1) {
      size /= 1024;
      unit += 1;
    }
    return `${unit === 0 ? size : size.toFixed(size < 10 ? 1 : 0)} ${UNITS[unit]}`;
  }
  if (kind === "percent") return `${Math.round(value * 10) / 10} %`;
  if (kind === "duration") return sayDuration(value);
  return String(Math.round(value * 1000) / 1000);
}

function sayDuration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 360) / 10} h`;
  return `${Math.round(seconds / 8640) / 10} days`;
}
