import { strict as assert } from 'node:assert';
import { createHook } from 'node:async_hooks';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createWorkload } from '@inmesh/model';
import { createTelemetry } from '../src/create-telemetry.js';
import { observedCall } from './support/observed-call.js';

const workload = createWorkload({ name: 'web' });
const call = observedCall();

/** The kinds of asynchronous resources that are made meanwhile. */
function resourcesMadeBy(turn: () => void): string[] {
  const made: string[] = [];
  const hook = createHook({ init: (_id, type) => void made.push(type) }).enable();
  turn();
  hook.disable();
  return made;
}

describe('what telemetry costs a call', () => {
  it('is no object where nobody but statistics hears of it, and at most one number', function () {
    this.timeout(30_000);
    const program = join(import.meta.dirname, 'support/measure-bytes.ts');
    const { stdout } = spawnSync(process.execPath, ['--import=tsx', '--conditions=@inmesh/source', program], {
      encoding: 'utf8',
    });
    const { ended, begun } = JSON.parse(stdout);
    // A number with a fraction may be boxed, which is 16 bytes.
    assert.ok(ended < 24, `${ended} bytes at its end`);
    assert.ok(begun < 8, `${begun} bytes at its beginning`);
  });

  it('is one look for an SDK that is not there, and none where nobody wants to know', () => {
    assert.equal(createTelemetry({ workload }).observer.begun?.(call), undefined);
    assert.equal(createTelemetry({ workload, openTelemetry: false }).observer.begun, undefined);
  });

  it('is no promise, no timer and no other resource', () => {
    const { observer } = createTelemetry({ workload });
    const made = resourcesMadeBy(() => {
      for (let i = 0; i < 100; i++) {
        observer.begun?.(call);
        observer.ended?.(call);
      }
    });
    assert.deepEqual(made, []);
  });

  it('is one turn of the event loop for all lines of an access log that come within one', () => {
    const { observer } = createTelemetry({ workload, accessLog: { sink: () => {} } });
    const made = resourcesMadeBy(() => {
      for (let i = 0; i < 100; i++) observer.ended?.(call);
    });
    assert.deepEqual(made, ['Immediate']);
  });
});
