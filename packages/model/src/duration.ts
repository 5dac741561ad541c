/**
 * Reads a duration in the form of proto3 JSON (`"1.5s"`) or of Go (`"1h30m"`, `"250ms"`): both occur in
 * Istio's YAML. Answers milliseconds with fractions, or `undefined` when the text is no duration.
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  // Nearly all are one number with one unit, for which a search for several would cost the most.
  const [, number, unit] = /^(\d+\.?\d*)(ms|s|m|h)$/.exec(text) ?? [];
  if (unit !== undefined) return Number(number) * unitMs[unit as keyof typeof unitMs];
  const sign = text.startsWith('-') ? -1 : 1;
  const body = /^[+-]/.test(text) ? text.slice(1) : text;
  if (body === '') return undefined;
  let ms = 0;
  let end = 0;
  for (const part of body.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/gy)) {
    ms += Number(part[1]) * (unitMs[part[2] as keyof typeof unitMs] ?? 0);
    end = part.index + part[0].length;
  }
  return end === body.length ? sign * ms : undefined;
}

const unitMs = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration of the contract in milliseconds. Absent and malformed durations are `undefined`. */
export function durationMs(duration: string | undefined): number | undefined {
  return duration === undefined ? undefined : parseDuration(duration);
}

/** The proto3 JSON form of a duration given in milliseconds: `1500` → `"1.5s"`. */
export function formatDuration(ms: number): string {
  return `${Number((ms / 1000).toFixed(9))}s`;
}

/** The proto3 JSON form of any duration that rules may contain: `"1h30m"` → `"5400s"`. Absent and malformed: `undefined`. */
export function canonicalDuration(duration: string | undefined): string | undefined {
  const ms = durationMs(duration);
  return ms === undefined ? undefined : formatDuration(ms);
}
