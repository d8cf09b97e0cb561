// One way to write numbers everywhere: groups of three, as in "1 204 events". The space is U+00A0, which never breaks a
// line; a narrower one disappears at 11 px.
const GROUP = "\u00a0";

export const formatCount = (value: number): string => {
  const [whole = "0", fraction] = Math.abs(value).toString().split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, GROUP);
  return `${value < 0 ? "−" : ""}${grouped}${fraction === undefined ? "" : `.${fraction}`}`;
};

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;
/** In whatever currency the house keeps its prices; small sums keep the digits that tell them apart. */
export const formatCost = (value: number): string => `cost ${value === 0 ? "0" : value < 0.01 ? value.toPrecision(2) : value.toFixed(2)}`;

export const formatBytes = (bytes: number): string => {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? formatCount(value) : value.toFixed(value < 10 ? 1 : 0)}${GROUP}${UNITS[unit]}`;
};

/** How long something took or will take: `0.21 s`, `14:32`, `2 h 05 min`. */
export const formatDuration = (ms: number): string => {
  if (ms < 1) return `0${GROUP}ms`;
  if (ms < 100) return `${Math.round(ms)}${GROUP}ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)}${GROUP}s`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}${GROUP}h${GROUP}${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")}${GROUP}min`;
  return `${Math.floor(seconds / 86_400)}${GROUP}d${GROUP}${Math.floor((seconds % 86_400) / 3600)}${GROUP}h`;
};

const pad = (value: number): string => String(value).padStart(2, "0");
export const formatClock = (at: number): string => {
  const date = new Date(at);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
};
/** ISO order, local time: sorts as it reads and means the same in every country. */
export const formatInstant = (at: number): string => {
  const date = new Date(at);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${formatClock(at)}`;
};

/** `just now`, `4 min ago`, `in 14 min`, then the date. */
export const formatAgo = (at: number, now: number): string => {
  const distance = now - at;
  const size = Math.abs(distance);
  if (size < 45_000) return distance < 0 ? "in a moment" : "just now";
  const words = size < 3_600_000 ? `${Math.round(size / 60_000)}${GROUP}min` : size < 86_400_000 ? `${Math.round(size / 3_600_000)}${GROUP}h` : undefined;
  if (words === undefined) return formatInstant(at).slice(0, 16);
  return distance < 0 ? `in ${words}` : `${words} ago`;
};

/** `9f3c…` or `9f3c1a…x0c`: enough of a hash to compare by eye, never presented as the whole. */
export const shortHash = (hash: string, head = 4, tail = 0): string => (hash.length <= head + tail ? hash : `${hash.slice(0, head)}…${tail === 0 ? "" : hash.slice(-tail)}`);

export const plural = (count: number, one: string, many = `${one}s`): string => `${formatCount(count)} ${count === 1 ? one : many}`;
