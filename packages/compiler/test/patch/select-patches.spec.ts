import { strict as assert } from 'node:assert';
import type { EnvoyConfigObjectPatch, EnvoyFilter, Resource, Workload } from '@inmesh/model';
import { createWorkload } from '@inmesh/model';
import { createPatches } from '../../src/patch/patches.js';
import { envoyFilter, patchesFor, rootNamespace, snapshotOf } from './patches-of.js';

/** An EnvoyFilter that leaves its name on clusters, in a list that keeps the order. */
function marking(
  name: string,
  given: Partial<Resource<'EnvoyFilter'>> = {},
  spec: EnvoyFilter = {},
  match: EnvoyConfigObjectPatch['match'] = {},
): Resource<'EnvoyFilter'> {
  const value = { health_checks: [{ alt_port: 1, event_log_path: name }] };
  const configPatches = [{ applyTo: 'CLUSTER', match, patch: { operation: 'MERGE', value } }] as const;
  return envoyFilter({ ...spec, configPatches: [...configPatches] }, { name, ...given });
}

function marks(resources: readonly Resource<'EnvoyFilter'>[], workload: Partial<Workload> = {}): string {
  const cluster = patchesFor(resources, workload).cluster({ name: 'c' }, 'SIDECAR_OUTBOUND');
  return (cluster?.healthChecks ?? []).map(({ eventLogPath }) => eventLogPath).join(' ');
}

describe('the selection of EnvoyFilters', () => {
  it('takes the root namespace and the workload’s own', () => {
    const filters = [
      marking('own'),
      marking('root', { namespace: rootNamespace }),
      marking('foreign', { namespace: 'other' }),
    ];
    assert.equal(marks(filters), 'root own');
  });

  it('takes those of the root namespace once when the workload lives there', () => {
    assert.equal(
      marks([marking('root', { namespace: rootNamespace })], { namespace: rootNamespace }),
      'root',
    );
  });

  it('asks for all labels of the selector', () => {
    const labels = { app: 'web', version: 'v1' };
    const filters = [
      marking('all', {}, {}),
      marking('one', {}, { workloadSelector: { labels: { app: 'web' } } }),
      marking('none', {}, { workloadSelector: { labels: { app: 'web', version: 'v2' } } }),
      marking('proto', {}, { workloadSelector: { labels: { constructor: 'x' } } }),
    ];
    assert.equal(marks(filters, { labels }), 'all one');
  });

  it('leaves out what is meant for targets of the Gateway API', () => {
    assert.equal(marks([marking('a', {}, { targetRefs: [{ kind: 'Gateway', name: 'x' }] })]), '');
  });

  it('orders by priority before namespace, then age, then name', () => {
    const filters = [
      marking('late', {}, { priority: 5 }),
      marking('young', { createdAt: 2 }),
      marking('old', { createdAt: 1 }),
      marking('b', { createdAt: 3 }),
      marking('a', { createdAt: 3 }),
      marking('root', { namespace: rootNamespace, createdAt: 9 }),
      marking('early', { createdAt: 9 }, { priority: -10 }),
    ];
    assert.equal(marks(filters), 'early root old young a b late');
    assert.equal(marks([marking('one', {}, { priority: 1 }), marking('zero', { createdAt: 9 })]), 'zero one');
    assert.equal(marks(filters.toReversed()), 'early root old young a b late');
  });

  it('asks for the version of Istio that the workload reports, anywhere in it', () => {
    const of = (proxyVersion: string, metadata = {}): string =>
      marks([marking('x', {}, {}, { proxy: { proxyVersion } })], { metadata });
    assert.equal(of('^1\\.31.*'), 'x');
    assert.equal(of('31'), 'x');
    assert.equal(of('^1\\.30.*'), '');
    assert.equal(of('^1\\.30.*', { ISTIO_VERSION: '1.30.2' }), 'x');
    assert.equal(of('.*', { ISTIO_VERSION: '' }), '', 'nothing is known of an empty version');
    assert.equal(of(`.*|${'x'.repeat(1022)}`), '', 'too long to be looked at');
  });

  it('asks for every key of the node metadata', () => {
    const metadata = { TEAM: 'shop', TIER: 1 };
    const of = (wanted: Record<string, string>): string =>
      marks([marking('x', {}, {}, { proxy: { metadata: wanted } })], { metadata });
    assert.equal(of({ TEAM: 'shop' }), 'x');
    assert.equal(of({ TEAM: 'shop', STAGE: 'test' }), '');
    assert.equal(of({ TIER: '1' }), '', 'a number is no text');
  });

  it('is made anew only when other EnvoyFilters apply', () => {
    const workload = createWorkload({ namespace: 'app' });
    const own = marking('own');
    const foreign = marking('foreign', { namespace: 'other' });
    const first = createPatches(snapshotOf([own]), workload, rootNamespace);
    assert.equal(createPatches(snapshotOf([own, foreign]), workload, rootNamespace, first), first);
    assert.notEqual(createPatches(snapshotOf([]), workload, rootNamespace, first), first);
  });
});

describe('findings about EnvoyFilters', () => {
  const findings = (patch: EnvoyConfigObjectPatch) =>
    patchesFor([envoyFilter({ configPatches: [patch] })]).findings;

  it('tell where a value cannot be read, and the patch is left out', () => {
    const value = { connect_timeout: 'soon' };
    const filter = envoyFilter({
      configPatches: [
        { applyTo: 'CLUSTER', patch: { operation: 'MERGE', value } },
        { applyTo: 'CLUSTER', patch: { operation: 'MERGE', value: { alt_stat_name: 'x' } } },
      ],
    });
    const patches = patchesFor([filter]);
    const [finding] = patches.findings;
    assert.equal(finding?.code, 'INMESH_CONFIG_UNSUPPORTED');
    assert.equal(finding?.path, 'spec.configPatches[0].patch.value.connect_timeout');
    assert.equal(finding?.resource, 'EnvoyFilter/app/patch');
    assert.deepEqual(patches.cluster({ name: 'c' }, 'SIDECAR_OUTBOUND'), { name: 'c', altStatName: 'x' });
  });

  it('leave unknown fields to validation, and the patch in force', () => {
    const value = { conect_timeout: '3s', alt_stat_name: 'x' };
    const filter = envoyFilter({
      configPatches: [{ applyTo: 'CLUSTER', patch: { operation: 'MERGE', value } }],
    });
    const patches = patchesFor([filter]);
    assert.deepEqual(patches.findings, []);
    assert.deepEqual(patches.cluster({ name: 'c' }, 'SIDECAR_OUTBOUND'), { name: 'c', altStatName: 'x' });
  });

  it('say that extension configs and bootstraps are not patched', () => {
    for (const applyTo of ['EXTENSION_CONFIG', 'BOOTSTRAP'] as const) {
      const [finding] = findings({ applyTo, patch: { operation: 'MERGE', value: {} } });
      assert.equal(finding?.code, 'INMESH_CONFIG_UNSUPPORTED');
      assert.equal(finding?.path, 'spec.configPatches[0].applyTo');
    }
  });

  it('are silent about patches for waypoints', () => {
    const match = { context: 'WAYPOINT' } as const;
    const patch = { operation: 'MERGE', value: { name: 1 } } as const;
    assert.deepEqual(findings({ applyTo: 'CLUSTER', match, patch }), []);
  });

  it('are silent about a patch that matches nothing', () => {
    const match = { cluster: { name: 'nowhere' } };
    assert.deepEqual(findings({ applyTo: 'CLUSTER', match, patch: { operation: 'REMOVE' } }), []);
  });
});
