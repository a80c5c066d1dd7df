/**
 * Numbers, times and durations as the page shows them.
 *
 * @module
 */

const NUMBER = new Intl.NumberFormat('en');
const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** Such as `41,202`. */
export function formatCount(count: number): string {
  return NUMBER.format(count);
}

/** Such as `1 route`, `2 routes`. */
export function formatNumberOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** The time of day, such as `10:14:02`; the number itself if it is not an instant. */
export function formatTime(time: number): string {
  return isInstant(time) ? TIME.format(time) : String(time);
}

/** Date and time; the text itself if it is not an instant. */
export function formatMoment(instant: string | number): string {
  const time = typeof instant === 'number' ? instant : Date.parse(instant);
  return isInstant(time) ? MOMENT.format(time) : String(instant);
}

/** The date, such as `3 Oct 2026`; the text itself if it is not an instant. */
export function formatDate(instant: string): string {
  const time = Date.parse(instant);
  return isInstant(time) ? DATE.format(time) : instant;
}

/** The formats throw for anything else. */
function isInstant(time: number): boolean {
  return !Number.isNaN(new Date(time).getTime());
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** A duration in its two largest units, such as `3 h 12 min`; below a second in milliseconds. */
export function formatDuration(milliseconds: number): string {
  const first = UNITS.findIndex(([size]) => milliseconds >= size);
  const [size, unit] = UNITS[first] ?? [1, 'ms'];
  const [smallSize, smallUnit] = (first === -1 ? undefined : UNITS[first + 1]) ?? [0, ''];
  const whole = `${formatCount(Math.floor(Math.max(milliseconds, 0) / size))} ${unit}`;
  const rest = smallSize === 0 ? 0 : Math.floor((milliseconds % size) / smallSize);
  return rest === 0 ? whole : `${whole} ${rest} ${smallUnit}`;
}

/** Microseconds, in milliseconds from 10,000 on. */
export function formatMicroseconds(microseconds: number): string {
  return microseconds < 10_000
    ? `${formatCount(Math.round(microseconds))} µs`
    : `${formatCount(Math.round(microseconds / 1_000))} ms`;
}

/** A share in percent, such as `0.02 %`; never 0 for a part that is not. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  const percent = (part / whole) * 100;
  if (percent < 0.01) return '< 0.01 %';
  return `${percent < 10 ? Number(percent.toPrecision(2)) : Math.round(percent)} %`;
}
