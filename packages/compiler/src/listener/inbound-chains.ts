import {
  canonicalDuration,
  type FilterChain,
  isHttp2,
  type Protocol,
  type Route,
  type RouteConfiguration,
} from '@inmesh/model';
import { inboundClientCertDetails } from '../route/proxy-headers.js';
import type { Scope } from '../scope/scope.js';
import { connectionFilters } from '../security/connection-filters.js';
import { compileConnectionManager, idleTimeoutOf } from './http-connection-manager.js';
import { type InboundMatch, inboundMatches } from './inbound-matches.js';
import { inboundTlsSocket } from './inbound-tls.js';
import { kindOf } from './port-kind.js';
import { plainTcpProxy } from './tcp-proxy.js';

/** One port of the workload. Istio: `inboundChainConfig`. */
export interface InboundPort {
  /** The names of its chains, by what they carry. */
  readonly chainName: { readonly http: string; readonly tcp: string };
  readonly statPrefix: string;
  /** The port of the service, after which the virtual host is named. */
  readonly servicePort: number;
  /** The port that the connection was meant for. 0: any. */
  readonly targetPort: number;
  readonly protocol: Protocol;
  readonly cluster: string;
}

/** The filter chains of a port, one for each way in which it is reached. Istio: `inboundChainForOpts`. */
export function inboundChains(scope: Scope, port: InboundPort): FilterChain[] {
  const kind = kindOf(port.protocol);
  if (kind === undefined) return [];
  const { namespace, labels } = scope.workload;
  const mode = scope.peerAuthentications.ofWorkload(namespace, labels, port.targetPort);
  return inboundMatches(kind, mode).map((match) => compileChain(scope, port, match));
}

function compileChain(scope: Scope, port: InboundPort, match: InboundMatch): FilterChain {
  const { carries, transportProtocol, applicationProtocols, endsTls } = match;
  return {
    name: port.chainName[carries],
    filterChainMatch: {
      ...(port.targetPort > 0 && { destinationPort: port.targetPort }),
      transportProtocol,
      ...(applicationProtocols && { applicationProtocols: [...applicationProtocols] }),
    },
    filters:
      carries === 'http'
        ? [inboundConnectionManager(scope, port)]
        : [...connectionFilters(scope), plainTcpProxy(port.cluster, idleTimeoutOf(scope.workload.metadata))],
    ...(endsTls && { transportSocket: inboundTlsSocket(scope, { bytes: carries === 'tcp' }) }),
  };
}

function inboundConnectionManager(
  scope: Scope,
  port: InboundPort,
): ReturnType<typeof compileConnectionManager> {
  return compileConnectionManager(scope, {
    listenerClass: 'inbound',
    statPrefix: port.statPrefix,
    routes: { inline: inboundRoutes(scope, port) },
    protocol: port.protocol,
    fields: {
      ...inboundClientCertDetails(scope.mesh),
      ...(isHttp2(port.protocol) && { http2ProtocolOptions: {} }),
    },
  });
}

/** Everything goes to the application, without a limit of time. Istio: `buildSidecarInboundHTTPRouteConfig`. */
function inboundRoutes(scope: Scope, { cluster, servicePort, protocol }: InboundPort): RouteConfiguration {
  // A gRPC client tries again by itself.
  const isGrpc = protocol === 'GRPC' || protocol === 'GRPC-Web';
  const retryPolicy = isGrpc ? undefined : inboundRetryPolicy(scope);
  return {
    name: cluster,
    validateClusters: false,
    virtualHosts: [
      {
        name: `inbound|http|${servicePort}`,
        domains: ['*'],
        routes: [
          {
            name: 'default',
            match: { prefix: '/' },
            route: {
              cluster,
              timeout: '0s',
              maxStreamDuration: { maxStreamDuration: '0s', grpcTimeoutHeaderMax: '0s' },
              ...(retryPolicy && { retryPolicy }),
            },
          },
        ],
      },
    ],
  };
}

/** Twice, and only what never reached the application. Of the mesh's own policy three fields count. */
function inboundRetryPolicy({ mesh }: Scope): NonNullable<Route['route']>['retryPolicy'] {
  const policy = mesh.defaultInboundHttpRetryPolicy;
  const numRetries = policy ? (policy.attempts ?? 0) : 2;
  if (numRetries <= 0) return undefined;
  const baseInterval = canonicalDuration(policy?.backoff);
  return {
    retryOn: policy?.retryOn || 'reset-before-request',
    numRetries,
    ...(baseInterval !== undefined && { retryBackOff: { baseInterval } }),
  };
}
