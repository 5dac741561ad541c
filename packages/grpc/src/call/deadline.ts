import type { CallStart } from './call-options.js';

/** Bits of `grpc.propagate` of grpc-js. */
const bits = { deadline: 1, cancellation: 8 } as const;

/** Whether a call takes that over from the one which it is made for. Everything, unless it says what. */
export function propagates({ propagateFlags }: CallStart, what: keyof typeof bits): boolean {
  return propagateFlags === undefined || propagateFlags === null || (propagateFlags & bits[what]) !== 0;
}

/** Milliseconds since 1970 until when the call may last: its own, or that of the call which it is made for. */
export function deadlineOf(start: CallStart): number {
  const own = Number(start.deadline);
  const { parent } = start;
  return parent && propagates(start, 'deadline') ? Math.min(own, Number(parent.getDeadline())) : own;
}

/** The value of `grpc-timeout`: at most eight digits, rounded up in the finest unit that holds them. */
export function formatTimeout(leftMs: number): string {
  const { unit, ms } = units.find((one) => leftMs / one.ms < 1e8) ?? longest;
  return `${Math.min(Math.ceil(Math.max(leftMs, 0) / ms), 99_999_999)}${unit}`;
}

const longest = { unit: 'H', ms: 3_600_000 };
const units = [{ unit: 'm', ms: 1 }, { unit: 'S', ms: 1000 }, { unit: 'M', ms: 60_000 }, longest];
