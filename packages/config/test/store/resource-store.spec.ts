import { strict as assert } from 'node:assert';
import { createSnapshot, memorySource, validateResource } from '@inmesh/config';
import { type Resource, resourceKey } from '@inmesh/model';
import fc from 'fast-check';
import type { SourceState } from '../../src/source/config-source.js';
import { ResourceStore } from '../../src/store/resource-store.js';
import { ofKind } from '../support.js';

/** Two versions of each object that are good, and one that is refused. */
const objects = ['a', 'b', 'c'].flatMap((name) =>
  ['*/*', 'app/*', 'short'].map((host, age) =>
    ofKind(
      'Sidecar',
      `{egress: [{hosts: ["${host}"]}]}`,
      `name: ${name}, namespace: ${name === 'c' ? 'n' : 'app'}, creationTimestamp: "202${age}-01-01T00:00:00Z"`,
    ),
  ),
);
const isGood = (resource: Resource): boolean => validateResource(resource).length === 0;

/** The same in a few lines, with a look at everything each time. */
class PlainStore {
  inForce = new Map<string, Resource>();
  refused = new Map<string, Resource>();

  apply(states: readonly SourceState[]): void {
    const written = new Map<string, Resource>();
    for (const resource of states.flatMap(({ resources }) => resources)) {
      const key = resourceKey(resource);
      if (!written.has(key)) written.set(key, resource);
    }
    const before = this.inForce;
    this.inForce = new Map();
    this.refused = new Map([...written].filter(([, resource]) => !isGood(resource)));
    for (const [key, resource] of written) {
      const young = isGood(resource) ? resource : before.get(key);
      if (young !== undefined) this.inForce.set(key, young);
    }
  }
}

describe('the store', () => {
  const list = fc.array(fc.constantFrom(...objects), { maxLength: 5 });
  const state = list.map((resources): SourceState => ({ resources, findings: [], skipped: new Map() }));
  const histories = fc.array(fc.tuple(state, state), { minLength: 1, maxLength: 6 });

  it('is after every history where a look at everything would have led', () => {
    fc.assert(
      fc.property(histories, (states) => {
        const store = new ResourceStore();
        const plain = new PlainStore();
        for (const [index, both] of states.entries()) {
          const before = store.snapshot;
          const { changed } = store.apply(both);
          plain.apply(both);
          const whole = createSnapshot(index, [...plain.inForce.values()]);
          assert.deepEqual(store.snapshot.list('Sidecar'), whole.list('Sidecar'));
          for (const namespace of ['app', 'n'])
            assert.deepEqual(store.snapshot.list('Sidecar', namespace), whole.list('Sidecar', namespace));
          for (const { namespace, name } of objects)
            assert.equal(
              store.snapshot.get('Sidecar', namespace, name),
              whole.get('Sidecar', namespace, name),
            );
          assert.equal(changed, before !== store.snapshot);
          const refused = new Map([...store.quarantine].map(([key, { resource }]) => [key, resource]));
          assert.deepEqual(refused, plain.refused);
          const mistakes = store.findings.filter(({ reason }) => !reason.includes('already defined'));
          assert.equal(mistakes.length, plain.refused.size);
        }
      }),
    );
  });

  it('gives kinds and namespaces of which nothing changed the very same lists', () => {
    const store = new ResourceStore();
    const [inApp, other] = [objects[0], objects[1]] as [Resource, Resource];
    const namespace = ofKind('PeerAuthentication', '{}');
    const elsewhere = objects[6] as Resource;
    const stateOf = (...resources: Resource[]): SourceState => ({
      resources,
      findings: [],
      skipped: new Map(),
    });
    store.apply([stateOf(inApp, elsewhere, namespace)]);
    const before = store.snapshot;
    const lists = [before.list('PeerAuthentication'), before.list('Sidecar', 'n'), before.list('Sidecar')];
    store.apply([stateOf(other, elsewhere, namespace)]);
    assert.equal(store.snapshot.list('PeerAuthentication'), lists[0]);
    assert.equal(store.snapshot.list('Sidecar', 'n'), lists[1]);
    assert.notEqual(store.snapshot.list('Sidecar'), lists[2]);
    assert.deepEqual(before.list('Sidecar'), lists[2], 'what was handed out stays as it was');
  });
});

describe('a source in memory', () => {
  it('never changes a list that it handed out', async () => {
    const sidecar = (name: string) => ({
      apiVersion: 'networking.istio.io/v1',
      kind: 'Sidecar',
      metadata: { name },
      spec: { egress: [{ hosts: ['*/*'] }] },
    });
    const source = memorySource([sidecar('a'), sidecar('b')]);
    const closing = new AbortController();
    const states = source.watch(closing.signal)[Symbol.asyncIterator]();
    const { resources } = (await states.next()).value as SourceState;
    source.apply([sidecar('c'), { ...sidecar('b'), spec: {} }]);
    source.remove('Sidecar', 'default', 'a');
    assert.deepEqual(
      resources.map(({ name }) => name),
      ['a', 'b'],
    );
    const after = (await states.next()).value as SourceState;
    assert.deepEqual(
      after.resources.map(({ name }) => name),
      ['b', 'c'],
    );
    closing.abort();
  });
});
