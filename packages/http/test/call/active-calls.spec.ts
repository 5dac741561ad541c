import { strict as assert } from 'node:assert';
import { ActiveCalls } from '../../src/call/active-calls.js';

describe('ActiveCalls', () => {
  it('hold the process while one is under way, and no longer', () => {
    const holding = (): number =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const active = new ActiveCalls();
    const before = holding();
    active.started();
    active.started();
    assert.equal(holding(), before + 1);
    active.finished();
    assert.equal(holding(), before + 1, 'one is left');
    active.finished();
    assert.equal(holding(), before);
    active.close();
  });
});
