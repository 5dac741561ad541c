import type { Histogram, ResponseCodes } from '@inmesh/engine';
import type { Labels, Stat } from './stat.js';

/** Where a scope stands: `cluster.shop.` in flat names, `cluster.` with a label in families. */
export interface ScopePlace {
  readonly prefix: string;
  readonly family: string;
  readonly labels: Labels;
}

/** Collects the statistics of one thing under its names. Envoy: `Stats::Scope`. */
export class Scope {
  readonly #place: ScopePlace;
  readonly #stats: Stat[];

  constructor(place: ScopePlace, stats: Stat[]) {
    this.#place = place;
    this.#stats = stats;
  }

  counter(name: string, value: number): void {
    this.#add(name, name, [], { kind: 'counter', value });
  }

  gauge(name: string, value: number): void {
    this.#add(name, name, [], { kind: 'gauge', value });
  }

  /** Left out while nothing was recorded: empty buckets are most of what a scrape would carry. */
  histogram(name: string, histogram: Histogram): void {
    if (histogram.count > 0) this.#add(name, name, [], { kind: 'histogram', histogram });
  }

  /** `upstream_rq_completed`, `upstream_rq_2xx`, `upstream_rq_200`: classes and codes from their first answer on. */
  codes(prefix: string, codes: ResponseCodes): void {
    this.classes(prefix, codes);
    for (const [code, value] of codes.codes) {
      const label = ['envoy_response_code', String(code)] as const;
      this.#add(`${prefix}_${code}`, prefix, [label], { kind: 'counter', value });
    }
  }

  /** Without single codes, as Envoy's connection managers count. */
  classes(prefix: string, { completed, classes }: ResponseCodes): void {
    this.counter(`${prefix}_completed`, completed);
    for (const [first, value] of classes) {
      const label = ['envoy_response_code_class', String(first)] as const;
      this.#add(`${prefix}_${first}xx`, `${prefix}_xx`, [label], { kind: 'counter', value });
    }
  }

  #add(
    name: string,
    family: string,
    labels: Labels,
    value: { kind: 'counter' | 'gauge'; value: number } | { kind: 'histogram'; histogram: Histogram },
  ): void {
    const place = this.#place;
    this.#stats.push({
      name: place.prefix + name,
      family: place.family + family,
      labels: [...labels, ...place.labels],
      ...value,
    });
  }
}

/**
 * A name as a part of flat names: a colon becomes an underscore, as in Envoy, and Istio's semicolon at the end is left
 * out, which only tells its proxies where the name ends.
 */
export function statName(name: string): string {
  return name.replace(/;$/, '').replaceAll('://', '_').replaceAll(':', '_');
}
