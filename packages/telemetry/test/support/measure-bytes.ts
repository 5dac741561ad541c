// Prints how many bytes a call costs telemetry, as JSON. A process of its own: what other specs have taught the compiler
// of JavaScript about these functions would count.
import type { Endpoint, ObservedCall } from '@inmesh/engine';
import { createWorkload } from '@inmesh/model';
import { createTelemetry } from '../../src/create-telemetry.js';
import { observedCall } from './observed-call.js';

const { observer } = createTelemetry({ workload: createWorkload({ name: 'web' }) });

const services = [{ host: 'shop.test', name: 'shop', namespace: 'shop' }];
const call: ObservedCall = observedCall({
  cluster: { name: 'outbound|80||shop.test', metadata: { filterMetadata: { istio: { services } } } },
  endpoint: { key: '10.0.0.1:80', metadata: undefined } as Endpoint,
  route: {
    name: 'default',
    source: { match: {} },
    virtualHost: { name: 'shop.test:80', domains: [], routes: [] },
  } as ObservedCall['route'],
  headers: { 'content-length': '12' },
});

function bytesPer(turn: () => void, turns = 100_000): number {
  for (let i = 0; i < turns; i++) turn();
  // The least of some rounds: a compilation in between allocates, and a collection only takes away.
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 8; round++) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < turns; i++) turn();
    const grown = process.memoryUsage().heapUsed - before;
    if (grown >= 0) least = Math.min(least, grown / turns);
  }
  return least;
}

console.log(
  JSON.stringify({
    ended: bytesPer(() => observer.ended?.(call)),
    begun: bytesPer(() => observer.begun?.(call)),
  }),
);
