/** A field of the contract that decides something in Envoy, and that the engine understands and does not honour. */
export interface UnhonouredField {
  /** Names joined by dots; lists are passed through, `*` is any key of a map, empty is the message itself. */
  readonly path: string;
  /** Values that are honoured; absent: none. */
  readonly except?: readonly string[];
  /** What is missing, as the end of "not honoured: …". */
  readonly note: string;
}

const retry: readonly UnhonouredField[] = [
  { path: 'retryPolicyTypedConfig', note: 'retry policies of extensions are not known' },
  { path: 'retryPolicy.retryOptionsPredicates', note: 'retries keep the options of their call' },
  {
    path: 'retryPolicy.retryPriority.name',
    except: ['envoy.retry_priorities.previous_priorities'],
    note: 'only previous_priorities is known',
  },
  {
    path: 'retryPolicy.retryHostPredicate.name',
    except: [
      'envoy.retry_host_predicates.previous_hosts',
      'envoy.retry_host_predicates.omit_canary_hosts',
      'envoy.retry_host_predicates.omit_host_metadata',
    ],
    note: 'only previous_hosts, omit_canary_hosts and omit_host_metadata are known',
  },
];

const route: readonly UnhonouredField[] = [
  { path: 'filterAction', note: 'such a route answers as one without an action' },
  { path: 'match.filterState', note: 'requests carry no filter state' },
  ...within('route', [
    ...retry,
    { path: 'clusterSpecifierPlugin', note: 'plugins are not run' },
    { path: 'inlineClusterSpecifierPlugin', note: 'plugins are not run' },
    { path: 'internalRedirectAction', note: 'redirects go to the caller' },
    { path: 'cors', note: 'only the settings of the CORS filter are read' },
    { path: 'weightedClusters.useHashPolicy', note: 'weights are drawn by chance' },
    { path: 'hashPolicy.filterState', note: 'requests carry no filter state' },
    { path: 'upgradeConfigs.connectConfig', note: 'tunnels of callers are not ended' },
  ]),
];

const virtualHost: readonly UnhonouredField[] = [
  ...retry,
  { path: 'matcher', note: 'only lists of routes are read' },
  { path: 'cors', note: 'only the settings of the CORS filter are read' },
  ...within('routes', route),
];

const cluster: readonly UnhonouredField[] = [
  {
    path: 'clusterType.name',
    except: ['envoy.clusters.dynamic_forward_proxy'],
    note: 'of the types that are extensions only the dynamic forward proxy is known',
  },
  {
    path: 'healthChecks.customHealthCheck',
    note: 'only HTTP, gRPC and TCP are checked: endpoints count as healthy',
  },
  {
    path: 'healthChecks.httpHealthCheck.codecClientType',
    except: ['HTTP1', 'HTTP2'],
    note: 'HTTP/3 is not spoken: the check goes over HTTP/1.1',
  },
  { path: 'healthChecks.tcpHealthCheck.proxyProtocolConfig', note: 'such checks begin without a header' },
  { path: 'preconnectPolicy', note: 'connections are opened when they are needed' },
  { path: 'upstreamBindConfig', note: 'the system chooses the local address' },
  { path: 'connectionPoolPerDownstreamConnection', note: 'callers share connections' },
  { path: 'closeConnectionsOnHostHealthFailure', note: 'connections of sick endpoints are kept' },
  { path: 'filters', note: 'bytes towards an upstream pass no filters' },
  { path: 'circuitBreakers.thresholds.maxConnectionPools', note: 'the number of pools has no limit' },
  { path: 'circuitBreakers.perHostThresholds', note: 'limits hold for the cluster as a whole' },
  { path: 'originalDstLbConfig.useHttpHeader', note: 'headers do not say where calls go' },
  { path: 'originalDstLbConfig.metadataKey', note: 'metadata do not say where calls go' },
  {
    path: 'commonLbConfig.closeConnectionsOnHostSetChange',
    note: 'connections outlive changes of the endpoints',
  },
  { path: 'commonLbConfig.overrideHostStatus', note: 'sessions are not kept by overridden hosts' },
  { path: 'commonLbConfig.zoneAwareLbConfig.minClusterSize', note: 'the shares of zones are not kept' },
  { path: 'commonLbConfig.zoneAwareLbConfig.routingEnabled', note: 'the shares of zones are not kept' },
  { path: 'loadAssignment.policy.endpointStaleAfter', note: 'endpoints do not age' },
  ...['dnsResolvers', 'dnsResolutionConfig', 'useTcpForDnsLookups', 'typedDnsResolverConfig'].map((path) => ({
    path,
    note: 'names are resolved by this process',
  })),
];

