import { strict as assert } from 'node:assert';
import { createWorkload, type EnvoyConfigObjectPatch } from '@inmesh/model';
import { createCompiler } from '../../src/compiler.js';
import type { FindUnhonoured } from '../../src/patch/field-findings.js';
import { envoyFilter, snapshotOf } from './patches-of.js';

/** Somebody who looks at no settings of pools. */
const poolsOnly: FindUnhonoured = (message, value) =>
  message === 'envoy.config.cluster.v3.Cluster' && JSON.stringify(value).includes('maxConnectionPools')
    ? [{ path: ['circuitBreakers', 'thresholds', 0, 'maxConnectionPools'], note: 'there are no pools' }]
    : [];

describe('findings on fields', () => {
  function found(patch: EnvoyConfigObjectPatch['patch'], context?: 'GATEWAY') {
    const compiler = createCompiler({
      workload: createWorkload({ namespace: 'app' }),
      findUnhonoured: poolsOnly,
    });
    const match = context && { context };
    const configPatches = [{ applyTo: 'CLUSTER', ...(match && { match }), ...(patch && { patch }) } as const];
    return compiler.update(snapshotOf([envoyFilter({ configPatches })]));
  }

  it('name what is not honoured, at its place and in the spelling of the rule', () => {
    const [finding, ...others] = found({
      operation: 'MERGE',
      value: { circuit_breakers: { thresholds: [{ max_connection_pools: 1 }] } },
    });
    assert.deepEqual(others, []);
    assert.equal(finding?.code, 'INMESH_CONFIG_UNSUPPORTED');
    assert.equal(finding?.severity, 'warning');
    assert.equal(finding?.reason, 'not honoured: there are no pools');
    assert.equal(
      finding?.path,
      'spec.configPatches[0].patch.value.circuit_breakers.thresholds[0].max_connection_pools',
    );
  });

  it('say nothing of patches for others, of what is taken away and of everything else', () => {
    const value = { circuitBreakers: { thresholds: [{ maxConnectionPools: 1 }] } };
    assert.deepEqual(found({ operation: 'MERGE', value }, 'GATEWAY'), []);
    assert.deepEqual(found({ operation: 'REMOVE' }), []);
    assert.deepEqual(found({ operation: 'MERGE', value: { connectTimeout: '1s' } }), []);
  });
});
