/** A child process that runs one world and ends. */
import { stackOf } from '../conformance/suites/suite.js';
import { differencesOf } from './differences.js';
import { EnvoyRefusal } from './real-envoy.js';
import type { WorldResult } from './report.js';
import { createWorld } from './world/world.js';
import type { Order } from './worlds.js';

/** What nobody awaited is a difference as well: an Envoy has none. */
const strays: string[] = [];
const noteStray = (error: unknown): void => void strays.push(`nobody awaited: ${stackOf(error)}`);
process.on('unhandledRejection', noteStray);
process.on('uncaughtException', noteStray);

process.once('message', async (order: Order) => {
  process.send?.(await resultOf(order));
});
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit(1));

async function resultOf({ kind, seed, requests }: Order): Promise<WorldResult> {
  const world = createWorld(kind, seed, requests);
  const asked = world.steps?.length ?? 0;
  try {
    const differences = [...(await differencesOf(world, seed)), ...strays];
    const failed = new Set(differences.map((line) => /^step \d+/.exec(line)?.[0] ?? line)).size;
    return { kind, seed, passed: asked - failed, failed, differences };
  } catch (error) {
    if (error instanceof EnvoyRefusal)
      return { kind, seed, passed: 0, failed: 0, differences: [], refusal: error.message };
    return { kind, seed, passed: 0, failed: asked, differences: [stackOf(error)] };
  }
}
