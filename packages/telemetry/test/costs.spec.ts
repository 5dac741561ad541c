import { strict as assert } from 'node:assert';
import { createHook } from 'node:async_hooks';
import type { Endpoint, ObservedCall } from '@inmesh/engine';
import { createWorkload } from '@inmesh/model';
import { createTelemetry } from '../src/create-telemetry.js';
import { observedCall } from './support/observed-call.js';

const workload = createWorkload({ name: 'web' });

const call: ObservedCall = observedCall({
  cluster: {
    definition: {
      name: 'outbound|80||shop.test',
      metadata: {
        filterMetadata: { istio: { services: [{ host: 'shop.test', name: 'shop', namespace: 'shop' }] } },
      },
    },
  },
  endpoint: { key: '10.0.0.1:80', metadata: undefined } as Endpoint,
  route: { name: 'default', source: { match: {} }, virtualHost: { name: 'shop.test:80' } },
  headers: { 'content-length': '12' },
});

/** Bytes that one turn allocates, of many; 0 is never quite reached, as the engine of JavaScript allocates by itself. */
function bytesPer(turn: () => void, turns = 50_000): number {
  for (let i = 0; i < turns; i++) turn();
  // Less is noise: a collection in between only takes away.
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < turns; i++) turn();
    const grown = process.memoryUsage().heapUsed - before;
    if (grown >= 0) least = Math.min(least, grown / turns);
  }
  return least;
}

describe('what telemetry costs a call', () => {
  it('is no object where nobody but statistics hears of it, and at most one number', () => {
    const { observer } = createTelemetry({ workload });
    // A number with a fraction may be boxed, which is 16 bytes.
    assert.ok(bytesPer(() => observer.ended?.(call)) < 24);
  });

  it('is one look for an SDK that is not there', () => {
    const { observer } = createTelemetry({ workload });
    assert.equal(observer.begun?.(call), undefined);
    assert.ok(bytesPer(() => observer.begun?.(call)) < 24);
    const off = createTelemetry({ workload, openTelemetry: false });
    assert.equal(off.observer.begun, undefined, 'the engine then does not even ask');
  });

  it('is no promise, no timer and no other resource', async () => {
    const { observer } = createTelemetry({ workload });
    const made: string[] = [];
    const hook = createHook({ init: (_id, type) => void made.push(type) }).enable();
    for (let i = 0; i < 100; i++) {
      observer.begun?.(call);
      observer.ended?.(call);
    }
    hook.disable();
    assert.deepEqual(made, []);
  });

  it('is one turn of the event loop for all lines of an access log that come within one', () => {
    const { observer } = createTelemetry({ workload, accessLog: { sink: () => {} } });
    const made: string[] = [];
    const hook = createHook({ init: (_id, type) => void made.push(type) }).enable();
    for (let i = 0; i < 100; i++) observer.ended?.(call);
    hook.disable();
    assert.deepEqual(made, ['Immediate']);
  });
});
