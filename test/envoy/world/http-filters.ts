import type { Chance } from './chance.js';

/** An HTTP filter of a world, and what routes may say to it. */
export interface FilterKind {
  readonly name: string;
  settings(chance: Chance): object;
  /** In `typed_per_filter_config`; absent: routes have nothing to say. */
  forRoute?(chance: Chance): object;
}

const type = (name: string): string => `type.googleapis.com/envoy.extensions.filters.http.${name}`;

const header = (key: string, value: string): object => ({ header: { key, value } });

const appendActions = [
  'APPEND_IF_EXISTS_OR_ADD',
  'ADD_IF_ABSENT',
  'OVERWRITE_IF_EXISTS_OR_ADD',
  'OVERWRITE_IF_EXISTS',
] as const;

const headerValues = [
  'a',
  '',
  '%REQ(x-tier)%',
  '%RESPONSE_CODE%',
  '%PROTOCOL%',
  '%REQ(:path)%',
  '%%',
  '%REQ(end-user?x-tier):2%',
] as const;

const headerNames = [
  'x-tier',
  'end-user',
  'x-new',
  'X-Canary',
  'accept',
  'vary',
  'set-cookie',
  'x-backend-tag',
] as const;

const text = (chance: Chance): object =>
  chance.pick([
    { exact: 'gold' },
    { prefix: 'gold' },
    { suffix: '-1' },
    { contains: 'OL', ignore_case: true },
    { safe_regex: { google_re2: {}, regex: '[a-z]+' } },
  ]);

const fraction = (chance: Chance): object => ({
  default_value: { numerator: chance.pick([0, 100, 100, 100]), denominator: 'HUNDRED' },
});

const buffer: FilterKind = {
  name: 'envoy.filters.http.buffer',
  settings: (chance) => ({
    '@type': type('buffer.v3.Buffer'),
    max_request_bytes: chance.pick([1, 3, 20_000, 50_000]),
  }),
  forRoute: (chance) => ({
    '@type': type('buffer.v3.BufferPerRoute'),
    ...chance.pick([
      { disabled: true },
      { buffer: { max_request_bytes: chance.pick([2, 30_000, 100_000]) } },
    ]),
  }),
};

const libraries = [
  { name: 'gzip', typed_config: { '@type': compression('gzip.compressor.v3.Gzip') } },
  { name: 'brotli', typed_config: { '@type': compression('brotli.compressor.v3.Brotli') } },
];

function compression(name: string): string {
  return `type.googleapis.com/envoy.extensions.compression.${name}`;
}

const compressor: FilterKind = {
  name: 'envoy.filters.http.compressor',
  settings: (chance) => ({
    '@type': type('compressor.v3.Compressor'),
    compressor_library: chance.pick(libraries),
    ...chance.maybe(0.2, () => ({ choose_first: true })),
    ...chance.maybe(0.6, () => ({
      response_direction_config: {
        common_config: {
          ...chance.maybe(0.3, () => ({ min_content_length: chance.pick([1, 30, 60, 100, 1_000]) })),
          ...chance.maybe(0.3, () => ({
            content_type: chance.pick([['text/plain'], ['application/json', 'text/plain'], ['image/png']]),
          })),
          ...chance.maybe(0.1, () => ({ enabled: { default_value: false, runtime_key: 'off' } })),
        },
        ...chance.maybe(0.3, () => ({ disable_on_etag_header: true })),
        ...chance.maybe(0.3, () => ({ remove_accept_encoding_header: true })),
        ...chance.maybe(0.3, () => ({ uncompressible_response_codes: [404, 503] })),
        ...chance.maybe(0.2, () => ({ weaken_etag_on_compress: true })),
      },
    })),
  }),
  forRoute: (chance) => ({
    '@type': type('compressor.v3.CompressorPerRoute'),
    ...chance.pick([
      { disabled: true },
      { overrides: { response_direction_config: {} } },
      { overrides: { response_direction_config: { remove_accept_encoding_header: true } } },
    ]),
  }),
};

