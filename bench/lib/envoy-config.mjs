const type = (name) => `type.googleapis.com/envoy.${name}`;

/** What istiod gives a sidecar for one plain service: its filters, its default retries, its limits. No access log. */
export function envoyConfig(port, upstreamPorts) {
  return {
    staticResources: {
      listeners: [
        {
          name: 'in',
          address: socketAddress(port),
          filterChains: [{ filters: [connectionManager()] }],
        },
      ],
      clusters: [
        {
          name: 'out',
          type: 'STATIC',
          connectTimeout: '10s',
          lbPolicy: 'LEAST_REQUEST',
          commonLbConfig: {},
          circuitBreakers: { thresholds: [unlimited] },
          loadAssignment: {
            clusterName: 'out',
            endpoints: [
              {
                lbEndpoints: upstreamPorts.map((upstream) => ({
                  endpoint: { address: socketAddress(upstream) },
                  loadBalancingWeight: 1,
                })),
              },
            ],
          },
        },
      ],
    },
  };
}

const unlimited = {
  maxConnections: 4294967295,
  maxPendingRequests: 4294967295,
  maxRequests: 4294967295,
  maxRetries: 4294967295,
  trackRemaining: true,
};

function socketAddress(port) {
  return { socketAddress: { address: '127.0.0.1', portValue: port } };
}

function connectionManager() {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typedConfig: {
      '@type': type('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
      statPrefix: 'outbound_0.0.0.0_9080;',
      normalizePath: true,
      useRemoteAddress: false,
      upgradeConfigs: [{ upgradeType: 'websocket' }],
      streamIdleTimeout: '0s',
      pathWithEscapedSlashesAction: 'KEEP_UNCHANGED',
      httpFilters: [
        filter('grpc_stats', { '@type': type('extensions.filters.http.grpc_stats.v3.FilterConfig') }),
        filter('fault', { '@type': type('extensions.filters.http.fault.v3.HTTPFault') }),
        filter('cors', { '@type': type('extensions.filters.http.cors.v3.Cors') }),
        filter('router', { '@type': type('extensions.filters.http.router.v3.Router') }),
      ],
      routeConfig: {
        name: '9080',
        validateClusters: false,
        ignorePortInHostMatching: true,
        virtualHosts: [{ name: 'out', domains: ['*'], includeRequestAttemptCount: true, routes: [route] }],
      },
    },
  };
}

function filter(name, typedConfig) {
  return { name: `envoy.filters.http.${name}`, typedConfig };
}

const route = {
  name: 'default',
  match: { prefix: '/' },
  decorator: { operation: 'reviews.bench.test:9080/*' },
  route: {
    cluster: 'out',
    timeout: '0s',
    maxGrpcTimeout: '0s',
    retryPolicy: {
      retryOn: 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes',
      numRetries: 2,
      retryHostPredicate: [
        {
          name: 'envoy.retry_host_predicates.previous_hosts',
          typedConfig: {
            '@type': type('extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate'),
          },
        },
      ],
      hostSelectionRetryMaxAttempts: 5,
      retriableStatusCodes: [503],
    },
  },
};
