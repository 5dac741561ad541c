import { durationMs, type HealthCheck } from '@inmesh/model';

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
}

export function compileHealthCheck(config: HealthCheck): HealthCheckOptions {
  const intervalMs = durationMs(config.interval) ?? 5000;
  const noTrafficIntervalMs = durationMs(config.noTrafficInterval) ?? 60_000;
  const unhealthyIntervalMs = durationMs(config.unhealthyInterval) ?? intervalMs;
  return {
    intervalMs,
    timeoutMs: durationMs(config.timeout) ?? 1000,
    unhealthyThreshold: config.unhealthyThreshold ?? 1,
    healthyThreshold: config.healthyThreshold ?? 1,
    noTrafficIntervalMs,
    noTrafficHealthyIntervalMs: durationMs(config.noTrafficHealthyInterval) ?? noTrafficIntervalMs,
    unhealthyIntervalMs,
    unhealthyEdgeIntervalMs: durationMs(config.unhealthyEdgeInterval) ?? unhealthyIntervalMs,
    healthyEdgeIntervalMs: durationMs(config.healthyEdgeInterval) ?? intervalMs,
    initialJitterMs: durationMs(config.initialJitter) ?? 0,
    intervalJitterMs: durationMs(config.intervalJitter) ?? 0,
    intervalJitterPercent: config.intervalJitterPercent ?? 0,
  };
}
