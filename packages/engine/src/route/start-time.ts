/**
 * Formats a moment as `%START_TIME(...)%` does: strftime in UTC, and `%f`, `%3f`, `%6f`, `%9f` for fractions of
 * a second. Without a format: ISO 8601 with milliseconds.
 */
export function formatTime(epochMs: number, format: string): string {
  const date = new Date(epochMs);
  if (format === '') return date.toISOString();
  return format.replace(/%(\d?)([A-Za-z%])/g, (whole, digits: string, letter: string) => {
    if (letter === 'f') return fraction(epochMs, digits === '' ? 9 : Number(digits));
    if (digits !== '') return whole;
    return conversions[letter]?.(date) ?? whole;
  });
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const two = (value: number): string => String(value).padStart(2, '0');
const hour12 = (date: Date): number => date.getUTCHours() % 12 || 12;
const hours = (date: Date): string => two(date.getUTCHours());
const minutes = (date: Date): string => two(date.getUTCMinutes());
const seconds = (date: Date): string => two(date.getUTCSeconds());

const conversions: Readonly<Record<string, ((date: Date) => string) | undefined>> = {
  '%': () => '%',
  A: (date) => days[date.getUTCDay()] ?? '',
  a: (date) => (days[date.getUTCDay()] ?? '').slice(0, 3),
  B: (date) => months[date.getUTCMonth()] ?? '',
  b: (date) => (months[date.getUTCMonth()] ?? '').slice(0, 3),
  D: (date) => `${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())}/${two(date.getUTCFullYear() % 100)}`,
  d: (date) => two(date.getUTCDate()),
  e: (date) => String(date.getUTCDate()).padStart(2, ' '),
  F: (date) => date.toISOString().slice(0, 10),
  H: hours,
  I: (date) => two(hour12(date)),
  j: (date) => String(dayOfYear(date)).padStart(3, '0'),
  M: minutes,
  m: (date) => two(date.getUTCMonth() + 1),
  p: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  R: (date) => `${hours(date)}:${minutes(date)}`,
  S: seconds,
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  T: (date) => `${hours(date)}:${minutes(date)}:${seconds(date)}`,
  u: (date) => String(date.getUTCDay() || 7),
  w: (date) => String(date.getUTCDay()),
  Y: (date) => String(date.getUTCFullYear()),
  y: (date) => two(date.getUTCFullYear() % 100),
  Z: () => 'UTC',
  z: () => '+0000',
};

function fraction(epochMs: number, digits: number): string {
  const nanoseconds = String(Math.floor((epochMs % 1000) * 1e6)).padStart(9, '0');
  return nanoseconds.slice(0, digits);
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}
