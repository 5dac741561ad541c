import { strict as assert } from 'node:assert';
import type { Cluster, EnvoyConfigObjectMatch, PatchOperation, Struct } from '@inmesh/model';
import { patchesOf } from './patches-of.js';

const tlsUrl = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext';
const tls = (fields: object): { name: string; typedConfig: { '@type': string } } => ({
  name: 'envoy.transport_sockets.tls',
  typedConfig: { '@type': tlsUrl, ...fields },
});

const reviews: Cluster = {
  name: 'outbound|9080|v1|reviews.app.svc.cluster.local',
  type: 'EDS',
  connectTimeout: '10s',
  circuitBreakers: { thresholds: [{ maxRequests: 100 }] },
};

function patched(
  cluster: Cluster,
  operation: PatchOperation,
  value: Struct,
  match: EnvoyConfigObjectMatch = {},
): Cluster | undefined {
  return patchesOf({ applyTo: 'CLUSTER', match, patch: { operation, value } }).cluster(
    cluster,
    'SIDECAR_OUTBOUND',
  );
}

const isMatched = (cluster: EnvoyConfigObjectMatch['cluster'], of: Cluster = reviews): boolean =>
  patched(of, 'MERGE', { alt_stat_name: 'x' }, { cluster: cluster ?? {} }) !== of;

describe('patches of clusters', () => {
  it('merge into the clusters that they match', () => {
    assert.deepEqual(patched(reviews, 'MERGE', { connect_timeout: '3s', dns_lookup_family: 'V6_ONLY' }), {
      ...reviews,
      connectTimeout: '3s',
      dnsLookupFamily: 'V6_ONLY',
    });
  });

  it('append to lists, or replace them when asked to', () => {
    const value = { circuit_breakers: { thresholds: [{ max_connections: 7 }] } };
    assert.deepEqual(patched(reviews, 'MERGE', value)?.circuitBreakers?.thresholds, [
      { maxRequests: 100 },
      { maxConnections: 7 },
    ]);
    assert.deepEqual(patched(reviews, 'MERGE_AND_REPLACE_LIST', value)?.circuitBreakers?.thresholds, [
      { maxConnections: 7 },
    ]);
  });

  it('remove what they match, and merge into it nothing more', () => {
    const patches = patchesOf(
      { applyTo: 'CLUSTER', match: { cluster: { service: 'a.test' } }, patch: { operation: 'REMOVE' } },
      { applyTo: 'CLUSTER', patch: { operation: 'MERGE', value: { alt_stat_name: 'x' } } },
    );
    assert.equal(patches.cluster({ name: 'outbound|80||a.test' }, 'SIDECAR_OUTBOUND'), undefined);
    assert.deepEqual(patches.cluster({ name: 'outbound|80||b.test' }, 'SIDECAR_OUTBOUND'), {
      name: 'outbound|80||b.test',
      altStatName: 'x',
    });
  });

  it('replace no cluster', () => {
    assert.equal(patched(reviews, 'REPLACE', { name: 'other' }), reviews);
  });

  it('go by the name alone when they have one', () => {
    assert.equal(isMatched({ name: reviews.name, portNumber: 443, service: 'other', subset: 'v9' }), true);
    assert.equal(
      isMatched({ name: 'outbound|9080||other', service: 'reviews.app.svc.cluster.local' }),
      false,
    );
  });

  it('match subset, service and port, each when given', () => {
    assert.equal(isMatched({ subset: 'v1' }), true);
    assert.equal(isMatched({ subset: 'v2' }), false);
    assert.equal(isMatched({ service: 'reviews.app.svc.cluster.local' }), true);
    assert.equal(isMatched({ service: 'reviews' }), false);
    assert.equal(isMatched({ portNumber: 9080 }), true);
    assert.equal(isMatched({ portNumber: 0 }), true, '0 is any port');
    assert.equal(isMatched({ portNumber: 80 }), false);
  });

  it('find service and port of SNI clusters too', () => {
    const sni = { name: 'outbound_.80_.v1_.a.test' };
    assert.equal(isMatched({ service: 'a.test', portNumber: 80, subset: 'v1' }, sni), true);
  });

  it('reach clusters without a service only when they name none', () => {
    const passthrough = { name: 'PassthroughCluster' };
    assert.equal(isMatched({}, passthrough), true);
    assert.equal(isMatched({ service: 'a.test' }, passthrough), false);
    assert.equal(isMatched({ portNumber: 80 }, passthrough), false);
  });

  it('find inbound clusters by any host of the services of their port', () => {
    const patches = patchesOf({
      applyTo: 'CLUSTER',
      match: { context: 'SIDECAR_INBOUND', cluster: { service: 'b.test' } },
      patch: { operation: 'MERGE', value: { alt_stat_name: 'x' } },
    });
    const inbound = { name: 'inbound|8080||' };
    assert.equal(patches.cluster(inbound, 'SIDECAR_INBOUND', ['a.test']), inbound);
    assert.notEqual(patches.cluster(inbound, 'SIDECAR_INBOUND', ['a.test', 'b.test']), inbound);
    assert.equal(patches.cluster({ name: 'inbound|8080||' }, 'SIDECAR_INBOUND', [])?.altStatName, undefined);
  });

  it('apply in their own context and, as ANY, in all', () => {
    const patches = patchesOf(
      { applyTo: 'CLUSTER', match: { context: 'GATEWAY' }, patch: { operation: 'REMOVE' } },
      {
        applyTo: 'CLUSTER',
        match: { context: 'ANY' },
        patch: { operation: 'MERGE', value: { alt_stat_name: 'x' } },
      },
    );
    assert.equal(patches.cluster({ name: 'a' }, 'GATEWAY'), undefined);
    assert.deepEqual(patches.cluster({ name: 'a' }, 'SIDECAR_OUTBOUND'), { name: 'a', altStatName: 'x' });
  });

  it('answer the same object for the same object', () => {
    const patches = patchesOf({
      applyTo: 'CLUSTER',
      patch: { operation: 'MERGE', value: { alt_stat_name: 'x' } },
    });
    const first = patches.cluster(reviews, 'SIDECAR_OUTBOUND');
    assert.equal(patches.cluster(reviews, 'SIDECAR_OUTBOUND'), first);
  });
});

