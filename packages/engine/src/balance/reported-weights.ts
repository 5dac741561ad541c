import { durationMs, type HeaderMap } from '@inmesh/model';
import type { Endpoint } from '../cluster/endpoint.js';
import type { Clock } from '../engine.js';
import { type LoadReport, readLoadReport } from './load-report.js';

/** Envoy: `client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin`. */
export interface ReportedWeightsConfig {
  /** How long an endpoint has to report before its reports count. @defaultValue `10s` */
  readonly blackoutPeriod?: string;
  /** How long the last report counts. @defaultValue `180s` */
  readonly weightExpirationPeriod?: string;
  /** @defaultValue `1s` */
  readonly weightUpdatePeriod?: string;
  /** How much an error counts beside the utilization. @defaultValue `1` */
  readonly errorUtilizationPenalty?: number;
  readonly metricNamesForComputingUtilization?: readonly string[];
}

/** Weights may not be put down more often. */
const leastPeriodMs = 100;
const maxWeight = 2 ** 32 - 1;

/**
 * Weighs endpoints by the load that they report with their responses: requests in a second over utilization. Who
 * reports nothing gets the median of the others. Envoy: `ClientSideWeightedRoundRobinLoadBalancer`.
 */
export class ReportedWeights {
  readonly #config: ReportedWeightsConfig;
  readonly #clock: Clock;
  readonly #changed: (priority: number) => void;
  readonly #reports = new Map<Endpoint['state'], Report>();
  readonly #blackoutMs: number;
  readonly #expirationMs: number;
  readonly #periodMs: number;
  #endpoints: readonly Endpoint[] = [];
  #timer: unknown;
  #closed = false;

  /** @param changed told of each priority in which weights have changed */
  constructor(config: ReportedWeightsConfig, clock: Clock, changed: (priority: number) => void) {
    this.#config = config;
    this.#clock = clock;
    this.#changed = changed;
    this.#blackoutMs = durationMs(config.blackoutPeriod) ?? 10_000;
    this.#expirationMs = durationMs(config.weightExpirationPeriod) ?? 180_000;
    this.#periodMs = Math.max(durationMs(config.weightUpdatePeriod) ?? 1_000, leastPeriodMs);
  }

  /** The cluster's endpoints of all priorities. */
  update(endpoints: readonly Endpoint[]): void {
    this.#endpoints = endpoints;
    const present = new Set(endpoints.map(({ state }) => state));
    for (const state of this.#reports.keys()) if (!present.has(state)) this.#reports.delete(state);
  }

  /** Headers or trailers of a response may bring a report. */
  note({ state }: Endpoint, headers: HeaderMap): void {
    const report = readLoadReport(headers);
    const weight = report && weightBy(report, this.#config);
    if (weight === undefined || this.#closed) return;
    const now = this.#clock.now();
    this.#reports.set(state, { weight, since: this.#reports.get(state)?.since ?? now, at: now });
    // Before the first report all weigh the same, and nobody has to look.
    this.#timer ??= this.#clock.setTimeout(() => this.#weigh(), this.#periodMs);
  }

  close(): void {
    this.#closed = true;
    this.#clock.clearTimeout(this.#timer);
  }

  #weigh(): void {
    const byPriority = new Map<number, Endpoint[]>();
    for (const endpoint of this.#endpoints) {
      const others = byPriority.get(endpoint.priority);
      if (others === undefined) byPriority.set(endpoint.priority, [endpoint]);
      else others.push(endpoint);
    }
    for (const [priority, endpoints] of byPriority) {
      const weights = endpoints.map(({ state }) => this.#validWeight(state));
      const others = median(weights.filter((weight) => weight !== undefined));
      let isNew = false;
      for (const [i, { state }] of endpoints.entries()) {
        const weight = weights[i] ?? others;
        isNew ||= state.reportedWeight !== weight;
        state.reportedWeight = weight;
      }
      if (isNew) this.#changed(priority);
    }
    this.#timer = this.#clock.setTimeout(() => this.#weigh(), this.#periodMs);
  }

  #validWeight(state: Endpoint['state']): number | undefined {
    const report = this.#reports.get(state);
    if (report === undefined) return undefined;
    const now = this.#clock.now();
    if (now - report.at > this.#expirationMs) {
      // Should it report again, its blackout begins anew.
      this.#reports.delete(state);
      return undefined;
    }
    return now - report.since < this.#blackoutMs ? undefined : report.weight;
  }
}

interface Report {
  readonly weight: number;
  /** When the reports began. Clock milliseconds. */
  readonly since: number;
  /** When the last one came. */
  readonly at: number;
}

function weightBy(report: LoadReport, config: ReportedWeightsConfig): number | undefined {
  const perSecond = report.get('rps_fractional') ?? 0;
  if (perSecond <= 0) return undefined;
  const penalty = config.errorUtilizationPenalty ?? 1;
  const utilization = utilizationBy(report, config) + (penalty * (report.get('eps') ?? 0)) / perSecond;
  if (utilization <= 0) return undefined;
  return Math.min(Math.trunc(perSecond / utilization), maxWeight);
}

/** The application's own word, else the worst of the metrics that count, else that of the processor. */
function utilizationBy(
  report: LoadReport,
  { metricNamesForComputingUtilization: names = [] }: ReportedWeightsConfig,
): number {
  const own = report.get('application_utilization') ?? 0;
  if (own > 0) return own;
  const worst = Math.max(0, ...names.map((name) => report.get(name) ?? 0));
  return worst > 0 ? worst : (report.get('cpu_utilization') ?? 0);
}

/** 1 of none; of an even number the mean of the two in the middle. */
function median(weights: readonly number[]): number {
  const sorted = [...weights].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 1;
  return sorted.length % 2 === 1 ? upper : Math.floor(((sorted[middle - 1] ?? upper) + upper) / 2);
}
