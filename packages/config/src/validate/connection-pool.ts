import type { ConnectionPoolSettings } from '@inmesh/model';
import type { Findings, Place } from './findings.js';

const httpLimits = [
  'http1MaxPendingRequests',
  'http2MaxRequests',
  'maxRequestsPerConnection',
  'maxRetries',
  'maxConcurrentStreams',
] as const;

export function checkConnectionPool(
  pool: ConnectionPoolSettings | undefined,
  place: Place,
  findings: Findings,
): void {
  if (pool === undefined) return;
  const { http, tcp } = pool;
  if (http === undefined && tcp === undefined) {
    findings.error(place, 'a connection pool needs tcp or http settings');
  }
  refuseNegative(tcp?.maxConnections, place.at('tcp', 'maxConnections'), findings);
  if (http === undefined) return;
  const at = place.at('http');
  for (const limit of httpLimits) refuseNegative(http[limit], at.at(limit), findings);
  if (http.h2UpgradePolicy === 'UPGRADE' && http.useClientProtocol === true) {
    findings.error(at.at('useClientProtocol'), 'the protocol is either upgraded or that of the client');
  }
  const { interval, timeout } = http.http2KeepAlive ?? {};
  if (http.http2KeepAlive !== undefined && (interval === undefined || timeout === undefined)) {
    findings.error(at.at('http2KeepAlive'), 'interval and timeout are both needed');
  }
}

function refuseNegative(value: number | undefined, place: Place, findings: Findings): void {
  if (value !== undefined && value < 0) findings.error(place, `a limit cannot be negative: ${value}`);
}
