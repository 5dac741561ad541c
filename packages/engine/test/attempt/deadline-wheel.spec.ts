import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { DeadlineWheel, type Expiring } from '../../src/attempt/deadline-wheel.js';
import { FakeClock } from '../engine/fake-clock.js';

const whenOver = (expired: () => void): Expiring => ({ expired });
const nobody = whenOver(() => {});

describe('DeadlineWheel', () => {
  it('is never early, and late by less than ten milliseconds, for every delay', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 30 }),
        fc.nat(20),
        (delays, offset) => {
          const clock = new FakeClock();
          clock.tick(offset);
          const wheel = new DeadlineWheel(clock);
          const start = clock.now();
          const lateness: number[] = [];
          for (const delay of delays)
            wheel.add(
              delay,
              whenOver(() => void lateness.push(clock.now() - start - delay)),
            );
          clock.tick(60_020);
          assert.equal(lateness.length, delays.length);
          for (const ms of lateness) assert.ok(ms >= 0 && ms < 10, `late by ${ms}`);
          assert.equal(clock.pending, 0);
        },
      ),
    );
  });

  it('calls nobody who cancelled', () => {
    const clock = new FakeClock();
    const wheel = new DeadlineWheel(clock);
    const called: string[] = [];
    const kept = wheel.add(
      100,
      whenOver(() => void called.push('kept')),
    );
    const dropped = wheel.add(
      100,
      whenOver(() => void called.push('dropped')),
    );
    dropped.cancel();
    dropped.cancel();
    clock.tick(200);
    kept.cancel();
    assert.deepEqual(called, ['kept']);
  });

  it('calls in the order of the deadlines, and lets a callback add and cancel others', () => {
    const clock = new FakeClock();
    const wheel = new DeadlineWheel(clock);
    const called: string[] = [];
    const third = wheel.add(
      30,
      whenOver(() => void called.push('third')),
    );
    wheel.add(
      10,
      whenOver(() => {
        called.push('first');
        wheel.add(
          10,
          whenOver(() => void called.push('second')),
        );
        third.cancel();
      }),
    );
    clock.tick(100);
    assert.deepEqual(called, ['first', 'second']);
  });

  it('holds one timer, however many deadlines', () => {
    const clock = new FakeClock();
    const wheel = new DeadlineWheel(clock);
    for (let i = 0; i < 1000; i++) wheel.add(15_000 - i, nobody);
    assert.equal(clock.pending, 1);
  });

  it('lets those who wait have their deadlines when it is closed, and stops at once when nobody waits', () => {
    const clock = new FakeClock();
    const wheel = new DeadlineWheel(clock);
    let called = 0;
    const dropped = wheel.add(100, nobody);
    wheel.add(
      200,
      whenOver(() => {
        called++;
      }),
    );
    wheel.close();
    dropped.cancel();
    clock.tick(300);
    assert.deepEqual([called, clock.pending], [1, 0]);
    wheel.add(100, nobody).cancel();
    wheel.close();
    assert.equal(clock.pending, 0);
  });

  it('gives answers that arrived during a stall one turn of the event loop', () => {
    const timers: (() => void)[] = [];
    let now = 0;
    const wheel = new DeadlineWheel({
      now: () => now,
      setTimeout: (run) => timers.push(run),
      clearTimeout: () => {},
    });
    let called = 0;
    wheel.add(
      100,
      whenOver(() => {
        called++;
      }),
    );
    now = 5_000;
    timers.shift()?.();
    assert.equal(called, 0);
    timers.shift()?.();
    assert.equal(called, 1);
  });
});
