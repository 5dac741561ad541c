import type { Translation } from '../conformance/conformance-case.js';

/** A message of the contract: what it holds is looked at with care, field by field. */
export type Message = { readonly [field: string]: unknown };

/**
 * A translation as the bootstrap of a real Envoy: everything static, nothing asked of a control plane. The client
 * tells the original destination in a PROXY header, since nothing redirects packets here.
 */
export function bootstrapOf(translation: Translation, { logFile }: { readonly logFile: string }): Message {
  const routes = new Map(messages(translation.routes).map((route) => [route.name, route]));
  const assignments = new Map(messages(translation.endpoints).map((one) => [one.clusterName, one]));
  return {
    node: { id: 'differential', cluster: 'differential' },
    admin: { address: socketAddress('127.0.0.1', adminPort) },
    staticResources: {
      listeners: messages(translation.listeners).flatMap((listener) =>
        staticListener(listener, routes, logFile),
      ),
      clusters: messages(translation.clusters).map((cluster) => staticCluster(cluster, assignments)),
    },
    // Envoy's own default would warn, and refuse connections later.
    overloadManager: {
      resourceMonitors: [
        {
          name: 'envoy.resource_monitors.global_downstream_max_connections',
          typedConfig: {
            '@type':
              'type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
            maxActiveDownstreamConnections: '10000',
          },
        },
      ],
    },
  };
}

/** Where the real Envoy tells that it is ready. */
export const adminPort = 19_901;

/** Listeners of a whole port; those that are bound to one address are left out. */
function staticListener(
  listener: Message,
  routes: ReadonlyMap<unknown, Message>,
  logFile: string,
): readonly Message[] {
  const [, port] = /^0\.0\.0\.0_(\d+)$/.exec(String(listener.name)) ?? [];
  const manager = messages(listener.filterChains)
    .flatMap(({ filters }) => messages(filters))
    .find(({ name }) => name === 'envoy.filters.network.http_connection_manager');
  if (port === undefined) return [];
  if (manager === undefined) return [byteListener(listener, Number(port), logFile)];
  const { rds, ...config } = manager.typedConfig as Message & { rds?: { routeConfigName: string } };
  const routeConfig = rds === undefined ? config.routeConfig : routes.get(rds.routeConfigName);
  return [
    {
      name: listener.name,
      address: socketAddress('127.0.0.1', Number(port)),
      listenerFilters: [proxyProtocol],
      filterChains: [
        {
          filters: [
            {
              ...manager,
              typedConfig: {
                ...config,
                httpFilters: messages(config.httpFilters).filter(isEnvoys),
                routeConfig,
                accessLog: [accessLog(logFile)],
              },
            },
          ],
        },
      ],
    },
  ];
}

/** One that carries bytes, by the names that TLS tells where it has several chains. */
function byteListener(listener: Message, port: number, logFile: string): Message {
  const chain = ({ filters, ...rest }: Message): Message => ({
    ...rest,
    filters: messages(filters)
      .filter(isEnvoys)
      .map((filter) => ({
        ...filter,
        typedConfig: { ...(filter.typedConfig as Message), accessLog: [accessLog(logFile)] },
      })),
  });
  const { defaultFilterChain } = listener as { defaultFilterChain?: Message };
  return {
    name: listener.name,
    address: socketAddress('127.0.0.1', port),
    listenerFilters: [proxyProtocol, tlsInspector],
    filterChains: messages(listener.filterChains).map(chain),
    ...(defaultFilterChain && { defaultFilterChain: chain(defaultFilterChain) }),
  };
}

/** Istio's own build of Envoy has more filters than the released one: they only tell and identify. */
const isEnvoys = ({ name }: Message): boolean => !String(name).startsWith('istio.');

const proxyProtocol = {
  name: 'envoy.filters.listener.proxy_protocol',
  typedConfig: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol',
  },
};

const tlsInspector = {
  name: 'envoy.filters.listener.tls_inspector',
  typedConfig: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
  },
};

const accessLog = (path: string): Message => ({
  name: 'envoy.access_loggers.file',
  typedConfig: {
    '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
    path,
    logFormat: {
      jsonFormat: {
        id: '%REQ(X-CASE-ID)%',
        flags: '%RESPONSE_FLAGS%',
        details: '%RESPONSE_CODE_DETAILS%',
        cluster: '%UPSTREAM_CLUSTER_RAW%',
        route: '%ROUTE_NAME%',
      },
    },
  },
});

/** Endpoints stand in the cluster, and certificates that only a control plane hands out are not offered. */
function staticCluster(cluster: Message, assignments: ReadonlyMap<unknown, Message>): Message {
  const { edsClusterConfig, transportSocketMatches, filters, ...rest } = cluster as Message & {
    edsClusterConfig?: { serviceName?: string };
  };
  const plain = messages(transportSocketMatches).filter((one) => !JSON.stringify(one).includes('Sds'));
  const base = withFiles(plain.length > 0 ? { ...rest, transportSocketMatches: plain } : rest);
  if (cluster.type !== 'EDS') return base;
  const clusterName = edsClusterConfig?.serviceName ?? cluster.name;
  const loadAssignment = assignments.get(clusterName) ?? { clusterName };
  return { ...base, type: 'STATIC', loadAssignment };
}

/** Authorities that istiod names by their file are read from there: nobody here hands out secrets. */
function withFiles(value: Message): Message {
  return JSON.parse(JSON.stringify(value), (key, inner) => {
    if (key !== 'commonTlsContext') return inner;
    const { combinedValidationContext, ...context } = inner;
    const [, filename] = /^file-root:(.*)$/.exec(secretName(combinedValidationContext)) ?? [];
    if (filename === undefined) return inner;
    const validationContext = {
      ...combinedValidationContext.defaultValidationContext,
      trustedCa: { filename },
    };
    return { ...context, validationContext };
  });
}

const secretName = (context: { validationContextSdsSecretConfig?: { name?: string } } | undefined): string =>
  context?.validationContextSdsSecretConfig?.name ?? '';

const socketAddress = (address: string, portValue: number): Message => ({
  socketAddress: { address, portValue },
});

const messages = (list: unknown): readonly Message[] => (Array.isArray(list) ? list : []);
