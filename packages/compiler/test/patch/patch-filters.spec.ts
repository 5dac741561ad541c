import { strict as assert } from 'node:assert';
import type { EnvoyConfigObjectPatch, Extension, Listener, PatchOperation, Struct } from '@inmesh/model';
import { patchesOf } from './patches-of.js';

const hcm = 'envoy.filters.network.http_connection_manager';
const hcmUrl =
  'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
const router = 'envoy.filters.http.router';
const routerUrl = 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router';
const luaUrl = 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua';

const listener: Listener = {
  name: '0.0.0.0_8080',
  filterChains: [
    {
      filters: [
        { name: 'first' },
        {
          name: hcm,
          typedConfig: {
            '@type': hcmUrl,
            normalizePath: true,
            upgradeConfigs: [{ upgradeType: 'websocket' }],
            httpFilters: [
              { name: 'fault' },
              { name: 'cors' },
              { name: router, typedConfig: { '@type': routerUrl } },
            ],
          },
        },
      ],
    },
  ],
};

function networkFilters(...patches: EnvoyConfigObjectPatch[]): readonly Extension[] {
  const patched = patchesOf(...patches).listener(listener, 'SIDECAR_OUTBOUND');
  return patched?.filterChains?.[0]?.filters ?? assert.fail('the chain is gone');
}

function httpFilters(...patches: EnvoyConfigObjectPatch[]): readonly Extension[] {
  const manager = networkFilters(...patches).find(({ typedConfig }) => typedConfig?.['@type'] === hcmUrl);
  return (manager?.typedConfig?.httpFilters ?? []) as Extension[];
}

const namesOf = (filters: readonly Extension[]): string =>
  filters.map(({ name }) => name.split('.').at(-1)).join(' ');

describe('patches of network filters', () => {
  const network = (operation: PatchOperation, name?: string, value: Struct = { name: 'x' }) =>
    ({
      applyTo: 'NETWORK_FILTER',
      match: { listener: { filterChain: name === undefined ? {} : { filter: { name } } } },
      patch: { operation, value },
    }) satisfies EnvoyConfigObjectPatch;
  const names = (operation: PatchOperation, name?: string): string =>
    namesOf(networkFilters(network(operation, name)));

  it('insert next to the filter that they name, or nowhere', () => {
    assert.equal(names('INSERT_BEFORE', hcm), 'first x http_connection_manager');
    assert.equal(names('INSERT_AFTER', 'first'), 'first x http_connection_manager');
    assert.equal(names('INSERT_AFTER', 'missing'), 'first http_connection_manager');
  });

  it('insert at an end when they name none; first is first whatever is named', () => {
    assert.equal(names('INSERT_BEFORE'), 'x first http_connection_manager');
    assert.equal(names('INSERT_AFTER'), 'first http_connection_manager x');
    assert.equal(names('ADD', 'first'), 'first http_connection_manager x');
    assert.equal(names('INSERT_FIRST', hcm), 'x first http_connection_manager');
  });

  it('replace and remove only what they name', () => {
    assert.equal(names('REPLACE', 'first'), 'x http_connection_manager');
    assert.equal(names('REMOVE', 'first'), 'http_connection_manager');
    assert.equal(names('REPLACE'), 'first http_connection_manager');
    assert.equal(names('REMOVE'), 'first http_connection_manager');
  });

  it('merge settings of the same type, appending lists', () => {
    const value = {
      typed_config: { '@type': hcmUrl, server_name: 'edge', upgrade_configs: [{ upgrade_type: 'CONNECT' }] },
    };
    const [, manager] = networkFilters(network('MERGE', hcm, value));
    assert.equal(manager?.typedConfig?.serverName, 'edge');
    assert.equal(manager?.typedConfig?.normalizePath, true);
    assert.deepEqual(manager?.typedConfig?.upgradeConfigs, [
      { upgradeType: 'websocket' },
      { upgradeType: 'CONNECT' },
    ]);
  });

  it('keep settings when the patch has another type', () => {
    const value = { typed_config: { '@type': luaUrl, inline_code: 'x' } };
    assert.deepEqual(networkFilters(network('MERGE', hcm, value)), listener.filterChains?.[0]?.filters);
  });

  it('know no other merge', () => {
    const value = { typed_config: { '@type': hcmUrl, server_name: 'edge' } };
    const patched = networkFilters(network('MERGE_AND_REPLACE_LIST', hcm, value));
    assert.equal(patched, listener.filterChains?.[0]?.filters);
  });

  it('merge after everything else, into what later patches inserted', () => {
    const filter = { name: 'late', typed_config: { '@type': routerUrl } };
    const merge = network('MERGE', 'late', { typed_config: { '@type': routerUrl, start_child_span: true } });
    const [late] = networkFilters(merge, network('INSERT_FIRST', undefined, filter));
    assert.deepEqual(late?.typedConfig, { '@type': routerUrl, startChildSpan: true });
  });
});

