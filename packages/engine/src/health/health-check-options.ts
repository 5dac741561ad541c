import { durationMs } from '@inmesh/model';

/** `HealthCheck` with durations parsed and Envoy's defaults filled in. Times in milliseconds. */
export interface HealthCheckOptions {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failures in a row that make a healthy endpoint unhealthy. */
  readonly unhealthyThreshold: number;
  /** Passes in a row that make an unhealthy endpoint healthy again; the very first pass is enough by itself. */
  readonly healthyThreshold: number;
  /** As long as the cluster has carried no request. @defaultValue `60_000` */
  readonly noTrafficIntervalMs: number;
  /** The same for endpoints that pass. @defaultValue {@link noTrafficIntervalMs} */
  readonly noTrafficHealthyIntervalMs: number;
  /** @defaultValue {@link intervalMs} */
  readonly unhealthyIntervalMs: number;
  /** While failures are being counted. @defaultValue {@link unhealthyIntervalMs} */
  readonly unhealthyEdgeIntervalMs: number;
  /** While passes are being counted. @defaultValue {@link intervalMs} */
  readonly healthyEdgeIntervalMs: number;
  /** Delays the first check by chance up to that. @defaultValue `0` */
  readonly initialJitterMs: number;
  /** Added to each interval by chance up to that. @defaultValue `0` */
  readonly intervalJitterMs: number;
  /** Added to each interval by chance up to that many percent of it. @defaultValue `0` */
  readonly intervalJitterPercent: number;
  /** The contract's own object, for whoever performs the check. */
  readonly source: Readonly<Record<string, unknown>>;
}

export function compileHealthCheck(source: Readonly<Record<string, unknown>>): HealthCheckOptions {
  const time = (field: string, otherwise: number): number => {
    const value = source[field];
    return (typeof value === 'string' ? durationMs(value) : undefined) ?? otherwise;
  };
  const number = (field: string, otherwise: number): number => {
    const value = source[field];
    return typeof value === 'number' ? value : otherwise;
  };
  const intervalMs = time('interval', 5000);
  const noTrafficIntervalMs = time('noTrafficInterval', 60_000);
  const unhealthyIntervalMs = time('unhealthyInterval', intervalMs);
  return {
    source,
    intervalMs,
    timeoutMs: time('timeout', 1000),
    unhealthyThreshold: number('unhealthyThreshold', 1),
    healthyThreshold: number('healthyThreshold', 1),
    noTrafficIntervalMs,
    noTrafficHealthyIntervalMs: time('noTrafficHealthyInterval', noTrafficIntervalMs),
    unhealthyIntervalMs,
    unhealthyEdgeIntervalMs: time('unhealthyEdgeInterval', unhealthyIntervalMs),
    healthyEdgeIntervalMs: time('healthyEdgeInterval', intervalMs),
    initialJitterMs: time('initialJitter', 0),
    intervalJitterMs: time('intervalJitter', 0),
    intervalJitterPercent: number('intervalJitterPercent', 0),
  };
}
