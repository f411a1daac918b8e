// Times as the page writes them: always UTC, English, without the browser's zone anywhere.

export const kSecond_ms = 1_000;
export const kMinute_ms = 60 * kSecond_ms;
export const kHour_ms = 60 * kMinute_ms;
export const kDay_ms = 24 * kHour_ms;

const kMonths = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const kWeekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const two = (value: number): string => String(value).padStart(2, '0');

export function startOfDay(time_ms: number): number {
  return Math.floor(time_ms / kDay_ms) * kDay_ms;
}

/** "8 Jul" */
export function dayMonth(time_ms: number): string {
  const time = new Date(time_ms);
  return `${time.getUTCDate()} ${kMonths[time.getUTCMonth()]}`;
}

/** "Jul 2024" */
export function monthYear(time_ms: number): string {
  const time = new Date(time_ms);
  return `${kMonths[time.getUTCMonth()]} ${time.getUTCFullYear()}`;
}

/** "8 Jul 2024" */
export function date(time_ms: number): string {
  return `${dayMonth(time_ms)} ${new Date(time_ms).getUTCFullYear()}`;
}

/** "Mon 8 Jul 2024" */
export function weekdayDate(time_ms: number): string {
  return `${kWeekdays[new Date(time_ms).getUTCDay()]} ${date(time_ms)}`;
}

/** "09:05", or "09:05:07" where the seconds count. */
export function clock(time_ms: number): string {
  const time = new Date(time_ms);
  const minutes = `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}`;
  return time.getUTCSeconds() === 0 ? minutes : `${minutes}:${two(time.getUTCSeconds())}`;
}

/** "12:03:07", always with its seconds. */
export function clockWithSeconds(time_ms: number): string {
  return new Date(time_ms).toISOString().slice(11, 19);
}

/** "2024-07-08" */
export function isoDay(time_ms: number): string {
  return new Date(time_ms).toISOString().slice(0, 10);
}

/** "2024-07-08T00:00:00Z": the form that the server takes. */
export function isoSeconds(time_ms: number): string {
  return `${new Date(time_ms).toISOString().slice(0, 19)}Z`;
}

function moment(time_ms: number): string {
  return `${date(time_ms)}, ${clock(time_ms)}`;
}

/** A span with an exclusive end, said the way people say it: "8 Jul 2024", "1–7 Jul 2024", "8 Jul 2024, 09:00–12:00". */
export function span(from_ms: number, to_ms: number): string {
  const wholeDays = from_ms === startOfDay(from_ms) && to_ms === startOfDay(to_ms);
  if (wholeDays) return days(from_ms, Math.max(from_ms, to_ms - kDay_ms));
  const sameDay = startOfDay(from_ms) === startOfDay(to_ms - 1);
  return sameDay ? `${moment(from_ms)}–${clock(to_ms)}` : `${moment(from_ms)} – ${moment(to_ms)}`;
}

function days(first_ms: number, last_ms: number): string {
  if (first_ms === last_ms) return date(first_ms);
  const [first, last] = [new Date(first_ms), new Date(last_ms)];
  if (first.getUTCFullYear() !== last.getUTCFullYear()) return `${date(first_ms)} – ${date(last_ms)}`;
  if (first.getUTCMonth() !== last.getUTCMonth()) return `${dayMonth(first_ms)} – ${date(last_ms)}`;
  return `${first.getUTCDate()}–${date(last_ms)}`;
}
