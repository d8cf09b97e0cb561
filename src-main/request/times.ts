// "since yesterday 18:00", "in the last two hours": read relative to a clock that is handed in. What comes out is UTC.

const DAY_MS = 86_400_000;
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const NUMBERS: Readonly<Record<string, number>> = { a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, twelve: 12, fifteen: 15, twenty: 20, thirty: 30, couple: 2, few: 3, half: 0.5 };
const NUMBER = String.raw`(\d+(?:\.\d+)?|a couple of|a few|half an|half a|an|a|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty)`;
const UNIT = String.raw`(seconds?|secs?|s|minutes?|mins?|min|m|hours?|hrs?|h|days?|d|weeks?|w|months?)`;
const CLOCK = String.raw`(\d{1,2})(?::(\d\d))?\s*(am|pm|o'?clock)?`;

export type Span = { readonly start: number; readonly end: number };
export type DurationSpan = Span & { readonly seconds: number };
export type TimeSpan = Span & { readonly time: string };

const amount = (text: string): number => {
  const words = text.toLowerCase().replace(/^(a|an) (couple|few) of$|^a (couple|few)( of)?$/, "$2$3").trim();
  if (/couple/.test(words)) return 2;
  if (/few/.test(words)) return 3;
  if (/half/.test(words)) return 0.5;
  return NUMBERS[words] ?? Number(words);
};
const unitSeconds = (unit: string): number => {
  const head = unit.toLowerCase();
  if (head.startsWith("mo")) return 2_592_000;
  return { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[head.charAt(0) as "s"];
};

const DURATIONS = new RegExp(String.raw`\b(?:(?:in|within|during|over|for|from) )?(?:the )?(?:last |past |previous )?${NUMBER}\s?${UNIT}\b(?! ago)`, "gi");
const LAST_UNIT = /\b(?:(?:in|within|during|over) )?(?:the )?(?:last|past) (minute|hour|day|week|month)\b/gi;

export function findDuration(sentence: string): DurationSpan | undefined {
  for (const match of sentence.matchAll(DURATIONS)) {
    const seconds = amount(match[1] ?? "") * unitSeconds(match[2] ?? "");
    // "5 m" alone may be a size; "a" before a unit only counts with a word of time around it.
    if (!Number.isFinite(seconds) || seconds <= 0) continue;
    if (/^(m|s|d|w|h)$/i.test(match[2] ?? "") && !/^\d/.test(match[1] ?? "")) continue;
    return { start: match.index, end: match.index + match[0].length, seconds };
  }
  const last = LAST_UNIT[Symbol.matchAll](sentence).next().value as RegExpExecArray | undefined;
  return last === undefined ? undefined : { start: last.index, end: last.index + last[0].length, seconds: unitSeconds(last[1] ?? "") };
}

const TIMES: readonly { readonly pattern: RegExp; readonly read: (match: RegExpExecArray, clock: LocalClock) => number | undefined }[] = [
  { pattern: /\b(\d{4})-(\d\d)-(\d\d)(?:[t ](\d{1,2}):(\d\d)(?::(\d\d))?)?\b/i, read: (m, clock) => clock.at(Date.UTC(Number(m[1]), Number(m[2]) - 1, Number(m[3])), Number(m[4] ?? 0), Number(m[5] ?? 0)) },
  { pattern: new RegExp(String.raw`\b${NUMBER}\s?${UNIT} ago\b`, "i"), read: (m, clock) => clock.now - amount(m[1] ?? "") * unitSeconds(m[2] ?? "") * 1000 },
  { pattern: new RegExp(String.raw`\b${CLOCK}(?: on)? (today|yesterday|(?:last )?(?:${WEEKDAYS.join("|")}))\b`, "i"), read: ([whole = "", hour, minute, half, day], clock) => (minute === undefined && half === undefined ? undefined : readDay([whole, day, hour, minute, half], clock)) },
  { pattern: new RegExp(String.raw`\b(?:(today|yesterday|last night|(?:last |on )?(?:${WEEKDAYS.join("|")}))(?:'s)?)(?:(?: at| from|,)? ${CLOCK}|(?: at)? (noon|midnight|morning|afternoon|evening))?`, "i"), read: (m, clock) => readDay(m, clock) },
  { pattern: /\b(this morning|this afternoon|this evening|tonight|last week|last month|the weekend|midnight|noon|lunch(?:time)?|breakfast|overnight)\b/i, read: (m, clock) => readPart((m[1] ?? "").toLowerCase(), clock) },
  { pattern: new RegExp(String.raw`\b(?:since|from|after|at)\s+${CLOCK}(?!\w)(?!\s*(?:lines?|%))`, "i"), read: (m, clock) => readClock(m[1], m[2], m[3], clock) },
];

type LocalClock = { readonly now: number; readonly today: number; at(day: number, hour: number, minute: number): number };

/** The start of the time that is meant: "yesterday" is midnight, "yesterday 18:00" that hour. */
export function findTime(sentence: string, now: number, utcOffsetMinutes: number): TimeSpan | undefined {
  const offset = utcOffsetMinutes * 60_000;
  const today = Math.floor((now + offset) / DAY_MS) * DAY_MS;
  const clock: LocalClock = { now, today, at: (day, hour, minute) => day + hour * 3_600_000 + minute * 60_000 - offset };
  for (const { pattern, read } of TIMES) {
    const match = pattern.exec(sentence);
    if (!match) continue;
    const at = read(match, clock);
    if (at === undefined || !Number.isFinite(at)) continue;
    const since = /\b(?:since|after|from|starting|beginning)\s+$/i.exec(sentence.slice(0, match.index));
    return { start: match.index - (since?.[0].length ?? 0), end: match.index + match[0].trimEnd().length, time: new Date(at).toISOString().slice(0, 19).replace("T", " ") + " UTC" };
  }
  return undefined;
}

function readDay(match: readonly (string | undefined)[], clock: LocalClock): number {
  const word = (match[1] ?? "").toLowerCase().replace(/^(last|on) /, "");
  const weekday = WEEKDAYS.indexOf(word);
  const back = word === "today" ? 0 : word === "yesterday" || word === "night" ? 1 : weekday < 0 ? 0 : ((new Date(clock.today).getUTCDay() - weekday + 7) % 7 || 7);
  const day = clock.today - back * DAY_MS;
  if (match[2] !== undefined) return clockOf(match[2], match[3], match[4], clock, day) ?? clock.at(day, 0, 0);
  const part = { noon: 12, midnight: 0, morning: 6, afternoon: 12, evening: 18 }[(match[5] ?? "").toLowerCase()];
  return clock.at(day, part ?? (word === "night" ? 20 : 0), 0);
}

function readPart(word: string, clock: LocalClock): number {
  switch (word) {
    case "this morning":
      return clock.at(clock.today, 6, 0);
    case "this afternoon":
    case "noon":
    case "lunch":
    case "lunchtime":
      return clock.at(clock.today, 12, 0);
    case "breakfast":
      return clock.at(clock.today, 8, 0);
    case "this evening":
    case "tonight":
      return clock.at(clock.today, 18, 0);
    case "overnight":
      return clock.at(clock.today - DAY_MS, 20, 0);
    case "last week":
      return clock.at(clock.today - 7 * DAY_MS, 0, 0);
    case "last month":
      return clock.at(clock.today - 30 * DAY_MS, 0, 0);
    case "the weekend":
      return clock.at(clock.today - ((new Date(clock.today).getUTCDay() + 1) % 7) * DAY_MS, 0, 0);
    default:
      return clock.at(clock.today, 0, 0);
  }
}

const readClock = (hour: string | undefined, minute: string | undefined, half: string | undefined, clock: LocalClock): number | undefined => {
  const today = clockOf(hour, minute, half, clock, clock.today);
  return today !== undefined && today > clock.now ? today - DAY_MS : today;
};

function clockOf(hour: string | undefined, minute: string | undefined, half: string | undefined, clock: LocalClock, day: number): number | undefined {
  // A bare number is a time only with minutes or am/pm beside it.
  if (hour === undefined || (minute === undefined && half === undefined)) return undefined;
  const hours = (Number(hour) % (half === undefined || half.startsWith("o") ? 24 : 12)) + (half?.toLowerCase() === "pm" ? 12 : 0);
  return clock.at(day, hours, Number(minute ?? 0));
}
