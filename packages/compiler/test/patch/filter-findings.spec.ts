import { strict as assert } from 'node:assert';
import {
  type ConfigError,
  createWorkload,
  type EnvoyConfigObjectPatch,
  type Resource,
  type Workload,
} from '@inmesh/model';
import { createCompiler } from '../../src/compiler.js';
import { envoyFilter, snapshotOf } from './patches-of.js';

const extension = 'type.googleapis.com/envoy.extensions.filters.http.';
const type = `${extension}lua.v3.Lua`;
const unknown = { name: 'my.filter', typed_config: { '@type': `${extension}wasm.v3.Wasm` } };

function insertion(
  patch: NonNullable<EnvoyConfigObjectPatch['patch']>,
  match: EnvoyConfigObjectPatch['match'] = {},
): Resource<'EnvoyFilter'> {
  return envoyFilter({ configPatches: [{ applyTo: 'HTTP_FILTER', match, patch }] });
}

function found(resource: Resource<'EnvoyFilter'>, given: Partial<Workload> = {}): readonly ConfigError[] {
  const workload = createWorkload({ namespace: 'app', ...given });
  const compiler = createCompiler({ workload, runsFilter: (filter) => filter.type === type });
  return compiler.update(snapshotOf([resource]));
}

describe('findings on filters', () => {
  it('name a filter that nobody runs, its type and its place', () => {
    const [finding, ...others] = found(insertion({ operation: 'INSERT_BEFORE', value: unknown }));
    assert.deepEqual(others, []);
    assert.equal(finding?.code, 'INMESH_CONFIG_UNSUPPORTED');
    assert.equal(finding?.severity, 'warning');
    assert.equal(finding?.path, 'spec.configPatches[0].patch.value');
    assert.equal(finding?.resource, 'EnvoyFilter/app/patch');
    assert.equal(
      finding?.reason,
      'the filter my.filter is not run: type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm is not known here',
    );
  });

  it('say nothing of a filter that is run, in either spelling of its field', () => {
    const known = { name: 'x', typedConfig: { '@type': type } };
    assert.deepEqual(found(insertion({ operation: 'INSERT_FIRST', value: known })), []);
    const snake = { name: 'x', typed_config: { '@type': type } };
    assert.deepEqual(found(insertion({ operation: 'REPLACE', value: snake })), []);
  });

  it('say nothing of filters that are changed or taken away, or meant for others', () => {
    assert.deepEqual(found(insertion({ operation: 'MERGE', value: unknown })), []);
    assert.deepEqual(found(insertion({ operation: 'REMOVE' })), []);
    const gateway = insertion({ operation: 'INSERT_FIRST', value: unknown }, { context: 'GATEWAY' });
    assert.deepEqual(found(gateway), []);
    assert.equal(found(gateway, { type: 'router' }).length, 1);
    const inbound = insertion({ operation: 'INSERT_FIRST', value: unknown }, { context: 'SIDECAR_INBOUND' });
    assert.equal(found(inbound).length, 1);
    assert.deepEqual(found(inbound, { type: 'router' }), []);
    const other = { proxy: { metadata: { CLUSTER: 'x' } } };
    assert.deepEqual(found(insertion({ operation: 'INSERT_FIRST', value: unknown }, other)), []);
  });

  it('reach whoever updates the compiler, for as long as the rule stands', () => {
    const workload = createWorkload({ namespace: 'app' });
    const compiler = createCompiler({ workload, runsFilter: () => false });
    const snapshot = snapshotOf([insertion({ operation: 'INSERT_FIRST', value: unknown })]);
    assert.equal(compiler.update(snapshot).length, 1);
    assert.equal(compiler.update(snapshot).length, 1);
    assert.equal(compiler.update(snapshotOf([])).length, 0);
  });
});
