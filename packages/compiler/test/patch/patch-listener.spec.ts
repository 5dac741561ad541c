import { strict as assert } from 'node:assert';
import type {
  EnvoyConfigObjectPatch,
  FilterChain,
  Listener,
  ListenerMatch,
  PatchOperation,
  Struct,
} from '@inmesh/model';
import { patchesOf } from './patches-of.js';

const tcp = { name: 'envoy.filters.network.tcp_proxy' };
const http: Listener = {
  name: '0.0.0.0_8080',
  address: { socketAddress: { address: '0.0.0.0', portValue: 8080 } },
  listenerFilters: [{ name: 'a' }, { name: 'b' }],
  filterChains: [
    { name: 'plain', filterChainMatch: { transportProtocol: 'raw_buffer' }, filters: [tcp] },
    {
      name: 'tls',
      filterChainMatch: {
        transportProtocol: 'tls',
        serverNames: ['a.test', 'b.test'],
        applicationProtocols: ['h2', 'http/1.1'],
      },
      filters: [tcp],
    },
  ],
  defaultFilterChain: { name: 'default', filters: [tcp] },
};

function patched(listener: Listener, ...patches: EnvoyConfigObjectPatch[]): Listener | undefined {
  return patchesOf(...patches).listener(listener, 'SIDECAR_OUTBOUND');
}

describe('patches of listeners', () => {
  const merge = (listener: ListenerMatch): EnvoyConfigObjectPatch => ({
    applyTo: 'LISTENER',
    match: { listener },
    patch: { operation: 'MERGE', value: { per_connection_buffer_limit_bytes: 1024 } },
  });
  const isMatched = (match: ListenerMatch, listener = http): boolean =>
    patched(listener, merge(match)) !== listener;

  it('merge into those that they match by name and port', () => {
    assert.equal(patched(http, merge({ portNumber: 8080 }))?.perConnectionBufferLimitBytes, 1024);
    assert.equal(isMatched({ name: '0.0.0.0_8080' }), true);
    assert.equal(isMatched({ name: 'other' }), false);
    assert.equal(isMatched({ portNumber: 80 }), false);
    assert.equal(isMatched({ name: '0.0.0.0_8080', portNumber: 80 }), false);
    assert.equal(isMatched({ portName: 'whatever' }), true, 'names of ports are not asked for');
  });

  it('compare the port with the own one of virtual listeners', () => {
    const virtual: Listener = {
      name: 'virtualOutbound',
      address: { socketAddress: { address: '0.0.0.0', portValue: 15001 } },
    };
    assert.equal(isMatched({ portNumber: 15001 }, virtual), true);
    assert.equal(isMatched({ portNumber: 8080 }, virtual), false);
  });

  it('remove what they match', () => {
    const remove = { applyTo: 'LISTENER', patch: { operation: 'REMOVE' } } as const;
    assert.equal(patched(http, remove), undefined);
  });

  it('append chains, or replace all of them', () => {
    const value = { filter_chains: [{ name: 'new', filters: [{ name: 'x' }] }] };
    const names = (operation: PatchOperation): unknown =>
      patched(http, { applyTo: 'LISTENER', patch: { operation, value } })?.filterChains?.map(
        ({ name }) => name,
      );
    assert.deepEqual(names('MERGE'), ['plain', 'tls', 'new']);
    assert.deepEqual(names('MERGE_AND_REPLACE_LIST'), ['new']);
  });

  it('leave a listener as the same object when none touches it', () => {
    assert.equal(patched(http, merge({ name: 'other' })), http);
  });

  it('add listeners once, not for inbound unless they say so', () => {
    const value = { name: 'extra', address: { socket_address: { address: '0.0.0.0', port_value: 9 } } };
    const patches = patchesOf({ applyTo: 'LISTENER', patch: { operation: 'ADD', value } });
    assert.deepEqual(patches.addedListeners('SIDECAR_OUTBOUND'), [
      { name: 'extra', address: { socketAddress: { address: '0.0.0.0', portValue: 9 } } },
    ]);
    assert.deepEqual(patches.addedListeners('SIDECAR_INBOUND'), []);
  });
});

