import { parse, parseAllDocuments, stringify } from 'yaml';
import type { TestCase } from '../../conformance/conformance-case.js';
import { type Chance, createChance } from './chance.js';
import { createRulesWorld } from './rules.js';

/** A world of rules with HTTP filters and options of the connection manager put in by EnvoyFilters. */
export function createFiltersWorld(seed: number, requests: number): TestCase {
  const chance = createChance(seed + 1_000_000);
  const world = createRulesWorld(seed, requests);
  const filters = Array.from({ length: chance.int(1, 3) }, (_, i) =>
    envoyFilter(`f${i}`, createPatch(chance)),
  );
  const resources = parseAllDocuments(world.config ?? '').map((document) => document.toJS());
  return {
    ...world,
    name: `filters-${seed}`,
    config: [...resources, ...filters].map((resource) => stringify(resource)).join('---\n'),
  };
}

const envoyFilter = (name: string, patch: object): object => ({
  apiVersion: 'networking.istio.io/v1alpha3',
  kind: 'EnvoyFilter',
  metadata: { name, namespace: 'app' },
  spec: { configPatches: [patch] },
});

const type = (name: string): string => `type.googleapis.com/envoy.extensions.filters.${name}`;

function createPatch(chance: Chance): object {
  if (chance.hits(0.3)) return managerPatch(chance.pick(managerOptions));
  return {
    applyTo: 'HTTP_FILTER',
    match: {
      context: 'SIDECAR_OUTBOUND',
      listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager' } } },
    },
    patch: { operation: 'INSERT_FIRST', value: parse(chance.pick(httpFilters)) },
  };
}

const managerPatch = (options: object): object => ({
  applyTo: 'NETWORK_FILTER',
  match: {
    context: 'SIDECAR_OUTBOUND',
    listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager' } } },
  },
  patch: {
    operation: 'MERGE',
    value: {
      typed_config: {
        '@type': type('network.http_connection_manager.v3.HttpConnectionManager'),
        ...options,
      },
    },
  },
});

const managerOptions: readonly object[] = [
  { merge_slashes: true },
  { path_with_escaped_slashes_action: 'REJECT_REQUEST' },
  { path_with_escaped_slashes_action: 'UNESCAPE_AND_REDIRECT' },
  { path_with_escaped_slashes_action: 'UNESCAPE_AND_FORWARD' },
  { strip_trailing_host_dot: true },
  { strip_any_host_port: true },
  { via: 'inmesh' },
  { generate_request_id: false },
  { preserve_external_request_id: true },
  { always_set_request_id_in_response: true },
  { skip_xff_append: true },
  { scheme_header_transformation: { scheme_to_overwrite: 'https' } },
  { append_x_forwarded_port: true },
  { common_http_protocol_options: { max_headers_count: 8 } },
  {
    local_reply_config: {
      mappers: [
        {
          filter: {
            status_code_filter: { comparison: { op: 'GE', value: { default_value: 500, runtime_key: 'a' } } },
          },
          status_code: 599,
          headers_to_add: [
            {
              header: { key: 'x-mapped', value: '%RESPONSE_CODE%' },
              append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
            },
          ],
          body_format_override: {
            text_format_source: { inline_string: '%LOCAL_REPLY_BODY%|%RESPONSE_FLAGS%|%REQ(:path)%' },
          },
        },
        {
          filter: { response_flag_filter: { flags: ['NR', 'FI'] } },
          body: { inline_string: 'mapped' },
        },
      ],
      body_format: {
        json_format: { code: '%RESPONSE_CODE%', why: '%RESPONSE_CODE_DETAILS%', text: '%LOCAL_REPLY_BODY%' },
      },
    },
  },
];

const httpFilters: readonly string[] = [
  `name: envoy.filters.http.buffer
typed_config:
  "@type": ${type('http.buffer.v3.Buffer')}
  max_request_bytes: 20000`,
  `name: envoy.filters.http.compressor
typed_config:
  "@type": ${type('http.compressor.v3.Compressor')}
  compressor_library:
    name: gzip
    typed_config: {"@type": type.googleapis.com/envoy.extensions.compression.gzip.compressor.v3.Gzip}`,
  `name: envoy.filters.http.header_mutation
typed_config:
  "@type": ${type('http.header_mutation.v3.HeaderMutation')}
  mutations:
    request_mutations:
    - remove: end-user
    - append: {header: {key: x-mutated, value: "%REQ(x-tier)%"}, append_action: ADD_IF_ABSENT}
    response_mutations:
    - append: {header: {key: x-seen, value: "%RESPONSE_CODE%"}, append_action: OVERWRITE_IF_EXISTS_OR_ADD}
    - remove: x-backend-tag`,
  `name: envoy.filters.http.rbac
typed_config:
  "@type": ${type('http.rbac.v3.RBAC')}
  rules:
    action: DENY
    policies:
      gold:
        permissions:
        - and_rules: {rules: [{url_path: {path: {prefix: /cart}}}, {header: {name: ":method", string_match: {exact: GET}}}]}
        - header: {name: x-tier, string_match: {prefix: gold}}
        principals: [{any: true}]`,
  `name: envoy.filters.http.local_ratelimit
typed_config:
  "@type": ${type('http.local_ratelimit.v3.HttpLocalRateLimiter')}
  stat_prefix: a
  token_bucket: {max_tokens: 7, tokens_per_fill: 1, fill_interval: 3600s}
  filter_enabled: {default_value: {numerator: 100}}
  filter_enforced: {default_value: {numerator: 100}}
  response_headers_to_add: [{header: {key: x-limited, value: "yes"}}]`,
  `name: envoy.filters.http.fault
typed_config:
  "@type": ${type('http.fault.v3.HTTPFault')}
  abort: {http_status: 451, percentage: {numerator: 100}}
  headers: [{name: x-version, string_match: {prefix: v}}]`,
  `name: envoy.filters.http.fault
typed_config:
  "@type": ${type('http.fault.v3.HTTPFault')}
  abort: {header_abort: {}, percentage: {numerator: 100}}`,
];
