// Times and numbers in the reader's language.

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });
const NUMBER = new Intl.NumberFormat();

const isTime = (value) => typeof value === "number" && Math.abs(value) < 8.64e15;

/** Return the time of day with milliseconds. */
export function clock(milliseconds) {
  if (!isTime(milliseconds)) return "";
  return `${CLOCK.format(milliseconds)}.${String(Math.floor(((milliseconds % 1000) + 1000) % 1000)).padStart(3, "0")}`;
}

/** Return date and time. */
export const moment = (milliseconds) => (isTime(milliseconds) ? FULL.format(milliseconds) : "");

/** Return a number with its noun: `1 event`, `2 events`. */
export const counted = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;

/** Return a number with separators. */
export const number = (value) => NUMBER.format(value);
