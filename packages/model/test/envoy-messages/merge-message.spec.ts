import { strict as assert } from 'node:assert';
import { mergeAny, mergeMessage } from '@inmesh/model/envoy-messages';

const cluster = 'envoy.config.cluster.v3.Cluster';
const route = 'envoy.config.route.v3.Route';

describe('mergeMessage', () => {
  it('overwrites scalars and leaves the rest', () => {
    const base = { name: 'a', lbPolicy: 'RANDOM', altStatName: 'x' };
    assert.deepEqual(mergeMessage(cluster, base, { lbPolicy: 'MAGLEV' }), { ...base, lbPolicy: 'MAGLEV' });
    assert.equal(base.lbPolicy, 'RANDOM', 'the base stays as it is');
  });

  it('merges messages field by field', () => {
    const base = { route: { cluster: 'a', retryPolicy: { retryOn: '5xx', numRetries: 2 } } };
    assert.deepEqual(mergeMessage(route, base, { route: { retryPolicy: { numRetries: 7 } } }), {
      route: { cluster: 'a', retryPolicy: { retryOn: '5xx', numRetries: 7 } },
    });
  });

  it('appends lists', () => {
    const base = { circuitBreakers: { thresholds: [{ maxRequests: 1 }] } };
    assert.deepEqual(
      mergeMessage(cluster, base, { circuitBreakers: { thresholds: [{ maxConnections: 5 }] } }),
      { circuitBreakers: { thresholds: [{ maxRequests: 1 }, { maxConnections: 5 }] } },
    );
  });

  it('replaces lists at every depth when asked to, and leaves lists that the patch does not have', () => {
    const base = { circuitBreakers: { thresholds: [{ maxRequests: 1 }] }, healthChecks: [{}] };
    const patch = { circuitBreakers: { thresholds: [{ maxConnections: 5 }] } };
    assert.deepEqual(mergeMessage(cluster, base, patch, { replaceLists: true }), {
      circuitBreakers: { thresholds: [{ maxConnections: 5 }] },
      healthChecks: [{}],
    });
  });

  it('replaces entries of maps whole and keeps the other entries', () => {
    const base = { typedPerFilterConfig: { a: { '@type': 'x', one: 1, two: 2 }, b: { '@type': 'y' } } };
    assert.deepEqual(mergeMessage(route, base, { typedPerFilterConfig: { a: { '@type': 'x', one: 3 } } }), {
      typedPerFilterConfig: { a: { '@type': 'x', one: 3 }, b: { '@type': 'y' } },
    });
  });

  it('replaces durations whole, so that zero wins', () => {
    const base = { route: { cluster: 'a', timeout: '0.2s' } };
    assert.deepEqual(mergeMessage(route, base, { route: { timeout: '0s' } }), {
      route: { cluster: 'a', timeout: '0s' },
    });
  });

  it('never lets the zero of a wrapper win over a value, but sets it where nothing was', () => {
    const hcm = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
    assert.deepEqual(mergeMessage(hcm, { normalizePath: true }, { normalizePath: false }), {
      normalizePath: true,
    });
    assert.deepEqual(mergeMessage(hcm, {}, { normalizePath: false }), { normalizePath: false });
    assert.deepEqual(mergeMessage(hcm, { normalizePath: false }, { normalizePath: true }), {
      normalizePath: true,
    });
  });

  it('switches a oneof to the member of the patch', () => {
    const base = { name: 'a', match: { prefix: '/' }, redirect: { hostRedirect: 'b' } };
    assert.deepEqual(mergeMessage(route, base, { match: { path: '/x' }, directResponse: { status: 404 } }), {
      name: 'a',
      match: { path: '/x' },
      directResponse: { status: 404 },
    });
  });

  it('merges messages within the same member of a oneof', () => {
    const base = { directResponse: { status: 404, body: { inlineString: 'x' } } };
    assert.deepEqual(mergeMessage(route, base, { directResponse: { status: 410 } }), {
      directResponse: { status: 410, body: { inlineString: 'x' } },
    });
  });

  it('replaces the content of an Any inside a message whole', () => {
    const base = { transportSocket: { name: 'tls', typedConfig: { '@type': 't/x', sni: 'a' } } };
    const patch = { transportSocket: { typedConfig: { '@type': 't/x', alpn: 'b' } } };
    assert.deepEqual(mergeMessage(cluster, base, patch), {
      transportSocket: { name: 'tls', typedConfig: { '@type': 't/x', alpn: 'b' } },
    });
  });

  it('merges structs by key', () => {
    const base = { metadata: { filterMetadata: { a: { x: 1 }, b: {} } } };
    assert.deepEqual(mergeMessage(cluster, base, { metadata: { filterMetadata: { a: { y: 2 } } } }), {
      metadata: { filterMetadata: { a: { y: 2 }, b: {} } },
    });
    const clusterType = 'envoy.config.core.v3.TypedExtensionConfig';
    assert.deepEqual(mergeMessage(clusterType, { name: 'a' }, { name: 'b' }), { name: 'b' });
  });
});

describe('mergeAny', () => {
  const router = 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router';

  it('merges what both hold', () => {
    assert.deepEqual(
      mergeAny({ '@type': router, startChildSpan: true }, { '@type': router, suppressEnvoyHeaders: true }),
      { '@type': router, startChildSpan: true, suppressEnvoyHeaders: true },
    );
  });

  it('goes by the name of the type, wherever its URL points to', () => {
    const elsewhere = 'example.com/envoy.extensions.filters.http.router.v3.Router';
    assert.deepEqual(mergeAny({ '@type': router }, { '@type': elsewhere, suppressEnvoyHeaders: true }), {
      '@type': router,
      suppressEnvoyHeaders: true,
    });
  });

  it('has no answer for different types, nor for unknown ones', () => {
    assert.equal(mergeAny({ '@type': router }, { '@type': 'type.googleapis.com/other' }), undefined);
    assert.equal(mergeAny({ '@type': 'x/unknown' }, { '@type': 'x/unknown' }), undefined);
  });
});