function mutation(chance: Chance): object {
  const name = chance.pick(headerNames);
  if (chance.hits(0.3)) return { remove: name };
  if (chance.hits(0.1)) return { remove_on_match: { key_matcher: { prefix: 'x-' } } };
  return {
    append: { ...header(name, chance.pick(headerValues)), append_action: chance.pick(appendActions) },
  };
}

function queryMutation(chance: Chance): object {
  const key = chance.pick(['q', 'user', 'new', 'f.g', 'x']);
  if (chance.hits(0.3)) return { remove: key };
  return {
    append: {
      record: { key, value: chance.pick(['1', '', 'a+b', '%REQ(x-tier)%', '%PROTOCOL%']) },
      action: chance.pick(appendActions),
    },
  };
}

const list = <T>(chance: Chance, make: (chance: Chance) => T, most = 3): T[] =>
  Array.from({ length: chance.int(0, most) }, () => make(chance));

const mutations = (chance: Chance): object => ({
  mutations: {
    request_mutations: list(chance, mutation),
    response_mutations: list(chance, mutation),
    ...chance.maybe(0.3, () => ({ query_parameter_mutations: list(chance, queryMutation, 2) })),
  },
});

const headerMutation: FilterKind = {
  name: 'envoy.filters.http.header_mutation',
  settings: (chance) => ({
    '@type': type('header_mutation.v3.HeaderMutation'),
    ...mutations(chance),
    ...chance.maybe(0.3, () => ({ most_specific_header_mutations_wins: true })),
  }),
  forRoute: (chance) => ({
    '@type': type('header_mutation.v3.HeaderMutationPerRoute'),
    ...mutations(chance),
  }),
};

function rule(chance: Chance, kind: 'rules' | 'ids', depth = 0): object {
  const inner = (): object => rule(chance, kind, depth + 1);
  const some = (): object[] => Array.from({ length: chance.int(1, 2) }, inner);
  if (depth < 2 && chance.hits(0.35)) {
    return chance.pick([
      () => ({ [`and_${kind}`]: { [kind]: some() } }),
      () => ({ [`or_${kind}`]: { [kind]: some() } }),
      () => ({ [kind === 'rules' ? 'not_rule' : 'not_id']: inner() }),
    ])();
  }
  const shared = [
    () => ({ header: { name: 'x-tier', string_match: text(chance) } }),
    () => ({ header: { name: 'x-version', present_match: chance.hits(0.5) } }),
    () => ({ header: { name: ':method', string_match: { exact: chance.pick(['GET', 'POST']) } } }),
    () => ({ header: { name: 'end-user', string_match: { exact: 'jason' }, invert_match: true } }),
    () => ({ header: { name: 'cookie', string_match: text(chance), treat_missing_header_as_empty: true } }),
    () => ({ url_path: { path: { prefix: chance.pick(['/cart', '/v1', '/']) } } }),
    () => ({ url_path: { path: { exact: chance.pick(['/cart', '/new', '/a/b']) } } }),
    () => ({ metadata: { filter: 'a', path: [{ key: 'b' }], value: { present_match: true } } }),
  ];
  const own =
    kind === 'rules'
      ? [
          () => ({ destination_port: chance.pick([9080, 80]) }),
          () => ({
            destination_port_range: chance.pick([
              { start: 9000, end: 9081 },
              { start: 1, end: 9080 },
            ]),
          }),
          () => ({ requested_server_name: { exact: 'a' } }),
          () => ({ any: true }),
        ]
      : [
          () => ({ authenticated: chance.pick([{}, { principal_name: { exact: 'a' } }]) }),
          () => ({ any: true }),
          () => ({ any: true }),
        ];
  return chance.pick([...shared, ...own])();
}

const policy = (chance: Chance): object => ({
  permissions: Array.from({ length: chance.int(1, 2) }, () => rule(chance, 'rules')),
  principals: Array.from({ length: chance.int(1, 2) }, () => rule(chance, 'ids')),
});