describe('patches of listener filters', () => {
  function filters(
    operation: PatchOperation,
    listenerFilter?: string,
    value: Struct = { name: 'x' },
  ): string {
    const match = { listener: listenerFilter === undefined ? {} : { listenerFilter } };
    const listener = patched(http, { applyTo: 'LISTENER_FILTER', match, patch: { operation, value } });
    return (listener?.listenerFilters ?? []).map(({ name }) => name).join('');
  }

  it('insert next to the filter that they name', () => {
    assert.equal(filters('INSERT_BEFORE', 'b'), 'axb');
    assert.equal(filters('INSERT_AFTER', 'a'), 'axb');
    assert.equal(filters('INSERT_BEFORE', 'missing'), 'ab');
  });

  it('insert at an end when they name none', () => {
    assert.equal(filters('INSERT_FIRST'), 'xab');
    assert.equal(filters('INSERT_BEFORE'), 'xab');
    assert.equal(filters('INSERT_AFTER'), 'abx');
    assert.equal(filters('ADD'), 'abx');
  });

  it('replace and remove only what they name', () => {
    assert.equal(filters('REPLACE', 'a'), 'xb');
    assert.equal(filters('REMOVE', 'a'), 'b');
    assert.equal(filters('REPLACE'), 'ab');
    assert.equal(filters('REMOVE'), 'ab');
  });

  it('leave other listeners alone', () => {
    const match = { listener: { portNumber: 9 } };
    const add = {
      applyTo: 'LISTENER_FILTER',
      match,
      patch: { operation: 'ADD', value: { name: 'x' } },
    } as const;
    assert.equal(patched(http, add), http);
    assert.notEqual(patched({ ...http, name: 'virtualOutbound' }, add), http, 'which stands for every port');
  });

  it('merge settings into what they name, which keeps its name', () => {
    const url = 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector';
    const listener: Listener = { ...http, listenerFilters: [{ name: 'a', typedConfig: { '@type': url } }] };
    const value = { name: 'renamed', typed_config: { '@type': url, enable_ja3_fingerprinting: true } };
    const merge = (listenerFilter: string): EnvoyConfigObjectPatch => ({
      applyTo: 'LISTENER_FILTER',
      match: { listener: { listenerFilter } },
      patch: { operation: 'MERGE', value },
    });
    assert.deepEqual(patched(listener, merge('a'))?.listenerFilters, [
      { name: 'a', typedConfig: { '@type': url, enableJa3Fingerprinting: true } },
    ]);
    assert.equal(patched(listener, merge('b')), listener);
  });
});

describe('patches of routes inside inbound listeners', () => {
  const url =
    'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
  const name = 'envoy.filters.network.http_connection_manager';
  const routeConfig = { name: 'inbound|8080||', virtualHosts: [{ name: 'host', domains: ['*'] }] };
  const chain: FilterChain = { filters: [tcp, { name, typedConfig: { '@type': url, routeConfig } }] };
  const inbound: Listener = { name: 'virtualInbound', filterChains: [chain], defaultFilterChain: chain };
  const merge = (portNumber: number): EnvoyConfigObjectPatch => ({
    applyTo: 'VIRTUAL_HOST',
    match: { context: 'SIDECAR_INBOUND', routeConfiguration: { portNumber } },
    patch: { operation: 'MERGE', value: { require_tls: 'ALL' } },
  });

  it('are made in every chain', () => {
    const patched = patchesOf(merge(8080)).listener(inbound, 'SIDECAR_INBOUND');
    const host = { name: 'host', domains: ['*'], requireTls: 'ALL' };
    const typedConfig = { '@type': url, routeConfig: { name: 'inbound|8080||', virtualHosts: [host] } };
    const filters = [tcp, { name, typedConfig }];
    assert.deepEqual(patched, { ...inbound, filterChains: [{ filters }], defaultFilterChain: { filters } });
  });

  it('are made without a default chain, too', () => {
    const patched = patchesOf(merge(8080)).listener({ name: 'x', filterChains: [chain] }, 'SIDECAR_INBOUND');
    assert.notDeepEqual(patched?.filterChains, [chain]);
  });

  it('leave the listener as it is when no patch means its routes', () => {
    assert.equal(patchesOf(merge(9090)).listener(inbound, 'SIDECAR_INBOUND'), inbound);
  });
});

