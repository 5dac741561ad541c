import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { ResetReason, Send } from '../../src/call.js';
import { response, World } from './world.js';

/** What may happen to the attempts of a call, by chance. */
type Step =
  | {
      readonly kind:
        | 'attach'
        | 'ok'
        | 'bad'
        | 'end'
        | 'truncate'
        | 'abort'
        | 'cancel'
        | 'ask'
        | 'complete'
        | 'exceed';
    }
  | { readonly kind: 'fail'; readonly reason: ResetReason }
  | { readonly kind: 'tick'; readonly ms: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step>(
    { kind: 'attach' },
    { kind: 'ok' },
    { kind: 'bad' },
    { kind: 'end' },
    { kind: 'truncate' },
    { kind: 'abort' },
    { kind: 'ask' },
    { kind: 'cancel' },
    { kind: 'complete' },
    { kind: 'exceed' },
  ),
  fc.record({
    kind: fc.constant('fail' as const),
    reason: fc.constantFrom<ResetReason>('remoteConnectionFailure', 'connectionTermination', 'overflow'),
  }),
  fc.record({ kind: fc.constant('tick' as const), ms: fc.integer({ min: 1, max: 400 }) }),
);

describe('every attempt', () => {
  it('is settled exactly once, whatever happens: nothing stays counted when the call is over', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 40 }), fc.boolean(), (script, hedges) => {
        const world = new World({
          endpoints: ['10.0.0.1', '10.0.0.2'],
          route: {
            route: {
              cluster: 'shop',
              timeout: '1s',
              retryPolicy: { retryOn: '5xx', numRetries: 3, perTryTimeout: '0.3s' },
              ...(hedges ? { hedgePolicy: { hedgeOnPerTryTimeout: true } } : {}),
            },
          },
          cluster: { outlierDetection: { consecutive5xx: 2, maxEjectionPercent: 100 } },
          engine: { random: () => 0.5 },
        });
        play(world, script);
        const [cluster] = world.engine.status().clusters;
        assert.equal(world.log.length, 1, 'told once');
        assert.deepEqual([cluster?.activeRequests, cluster?.activeRetries], [0, 0]);
        for (const { activeRequests } of cluster?.endpoints ?? []) assert.equal(activeRequests, 0);
      }),
      { numRuns: 500 },
    );
  });
});

/** A driver that follows the engine to the letter while chance decides what the upstream does. */
function play(world: World, script: readonly Step[]): void {
  const { call } = world.begin({ body: 'stream' });
  const live = new Set<Send>();
  let delivering: Send | undefined;
  let over = false;
  const ask = (): void => {
    while (!over) {
      const next = call.next();
      if (next.kind === 'reply') over = true;
      if (next.kind !== 'send') return;
      live.add(next);
      next.onCancel = () => {
        assert.ok(live.delete(next), 'cancelled after it was settled');
        if (delivering === next) over = true;
      };
    }
  };
  call.wake = ask;
  ask();
  const first = (): Send | undefined => [...live].find((send) => send !== delivering);
  const settle = (send: Send, then: () => void): void => {
    live.delete(send);
    then();
    ask();
  };
  for (const step of script) {
    const send = first();
    if (step.kind === 'tick') world.clock.tick(step.ms);
    else if (step.kind === 'ask') ask();
    else if (step.kind === 'complete') call.requestComplete();
    else if (step.kind === 'exceed') call.bodyExceeded();
    else if (step.kind === 'cancel' && !over) {
      call.cancel();
      over = true;
    } else if (step.kind === 'attach') send?.attached();
    else if (step.kind === 'fail' && send !== undefined)
      settle(send, () =>
        send.failed(step.reason, step.reason === 'connectionTermination' ? 'unknown' : 'nothing'),
      );
    else if ((step.kind === 'ok' || step.kind === 'bad') && send !== undefined && delivering === undefined) {
      if (send.responded(response(step.kind === 'ok' ? 200 : 503)) === 'deliver') delivering = send;
      else settle(send, () => {});
    } else if (delivering !== undefined && live.has(delivering)) {
      const done = delivering;
      const how = step.kind === 'end' ? 'complete' : step.kind === 'truncate' ? 'truncated' : 'aborted';
      if (!['end', 'truncate', 'abort'].includes(step.kind)) continue;
      live.delete(done);
      done.ended(how);
      over = true;
    }
  }
  if (!over) call.cancel();
  assert.equal(live.size, 0, 'attempts that nobody settled');
}