/** What a matcher tree of RBAC reads of a request. */
const input = (chance: Chance): object =>
  chance.pick([
    {
      name: 'header',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput',
        header_name: chance.pick(['x-tier', ':path', ':method', 'x-version']),
      },
    },
    {
      name: 'port',
      typed_config: {
        '@type':
          'type.googleapis.com/envoy.extensions.matching.common_inputs.network.v3.DestinationPortInput',
      },
    },
  ]);

const action = (chance: Chance): object => ({
  action: {
    name: 'action',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.config.rbac.v3.Action',
      name: chance.pick(['first', 'the second']),
      ...chance.maybe(0.6, () => ({ action: chance.pick(['ALLOW', 'DENY', 'LOG']) })),
    },
  },
});

function predicate(chance: Chance, depth = 0): object {
  const some = (): object[] => Array.from({ length: 2 }, () => predicate(chance, depth + 1));
  if (depth < 2 && chance.hits(0.3)) {
    return chance.pick([
      () => ({ or_matcher: { predicate: some() } }),
      () => ({ and_matcher: { predicate: some() } }),
      () => ({ not_matcher: predicate(chance, depth + 1) }),
    ])();
  }
  return { single_predicate: { input: input(chance), value_match: text(chance) } };
}

/** A list of predicates, or a map from values to what follows. */
function matcher(chance: Chance, depth = 0): object {
  const follows = (): object =>
    depth < 2 && chance.hits(0.3) ? { matcher: matcher(chance, depth + 1) } : action(chance);
  const otherwise = chance.maybe(0.5, () => ({ on_no_match: follows() }));
  if (chance.hits(0.3)) {
    const map = {
      map: Object.fromEntries(
        chance.some(['gold', 'GET', '/cart', '9080', '']).map((key) => [key, follows()]),
      ),
    };
    const tree = chance.pick([{ exact_match_map: map }, { prefix_match_map: map }]);
    if (Object.keys(map.map).length > 0)
      return { matcher_tree: { input: input(chance), ...tree }, ...otherwise };
  }
  const matchers = Array.from({ length: chance.int(1, 3) }, () => ({
    predicate: predicate(chance),
    on_match: follows(),
  }));
  return { matcher_list: { matchers }, ...otherwise };
}

const rbacRules = (chance: Chance): object =>
  chance.hits(0.35)
    ? { matcher: matcher(chance) }
    : {
        rules: {
          action: chance.pick(['ALLOW', 'DENY', 'LOG']),
          policies: Object.fromEntries(
            chance.some(['first', 'the second', 'z'], 0.6).map((name) => [name, policy(chance)]),
          ),
        },
      };

const rbac: FilterKind = {
  name: 'envoy.filters.http.rbac',
  settings: (chance) => ({ '@type': type('rbac.v3.RBAC'), ...rbacRules(chance) }),
  forRoute: (chance) => ({
    '@type': type('rbac.v3.RBACPerRoute'),
    ...chance.maybe(0.7, () => ({ rbac: rbacRules(chance) })),
  }),
};

const limiter = (chance: Chance): object => ({
  '@type': type('local_ratelimit.v3.LocalRateLimit'),
  stat_prefix: 'a',
  token_bucket: { max_tokens: chance.pick([1, 3, 7, 1_000]), tokens_per_fill: 1, fill_interval: '3600s' },
  ...chance.maybe(0.8, () => ({ filter_enabled: fraction(chance) })),
  ...chance.maybe(0.8, () => ({ filter_enforced: fraction(chance) })),
  ...chance.maybe(0.5, () => ({
    response_headers_to_add: [header('x-limited', chance.pick(['yes', '%RESPONSE_CODE%']))],
  })),
  ...chance.maybe(0.5, () => ({
    request_headers_to_add_when_not_enforced: [header('x-would', 'be limited')],
  })),
  ...chance.maybe(0.3, () => ({ status: { code: chance.pick([503, 200, 418]) } })),
  ...chance.maybe(0.2, () => ({ rate_limited_as_resource_exhausted: true })),
  ...chance.maybe(0.4, () => ({
    rate_limits: [{ actions: [{ request_headers: { header_name: 'x-tier', descriptor_key: 'tier' } }] }],
    descriptors: [
      {
        entries: [{ key: 'tier', value: chance.pick(['gold', 'gold-1', 'GOLD']) }],
        token_bucket: { max_tokens: chance.pick([1, 2]), fill_interval: '3600s' },
      },
    ],
    ...chance.maybe(0.5, () => ({ always_consume_default_token_bucket: chance.hits(0.5) })),
  })),
});

