/** Milliseconds of a `grpc-timeout` value, rounded up; `undefined` when it is none. */
export function parseGrpcTimeout(value: string | undefined): number | undefined {
  const match = value === undefined ? null : /^(\d{1,8})([HMSmun])$/.exec(value);
  if (match === null) return undefined;
  return Math.ceil(Number(match[1]) * (unitMs[match[2] as keyof typeof unitMs] ?? 0));
}

const unitMs = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** The value for a timeout in milliseconds: at most eight digits, so longer ones in coarser units. */
export function formatGrpcTimeout(timeoutMs: number): string {
  let value = Math.trunc(timeoutMs);
  for (const [unit, perNext] of [
    ['m', 1000],
    ['S', 60],
    ['M', 60],
  ] as const) {
    if (value <= 99_999_999) return `${value}${unit}`;
    value = Math.trunc(value / perNext);
  }
  return `${Math.min(value, 99_999_999)}H`;
}
