import type { WorldKind } from './world/world.js';

/** How one world fared, counted in requests. */
export interface WorldResult {
  readonly kind: WorldKind;
  readonly seed: number;
  readonly passed: number;
  readonly failed: number;
  readonly differences: readonly string[];
  /** Why Envoy did not take the world at all. */
  readonly refusal?: string;
}

/** Worlds and requests by kind. */
export function drawTable(results: readonly WorldResult[]): string {
  const kinds = [...new Set(results.map(({ kind }) => kind))];
  const rows = kinds.map((kind) => {
    const own = results.filter((result) => result.kind === kind);
    const sum = (count: (result: WorldResult) => number): number =>
      own.reduce((total, result) => total + count(result), 0);
    const refused = own.filter(({ refusal }) => refusal !== undefined).length;
    return row(
      kind,
      own.length,
      refused,
      sum((one) => one.passed),
      sum((one) => one.failed),
    );
  });
  return [row('kind', 'worlds', 'refused', 'requests equal', 'different'), ...rows].join('\n');
}

/** What differs, by the part that differs, the most frequent first. */
export function drawClasses(results: readonly WorldResult[]): string {
  const counts = new Map<string, number>();
  for (const difference of results.flatMap(({ differences }) => differences)) {
    const name = /^step \d+: (?:outcome [^:]*: )?([^:]*)/.exec(difference)?.[1] ?? difference.slice(0, 60);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const refusals = results.flatMap(({ refusal }) => (refusal === undefined ? [] : [`refused: ${refusal}`]));
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return [...sorted.map(([name, count]) => `${String(count).padStart(6)}  ${name}`), ...refusals].join('\n');
}

const row = (name: string, ...cells: readonly (string | number)[]): string =>
  name.padEnd(14) + cells.map((cell) => String(cell).padStart(16)).join('');
