import { strict as assert } from 'node:assert';
import { requestIds } from '../../src/listener/request-id.js';

describe('requestIds', () => {
  it('makes UUIDs of version 4, none of them twice', () => {
    const createRequestId = requestIds();
    const ids = Array.from({ length: 2_000 }, () => createRequestId(Math.random));
    for (const id of ids)
      assert.match(id, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('spreads the first byte of ids that follow each other, where samplers look', () => {
    const createRequestId = requestIds();
    const firsts = Array.from({ length: 256 }, () => createRequestId(Math.random).slice(0, 2));
    assert.equal(new Set(firsts).size, 256);
    const low = firsts.slice(0, 32).filter((first) => Number.parseInt(first, 16) < 128).length;
    assert.ok(low >= 12 && low <= 20, `${low} of 32 in the lower half`);
  });

  it('makes the same ids of the same chance', () => {
    const [one, other] = [requestIds(), requestIds()];
    assert.equal(
      one(() => 0.25),
      other(() => 0.25),
    );
  });
});
