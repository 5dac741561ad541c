import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { makeCertificates } from '../conformance/certificates-dir.js';
import { hasNamespaces, startLane } from '../conformance/lanes.js';
import type { WorldResult } from './report.js';
import type { WorldKind } from './world/world.js';

/** One world to run. */
export interface Order {
  readonly kind: WorldKind;
  readonly seed: number;
  readonly requests: number;
}

/** A world takes some twenty seconds on each side, most of which it waits. */
const worldLimitMs = 180_000;

/** Runs the worlds in child processes, `jobs` at a time, each on a loopback of its own where the system lends one. */
export async function runWorlds(orders: readonly Order[], jobs: number): Promise<readonly WorldResult[]> {
  const isolated = hasNamespaces();
  makeCertificates([]);
  const waiting = [...orders];
  const results: WorldResult[] = [];
  const work = async (): Promise<void> => {
    for (let order = waiting.shift(); order !== undefined; order = waiting.shift()) {
      results.push(await runWorld(startLane(isolated, join(import.meta.dirname, 'lane.ts')), order));
    }
  };
  await Promise.all(Array.from({ length: isolated ? Math.max(1, jobs) : 1 }, work));
  return results.sort((a, b) => a.kind.localeCompare(b.kind) || a.seed - b.seed);
}

/** A process for each world: one that dies, or does not end, takes no other along. */
async function runWorld(lane: ChildProcess, order: Order): Promise<WorldResult> {
  return new Promise((resolve) => {
    const settle = (result: WorldResult): void => {
      clearTimeout(limit);
      lane.removeAllListeners();
      if (lane.connected) lane.disconnect();
      resolve(result);
    };
    const fail = (difference: string): void =>
      settle({
        kind: order.kind,
        seed: order.seed,
        passed: 0,
        failed: order.requests,
        differences: [difference],
      });
    const limit = setTimeout(() => {
      fail(`did not end within ${worldLimitMs / 1_000} s`);
      lane.kill('SIGTERM');
    }, worldLimitMs);
    lane.once('message', settle);
    lane.once('error', (error) => fail(`the process did not start: ${error.message}`));
    lane.once('exit', (code, signal) => fail(`the process ended with ${signal ?? `status ${code}`}`));
    lane.send(order, (error) => error && fail(`the process is gone: ${error.message}`));
  });
}
