import { strict as assert } from 'node:assert';
import type { Cluster } from '@inmesh/model';
import type { ResolvedAddress } from '../../src/engine.js';
import { World } from '../engine/world.js';

type Answer = readonly ResolvedAddress[] | Error;

const address = (ip: string, ttlMs = 30_000): ResolvedAddress => ({ address: ip, ttlMs });

/** A cluster of one name, and the answers that its resolver gives, one after the other, the last one for ever. */
function named(type: 'STRICT_DNS' | 'LOGICAL_DNS', answers: Answer[], cluster: Partial<Cluster> = {}) {
  const asked: string[] = [];
  const world = new World({
    cluster: {
      type,
      dnsRefreshRate: '60s',
      respectDnsTtl: true,
      loadAssignment: {
        clusterName: 'shop',
        endpoints: [
          {
            lbEndpoints: [
              { endpoint: { address: { socketAddress: { address: 'db.test', portValue: 5432 } } } },
            ],
          },
        ],
      },
      ...cluster,
    },
    engine: {
      resolve: (name) => {
        asked.push(name);
        const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    },
  });
  return { world, asked };
}

/** Lets promises that are settled run on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function keys(world: World, picks = 4): Promise<string[]> {
  const found = new Set<string>();
  for (let i = 0; i < picks; i++) {
    const talk = world.begin();
    let next = talk.call.next();
    if (next.kind === 'wait') {
      await settle();
      next = talk.call.next();
    }
    talk.call.cancel();
    found.add(
      next.kind === 'send' ? next.endpoint.key : next.kind === 'reply' ? next.flags.join() : next.kind,
    );
  }
  return [...found].sort();
}

describe('a cluster of DNS names', () => {
  it('lets the first call wait for the first answer', async () => {
    const { world } = named('STRICT_DNS', [[address('10.0.0.1')]]);
    const talk = world.begin();
    assert.ok(talk.waits());
    await settle();
    assert.equal(talk.wakes, 1);
    assert.equal(talk.send().endpoint.key, '10.0.0.1:5432');
  });

  it('uses all addresses when it is strict, the first when it is logical', async () => {
    const answer = [address('10.0.0.1'), address('10.0.0.2')];
    assert.equal((await keys(named('STRICT_DNS', [answer]).world)).length, 2);
    assert.deepEqual(await keys(named('LOGICAL_DNS', [answer]).world), ['10.0.0.1:5432']);
  });

  it('takes a port of the answer for that of the rule', async () => {
    const { world } = named('STRICT_DNS', [[{ ...address('10.0.0.1'), port: 9 }]]);
    assert.deepEqual(await keys(world), ['10.0.0.1:9']);
  });

  it('asks again when the shortest record has lived its time, and not for each call', async () => {
    const { world, asked } = named('STRICT_DNS', [
      [address('10.0.0.1', 20_000), address('10.0.0.2', 90_000)],
      [address('10.0.0.3')],
    ]);
    await keys(world, 10);
    assert.equal(asked.length, 1);
    world.clock.tick(19_999);
    assert.equal(asked.length, 1);
    world.clock.tick(1);
    await settle();
    assert.equal(asked.length, 2);
    assert.deepEqual(await keys(world), ['10.0.0.3:5432']);
  });

  it('does not ask more often than once a second', async () => {
    const { world, asked } = named('STRICT_DNS', [[address('10.0.0.1', 1)]]);
    await keys(world);
    world.clock.tick(999);
    assert.equal(asked.length, 1);
  });

  it('keeps what it knows when the resolver fails', async () => {
    const { world } = named('STRICT_DNS', [[address('10.0.0.1')], new Error('SERVFAIL')]);
    await keys(world);
    world.clock.tick(30_000);
    await settle();
    assert.deepEqual(await keys(world), ['10.0.0.1:5432']);
  });

  it('is emptied by an empty answer when it is strict, and not when it is logical', async () => {
    for (const [type, expected] of [
      ['STRICT_DNS', 'UH'],
      ['LOGICAL_DNS', '10.0.0.1:5432'],
    ] as const) {
      const { world } = named(type, [[address('10.0.0.1')], []]);
      await keys(world);
      world.clock.tick(30_000);
      await settle();
      assert.deepEqual(await keys(world), [expected]);
    }
  });

  it('answers UH when the first lookup fails', async () => {
    assert.deepEqual(await keys(named('STRICT_DNS', [new Error('NXDOMAIN')]).world), ['UH']);
  });

  it('takes only the wanted family', async () => {
    const answer = [address('fd00::1'), address('10.0.0.1')];
    const of = (dnsLookupFamily: NonNullable<Cluster['dnsLookupFamily']>) =>
      keys(named('STRICT_DNS', [answer], { dnsLookupFamily }).world);
    assert.deepEqual(await of('V4_ONLY'), ['10.0.0.1:5432']);
    assert.deepEqual(await of('V6_ONLY'), ['[fd00::1]:5432']);
    assert.deepEqual(await of('AUTO'), ['[fd00::1]:5432']);
    assert.equal((await of('ALL')).length, 2);
  });

  it('asks no more when the cluster is gone', async () => {
    const { world, asked } = named('STRICT_DNS', [[address('10.0.0.1')]]);
    await keys(world);
    world.removeCluster('shop');
    world.changed({ clusters: new Set(['shop']) });
    world.clock.tick(100_000);
    assert.equal(asked.length, 1);
    assert.deepEqual(await keys(world), ['NC']);
  });

  it('asks no more when the engine is closed', async () => {
    const { world, asked } = named('STRICT_DNS', [[address('10.0.0.1')]]);
    await keys(world);
    world.engine.close();
    assert.equal(world.clock.pending, 0);
    world.clock.tick(100_000);
    assert.equal(asked.length, 1);
  });
});
