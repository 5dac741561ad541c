/** How many endpoints of a priority are what. `total` leaves out the excluded ones. */
export interface PriorityCounts {
  readonly healthy: number;
  readonly degraded: number;
  readonly total: number;
}

/** Which share of the traffic each priority gets, in whole percent. Envoy: `LoadBalancerBase`. */
export interface PriorityLoad {
  readonly healthy: readonly number[];
  readonly degraded: readonly number[];
  /** Priorities in panic: all their endpoints are used, healthy or not. */
  readonly panic: readonly boolean[];
}

/** How much of the traffic each priority could bear by itself, in percent. */
export interface PriorityAvailability {
  readonly healthy: readonly number[];
  readonly degraded: readonly number[];
}

/** @param overprovisioning in percent */
export function priorityAvailability(
  counts: readonly PriorityCounts[],
  overprovisioning: number,
): PriorityAvailability {
  return {
    healthy: counts.map(({ healthy, total }) => availability(healthy, total, overprovisioning)),
    degraded: counts.map(({ degraded, total }) => availability(degraded, total, overprovisioning)),
  };
}

/**
 * Spreads 100 % over the priorities: the first takes what its healthy endpoints can bear, over-provisioned, the
 * next one the rest. Whole numbers throughout, as Envoy computes them.
 *
 * @param overprovisioning in percent, 140 unless the assignment says otherwise
 * @param panicThreshold in percent; 0: no panic, ever
 */
export function priorityLoad(
  counts: readonly PriorityCounts[],
  overprovisioning: number,
  panicThreshold: number,
): PriorityLoad {
  const { healthy: available, degraded: availableDegraded } = priorityAvailability(counts, overprovisioning);
  const sum = Math.min(100, total(available) + total(availableDegraded));
  const panic = counts.map((count) => sum < 100 && isInPanic(count, panicThreshold));
  if (panic.length > 0 && panic.every(Boolean)) return { ...loadByCount(counts), panic };

  const healthy = counts.map(() => 0);
  const degraded = counts.map(() => 0);
  if (sum === 0) {
    if (healthy.length > 0) healthy[0] = 100;
    return { healthy, degraded, panic };
  }
  let remaining = distribute(healthy, available, 100, sum);
  remaining = distribute(degraded, availableDegraded, remaining, sum);
  if (!addToFirst(remaining, healthy, available)) addToFirst(remaining, degraded, availableDegraded);
  return { healthy, degraded, panic };
}

function availability(count: number, of: number, overprovisioning: number): number {
  return of === 0 ? 0 : Math.min(100, Math.trunc((overprovisioning * count) / of));
}

function isInPanic({ healthy, degraded, total }: PriorityCounts, threshold: number): boolean {
  const percent = total === 0 ? 0 : (100 * (healthy + degraded)) / total;
  return percent < threshold;
}

/** Everybody in panic: health says nothing any more, so the number of endpoints decides. */
function loadByCount(counts: readonly PriorityCounts[]): Omit<PriorityLoad, 'panic'> {
  const all = total(counts.map((count) => count.total));
  const healthy = counts.map((count) => (all === 0 ? 0 : Math.trunc((100 * count.total) / all)));
  const first = counts.findIndex((count) => count.total > 0);
  const at = Math.max(first, 0);
  healthy[at] = (healthy[at] ?? 0) + 100 - total(healthy);
  return { healthy, degraded: counts.map(() => 0) };
}

function distribute(loads: number[], available: readonly number[], remaining: number, sum: number): number {
  let left = remaining;
  for (const [i, share] of available.entries()) {
    const load = Math.min(left, Math.trunc((share * 100) / sum));
    loads[i] = load;
    left -= load;
  }
  return left;
}

function addToFirst(rest: number, loads: number[], available: readonly number[]): boolean {
  const first = available.findIndex((share) => share > 0);
  if (first < 0) return false;
  loads[first] = (loads[first] ?? 0) + rest;
  return true;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
