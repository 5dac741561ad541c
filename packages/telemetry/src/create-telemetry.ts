import type { ClusterFigures, EngineObserver, ObservedCall } from '@inmesh/engine';
import type { Workload } from '@inmesh/model';
import { IstioMetrics, type IstioMetricsOptions } from './istio/istio-metrics.js';
import { clusterStatistics } from './stats/cluster-statistics.js';
import { ListenerStatistics } from './stats/listener-statistics.js';
import type { Stat } from './stats/stat.js';
import { Statistics } from './stats/statistics.js';

export interface TelemetryOptions extends Pick<IstioMetricsOptions, 'maxSeries'> {
  /** Who tells. */
  readonly workload: Workload;
}

/** What is counted of all calls of one mesh, and told to whoever asks. */
export interface Telemetry {
  /** For the engine: hears of each call at its end. Allocates for what it has not met before only. */
  readonly observer: Required<Pick<EngineObserver, 'connected' | 'ended'>>;
  /** Everything up to now; the engine's counters are read where they stand. */
  statistics(clusters: Iterable<ClusterFigures>): Statistics;
}

/** Opens nothing, starts no timer. */
export function createTelemetry({ workload, ...options }: TelemetryOptions): Telemetry {
  const listeners = new ListenerStatistics();
  const istio = new IstioMetrics({ workload, ...options });
  return {
    observer: {
      connected: (call: ObservedCall): void => istio.connected(call),
      ended(call: ObservedCall): void {
        listeners.ended(call);
        istio.ended(call);
      },
    },
    statistics(clusters) {
      const stats: Stat[] = [];
      for (const cluster of clusters) clusterStatistics(cluster, stats);
      listeners.collect(stats);
      istio.collect(stats);
      return new Statistics(stats);
    },
  };
}