describe('patches of filter chains', () => {
  type ChainMatch = NonNullable<ListenerMatch['filterChain']>;
  const matched = (filterChain: ChainMatch): unknown => {
    const listener = patched(http, {
      applyTo: 'FILTER_CHAIN',
      match: { listener: { filterChain } },
      patch: { operation: 'MERGE', value: { transport_socket_connect_timeout: '1s' } },
    });
    const chains: FilterChain[] = [...(listener?.filterChains ?? []), listener?.defaultFilterChain ?? {}];
    return chains.filter((c) => c.transportSocketConnectTimeout !== undefined).map(({ name }) => name);
  };

  it('reach the default chain too', () => {
    assert.deepEqual(matched({}), ['plain', 'tls', 'default']);
    assert.deepEqual(matched({ name: 'default' }), ['default']);
  });

  it('match by name, server name, transport and all application protocols', () => {
    assert.deepEqual(matched({ name: 'tls' }), ['tls']);
    assert.deepEqual(matched({ sni: 'b.test' }), ['tls']);
    assert.deepEqual(matched({ sni: 'c.test' }), []);
    assert.deepEqual(matched({ transportProtocol: 'raw_buffer' }), ['plain']);
    assert.deepEqual(matched({ applicationProtocols: 'http/1.1,h2' }), ['tls']);
    assert.deepEqual(matched({ applicationProtocols: 'h2,h3' }), []);
    assert.deepEqual(matched({ destinationPort: 8080 }), []);
  });

  it('compare the port with the chains of virtual listeners', () => {
    const virtual: Listener = {
      name: 'virtualInbound',
      address: { socketAddress: { address: '0.0.0.0', portValue: 15006 } },
      filterChains: [
        { name: 'a', filterChainMatch: { destinationPort: 8080 }, filters: [tcp] },
        { name: 'b', filterChainMatch: { destinationPort: 9090 }, filters: [tcp] },
      ],
    };
    const left = (portNumber?: number): unknown =>
      patched(virtual, {
        applyTo: 'FILTER_CHAIN',
        match: { listener: portNumber === undefined ? {} : { portNumber } },
        patch: { operation: 'REMOVE' },
      })?.filterChains?.map(({ name }) => name);
    assert.deepEqual(left(9090), ['a']);
    assert.equal(left(), undefined, 'without a port all chains are meant');
  });

  it('remove chains, also the default one', () => {
    const remove = (name: string): EnvoyConfigObjectPatch => ({
      applyTo: 'FILTER_CHAIN',
      match: { listener: { filterChain: { name } } },
      patch: { operation: 'REMOVE' },
    });
    const listener = patched(http, remove('plain'), remove('default'));
    assert.deepEqual(
      listener?.filterChains?.map(({ name }) => name),
      ['tls'],
    );
    assert.equal(listener?.defaultFilterChain, undefined);
  });

  it('add chains behind the others, unpatched; one without filters is purged', () => {
    const add = (value: Struct): EnvoyConfigObjectPatch => ({
      applyTo: 'FILTER_CHAIN',
      patch: { operation: 'ADD', value },
    });
    const listener = patched(http, add({ name: 'new', filters: [{ name: 'x' }] }), add({ name: 'empty' }), {
      applyTo: 'NETWORK_FILTER',
      patch: { operation: 'ADD', value: { name: 'y' } },
    });
    assert.deepEqual(listener?.filterChains?.slice(2), [{ name: 'new', filters: [{ name: 'x' }] }]);
  });

  it('keep a transport socket without settings when merging', () => {
    const socket = { name: 'envoy.transport_sockets.tls' };
    const listener: Listener = { ...http, filterChains: [{ filters: [tcp], transportSocket: socket }] };
    const url = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext';
    const value = { transport_socket: { ...socket, typed_config: { '@type': url } } };
    const merged = patched(listener, { applyTo: 'FILTER_CHAIN', patch: { operation: 'MERGE', value } });
    assert.deepEqual(merged?.filterChains?.[0]?.transportSocket, socket);
  });

  it('merge a transport socket of the same name, and do nothing else then', () => {
    const url = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext';
    const socket = { name: 'envoy.transport_sockets.tls', typedConfig: { '@type': url, requireSni: true } };
    const listener: Listener = {
      ...http,
      filterChains: [{ name: 'c', filters: [tcp], transportSocket: socket }],
    };
    const value = {
      name: 'renamed',
      transport_socket: {
        name: 'envoy.transport_sockets.tls',
        typed_config: { '@type': url, require_client_certificate: true },
      },
    };
    const merge = {
      applyTo: 'FILTER_CHAIN',
      match: { listener: { filterChain: { name: 'c' } } },
      patch: { operation: 'MERGE', value },
    } as const;
    assert.deepEqual(patched(listener, merge)?.filterChains, [
      {
        name: 'c',
        filters: [tcp],
        transportSocket: {
          ...socket,
          typedConfig: { '@type': url, requireSni: true, requireClientCertificate: true },
        },
      },
    ]);
  });
});
