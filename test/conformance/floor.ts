import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tallyByArea } from './report.js';
import type { Result } from './suites/suite.js';

/** How many cases have to pass, by `suite/area`. It only rises. */
export type Floor = Readonly<Record<string, number>>;

const floorFile = join(import.meta.dirname, 'floor.json');

/** One line for each suite and area that passes less than the floor demands. */
export function belowFloor(results: readonly Result[], floor: Floor = readFloor()): readonly string[] {
  return [...tallyByArea(results)]
    .filter(([key, { passed }]) => passed < (floor[key] ?? 0))
    .map(([key, { passed }]) => `${key}: ${passed} passed, the floor is ${floor[key]}`);
}

/** The floor with what passes now, where that is more. */
export function raisedFloor(results: readonly Result[], floor: Floor): Floor {
  const raised = new Map(Object.entries(floor));
  for (const [key, { passed }] of tallyByArea(results)) {
    if (passed > (raised.get(key) ?? 0)) raised.set(key, passed);
  }
  return Object.fromEntries([...raised].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function raiseFloor(results: readonly Result[]): void {
  writeFileSync(floorFile, `${JSON.stringify(raisedFloor(results, readFloor()), null, 2)}\n`);
}

function readFloor(): Floor {
  return JSON.parse(readFileSync(floorFile, 'utf8'));
}
