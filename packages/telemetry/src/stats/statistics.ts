import { prometheusText } from './prometheus-text.js';
import type { Stat } from './stat.js';

/** What a mesh has counted up to the moment in which it was asked. Envoy: the `/stats` of its admin interface. */
export class Statistics implements Iterable<Stat> {
  readonly #stats: readonly Stat[];

  constructor(stats: readonly Stat[]) {
    this.#stats = stats;
  }

  /**
   * The sum of the counters and gauges of this flat name, such as `cluster.outbound|80||shop.test.upstream_rq_total`;
   * 0 where there is none: what was never counted did not happen.
   */
  value(name: string): number {
    let sum = 0;
    for (const stat of this.#stats) if (stat.name === name && stat.kind !== 'histogram') sum += stat.value;
    return sum;
  }

  /** For Prometheus, with `envoy_` and `istio_` families: the body of `/stats/prometheus`. */
  toPrometheus(): string {
    return prometheusText(this.#stats);
  }

  /** `name: value`, a line each, in the order of the names: the body of `/stats`. */
  toString(): string {
    return this.#stats
      .flatMap((stat) => (stat.kind === 'histogram' ? [] : [`${stat.name}: ${stat.value}\n`]))
      .sort()
      .join('');
  }

  [Symbol.iterator](): IterableIterator<Stat> {
    return this.#stats[Symbol.iterator]();
  }
}
