import { strict as assert } from 'node:assert';
import { createHook } from 'node:async_hooks';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ResourceView } from '../../src/resource-view.js';
import { FakeClock } from '../engine/fake-clock.js';
import { World } from '../engine/world.js';
import { carryCall, commonRules } from './common-call.js';

const calls = 100;

/** A clock that counts how often it is asked. */
class CountingClock extends FakeClock {
  reads = 0;
  timers = 0;

  override now(): number {
    this.reads++;
    return super.now();
  }

  override setTimeout(run: () => void, delayMs: number): unknown {
    this.timers++;
    return super.setTimeout(run, delayMs);
  }
}

function worldOf(clock: CountingClock, random: () => number = () => 0.4): World {
  const world = new World({ ...commonRules, engine: { clock, random, observer: { ended: () => {} } } });
  // All that is compiled on first use.
  for (let i = 0; i < 3; i++) carryCall(world);
  return world;
}

describe('what a common call costs', () => {
  it('is no promise, no timer and no other resource of the event loop', () => {
    const world = worldOf(new CountingClock());
    const made: string[] = [];
    const hook = createHook({ init: (_id, type) => void made.push(type) }).enable();
    for (let i = 0; i < calls; i++) carryCall(world);
    hook.disable();
    assert.deepEqual(made, []);
  });

  it('is no timer of its own, though it has two deadlines', () => {
    const clock = new CountingClock();
    const world = worldOf(clock);
    const before = clock.timers;
    for (let i = 0; i < calls; i++) carryCall(world);
    assert.equal(clock.timers, before);
  });

  it('is three looks at the clock: when it begins, when it is on its way, and when it ends', () => {
    const clock = new CountingClock();
    const world = worldOf(clock);
    const before = clock.reads;
    for (let i = 0; i < calls; i++) carryCall(world);
    assert.equal((clock.reads - before) / calls, 3);
  });

  it('is three random numbers: one for its route, two for its endpoint', () => {
    let drawn = 0;
    const world = worldOf(new CountingClock(), () => {
      drawn++;
      return 0.4;
    });
    drawn = 0;
    for (let i = 0; i < calls; i++) carryCall(world);
    assert.equal(drawn / calls, 3);
  });

  it('is one question to the view, once it has answered: whether destinations count', () => {
    const asked: string[] = [];
    const world = new World({
      ...commonRules,
      wrapView: (view) =>
        new Proxy(view, {
          get(target, name: keyof ResourceView) {
            asked.push(name);
            return target[name];
          },
        }),
    });
    for (let i = 0; i < 3; i++) carryCall(world);
    assert.ok(asked.includes('routeConfiguration'));
    asked.length = 0;
    for (let i = 0; i < calls; i++) carryCall(world);
    assert.deepEqual(asked, Array(calls).fill('hasAddressListeners'));
  });

  it('is some two thousand bytes, the arrays of its header lines included', function () {
    this.timeout(30_000);
    const program = join(import.meta.dirname, 'measure-bytes.ts');
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import=tsx', '--conditions=@inmesh/source', program],
      { encoding: 'utf8' },
    );
    const bytes = Number(stdout);
    assert.ok(bytes > 500 && bytes < 2_700, `${stdout || stderr} bytes`);
  });
});