const localRateLimit: FilterKind = {
  name: 'envoy.filters.http.local_ratelimit',
  settings: limiter,
  forRoute: limiter,
};

const faults = (chance: Chance): object => ({
  '@type': type('fault.v3.HTTPFault'),
  ...chance.maybe(0.7, () => ({
    abort: {
      ...chance.pick([
        { http_status: chance.pick([451, 503, 200]) },
        { grpc_status: 14 },
        { header_abort: {} },
      ]),
      percentage: { numerator: chance.pick([0, 100, 100, 100]) },
    },
  })),
  ...chance.maybe(0.3, () => ({
    delay: {
      ...chance.pick([{ fixed_delay: '0.020s' }, { header_delay: {} }]),
      percentage: { numerator: 100, denominator: chance.pick(['HUNDRED', 'MILLION']) },
    },
  })),
  ...chance.maybe(0.5, () => ({
    headers: [
      chance.pick([
        { name: 'x-version', string_match: { prefix: 'v' } },
        { name: 'x-tier', present_match: true },
        { name: ':path', string_match: { contains: 'cart' } },
      ]),
    ],
  })),
  ...chance.maybe(0.1, () => ({ upstream_cluster: 'outbound|9080||web.app.svc.cluster.local' })),
  ...chance.maybe(0.1, () => ({ max_active_faults: chance.pick([0, 10]) })),
});

const fault: FilterKind = { name: 'envoy.filters.http.fault', settings: faults, forRoute: faults };

const corsPolicy = (chance: Chance): object => ({
  '@type': type('cors.v3.CorsPolicy'),
  ...chance.maybe(0.8, () => ({
    allow_origin_string_match: list(chance, () =>
      chance.pick([
        { exact: 'http://a.test' },
        { prefix: 'http' },
        { exact: '*' },
        { safe_regex: { regex: 'https://b\\d\\.test' } },
        { suffix: '.C.TEST', ignore_case: true },
      ]),
    ),
  })),
  ...chance.maybe(0.5, () => ({ allow_methods: chance.pick(['*', 'GET, PUT', '']) })),
  ...chance.maybe(0.5, () => ({ allow_headers: chance.pick(['*', 'x-a, x-b']) })),
  ...chance.maybe(0.5, () => ({ expose_headers: chance.pick(['*', 'x-backend']) })),
  ...chance.maybe(0.5, () => ({ max_age: chance.pick(['600', '0']) })),
  ...chance.maybe(0.5, () => ({ allow_credentials: chance.hits(0.7) })),
  ...chance.maybe(0.2, () => ({ filter_enabled: fraction(chance) })),
  ...chance.maybe(0.2, () => ({ shadow_enabled: fraction(chance) })),
  ...chance.maybe(0.3, () => ({ allow_private_network_access: chance.hits(0.7) })),
  ...chance.maybe(0.4, () => ({ forward_not_matching_preflights: chance.hits(0.5) })),
});

const cors: FilterKind = {
  name: 'envoy.filters.http.cors',
  settings: () => ({ '@type': type('cors.v3.Cors') }),
  forRoute: corsPolicy,
};

/** Those that Envoy brings, and that a process runs as well. */
export const filterKinds: readonly FilterKind[] = [
  buffer,
  compressor,
  compressor,
  headerMutation,
  rbac,
  rbac,
  localRateLimit,
  fault,
  cors,
];
