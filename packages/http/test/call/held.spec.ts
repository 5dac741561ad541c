import { strict as assert } from 'node:assert';
import { setImmediate as turn } from 'node:timers/promises';
import type { Caller } from '../../src/call/caller.js';
import { held } from '../../src/call/held.js';

/** A caller who writes down what it is told. */
function writing(answered: () => boolean = () => true): { told: string[]; caller: Caller } {
  const told: string[] = [];
  const caller: Caller = {
    started() {},
    informed: (status) => told.push(`informed ${status}`),
    answered(head) {
      told.push(`answered ${head.status}`);
      resume = head.resume;
      return answered();
    },
    received(chunk) {
      told.push(`received ${chunk}`);
      return true;
    },
    completed: (trailers) => told.push(`completed ${trailers}`),
    upgraded() {},
    failed: (error) => told.push(`failed ${error.message}`),
  };
  return { told, caller };
}

let resume = (): void => {};
const head = { status: 200, statusText: '', lines: [], isLocal: false, resume() {} };

const options = { limitBytes: 4, exceeded() {} };

describe('a held response', () => {
  const upper: Parameters<typeof held>[1] = async (body, trailers) => {
    trailers.append('x-seen', '1');
    return { status: 202, body: Buffer.from(String(body).toUpperCase()) };
  };

  it('reaches the caller when it is whole, with the status, body and trailers that the hold leaves', async () => {
    const { told, caller } = writing();
    const holding = held(caller, upper, { ...options, next: () => caller });
    holding.informed(103, []);
    assert.equal(holding.answered(head), true);
    assert.equal(holding.received(Buffer.from('a')), true);
    holding.received(Buffer.from('b'));
    assert.deepEqual(told, ['informed 103']);
    holding.completed([]);
    await turn();
    assert.deepEqual(told, ['informed 103', 'answered 202', 'received AB', 'completed x-seen,1']);
  });

  it('waits for a caller who wants no data yet', async () => {
    const { told, caller } = writing(() => false);
    const holding = held(caller, upper, { ...options, next: () => caller });
    holding.answered(head);
    holding.completed([]);
    await turn();
    assert.deepEqual(told, ['answered 202']);
    resume();
    assert.deepEqual(told, ['answered 202', 'completed x-seen,1']);
  });

  it('that breaks off is an error, and nothing else follows', async () => {
    const { told, caller } = writing();
    const holding = held(caller, upper, { ...options, next: () => caller });
    holding.answered(head);
    holding.received(Buffer.from('a'));
    holding.failed(new Error('gone'));
    holding.completed([]);
    await turn();
    assert.deepEqual(told, ['failed gone']);
  });

  it('is an error for a caller who throws at its head, and for nobody else', async () => {
    const { told, caller } = writing(() => {
      throw new Error('not mine');
    });
    const holding = held(caller, upper, { ...options, next: () => caller });
    holding.answered(head);
    holding.completed([]);
    await turn();
    assert.deepEqual(told, ['answered 202', 'failed not mine']);
  });

  it('goes to whoever is next by then', async () => {
    const [first, later] = [writing(), writing()];
    const holding = held(first.caller, upper, { ...options, next: () => later.caller });
    holding.answered(head);
    holding.completed([]);
    await turn();
    assert.deepEqual([first.told.length, later.told.length], [0, 2]);
  });

  it('is given up once it is larger than may be held, and told of nobody here', async () => {
    const { told, caller } = writing();
    let exceeded = 0;
    const holding = held(caller, upper, { limitBytes: 4, next: () => caller, exceeded: () => exceeded++ });
    holding.answered(head);
    for (const piece of ['four', '!', '!']) holding.received(Buffer.from(piece));
    await turn();
    assert.deepEqual([exceeded, told], [1, []]);
  });
});