describe('added clusters', () => {
  const added = { name: 'ratelimit', connect_timeout: '1s' };
  const names = (
    context: 'SIDECAR_OUTBOUND' | 'SIDECAR_INBOUND' | 'GATEWAY',
    ...patches: Parameters<typeof patchesOf>
  ) =>
    patchesOf(...patches)
      .addedClusters(context)
      .map(({ name }) => name);

  it('come once when the patch names no context: not for inbound', () => {
    const add = { applyTo: 'CLUSTER', patch: { operation: 'ADD', value: added } } as const;
    assert.deepEqual(names('SIDECAR_OUTBOUND', add), ['ratelimit']);
    assert.deepEqual(names('GATEWAY', add), ['ratelimit']);
    assert.deepEqual(names('SIDECAR_INBOUND', add), []);
  });

  it('come in the context that the patch names', () => {
    const add = {
      applyTo: 'CLUSTER',
      match: { context: 'SIDECAR_INBOUND' },
      patch: { operation: 'ADD', value: added },
    } as const;
    assert.deepEqual(names('SIDECAR_INBOUND', add), ['ratelimit']);
    assert.deepEqual(names('SIDECAR_OUTBOUND', add), []);
  });

  it('are also what an INSERT asks for', () => {
    for (const operation of ['INSERT_FIRST', 'INSERT_BEFORE', 'INSERT_AFTER'] as const) {
      const insert = { applyTo: 'CLUSTER', patch: { operation, value: added } } as const;
      assert.deepEqual(names('SIDECAR_OUTBOUND', insert), ['ratelimit']);
    }
  });
});

describe('transport sockets in patches of clusters', () => {
  const value = {
    connect_timeout: '1s',
    transport_socket: { name: 'envoy.transport_sockets.tls', typed_config: { '@type': tlsUrl, sni: 'b' } },
  };

  it('are merged into one of the same name, and the rest of the patch is ignored', () => {
    const cluster: Cluster = { name: 'c', transportSocket: tls({ sni: 'a', allowRenegotiation: true }) };
    assert.deepEqual(patched(cluster, 'MERGE', value), {
      name: 'c',
      transportSocket: tls({ sni: 'b', allowRenegotiation: true }),
    });
  });

  it('replace one of another name, or none', () => {
    const raw: Cluster = { name: 'c', transportSocket: { name: 'envoy.transport_sockets.raw_buffer' } };
    for (const cluster of [raw, { name: 'c' }]) {
      assert.deepEqual(patched(cluster, 'MERGE', value), { name: 'c', transportSocket: tls({ sni: 'b' }) });
    }
  });

  it('are merged into the first of the sockets chosen by endpoint that has the same name', () => {
    const plain = {
      name: 'tlsMode-disabled',
      transportSocket: { name: 'envoy.transport_sockets.raw_buffer' },
    };
    const mutual = { name: 'tlsMode-istio', transportSocket: tls({ sni: 'a' }) };
    const cluster: Cluster = { name: 'c', transportSocketMatches: [plain, mutual] };
    assert.deepEqual(patched(cluster, 'MERGE', value), {
      name: 'c',
      transportSocketMatches: [plain, { ...mutual, transportSocket: tls({ sni: 'b' }) }],
    });
  });

  it('drop the whole patch when none of those has the same name', () => {
    const plain = { name: 'a', transportSocket: { name: 'envoy.transport_sockets.raw_buffer' } };
    const cluster: Cluster = { name: 'c', transportSocketMatches: [plain] };
    assert.equal(patched(cluster, 'MERGE', value), cluster);
  });

  it('append to lists inside them whatever the operation says', () => {
    const cluster: Cluster = {
      name: 'c',
      transportSocket: tls({ commonTlsContext: { alpnProtocols: ['istio'] } }),
    };
    const alpn = {
      transport_socket: {
        name: 'envoy.transport_sockets.tls',
        typed_config: { '@type': tlsUrl, common_tls_context: { alpn_protocols: ['h2'] } },
      },
    };
    assert.deepEqual(patched(cluster, 'MERGE_AND_REPLACE_LIST', alpn), {
      name: 'c',
      transportSocket: tls({ commonTlsContext: { alpnProtocols: ['istio', 'h2'] } }),
    });
  });
});
