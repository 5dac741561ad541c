import { strict as assert } from 'node:assert';
import type { ApplyTo, EnvoyConfigObjectPatch, PatchOperation, Struct } from '@inmesh/model';
import { parseEnvoyValue } from '@inmesh/model/envoy-messages';
import fc from 'fast-check';
import { resource, serviceEntry, world } from '../route/world.js';

const url = (name: string): string => `type.googleapis.com/${name}`;
const hcm = 'envoy.filters.network.http_connection_manager';
const hcmUrl = url('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager');
const luaUrl = url('envoy.extensions.filters.http.lua.v3.Lua');

/** Values of each kind, and some that fit no kind. */
const values: Readonly<Record<ApplyTo, readonly Struct[]>> = {
  CLUSTER: [
    { connect_timeout: '3s', health_checks: [{ timeout: '1s' }] },
    { circuit_breakers: { thresholds: [{ max_requests: 0 }] }, type: 'STRICT_DNS' },
    { transport_socket: { name: 'envoy.transport_sockets.tls', typed_config: { '@type': luaUrl } } },
  ],
  LISTENER: [
    {
      per_connection_buffer_limit_bytes: 0,
      filter_chains: [{ filters: [{ name: 'x' }] }, { name: 'empty' }],
    },
    { default_filter_chain: { name: 'other' } },
  ],
  LISTENER_FILTER: [{ name: 'x' }],
  FILTER_CHAIN: [{ name: 'x', filters: [{ name: 'y' }] }, { filter_chain_match: { server_names: ['a'] } }],
  NETWORK_FILTER: [
    { name: 'x', typed_config: { '@type': luaUrl } },
    { typed_config: { '@type': hcmUrl, normalize_path: false, rds: { route_config_name: '80' } } },
    { name: 'renamed', typed_config: { '@type': hcmUrl, route_config: { name: 'inline' } } },
  ],
  HTTP_FILTER: [{ name: 'x', typed_config: { '@type': luaUrl, inline_code: 'x' } }, { name: 'bare' }],
  ROUTE_CONFIGURATION: [
    { request_headers_to_remove: ['x'], virtual_hosts: [{ name: 'merged', domains: ['merged'] }] },
    { name: 'other' },
  ],
  VIRTUAL_HOST: [
    { name: 'new', domains: ['new', 'shop.test'], routes: [{ name: 'r', match: { prefix: '/' } }] },
    { domains: ['extra'], require_tls: 'ALL' },
    {},
  ],
  HTTP_ROUTE: [
    { name: 'x', match: { path: '/x' }, direct_response: { status: 404 } },
    { match: { safe_regex: { regex: '.*' } }, route: { timeout: '0s', hash_policy: [{ terminal: true }] } },
    { redirect: { host_redirect: 'x' } },
  ],
  EXTENSION_CONFIG: [{ name: 'x' }],
  BOOTSTRAP: [{ node: {} }],
};
const broken: readonly Struct[] = [{ name: 1 }, { typed_config: { '@type': 'x/y' } }, { unknown: [null] }];

const operations: readonly PatchOperation[] = [
  'MERGE',
  'MERGE_AND_REPLACE_LIST',
  'ADD',
  'REMOVE',
  'INSERT_BEFORE',
  'INSERT_AFTER',
  'INSERT_FIRST',
  'REPLACE',
];

const matches = fc.oneof(
  fc.constant({}),
  fc.record(
    {
      context: fc.constantFrom('ANY', 'SIDECAR_OUTBOUND', 'SIDECAR_INBOUND', 'GATEWAY'),
      cluster: fc.record({ service: fc.constantFrom('', 'shop.test'), portNumber: fc.constantFrom(0, 80) }),
      listener: fc.record({
        portNumber: fc.constantFrom(0, 80, 8080),
        filterChain: fc.constantFrom(
          {},
          { filter: { name: hcm } },
          { filter: { name: hcm, subFilter: { name: 'envoy.filters.http.router' } } },
        ),
      }),
      routeConfiguration: fc.record({
        portNumber: fc.constantFrom(0, 80, 8080),
        vhost: fc.constantFrom({}, { name: 'shop.test:80' }, { domainName: '*' }, { route: { name: 'x' } }),
      }),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
);

const patches: fc.Arbitrary<EnvoyConfigObjectPatch> = fc
  .constantFrom(...(Object.keys(values) as ApplyTo[]))
  .chain((applyTo) =>
    fc.record({
      applyTo: fc.constant(applyTo),
      match: matches,
      patch: fc.record({
        operation: fc.constantFrom(...operations),
        value: fc.constantFrom(...values[applyTo], ...broken),
      }),
    }),
  );

const messages = {
  listeners: 'envoy.config.listener.v3.Listener',
  routes: 'envoy.config.route.v3.RouteConfiguration',
  clusters: 'envoy.config.cluster.v3.Cluster',
} as const;

describe('any patches', () => {
  const services = [
    serviceEntry('shop.test', [{ number: 80, protocol: 'HTTP' }]),
    serviceEntry('db.test', [{ number: 5432, protocol: 'TCP' }], { addresses: ['10.0.0.1'] }),
  ];
  const rules = resource('VirtualService', 'shop', {
    hosts: ['shop.test'],
    http: [{ name: 'x', route: [{ destination: { host: 'shop.test' } }] }],
    gateways: ['mesh', 'edge'],
  });
  const gateway = resource('Gateway', 'edge', {
    selector: { app: 'web' },
    servers: [{ port: { number: 8080, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
  });

  for (const type of ['sidecar', 'router'] as const) {
    it(`leave the configuration of a ${type} made of messages`, () => {
      fc.assert(
        fc.property(fc.array(patches, { maxLength: 8 }), (configPatches) => {
          const filter = resource('EnvoyFilter', 'any', { configPatches });
          const { compiler } = world([...services, rules, gateway, filter], {
            workload: { type, labels: { app: 'web' } },
          });
          const dump = compiler.configDump();
          for (const [kind, message] of Object.entries(messages)) {
            for (const one of dump[kind as keyof typeof messages]) {
              const parsed = parseEnvoyValue(message, one);
              assert.ok('value' in parsed, JSON.stringify(parsed));
              assert.deepEqual(parsed.unknownFields, []);
            }
          }
        }),
        { numRuns: 60 },
      );
    });
  }
});
