import { strict as assert } from 'node:assert';
import { createSnapshot } from '@inmesh/config';
import { resourceOf } from '../support.js';

const pod = (name: string, namespace: string, time?: string) =>
  resourceOf(
    JSON.stringify({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name, namespace, ...(time && { creationTimestamp: time }) },
    }),
  );

describe('a snapshot', () => {
  const [old, b, a, aElsewhere] = [
    pod('z', 'n1', '2020-01-01T00:00:00Z'),
    pod('b', 'n1', '2024-01-01T00:00:00Z'),
    pod('a', 'n2', '2024-01-01T00:00:00Z'),
    pod('a', 'n1', '2024-01-01T00:00:00Z'),
  ];
  const snapshot = createSnapshot(7, [b, a, old, aElsewhere]);

  it('lists by age, then by name, then by namespace', () => {
    assert.deepEqual(snapshot.list('Pod'), [old, aElsewhere, a, b]);
    assert.deepEqual(snapshot.list('Service'), []);
  });

  it('lists one namespace in the same order', () => {
    assert.deepEqual(snapshot.list('Pod', 'n1'), [old, aElsewhere, b]);
    assert.deepEqual(snapshot.list('Pod', 'none'), []);
  });

  it('finds one by name, answers the same list each time and knows its version', () => {
    assert.equal(snapshot.get('Pod', 'n2', 'a'), a);
    assert.equal(snapshot.get('Pod', 'n2', 'b'), undefined);
    assert.equal(snapshot.list('Pod'), snapshot.list('Pod'));
    assert.equal(snapshot.version, 7);
  });
});
