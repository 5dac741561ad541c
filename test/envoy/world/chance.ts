import { seededRandom } from '../../conformance/seeded-random.js';

/** Chance that can be repeated, in the shapes that a generator asks for. */
export interface Chance {
  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
  /** Some of the list, each with its chance, in the list's order. */
  some<T>(list: readonly T[], probability?: number): T[];
  /** Whether something of that probability happens. */
  hits(probability: number): boolean;
  /** What `make` makes, with that probability. */
  maybe<T extends object>(probability: number, make: () => T): T | Record<never, never>;
}

export function createChance(seed: number): Chance {
  const random = seededRandom(seed);
  const int = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  const hits = (probability: number): boolean => random() < probability;
  return {
    int,
    hits,
    pick<T>(list: readonly T[]): T {
      return list[int(0, list.length - 1)] as T;
    },
    some: (list, probability = 0.5) => list.filter(() => hits(probability)),
    maybe: (probability, make) => (hits(probability) ? make() : {}),
  };
}