const balancing = (name: string): [string, UnhonouredField[]] => [
  `envoy.extensions.load_balancing_policies.${name}`,
  [{ path: '', note: 'this policy is passed over for the next one that is known' }],
];

/** By the name of the message. What is not listed is honoured, has no bearing on a call, or is not known at all. */
export const unhonouredFields: ReadonlyMap<string, readonly UnhonouredField[]> = new Map([
  ['envoy.config.cluster.v3.Cluster', cluster],
  ['envoy.config.route.v3.Route', route],
  ['envoy.config.route.v3.VirtualHost', virtualHost],
  [
    'envoy.config.route.v3.RouteConfiguration',
    [
      { path: 'clusterSpecifierPlugins', note: 'plugins are not run' },
      { path: 'vhds', note: 'virtual hosts are not fetched one by one' },
      ...within('virtualHosts', virtualHost),
    ],
  ],
  [
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    [
      { path: 'autoConfig', note: 'the protocol is not negotiated, HTTP/1.1 is spoken' },
      { path: 'explicitHttpConfig.http3ProtocolOptions', note: 'HTTP/3 is not spoken' },
      {
        path: 'httpFilters.name',
        except: ['envoy.filters.http.upstream_codec'],
        note: 'filters run before the endpoint is chosen only',
      },
    ],
  ],
  [
    'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    [
      { path: 'scopedRoutes', note: 'routes have no scopes' },
      { path: 'earlyHeaderMutationExtensions', note: 'headers are changed by filters and routes only' },
      {
        path: 'originalIpDetectionExtensions',
        note: 'the address of a caller is read off x-forwarded-for only',
      },
      { path: 'requestHeadersTimeout', note: 'heads come whole' },
    ],
  ],
  [
    'envoy.extensions.filters.http.router.v3.Router',
    [
      { path: 'upstreamHttpFilters', note: 'filters run before the endpoint is chosen only' },
      { path: 'strictCheckHeaders', note: 'malformed headers are not refused' },
    ],
  ],
  [
    'envoy.extensions.filters.http.compressor.v3.Compressor',
    [
      { path: 'requestDirectionConfig', note: 'requests are not compressed' },
      {
        path: 'responseDirectionConfig.statusHeaderEnabled',
        note: 'answers do not tell what became of them',
      },
      {
        path: 'responseDirectionConfig.commonConfig.contentTypeMatcher',
        note: 'content types are compared as a whole',
      },
    ],
  ],
  [
    'envoy.extensions.filters.http.compressor.v3.CompressorPerRoute',
    [{ path: 'overrides.compressorLibrary', note: 'routes keep the library of the filter' }],
  ],
  ['envoy.extensions.filters.http.rbac.v3.RBAC', rbac('')],
  ['envoy.extensions.filters.http.rbac.v3.RBACPerRoute', rbac('rbac.')],
  [
    'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
    [
      { path: 'tunnelingConfig.usePost', note: 'tunnels are opened with CONNECT' },
      { path: 'tunnelingConfig.propagateResponseHeaders', note: 'nobody reads what a proxy answers' },
      { path: 'tunnelingConfig.propagateResponseTrailers', note: 'nobody reads what a proxy answers' },
      { path: 'maxDownstreamConnectionDuration', note: 'connections last as long as their two ends want' },
      { path: 'onDemand', note: 'clusters are not fetched one by one' },
    ],
  ],
  [
    'envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin',
    [{ path: 'enableOobLoadReport', note: 'reports are read off responses only' }],
  ],
  balancing('subset.v3.Subset'),
  balancing('override_host.v3.OverrideHost'),
  balancing('wrr_locality.v3.WrrLocality'),
  balancing('pick_first.v3.PickFirst'),
  balancing('dynamic_modules.v3.DynamicModulesLoadBalancerConfig'),
  ...['quic.v3.QuicUpstreamTransport', 'http_11_proxy.v3.Http11ProxyUpstreamTransport', 'alts.v3.Alts'].map(
    (name): [string, UnhonouredField[]] => [
      `envoy.extensions.transport_sockets.${name}`,
      [{ path: '', note: 'this socket is not known: connections are in clear text' }],
    ],
  ),
]);

function rbac(prefix: string): UnhonouredField[] {
  return [
    {
      path: `${prefix}rules.policies.*.condition`,
      note: 'conditions are not evaluated: such a policy never applies',
    },
  ];
}

function within(outer: string, fields: readonly UnhonouredField[]): UnhonouredField[] {
  return fields.map((field) => ({ ...field, path: `${outer}.${field.path}` }));
}
