import type { AccessLogEntry, ClusterFigures, EngineObserver, ObservedCall } from '@inmesh/engine';
import type { Workload } from '@inmesh/model';
import { type AccessLogOptions, createAccessLog } from './access-log/create-access-log.js';
import { refusedCall } from './access-log/refused-call.js';
import { IstioMetrics, type IstioMetricsOptions } from './istio/istio-metrics.js';
import type { OpenTelemetryOptions } from './opentelemetry/options.js';
import { SdkWhenThere } from './opentelemetry/sdk-when-there.js';
import { clusterStatistics } from './stats/cluster-statistics.js';
import { ListenerStatistics } from './stats/listener-statistics.js';
import type { Stat } from './stats/stat.js';
import { Statistics } from './stats/statistics.js';

export interface TelemetryOptions extends Pick<IstioMetricsOptions, 'maxSeries'> {
  /** Who tells. */
  readonly workload: Workload;
  /** Absent: no lines are written. */
  readonly accessLog?: AccessLogOptions | undefined;
  /** What an SDK of OpenTelemetry is told, where the process has one; `false`: nothing. @defaultValue `{}` */
  readonly openTelemetry?: OpenTelemetryOptions | false | undefined;
  /** Lines of the access log had to be left out, because its sink is slower than calls come. */
  readonly logDropped?: (lines: number) => void;
}

/** What is counted and written of all calls of one mesh. */
export interface Telemetry {
  /** For the engine. */
  readonly observer: Pick<EngineObserver, 'timesCalls' | 'begun' | 'connected' | 'ended'>;
  /** A server refused a request before the engine saw it: the access log has a line for it all the same. */
  refused(entry: AccessLogEntry): void;
  /** An SDK of OpenTelemetry that was there before hears of every call from then on. Never rejects. */
  readonly ready: Promise<void>;
  /** Everything up to now; the engine's counters are read where they stand. */
  statistics(clusters: Iterable<ClusterFigures>): Statistics;
  /** Resolves when the access log is written, but no later than that. */
  close(graceMs: number): Promise<void>;
}

/** @throws when the file of the access log cannot be opened. */
export function createTelemetry({
  workload,
  accessLog,
  openTelemetry = {},
  logDropped,
  ...options
}: TelemetryOptions): Telemetry {
  const listeners = new ListenerStatistics();
  const sdk = openTelemetry === false ? undefined : new SdkWhenThere(openTelemetry);
  const istio = new IstioMetrics({
    workload,
    ...options,
    ...(sdk && { recorded: (series, call, requestBytes) => sdk.recorded(series, call, requestBytes) }),
  });
  const log = accessLog && createAccessLog(accessLog, logDropped && { dropped: logDropped });
  return {
    observer: {
      timesCalls: log !== undefined,
      ...(sdk && { begun: (call: ObservedCall) => sdk.begun(call) }),
      connected: (call: ObservedCall): void => istio.connected(call),
      ended(call: ObservedCall): void {
        listeners.ended(call);
        istio.ended(call);
        log?.ended(call);
      },
    },
    refused: (entry) => log?.ended(refusedCall(entry)),
    ready: sdk?.ready ?? Promise.resolve(),
    statistics(clusters) {
      const stats: Stat[] = [];
      for (const cluster of clusters) clusterStatistics(cluster, stats);
      listeners.collect(stats);
      istio.collect(stats);
      if (log !== undefined) stats.push(droppedLines(log.dropped));
      return new Statistics(stats);
    },
    close: async (graceMs) => log?.close(graceMs),
  };
}

function droppedLines(value: number): Stat {
  const name = 'inmesh_access_log_dropped';
  return { name, family: name, labels: [], kind: 'counter', value };
}
