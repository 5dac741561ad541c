import type { ClusterFigures, EngineObserver, ObservedCall } from '@inmesh/engine';
import type { Workload } from '@inmesh/model';
import { type AccessLogOptions, createAccessLog } from './access-log/create-access-log.js';
import { IstioMetrics, type IstioMetricsOptions } from './istio/istio-metrics.js';
import { clusterStatistics } from './stats/cluster-statistics.js';
import { ListenerStatistics } from './stats/listener-statistics.js';
import type { Stat } from './stats/stat.js';
import { Statistics } from './stats/statistics.js';

export interface TelemetryOptions extends Pick<IstioMetricsOptions, 'maxSeries'> {
  /** Who tells. */
  readonly workload: Workload;
  /** Absent: no lines are written. */
  readonly accessLog?: AccessLogOptions | undefined;
  /** Lines of the access log had to be left out, because its sink is slower than calls come. */
  readonly logDropped?: (lines: number) => void;
}

/** What is counted and written of all calls of one mesh. */
export interface Telemetry {
  /** For the engine: hears of each call at its end. */
  readonly observer: Required<Pick<EngineObserver, 'timesCalls' | 'connected' | 'ended'>>;
  /** Everything up to now; the engine's counters are read where they stand. */
  statistics(clusters: Iterable<ClusterFigures>): Statistics;
  /** Resolves when the access log is written, but no later than that. */
  close(graceMs: number): Promise<void>;
}

/** @throws when the file of the access log cannot be opened. */
export function createTelemetry({
  workload,
  accessLog,
  logDropped,
  ...options
}: TelemetryOptions): Telemetry {
  const listeners = new ListenerStatistics();
  const istio = new IstioMetrics({ workload, ...options });
  const log = accessLog && createAccessLog(accessLog, logDropped && { dropped: logDropped });
  return {
    observer: {
      timesCalls: log !== undefined,
      connected: (call: ObservedCall): void => istio.connected(call),
      ended(call: ObservedCall): void {
        listeners.ended(call);
        istio.ended(call);
        log?.ended(call);
      },
    },
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
