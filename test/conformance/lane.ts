/** A child process that exchanges one case after the other, on a loopback of its own where the system allows it. */
import { loadCase } from './conformance-case.js';
import type { Order } from './lanes.js';
import { exchangeSuite } from './suites/exchange.js';
import { judge, stackOf } from './suites/suite.js';

/** What nobody awaited belongs to the case under way: it fails, whatever else it did. */
const strays: string[] = [];
const noteStray = (error: unknown): void => void strays.push(`nobody awaited: ${stackOf(error)}`);
process.on('unhandledRejection', noteStray);
process.on('uncaughtException', noteStray);

process.on('message', async ({ file, seed }: Order) => {
  strays.length = 0;
  const result = await judge('exchange', exchangeSuite, loadCase(file), seed);
  process.send?.(
    strays.length === 0
      ? result
      : { ...result, outcome: 'failed', differences: [...result.differences, ...strays] },
  );
});
process.on('disconnect', () => process.exit());
