// What <input type="datetime-local"> reads and writes: local time, to the minute.

const pad = (value: number): string => String(value).padStart(2, "0");
export const toLocalInput = (at: number): string => {
  const date = new Date(at);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
};
/** NaN while it is not a time. */
export const fromLocalInput = (text: string): number => new Date(text).getTime();

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
export const weekday = (at: number): string => DAYS[new Date(at).getDay()] as string;
export const minuteOf = (at: number): string => toLocalInput(at).replace("T", " ");