describe('patches of HTTP filters', () => {
  const lua = (name: string): Struct => ({ name, typed_config: { '@type': luaUrl } });
  const patch = (operation: PatchOperation, subFilter: string | undefined, value: Struct = lua('x')) =>
    ({
      applyTo: 'HTTP_FILTER',
      match: {
        listener: {
          filterChain: {
            filter: { name: hcm, ...(subFilter !== undefined && { subFilter: { name: subFilter } }) },
          },
        },
      },
      patch: { operation, value },
    }) satisfies EnvoyConfigObjectPatch;
  const names = (...patches: EnvoyConfigObjectPatch[]): string => namesOf(httpFilters(...patches));

  it('insert next to the filter that they name, or nowhere', () => {
    assert.equal(names(patch('INSERT_BEFORE', router)), 'fault cors x router');
    assert.equal(names(patch('INSERT_AFTER', 'fault')), 'fault x cors router');
    assert.equal(names(patch('INSERT_BEFORE', 'missing')), 'fault cors router');
    assert.equal(
      names(patch('INSERT_BEFORE', 'envoy.router')),
      'fault cors router',
      'old names match nothing',
    );
  });

  it('insert at an end when they name none', () => {
    assert.equal(names(patch('INSERT_BEFORE', undefined)), 'x fault cors router');
    assert.equal(names(patch('INSERT_AFTER', undefined)), 'fault cors router x');
    assert.equal(names(patch('ADD', router)), 'fault cors router x', 'behind the router, where nothing runs');
    assert.equal(names(patch('INSERT_FIRST', router)), 'x fault cors router');
  });

  it('keep the order of the patches', () => {
    assert.equal(
      names(patch('INSERT_BEFORE', router, lua('a')), patch('INSERT_BEFORE', router, lua('b'))),
      'fault cors a b router',
    );
    assert.equal(
      names(patch('INSERT_FIRST', undefined, lua('a')), patch('INSERT_FIRST', undefined, lua('b'))),
      'b a fault cors router',
    );
  });

  it('replace and remove only what they name', () => {
    assert.equal(names(patch('REPLACE', 'cors')), 'fault x router');
    assert.equal(names(patch('REMOVE', 'cors')), 'fault router');
    assert.equal(names(patch('REPLACE', undefined)), 'fault cors router');
    assert.equal(names(patch('REMOVE', undefined)), 'fault cors router');
  });

  it('leave no empty list behind when all are removed', () => {
    const all = [patch('REMOVE', 'fault'), patch('REMOVE', 'cors'), patch('REMOVE', router)];
    const [, manager] = networkFilters(...all);
    assert.equal(Object.hasOwn(manager?.typedConfig ?? {}, 'httpFilters'), false);
  });

  it('merge settings and overwrite the name, and nothing else', () => {
    const value = {
      name: 'renamed',
      disabled: true,
      typed_config: { '@type': routerUrl, suppress_envoy_headers: true },
    };
    assert.deepEqual(httpFilters(patch('MERGE', router, value)).at(-1), {
      name: 'renamed',
      typedConfig: { '@type': routerUrl, suppressEnvoyHeaders: true },
    });
  });

  it('merge into nothing when they name no HTTP filter', () => {
    const value = { typed_config: { '@type': routerUrl, suppress_envoy_headers: true } };
    assert.deepEqual(httpFilters(patch('MERGE', undefined, value)), httpFilters());
  });

  it('leave a filter without settings alone when merging', () => {
    assert.deepEqual(
      httpFilters(patch('MERGE', 'fault', { name: 'y', typed_config: { '@type': luaUrl } })),
      httpFilters(),
    );
  });

  it('merge after everything else, under the name that a filter has by then', () => {
    const merge = (name: string, value: Struct): EnvoyConfigObjectPatch => patch('MERGE', name, value);
    const inserted = httpFilters(
      merge('late', { name: 'later', typed_config: { '@type': luaUrl, inline_code: 'merged' } }),
      merge('later', { name: 'latest' }),
      patch('INSERT_FIRST', undefined, {
        name: 'late',
        typed_config: { '@type': luaUrl, inline_code: 'inserted' },
      }),
    );
    assert.deepEqual(inserted[0], { name: 'latest', typedConfig: { '@type': luaUrl, inlineCode: 'merged' } });
  });

  it('reach connection managers alone, under their own name', () => {
    const rename = {
      applyTo: 'NETWORK_FILTER',
      match: { listener: { filterChain: { filter: { name: hcm } } } },
      patch: { operation: 'MERGE', value: { name: 'renamed' } },
    } as const;
    const anyFilter = {
      applyTo: 'HTTP_FILTER',
      patch: { operation: 'INSERT_FIRST', value: lua('x') },
    } as const;
    assert.equal(names(anyFilter), 'x fault cors router');
    assert.equal(names(rename, anyFilter), 'fault cors router');
  });

  it('apply to the listeners and contexts that they name', () => {
    const elsewhere = { ...patch('INSERT_FIRST', undefined), match: { listener: { portNumber: 9 } } };
    const inbound = { ...patch('INSERT_FIRST', undefined), match: { context: 'SIDECAR_INBOUND' } } as const;
    assert.equal(names(elsewhere, inbound), 'fault cors router');
  });
});
