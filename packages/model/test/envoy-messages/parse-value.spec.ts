import { strict as assert } from 'node:assert';
import { type EnvoyMessage, parseEnvoyValue } from '@inmesh/model/envoy-messages';
import fc from 'fast-check';

const clusterType = 'envoy.config.cluster.v3.Cluster';
const routeType = 'envoy.config.route.v3.Route';

function parsed(typeName: string, value: unknown): EnvoyMessage {
  const result = parseEnvoyValue(typeName, value);
  return 'error' in result ? assert.fail(`${result.path.join('.')}: ${result.error}`) : result.value;
}

function refusal(typeName: string, value: unknown): string {
  const result = parseEnvoyValue(typeName, value);
  return 'error' in result ? `${result.path.join('.')}: ${result.error}` : assert.fail('was accepted');
}

describe('parseEnvoyValue', () => {
  it('reads names of the proto file and of JSON alike', () => {
    const expected = { connectTimeout: '3s', lbPolicy: 'RING_HASH' };
    assert.deepEqual(parsed(clusterType, { connect_timeout: '3s', lb_policy: 'RING_HASH' }), expected);
    assert.deepEqual(parsed(clusterType, { connectTimeout: '3s', lbPolicy: 'RING_HASH' }), expected);
  });

  it('refuses a field that is given under both names', () => {
    assert.match(
      refusal(clusterType, { connect_timeout: '3s', connectTimeout: '4s' }),
      /^connectTimeout: .*twice/,
    );
  });

  it('leaves out zeros that canonical JSON does not tell from nothing', () => {
    const value = { name: '', respect_dns_ttl: false, lb_policy: 'ROUND_ROBIN', health_checks: [] };
    assert.deepEqual(parsed(clusterType, value), {});
  });

  it('keeps zeros inside wrappers, oneofs and lists', () => {
    assert.deepEqual(parsed(clusterType, { per_connection_buffer_limit_bytes: 0, type: 'STATIC' }), {
      perConnectionBufferLimitBytes: 0,
      type: 'STATIC',
    });
    assert.deepEqual(parsed('envoy.config.route.v3.RetryPolicy', { retriable_status_codes: [0] }), {
      retriableStatusCodes: [0],
    });
  });

  it('keeps messages without any field', () => {
    assert.deepEqual(parsed(clusterType, { common_lb_config: { healthy_panic_threshold: {} } }), {
      commonLbConfig: { healthyPanicThreshold: {} },
    });
  });

  it('takes null for an absent field', () => {
    assert.deepEqual(parsed(routeType, { route: { timeout: null, cluster: 'a' } }), {
      route: { cluster: 'a' },
    });
  });

  it('writes enums by name, also when they were given by number', () => {
    assert.deepEqual(parsed(clusterType, { dns_lookup_family: 2 }), { dnsLookupFamily: 'V6_ONLY' });
    assert.deepEqual(parsed(clusterType, { dns_lookup_family: 99 }), { dnsLookupFamily: 99 });
  });

  it('leaves out enum names that the API does not have', () => {
    assert.deepEqual(parsed(clusterType, { lb_policy: 'BEST', name: 'a' }), { name: 'a' });
  });

  it('writes numbers of 64 bits as text and reads smaller ones from text', () => {
    assert.deepEqual(parsed(clusterType, { ring_hash_lb_config: { minimum_ring_size: 1024 } }), {
      ringHashLbConfig: { minimumRingSize: '1024' },
    });
    assert.deepEqual(parsed('envoy.config.route.v3.DirectResponseAction', { status: '404' }), {
      status: 404,
    });
  });

  it('refuses numbers out of range, with a fraction, or of another kind', () => {
    const action = 'envoy.config.route.v3.DirectResponseAction';
    assert.match(refusal(action, { status: -1 }), /^status: .*range/);
    assert.match(refusal(action, { status: 2 ** 32 }), /^status: .*range/);
    assert.match(refusal(action, { status: 1.5 }), /^status: .*whole number/);
    assert.match(refusal(action, { status: true }), /^status: .*whole number/);
  });

  it('takes no number for a text and no text for a truth', () => {
    assert.match(refusal(clusterType, { name: 8080 }), /^name: expected a text/);
    assert.match(
      refusal(clusterType, { respect_dns_ttl: 'true' }),
      /^respect_dns_ttl: expected true or false/,
    );
  });

  it('takes durations in seconds or in the notation of Go, and shortens them', () => {
    assert.deepEqual(parsed(clusterType, { connect_timeout: '0.300s' }), { connectTimeout: '0.3s' });
    assert.deepEqual(parsed(clusterType, { connect_timeout: '0s' }), { connectTimeout: '0s' });
    assert.deepEqual(parsed(clusterType, { connect_timeout: '300ms' }), { connectTimeout: '0.3s' });
    assert.deepEqual(parsed(clusterType, { connect_timeout: '1h30m' }), { connectTimeout: '5400s' });
    assert.match(refusal(clusterType, { connect_timeout: 'soon' }), /^connect_timeout: .*duration/);
    assert.match(refusal(clusterType, { connect_timeout: 3 }), /^connect_timeout: .*duration/);
  });

  it('refuses two members of one oneof', () => {
    const value = { route: { cluster: 'a' }, redirect: { host_redirect: 'b' } };
    assert.match(refusal(routeType, value), /^redirect: .*action/);
  });

  it('leaves unknown fields out and tells where they stand', () => {
    const result = parseEnvoyValue(clusterType, { name: 'a', circuit_breakers: { tresholds: [] } });
    assert.deepEqual(result, {
      value: { name: 'a', circuitBreakers: {} },
      unknownFields: [['circuit_breakers', 'tresholds']],
    });
  });

  it('reads what an Any holds by its type', () => {
    const value = {
      name: 'lua',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua',
        default_source_code: { inline_string: 'x' },
      },
    };
    assert.deepEqual(parsed('envoy.config.listener.v3.Filter', value), {
      name: 'lua',
      typedConfig: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua',
        defaultSourceCode: { inlineString: 'x' },
      },
    });
  });

  it('refuses an Any of an unknown type', () => {
    const value = { typed_config: { '@type': 'type.googleapis.com/envoy.Nothing' } };
    assert.match(refusal('envoy.config.listener.v3.Filter', value), /^typed_config: type envoy.Nothing/);
  });

  it('empties an Any that does not say its type', () => {
    assert.deepEqual(parsed('envoy.config.listener.v3.Filter', { typed_config: { inline_code: 'x' } }), {
      typedConfig: {},
    });
  });

  it('reads a TypedStruct with whatever stands in it', () => {
    const config = {
      '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
      type_url: 'type.googleapis.com/some.Filter',
      value: { any_key: [1, null, { deep: true }] },
    };
    assert.deepEqual(parsed('envoy.config.listener.v3.Filter', { typed_config: config }), {
      typedConfig: {
        '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
        typeUrl: 'type.googleapis.com/some.Filter',
        value: { any_key: [1, null, { deep: true }] },
      },
    });
  });

  it('keeps map keys whatever they are called', () => {
    const any = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors' };
    const value = JSON.parse(`{"typed_per_filter_config": {"__proto__": ${JSON.stringify(any)}}}`);
    assert.deepEqual(Object.entries(parsed(routeType, value).typedPerFilterConfig as object), [
      ['__proto__', any],
    ]);
  });

  it('leaves out the number 0 and keeps the text "0"', () => {
    const headers = [{ header: { key: 'dnt', value: '0' } }];
    const value = { route: { cluster: '0' }, requestHeadersToAdd: headers };
    assert.deepEqual(parsed(routeType, value), value);
    assert.deepEqual(parsed(routeType, { redirect: { hostRedirect: '0', portRedirect: '0' } }), {
      redirect: { hostRedirect: '0' },
    });
  });

  it('reads every canonical value as itself', () => {
    const durations = fc.nat(1_000_000).map((ms) => `${ms / 1000}s`);
    const plain = { noNullPrototype: true };
    const thresholds = fc.array(fc.record({ maxRequests: fc.nat() }, plain), { minLength: 1 });
    const clusters = fc.record(
      {
        name: fc.string({ minLength: 1 }),
        connectTimeout: durations,
        lbPolicy: fc.constantFrom('LEAST_REQUEST', 'RING_HASH', 'MAGLEV'),
        circuitBreakers: fc.record({ thresholds }, plain),
        maglevLbConfig: fc.record({ tableSize: fc.nat().map(String) }, plain),
      },
      { ...plain, requiredKeys: [] },
    );
    fc.assert(fc.property(clusters, (cluster) => assert.deepEqual(parsed(clusterType, cluster), cluster)));
  });
});
