import { strict as assert } from 'node:assert';
import { type Hash64, murmurHash2, preparedHash, prepareHashing } from '../../src/balance/hash.js';
import { hashRequest } from '../../src/balance/hash-policy.js';
import { normalizedWeights } from '../../src/balance/host-key.js';
import { buildMaglevTable, createMaglev } from '../../src/balance/maglev.js';
import { buildRing, createRingHash } from '../../src/balance/ring-hash.js';
import { ClusterState } from '../../src/cluster/cluster-state.js';
import { head } from '../engine/world.js';

// The numbers are those of Envoy's own unit tests for its ring hash and Maglev balancers.
describe('consistent hashing', () => {
  let xxHash: Hash64;
  before(async () => {
    await prepareHashing();
    xxHash = preparedHash() ?? assert.fail('hashing is prepared');
  });

  const equal = (count: number): Float64Array => new Float64Array(count).fill(1 / count);
  const ports = (first: number): string[] => Array.from({ length: 6 }, (_, i) => `127.0.0.1:${first + i}`);

  it('hashes as xxHash64', () => {
    assert.equal(xxHash(''), 17241709254077376921n);
    assert.equal(xxHash('foo'), 3728699739546630719n);
    assert.equal(xxHash('127.0.0.1:90_0'), 16117243373044804889n);
  });

  describe('the ring', () => {
    it('stands where Envoy puts it', () => {
      const ring = buildRing(ports(90), equal(6), { minimum: 12, maximum: 1024 }, (text) => xxHash(text));
      assert.deepEqual(
        [...ring.owners].map((owner) => 90 + owner),
        [94, 92, 90, 95, 93, 91, 91, 93, 95, 92, 94, 90],
      );
      assert.equal(ring.hashes[0], 833437586790550860n);
      assert.equal(ring.hashes[11], 16117243373044804889n);
    });

    it('stands where Envoy puts it with MurmurHash 2', () => {
      const ring = buildRing(ports(80), equal(6), { minimum: 12, maximum: 1024 }, (text) =>
        murmurHash2(text),
      );
      assert.deepEqual(
        [...ring.owners].map((owner) => 80 + owner),
        [85, 83, 84, 81, 82, 84, 81, 82, 83, 80, 85, 80],
      );
      assert.equal(ring.hashes[0], 1358027074129602068n);
      assert.equal(ring.hashes[11], 17613279263364193813n);
    });

    it('has places in proportion to weights', () => {
      const weights = Float64Array.from([1, 2, 3], (weight) => weight / 6);
      const ring = buildRing(ports(90).slice(0, 3), weights, { minimum: 6, maximum: 1024 }, (text) =>
        xxHash(text),
      );
      const places = (owner: number): number => ring.owners.filter((other) => other === owner).length;
      assert.deepEqual([places(0), places(1), places(2)], [1, 2, 3]);
    });

    it('takes the first place at or above the hash, begins anew behind the last, and moves on when rejected', () => {
      const cluster = new ClusterState({ random: () => 0 });
      const endpoints = ports(90).map((_, i) => cluster.endpoint({ address: '127.0.0.1', port: 90 + i }));
      const policy = createRingHash({ config: { minimumRingSize: 12 }, xxHash });
      const picker = policy.createPicker(endpoints, cluster);
      assert.equal(picker.pick({ hash: 0n })?.port, 94);
      assert.equal(picker.pick({ hash: 18446744073709551615n })?.port, 94);
      assert.equal(picker.pick({ hash: 3551244743356806947n })?.port, 95);
      assert.equal(picker.pick({ hash: 3551244743356806948n })?.port, 93);
      assert.equal(picker.pick({ hash: 3551244743356806947n, repick: 1 })?.port, 93);
    });

    it('moves few keys besides those of an endpoint that leaves', () => {
      const cluster = new ClusterState({ random: () => 0 });
      const endpoints = ports(90).map((_, i) => cluster.endpoint({ address: '127.0.0.1', port: 90 + i }));
      const policy = createRingHash({ xxHash });
      const whole = policy.createPicker(endpoints, cluster);
      const rest = policy.createPicker(endpoints.slice(1), cluster);
      const keys = Array.from({ length: 2000 }, (_, i) => xxHash(`user-${i}`));
      const kept = keys.filter((hash) => whole.pick({ hash }) !== endpoints[0]);
      const moved = kept.filter((hash) => rest.pick({ hash }) !== whole.pick({ hash }));
      // The smallest size of the ring stays, so the others get more places: a fifth of the keys, not four fifths.
      assert.ok(moved.length < kept.length * 0.25, `${moved.length} of ${kept.length} moved`);
    });
  });

  describe('the Maglev table', () => {
    const owners = (keys: string[], weights: Float64Array, size: number): number[] => [
      ...buildMaglevTable(keys, weights, size, xxHash),
    ];

    it('is filled as Envoy fills it', () => {
      assert.deepEqual(owners(ports(90), equal(6), 7), [2, 4, 0, 1, 5, 0, 3]);
      assert.deepEqual(owners(['90', '91', '92', '93', '94', '95'], equal(6), 7), [2, 5, 0, 3, 4, 1, 0]);
    });

    it('is filled by weight', () => {
      const weights = Float64Array.from([1 / 3, 2 / 3]);
      const expected = [91, 90, 90, 91, 90, 91, 91, 90, 91, 91, 91, 91, 91, 90, 91, 90, 91];
      assert.deepEqual(
        owners(ports(90).slice(0, 2), weights, 17).map((owner) => 90 + owner),
        expected,
      );
    });

    it('answers the same endpoint for the same hash whatever the order of the assignment', () => {
      const cluster = new ClusterState({ random: () => 0 });
      const endpoints = ports(90).map((_, i) => cluster.endpoint({ address: '127.0.0.1', port: 90 + i }));
      const policy = createMaglev({ xxHash });
      const one = policy.createPicker(endpoints, cluster);
      const other = policy.createPicker([...endpoints].reverse(), cluster);
      for (let i = 0n; i < 100n; i++) assert.equal(one.pick({ hash: i })?.key, other.pick({ hash: i })?.key);
    });
  });

  it('folds the weights of localities into those of endpoints', () => {
    const cluster = new ClusterState({ random: () => 0 });
    const near = { region: 'near' };
    const far = { region: 'far' };
    const endpoints = [
      cluster.endpoint({ address: 'a', locality: near }),
      cluster.endpoint({ address: 'b', locality: near }),
      cluster.endpoint({ address: 'c', locality: far }),
    ];
    const weights = normalizedWeights(endpoints, ({ locality }) => (locality?.region === 'near' ? 3 : 1));
    assert.deepEqual([...weights], [0.375, 0.375, 0.25]);
  });

  describe('hash policies', () => {
    const source = { remoteAddress: '10.0.0.7', connection: '10.0.0.7:1234' };
    const headerA = { header: { headerName: 'a' } };
    const headerB = { header: { headerName: 'B' } };

    it('join by rotation and exclusive or', () => {
      const request = head({ headers: ['a', 'foo', 'b', 'bar'] });
      const { hash } = hashRequest([headerA, headerB], request, source, xxHash);
      assert.equal(hash, 3449051153737634343n);
    });

    it('hash the lines of a repeated header in sorted order, each with the seed of the one before', () => {
      const expected = 6648465492906218751n;
      for (const headers of [
        ['a', 'foo', 'a', 'bar'],
        ['a', 'bar', 'a', 'foo'],
      ]) {
        assert.equal(hashRequest([headerA], head({ headers }), source, xxHash).hash, expected);
      }
    });

    it('skip what is absent, and find nothing when all is', () => {
      const request = head({ headers: ['b', 'foo'] });
      assert.equal(hashRequest([headerA, headerB], request, source, xxHash).hash, xxHash('foo'));
      assert.equal(hashRequest([headerA], request, source, xxHash).hash, undefined);
    });

    it('stop at a terminal policy that found something', () => {
      const request = head({ headers: ['a', 'foo', 'b', 'bar'] });
      const policies = [{ ...headerA, terminal: true }, headerB];
      assert.equal(hashRequest(policies, request, source, xxHash).hash, xxHash('foo'));
    });

    it('take the raw first value of a query parameter', () => {
      const policy = { queryParameter: { name: 'user' } };
      const request = head({ path: '/x?a=1&user=a%20b&user=c#end' });
      assert.equal(hashRequest([policy], request, source, xxHash).hash, xxHash('a%20b'));
    });

    it('take the value of a cookie without its quotes', () => {
      const policy = { cookie: { name: 'user' } };
      const request = head({ headers: ['cookie', 'a=1; user="ann"'] });
      assert.equal(hashRequest([policy], request, source, xxHash).hash, xxHash('ann'));
    });

    it('make a cookie only where it has a time to live', () => {
      assert.deepEqual(hashRequest([{ cookie: { name: 'u' } }], head(), source, xxHash), {
        hash: undefined,
        cookies: [],
      });
      const made = hashRequest([{ cookie: { name: 'u', ttl: '60s', path: '/x' } }], head(), source, xxHash);
      const value = xxHash(source.connection).toString(16);
      assert.deepEqual(made.cookies, [`u="${value}"; Max-Age=60; Path=/x; HttpOnly`]);
      assert.equal(made.hash, xxHash(value));
    });

    it('make a cookie for the session when the time to live is 0', () => {
      const { cookies } = hashRequest([{ cookie: { name: 'u', ttl: '0s' } }], head(), source, xxHash);
      assert.match(cookies[0] ?? '', /^u="[0-9a-f]+"; HttpOnly$/);
    });
  });
});
