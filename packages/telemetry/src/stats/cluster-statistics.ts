import type { ClusterCounter, ClusterFigures } from '@inmesh/engine';
import { Scope, statName } from './scope.js';
import type { Stat } from './stat.js';

/** Everything that Envoy would print below `cluster.<name>.` and that a process knows. */
export function clusterStatistics(figures: ClusterFigures, into: Stat[]): void {
  const { definition, stats, resources, members } = figures;
  const name = statName(definition.altStatName || definition.name);
  const place = {
    prefix: `cluster.${name}.`,
    family: 'cluster.',
    labels: [['envoy_cluster_name', name]],
  } as const;
  const scope = new Scope(place, into);

  for (const counter of plainCounters) scope.counter(snakeCase(counter), stats[counter]);
  scope.counter('upstream_cx_total', stats.connections.acquired);
  scope.counter('upstream_cx_overflow', stats.connections.refused);
  const activeConnections = both(({ connections }) => connections.count);
  scope.gauge('upstream_cx_active', activeConnections);
  scope.counter('upstream_cx_destroy', stats.connections.acquired - activeConnections);
  scope.histogram('upstream_cx_connect_ms', stats.connectTime);
  scope.counter('upstream_rq_total', stats.requests.acquired);
  scope.gauge(
    'upstream_rq_active',
    both(({ requests }) => requests.count),
  );
  scope.counter('upstream_rq_pending_total', stats.pendingRequests.acquired);
  scope.gauge(
    'upstream_rq_pending_active',
    both(({ pendingRequests }) => pendingRequests.count),
  );
  // Envoy counts both limits here: of those that wait, and of those that are under way.
  scope.counter('upstream_rq_pending_overflow', stats.pendingRequests.refused + stats.requests.refused);
  scope.counter('upstream_rq_retry', stats.retries.acquired);
  scope.counter('upstream_rq_retry_overflow', stats.retries.refused);
  scope.codes('upstream_rq', stats.responses);
  if (stats.retriedResponses.completed > 0) scope.codes('retry.upstream_rq', stats.retriedResponses);
  scope.histogram('upstream_rq_time', stats.requestTime);

  for (const member of ['total', 'healthy', 'degraded', 'excluded'] as const)
    scope.gauge(`membership_${member}`, members[member]);
  for (const priority of ['DEFAULT', 'HIGH'] as const) {
    const { connections, pendingRequests, requests, retries } = resources[priority];
    const breaker = `circuit_breakers.${priority.toLowerCase()}`;
    scope.gauge(`${breaker}.cx_open`, Number(connections.count >= connections.max));
    scope.gauge(`${breaker}.rq_pending_open`, Number(pendingRequests.count >= pendingRequests.max));
    scope.gauge(`${breaker}.rq_open`, Number(requests.count >= requests.max));
    scope.gauge(`${breaker}.rq_retry_open`, Number(retries.count >= retries.max));
  }
  if (definition.outlierDetection !== undefined) outlierStatistics(scope, figures);

  function both(count: (manager: ClusterFigures['resources']['DEFAULT']) => number): number {
    return count(resources.DEFAULT) + count(resources.HIGH);
  }
}

function outlierStatistics(scope: Scope, { stats, members }: ClusterFigures): void {
  let total = 0;
  for (const reason of ejectionReasons) {
    const count = stats.ejections.get(reason) ?? 0;
    scope.counter(`outlier_detection.ejections_enforced_${reason}`, count);
    total += count;
  }
  scope.counter('outlier_detection.ejections_enforced_total', total);
  scope.gauge('outlier_detection.ejections_active', members.ejected);
}

const ejectionReasons = [
  'consecutive_5xx',
  'consecutive_gateway_failure',
  'consecutive_local_origin_failure',
  'success_rate',
  'failure_percentage',
  'local_origin_success_rate',
  'local_origin_failure_percentage',
] as const;

/** All of them, told by the compiler when one is forgotten. */
const counterNames: Readonly<Record<ClusterCounter, true>> = {
  upstreamCxConnectFail: true,
  upstreamCxConnectTimeout: true,
  upstreamCxHttp1Total: true,
  upstreamCxHttp2Total: true,
  upstreamCxNoneHealthy: true,
  upstreamRqCancelled: true,
  upstreamRqPendingFailureEject: true,
  upstreamRqTimeout: true,
  upstreamRqPerTryTimeout: true,
  upstreamRqPerTryIdleTimeout: true,
  upstreamRqMaxDurationReached: true,
  upstreamRqRxReset: true,
  upstreamRqTxReset: true,
  upstreamRqRetrySuccess: true,
  upstreamRqRetryLimitExceeded: true,
  upstreamRqRetryBackoffExponential: true,
  upstreamRqRetryBackoffRatelimited: true,
  upstreamInternalRedirectSucceededTotal: true,
  membershipChange: true,
};
const plainCounters = Object.keys(counterNames) as ClusterCounter[];

/** `upstreamRqRxReset` → `upstream_rq_rx_reset`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
