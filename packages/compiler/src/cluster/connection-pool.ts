import {
  type CircuitBreakerThresholds,
  type ConnectionPoolSettings,
  canonicalDuration,
  type HTTPSettings,
  isHttp,
  type MeshConfig,
  parseDuration,
  type TcpKeepalive,
} from '@inmesh/model';
import type { ServicePort } from '../registry/service.js';
import { type ClusterDraft, speakAsCaller, speakHttp2 } from './cluster-draft.js';
import type { ClusterPolicy } from './traffic-policy.js';

/** No limit: Istio never leaves Envoy's 1024 in force. */
const unlimited = 4_294_967_295;

/**
 * Limits, timeouts and keepalive. A number that is 0 is the same as none. Applies to inbound clusters too.
 */
export function applyConnectionPool(
  draft: ClusterDraft,
  { connectionPool = {}, retryBudget }: Pick<ClusterPolicy, 'connectionPool' | 'retryBudget'>,
  mesh: MeshConfig,
): void {
  const { cluster } = draft;
  const { tcp, http } = connectionPool;
  cluster.connectTimeout = connectTimeout(mesh, tcp?.connectTimeout);
  const keepalive = tcpKeepalive(tcp?.tcpKeepalive, mesh.tcpKeepalive);
  if (keepalive !== undefined) cluster.upstreamConnectionOptions = { tcpKeepalive: keepalive };
  const thresholds: CircuitBreakerThresholds = {
    maxConnections: tcp?.maxConnections || unlimited,
    maxPendingRequests: http?.http1MaxPendingRequests || unlimited,
    maxRequests: http?.http2MaxRequests || unlimited,
    maxRetries: http?.maxRetries || unlimited,
  };
  if (retryBudget !== undefined) {
    const budgetInterval = canonicalDuration(retryBudget.budgetInterval);
    thresholds.retryBudget = {
      budgetPercent: { value: retryBudget.percent ?? 20 },
      minRetryConcurrency: retryBudget.minRetryConcurrency || 3,
      ...(budgetInterval !== undefined && { budgetInterval }),
    };
  }
  cluster.circuitBreakers = { thresholds: [thresholds] };
  applyProtocolLimits(draft, connectionPool);
  if (http?.useClientProtocol === true) speakAsCaller(draft);
}

function applyProtocolLimits({ protocol }: ClusterDraft, { tcp, http }: ConnectionPoolSettings): void {
  const idleTimeout = canonicalDuration(http?.idleTimeout ?? tcp?.idleTimeout);
  const maxConnectionDuration = canonicalDuration(tcp?.maxConnectionDuration);
  const maxRequestsPerConnection = http?.maxRequestsPerConnection || undefined;
  const maxConcurrentStreams = http?.maxConcurrentStreams || undefined;
  const limits = [idleTimeout, maxConnectionDuration, maxRequestsPerConnection, maxConcurrentStreams];
  const http2 = protocol.explicitHttpConfig?.http2ProtocolOptions;
  if (http2 !== undefined && http?.http2KeepAlive !== undefined) {
    const interval = canonicalDuration(http.http2KeepAlive.interval);
    const timeout = canonicalDuration(http.http2KeepAlive.timeout);
    http2.connectionKeepalive = {
      ...(interval !== undefined && { interval }),
      ...(timeout !== undefined && { timeout }),
    };
  }
  if (limits.every((limit) => limit === undefined)) return;
  protocol.commonHttpProtocolOptions = {
    ...(idleTimeout !== undefined && { idleTimeout }),
    ...(maxConnectionDuration !== undefined && { maxConnectionDuration }),
    ...(maxRequestsPerConnection !== undefined && { maxRequestsPerConnection }),
  };
  if (http2 !== undefined && maxConcurrentStreams !== undefined) {
    http2.maxConcurrentStreams = maxConcurrentStreams;
  }
}

/** How long a connection may take to come about, TLS included: the rule's, else the mesh's. */
export function connectTimeout(mesh: MeshConfig, ofRule?: string): string {
  return canonicalDuration(ofRule) ?? canonicalDuration(mesh.connectTimeout) ?? '10s';
}

/** A rule may ask for HTTP/2 on any port; the mesh only on ports that are known to speak HTTP. */
export function applyHttp2Upgrade(
  draft: ClusterDraft,
  http: HTTPSettings | undefined,
  port: ServicePort,
  mesh: MeshConfig,
): void {
  if (http?.useClientProtocol === true) return;
  const policy = http?.h2UpgradePolicy;
  const upgrades =
    policy === 'UPGRADE' ||
    (policy !== 'DO_NOT_UPGRADE' && mesh.h2UpgradePolicy === 'UPGRADE' && isHttp(port.protocol));
  if (upgrades) speakHttp2(draft);
}

function tcpKeepalive(
  own: TcpKeepalive | undefined,
  ofMesh: TcpKeepalive | undefined,
): { keepaliveProbes?: number; keepaliveTime?: number; keepaliveInterval?: number } | undefined {
  if (own === undefined && ofMesh === undefined) return undefined;
  const probes = own?.probes || ofMesh?.probes;
  const time = own?.time ?? ofMesh?.time;
  const interval = own?.interval ?? ofMesh?.interval;
  return {
    ...(probes ? { keepaliveProbes: probes } : {}),
    ...(time !== undefined && { keepaliveTime: wholeSeconds(time) }),
    ...(interval !== undefined && { keepaliveInterval: wholeSeconds(interval) }),
  };
}

function wholeSeconds(duration: string): number {
  return Math.trunc((parseDuration(duration) ?? 0) / 1000);
}
