import { parseAllDocuments, stringify } from 'yaml';
import type { TestCase } from '../../conformance/conformance-case.js';
import { type Chance, createChance } from './chance.js';
import { type FilterKind, filterKinds } from './http-filters.js';
import { createRulesWorld } from './rules.js';

/** A world of rules with HTTP filters and options of the connection manager put in by EnvoyFilters. */
export function createFiltersWorld(seed: number, requests: number): TestCase {
  const chance = createChance(seed + 1_000_000);
  const world = createRulesWorld(seed, requests);
  const patches = Array.from({ length: chance.int(1, 3) }, () => createPatches(chance));
  const filters = patches.map((list, i) => envoyFilter(`f${i}`, list));
  // What a query that is written anew does with spaces is a difference on purpose.
  const rewritesQueries = JSON.stringify(filters).includes('query_parameter_mutations');
  const steps = JSON.stringify(world.steps);
  const resources = parseAllDocuments(world.config ?? '').map((document) => document.toJS());
  return {
    ...world,
    name: `filters-${seed}`,
    steps: JSON.parse(rewritesQueries ? steps.replaceAll('%20', '_') : steps),
    config: [...resources, ...filters].map((resource) => stringify(resource)).join('---\n'),
  };
}

const envoyFilter = (name: string, configPatches: readonly object[]): object => ({
  apiVersion: 'networking.istio.io/v1alpha3',
  kind: 'EnvoyFilter',
  metadata: { name, namespace: 'app' },
  spec: { configPatches },
});

const type = (name: string): string => `type.googleapis.com/envoy.extensions.filters.${name}`;

function createPatches(chance: Chance): readonly object[] {
  if (chance.hits(0.3)) return [managerPatch(chance.pick(managerOptions))];
  const kind = chance.pick(filterKinds);
  return [filterPatch(chance, kind), ...chance.some([0, 1], 0.5).map(() => routePatch(chance, kind))];
}

const filterPatch = (chance: Chance, { name, settings }: FilterKind): object => ({
  applyTo: 'HTTP_FILTER',
  match: {
    context: 'SIDECAR_OUTBOUND',
    listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager' } } },
  },
  patch: { operation: 'INSERT_FIRST', value: { name, typed_config: settings(chance) } },
});

/** What a route, or all of the host's, say to the filter. */
const routePatch = (chance: Chance, { name, forRoute, settings }: FilterKind): object => {
  const host = `web.app.svc.cluster.local:9080`;
  const inHost = { context: 'SIDECAR_OUTBOUND', routeConfiguration: { vhost: { name: host } } };
  const place = chance.pick([
    { applyTo: 'VIRTUAL_HOST', match: inHost },
    {
      applyTo: 'HTTP_ROUTE',
      match: {
        ...inHost,
        routeConfiguration: { vhost: { name: host, route: { name: `r${chance.int(0, 5)}` } } },
      },
    },
    { applyTo: 'HTTP_ROUTE', match: inHost },
  ]);
  const own = chance.hits(0.8)
    ? (forRoute ?? settings)(chance)
    : { '@type': 'type.googleapis.com/envoy.config.route.v3.FilterConfig', disabled: true };
  return { ...place, patch: { operation: 'MERGE', value: { typed_per_filter_config: { [name]: own } } } };
};

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
  { common_http_protocol_options: { headers_with_underscores_action: 'REJECT_REQUEST' } },
  { common_http_protocol_options: { headers_with_underscores_action: 'DROP_HEADER' } },
  { use_remote_address: true, xff_num_trusted_hops: 1 },
  { use_remote_address: true, internal_address_config: {} },
  { xff_num_trusted_hops: 1 },
  { max_request_headers_kb: 1 },
  { strip_matching_host_port: true },
  { normalize_path: true },
  { preserve_external_request_id: true, use_remote_address: true },
  { forward_client_cert_details: 'SANITIZE' },
  { add_user_agent: true },
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
