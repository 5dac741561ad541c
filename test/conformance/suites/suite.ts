import type { ConformanceCase } from '../conformance-case.js';

export const suiteNames = ['compile', 'exchange', 'validate', 'analyze'] as const;
export type SuiteName = (typeof suiteNames)[number];

/** One question that is asked of every case. */
export interface Suite {
  /** Why this case is not judged, or nothing. Cases to which the suite does not apply are left out beforehand. */
  skips(one: ConformanceCase): string | undefined;
  /** Whether the recording says anything about this question. */
  applies(one: ConformanceCase): boolean;
  /** Its cases take fixed addresses: each runs in a process of its own. */
  readonly inLanes?: boolean;
  /** What all lanes share, made before the first of them starts. */
  prepare?(cases: readonly ConformanceCase[]): void;
  /** One line per difference from the recording, none where they agree. A throw is a failure, too. */
  differences(one: ConformanceCase, seed: number): Promise<readonly string[]>;
}

/** How one case fared in one suite. */
export interface Result {
  readonly suite: SuiteName;
  readonly area: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped. */
  readonly reason?: string;
  readonly differences: readonly string[];
  readonly ms: number;
}

/** Asks one suite about one case. `seed` is that of whatever is left to chance. */
export async function judge(
  name: SuiteName,
  suite: Suite,
  one: ConformanceCase,
  seed: number = 1,
): Promise<Result> {
  const of = { suite: name, area: one.area, name: one.name };
  const reason = suite.skips(one);
  if (reason !== undefined) return { ...of, outcome: 'skipped', reason, differences: [], ms: 0 };
  const start = performance.now();
  const differences = await suite.differences(one, seed).catch((error: unknown) => [stackOf(error)]);
  const ms = Math.round(performance.now() - start);
  return { ...of, outcome: differences.length === 0 ? 'passed' : 'failed', differences, ms };
}

/** The error with the first places of its stack: enough to know where to look. */
export function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const places = (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  return [`threw ${error.name}: ${error.message}`, ...places.slice(0, 6)].join('\n');
}
