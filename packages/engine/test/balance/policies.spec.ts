import { preparedHash, prepareHashing } from '../../src/balance/hash.js';
import { leastRequest } from '../../src/balance/least-request.js';
import { createMaglev } from '../../src/balance/maglev.js';
import { random } from '../../src/balance/random.js';
import { createRingHash } from '../../src/balance/ring-hash.js';
import { roundRobin } from '../../src/balance/round-robin.js';
import { testPolicy } from './test-policy.js';

describe('load-balancing policies', () => {
  before(prepareHashing);
  const xxHash = (text: string, seed?: bigint): bigint => preparedHash()?.(text, seed) ?? 0n;

  testPolicy('ROUND_ROBIN', () => roundRobin, { weighted: true });
  testPolicy('LEAST_REQUEST', () => leastRequest, { weighted: true });
  testPolicy('RANDOM', () => random, { weighted: false });
  // Arcs of a small ring are uneven: shares need many places.
  testPolicy('RING_HASH', () => createRingHash({ config: { minimumRingSize: 16_384 }, xxHash }), {
    weighted: true,
  });
  testPolicy('MAGLEV', () => createMaglev({ xxHash }), { weighted: true });
});
