import type { Histogram } from '@inmesh/engine';

/** Name and value of a label, in the order in which they are printed. */
export type Labels = readonly (readonly [name: string, value: string])[];

/** One statistic, under both of its names. */
export type Stat = {
  /** Envoy's flat name: `cluster.shop.upstream_rq_2xx`. Istio's metrics have only their family's. */
  readonly name: string;
  /** What remains when the labels are taken out: `cluster.upstream_rq_xx`. */
  readonly family: string;
  readonly labels: Labels;
} & ({ readonly kind: 'counter' | 'gauge'; readonly value: number } | HistogramStat);

interface HistogramStat {
  readonly kind: 'histogram';
  readonly histogram: Pick<Histogram, 'bounds' | 'counts' | 'sum'>;
}
