import { strict as assert } from 'node:assert';
import type { ResolvedAddress } from '../../src/engine.js';
import { head, World } from '../engine/world.js';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function proxying(resolve: (name: string) => Promise<readonly ResolvedAddress[]>): World {
  return new World({
    cluster: {
      type: 'STATIC',
      clusterType: {
        name: 'envoy.clusters.dynamic_forward_proxy',
        typedConfig: { '@type': 'x', dnsCacheConfig: { dnsLookupFamily: 'V4_ONLY' } },
      },
    },
    engine: { resolve },
  });
}

describe('a dynamic forward proxy', () => {
  it('goes to the host and port that the request names, resolved once', async () => {
    const asked: string[] = [];
    const world = proxying((name) => {
      asked.push(name);
      return Promise.resolve([
        { address: 'fd00::1', ttlMs: 1 },
        { address: '10.1.1.1', ttlMs: 1 },
      ]);
    });
    const talk = world.begin({ head: head({ authority: 'a.test:8080' }) });
    assert.ok(talk.waits());
    await settle();
    assert.equal(talk.send().endpoint.key, '10.1.1.1:8080');
    const next = world.begin({ head: head({ authority: 'a.test' }) }).send();
    assert.deepEqual([next.endpoint.key, next.endpoint.hostname], ['10.1.1.1:80', 'a.test']);
    assert.deepEqual(asked, ['a.test']);
  });

  it('looks up no address', () => {
    const world = proxying(() => assert.fail('asked'));
    const send = world.begin({ head: head({ authority: '10.2.2.2:99' }) }).send();
    assert.equal(send.endpoint.key, '10.2.2.2:99');
  });

  it('answers 503 DF for a name that stands for nothing', async () => {
    const talk = proxying(() => Promise.reject(new Error('NXDOMAIN'))).begin();
    assert.ok(talk.waits());
    await settle();
    const reply = talk.reply();
    assert.deepEqual([reply.status, reply.flags, reply.body], [503, ['DF'], 'DNS resolution failure']);
  });

  it('goes on with what it knows while it looks up a name again', async () => {
    let answers = 0;
    const world = proxying(() => {
      answers++;
      return answers === 1
        ? Promise.resolve([{ address: '10.1.1.1', ttlMs: 1 }])
        : Promise.reject(new Error('SERVFAIL'));
    });
    world.begin().waits();
    await settle();
    world.clock.tick(60_000);
    assert.equal(world.begin().send().endpoint.address, '10.1.1.1');
    await settle();
    assert.equal(answers, 2);
    assert.equal(world.begin().send().endpoint.address, '10.1.1.1');
  });
});
