import { strict as assert } from 'node:assert';
import type { ServiceEntryVisibility } from '@inmesh/model';
import { mesh } from '../mesh.js';

const entry = (name: string, namespace: string, exportTo = '["*"]'): string => `
kind: ServiceEntry
metadata: {name: ${name}, namespace: ${namespace}}
spec: {hosts: [${name}.test], ports: [{number: 80, name: http, protocol: HTTP}], resolution: STATIC, exportTo: ${exportTo}}
---`;
const entries = entry('own', 'app') + entry('given', 'app', '[shop]') + entry('other', 'shop');

/** The hosts that a sidecar of the namespace `app` knows. */
const hosts = (setting: ServiceEntryVisibility, yaml = entries): string[] =>
  mesh(yaml, { meshConfig: { serviceEntryVisibility: setting } })
    .clusterNames()
    .map((name) => name.replace('outbound|80||', ''));

describe('the visibility that a mesh gives ServiceEntries', () => {
  it('counts for sidecars only where the mesh says so', () => {
    assert.deepEqual(hosts({ defaultVisibility: 'NONE' }), ['other.test', 'own.test']);
    assert.deepEqual(hosts({ defaultVisibility: 'NONE', applyToSidecars: true }), []);
  });

  it('narrows what is exported and never widens it', () => {
    assert.deepEqual(hosts({ defaultVisibility: 'NAMESPACE', applyToSidecars: true }), ['own.test']);
    assert.deepEqual(hosts({ defaultVisibility: 'PUBLIC', applyToSidecars: true }), [
      'other.test',
      'own.test',
    ]);
    const router = { type: 'router' as const, namespace: 'shop' };
    const names = mesh(entries, {
      workload: router,
      meshConfig: { serviceEntryVisibility: { defaultVisibility: 'NAMESPACE', applyToSidecars: true } },
    }).clusterNames();
    assert.deepEqual(names, ['outbound|80||other.test']);
  });

  it('is that of the first policy whose rules all match the labels of the namespace', () => {
    const team = { matchExpressions: [{ key: 'team', operator: 'In' as const, values: ['web'] }] };
    const byName = { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } };
    const setting = (selectors: object[]): ServiceEntryVisibility => ({
      applyToSidecars: true,
      defaultVisibility: 'NONE',
      policies: [
        {
          visibility: 'PUBLIC',
          matchingRules: selectors.map((namespaceSelector) => ({ namespaceSelector })),
        },
        { visibility: 'NONE', matchingRules: [] },
      ],
    });
    const namespace = 'kind: Namespace\nmetadata: {name: shop, labels: {team: web}}\n---';
    assert.deepEqual(hosts(setting([byName])), ['other.test']);
    assert.deepEqual(hosts(setting([byName, team])), []);
    assert.deepEqual(hosts(setting([byName, team]), namespace + entries), ['other.test']);
    const untold: ServiceEntryVisibility = {
      applyToSidecars: true,
      policies: [{ visibility: 'NONE', matchingRules: [{}] }],
    };
    assert.deepEqual(hosts(untold), ['other.test', 'own.test'], 'a rule that asks nothing matches nothing');
  });

  it('follows the labels of a namespace', () => {
    const labelled = (label: string): string =>
      `kind: Namespace\nmetadata: {name: shop, labels: {open: "${label}"}}\n---${entries}`;
    const world = mesh(labelled('no'), {
      meshConfig: {
        serviceEntryVisibility: {
          applyToSidecars: true,
          defaultVisibility: 'NONE',
          policies: [
            {
              visibility: 'PUBLIC',
              matchingRules: [{ namespaceSelector: { matchLabels: { open: 'yes' } } }],
            },
          ],
        },
      },
    });
    assert.deepEqual(world.clusterNames(), []);
    world.update(labelled('yes'));
    assert.deepEqual(world.clusterNames(), ['outbound|80||other.test']);
  });
});
