import { strict as assert } from 'node:assert';
import { createConfigClient, type MemorySource, memorySource, yamlSource } from '@inmesh/config';
import type { LifecycleError, Steps } from '@inmesh/model';
import { Follower } from '../../src/slices/follower.js';
import type { Pace } from '../../src/slices/in-slices.js';

const sidecar = (name: string, host = '*/*') => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'Sidecar',
  metadata: { name, namespace: 'app' },
  spec: { egress: [{ hosts: [host] }] },
});
const sidecars = (count: number, host?: string) =>
  Array.from({ length: count }, (_, i) => sidecar(`s${i}`, host));

/** Rests after every step, and lets a test do something in each rest. */
function stepwise(inRest: (rests: number) => void = () => {}): { readonly pace: Pace; rests(): number } {
  let rests = 0;
  return {
    pace: () => () => {
      rests++;
      inRest(rests);
      return Promise.resolve();
    },
    rests: () => rests,
  };
}

describe('a large load', () => {
  const hostsOf = (source: MemorySource, pace: Pace, inRest: (version: number) => void = () => {}) => {
    const client = createConfigClient({
      sources: [source],
      pace: () => {
        const ask = pace();
        return () => {
          inRest(client.snapshot.version);
          return ask();
        };
      },
    });
    return client;
  };

  it('rests at least once for each object while it is read and again while it is judged', async () => {
    const [reading, taking] = [stepwise(), stepwise()];
    const source = memorySource(sidecars(100), 'memory', reading.pace);
    const client = hostsOf(source, taking.pace);
    await client.ready;
    assert.equal(client.snapshot.list('Sidecar').length, 100);
    assert.ok(reading.rests() >= 100, `${reading.rests()} rests`);
    assert.ok(taking.rests() >= 100, `${taking.rests()} rests`);
    await client.close();
  });

  it('rests after each document of a text', async () => {
    const reading = stepwise();
    const text = sidecars(50)
      .map((object) => JSON.stringify(object))
      .join('\n---\n');
    const client = createConfigClient({ sources: [yamlSource(text, 'text', { pace: reading.pace })] });
    await client.ready;
    assert.equal(client.snapshot.list('Sidecar').length, 50);
    assert.ok(reading.rests() >= 50, `${reading.rests()} rests`);
    await client.close();
  });

  it('shows nothing of itself before its end', async () => {
    const source = memorySource([], 'memory', stepwise().pace);
    const versions = new Set<number>();
    const lengths = new Set<number>();
    const client = hostsOf(source, stepwise().pace, (version) => {
      versions.add(version);
      lengths.add(client.snapshot.list('Sidecar').length);
    });
    await client.ready;
    source.apply(sidecars(60));
    await new Promise((resolve) => client.events.once('applied', resolve));
    assert.deepEqual([[...versions], [...lengths]], [[1], [0]]);
    assert.equal(client.snapshot.list('Sidecar').length, 60);
    await client.close();
  });

  it('lets the changes that come meanwhile follow in their order', async () => {
    let source: MemorySource | undefined;
    const reading = stepwise((rests) => {
      if (rests === 10) source?.apply(sidecar('s3', 'first/*'));
      if (rests === 20) source?.apply([sidecar('s3', 'last/*'), sidecar('young')]);
    });
    source = memorySource(sidecars(40), 'memory', reading.pace);
    const client = hostsOf(source, stepwise().pace);
    await client.ready;
    while (client.snapshot.get('Sidecar', 'app', 'young') === undefined)
      await new Promise((resolve) => client.events.once('applied', resolve));
    assert.deepEqual(client.snapshot.get('Sidecar', 'app', 's3')?.spec.egress, [{ hosts: ['last/*'] }]);
    assert.equal(client.snapshot.list('Sidecar').length, 41);
    await client.close();
  });

  it('is finished at once for whoever asks whether an object is there', async () => {
    const source = memorySource(sidecars(40), 'memory', stepwise().pace);
    assert.equal(source.remove('Sidecar', 'app', 's39'), true);
    assert.equal(source.remove('Sidecar', 'app', 's39'), false);
    const client = hostsOf(source, stepwise().pace);
    await client.ready;
    assert.equal(client.snapshot.list('Sidecar').length, 39);
    await client.close();
  });

  it('is left in the middle when nobody wants it any longer', async () => {
    const taking = stepwise();
    const client = hostsOf(memorySource(sidecars(40)), taking.pace);
    const outcome = client.ready.then(
      () => 'ready',
      ({ code }: LifecycleError) => code,
    );
    while (taking.rests() < 5) await Promise.resolve();
    await client.close();
    const rests = taking.rests();
    await new Promise(setImmediate);
    assert.equal(await outcome, 'INMESH_CLOSED');
    assert.ok(taking.rests() < 40);
    assert.equal(taking.rests(), rests);
    assert.equal(client.snapshot.version, 0);
  });
});

describe('a follower', () => {
  const recorded = (failing?: string) => {
    const log: string[] = [];
    const follower = new Follower<string>(
      function* (value): Steps<void> {
        log.push(`${value} begins`);
        yield;
        if (value === failing) throw new Error(value);
        log.push(`${value} ends`);
      },
      { pace: stepwise().pace },
    );
    return { follower, log };
  };

  it('works one value out after the other, and of those that wait the last', async () => {
    const { follower, log } = recorded();
    const done = follower.follow('a');
    void follower.follow('b');
    void follower.follow('c');
    await done;
    assert.deepEqual(log, ['a begins', 'a ends', 'c begins', 'c ends']);
    await follower.follow('d');
    assert.deepEqual(log.slice(4), ['d begins', 'd ends']);
  });

  it('tells of a failure and follows again', async () => {
    const { follower, log } = recorded('bad');
    await assert.rejects(follower.follow('bad'), /bad/);
    await follower.follow('good');
    assert.deepEqual(log, ['bad begins', 'good begins', 'good ends']);
  });
});
