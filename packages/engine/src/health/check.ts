import type { Cluster, HealthCheck } from '@inmesh/model';
import type { Endpoint, UpstreamSettings } from '../cluster/endpoint.js';
import type { UpstreamTls } from '../cluster/upstream-tls.js';
import { createGrpcCheck } from './grpc-check.js';
import { compileHealthCheck } from './health-check-options.js';
import { createHttpCheck, httpProtocolOf } from './http-check.js';
import type { Prober, ProbeTarget } from './prober.js';
import { createTcpCheck } from './tcp-check.js';

/**
 * Whether an endpoint passed. `false` is counted (no connection, a timeout, a status to try again);
 * `unhealthy` is an answer that says no, and believed at once; `degraded` passes with `x-envoy-degraded`.
 */
export type CheckResult = boolean | 'unhealthy' | 'degraded';

/** One question to an endpoint. Rejects where the question itself fails, which counts as `false`. */
export type Check = (prober: Prober, signal: AbortSignal) => Promise<CheckResult>;

/** Whom a check asks. */
export interface CheckSubject {
  readonly clusterName: string;
  readonly endpoint: Endpoint;
  readonly scheme: 'http' | 'https';
  /** The name that the endpoint wants to be asked by. Envoy: `HealthCheckConfig.hostname`. */
  readonly hostname: string | undefined;
}

/** How one endpoint is checked: where, and with what question. */
export interface EndpointCheck {
  readonly target: ProbeTarget;
  readonly check: Check;
}

export interface CheckedCluster {
  readonly definition: Cluster;
  readonly settings: UpstreamSettings;
  readonly tls: UpstreamTls;
}

/** Whether checks of this kind are made: those for Redis and Thrift are not. */
export function isKnownCheck({ httpHealthCheck, tcpHealthCheck, grpcHealthCheck }: HealthCheck): boolean {
  return (httpHealthCheck ?? tcpHealthCheck ?? grpcHealthCheck) !== undefined;
}

/** `undefined`: this endpoint is not to be checked. */
export function createEndpointCheck(
  config: HealthCheck,
  endpoint: Endpoint,
  { definition, settings, tls: sockets }: CheckedCluster,
): EndpointCheck | undefined {
  const own = endpoint.healthCheckConfig ?? {};
  if (own.disableActiveHealthCheck === true) return undefined;
  const { httpHealthCheck, tcpHealthCheck, grpcHealthCheck } = config;
  const tls = sockets.settingsForCheck(endpoint, {
    criteria: config.transportSocketMatchCriteria,
    alpn: config.tlsOptions?.alpnProtocols,
  });
  const target = {
    address: own.address?.socketAddress?.address || endpoint.address,
    port: own.portValue || own.address?.socketAddress?.portValue || endpoint.port,
    tls,
    proxyProtocol: settings.proxyProtocol,
    reuses: config.reuseConnection !== false,
  };
  const subject: CheckSubject = {
    clusterName: definition.name,
    endpoint,
    scheme: tls === undefined ? 'http' : 'https',
    hostname: own.hostname,
  };
  if (httpHealthCheck !== undefined) {
    const protocol = httpProtocolOf(httpHealthCheck);
    return { target: { ...target, protocol }, check: createHttpCheck(httpHealthCheck, subject) };
  }
  if (grpcHealthCheck !== undefined) {
    return {
      target: { ...target, protocol: 'http2' },
      check: createGrpcCheck(grpcHealthCheck, subject, compileHealthCheck(config)),
    };
  }
  return { target: { ...target, protocol: 'bytes' }, check: createTcpCheck(tcpHealthCheck ?? {}) };
}
