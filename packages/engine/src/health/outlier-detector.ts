import type { Endpoint } from '../cluster/endpoint.js';
import type { Clock } from '../engine.js';
import { HostMonitor, type RateCounter } from './host-monitor.js';
import type { OutlierOptions, RateOptions } from './outlier-options.js';

/** Envoy's names of what ejects an endpoint. */
export type EjectionReason =
  | 'consecutive_5xx'
  | 'consecutive_gateway_failure'
  | 'consecutive_local_origin_failure'
  | 'success_rate'
  | 'failure_percentage'
  | 'local_origin_success_rate'
  | 'local_origin_failure_percentage';

export interface OutlierEnvironment {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  ejected(endpoint: Endpoint, reason: EjectionReason, forMs: number): void;
  restored(endpoint: Endpoint): void;
}

/**
 * Ejects endpoints that answer worse than they should, and lets them back in at a sweep. Runs of failures act at
 * once, rates at sweeps. Envoy: `OutlierDetection::DetectorImpl`.
 */
export class OutlierDetector {
  readonly #options: OutlierOptions;
  readonly #environment: OutlierEnvironment;
  readonly #startedAt: number;
  readonly #watchesRates: boolean;
  #endpoints = new Map<Endpoint['state'], Endpoint>();
  #ejectedCount = 0;
  #sweep: unknown;
  #closed = false;

  constructor(options: OutlierOptions, environment: OutlierEnvironment) {
    this.#options = options;
    this.#environment = environment;
    this.#startedAt = environment.clock.now();
    this.#watchesRates = [options.successRate, options.failurePercentage].some(
      (rate) => rate.enforcing > 0 || (options.split && rate.enforcingLocalOrigin > 0),
    );
  }

  /** The cluster's endpoints of all priorities. One that left has lost its history, should it come back. */
  update(endpoints: readonly Endpoint[]): void {
    const before = this.#endpoints;
    this.#endpoints = new Map(endpoints.map((endpoint) => [endpoint.state, endpoint]));
    for (const state of before.keys()) if (!this.#endpoints.has(state)) state.monitor = undefined;
    for (const { state } of endpoints) state.monitor ??= new HostMonitor();
    this.#ejectedCount = endpoints.filter(({ state }) => state.ejected).length;
  }

  /** An answer came. @param status of HTTP; of a gRPC status in the head its counterpart */
  responded(endpoint: Endpoint, status: number): void {
    const { monitor } = endpoint.state;
    if (monitor === undefined) return;
    const success = status < 500;
    this.#count(monitor.external, success);
    if (success) {
      monitor.consecutive5xx = 0;
      monitor.consecutiveGatewayFailure = 0;
      return;
    }
    if (status >= 502 && status <= 504) {
      if (++monitor.consecutiveGatewayFailure === this.#options.consecutiveGatewayFailure) {
        this.#detected(endpoint, monitor, 'consecutive_gateway_failure');
      }
    } else {
      monitor.consecutiveGatewayFailure = 0;
    }
    if (++monitor.consecutive5xx === this.#options.consecutive5xx) {
      this.#detected(endpoint, monitor, 'consecutive_5xx');
    }
  }

  /** A connection or stream stands. It speaks for the endpoint only where failures of ours are split off. */
  connected(endpoint: Endpoint): void {
    const monitor = this.#options.split ? endpoint.state.monitor : undefined;
    if (monitor === undefined) return;
    monitor.consecutiveLocalOriginFailure = 0;
    this.#count(monitor.localOrigin, true);
  }

  /** No connection, a reset before or after the head, or a timeout. @param status that stands for it when not split */
  failed(endpoint: Endpoint, status: 503 | 504): void {
    if (!this.#options.split) {
      this.responded(endpoint, status);
      return;
    }
    const { monitor } = endpoint.state;
    if (monitor === undefined) return;
    this.#count(monitor.localOrigin, false);
    if (++monitor.consecutiveLocalOriginFailure === this.#options.consecutiveLocalOriginFailure) {
      this.#detected(endpoint, monitor, 'consecutive_local_origin_failure');
    }
  }

  /** An active health check passed: that ends an ejection, unless the rule says otherwise. */
  passedActiveCheck(endpoint: Endpoint): void {
    const { monitor } = endpoint.state;
    if (monitor === undefined || !endpoint.state.ejected || !this.#options.healthCheckUnejects) return;
    this.#restore(endpoint, monitor);
  }

  /** Stops sweeping. Calls that are still under way may go on to report; nothing is restored any more. */
  close(): void {
    this.#closed = true;
    this.#environment.clock.clearTimeout(this.#sweep);
    this.#sweep = undefined;
  }

  #count(counter: RateCounter, success: boolean): void {
    if (!this.#watchesRates) return;
    counter.count(success);
    this.#arm();
  }

  /** A run of failures is complete. Its counter starts anew whether or not that ejects the endpoint. */
  #detected(
    endpoint: Endpoint,
    monitor: HostMonitor,
    reason: 'consecutive_5xx' | 'consecutive_gateway_failure' | 'consecutive_local_origin_failure',
  ): void {
    if (endpoint.state.ejected) return;
    this.#eject(endpoint, monitor, reason, this.#enforcing(reason));
    if (reason === 'consecutive_5xx') monitor.consecutive5xx = 0;
    else if (reason === 'consecutive_gateway_failure') monitor.consecutiveGatewayFailure = 0;
    else monitor.consecutiveLocalOriginFailure = 0;
  }

  #enforcing(reason: string): number {
    const options = this.#options;
    if (reason === 'consecutive_5xx') return options.enforcingConsecutive5xx;
    if (reason === 'consecutive_gateway_failure') return options.enforcingConsecutiveGatewayFailure;
    return options.enforcingConsecutiveLocalOriginFailure;
  }

  #eject(endpoint: Endpoint, monitor: HostMonitor, reason: EjectionReason, enforcingPercent: number): void {
    const { maxEjectionPercent, alwaysEjectOneHost } = this.#options;
    const ejectedPercent = (100 * (this.#ejectedCount + 1)) / this.#endpoints.size;
    const first = alwaysEjectOneHost && this.#ejectedCount === 0;
    if (ejectedPercent > maxEjectionPercent && !first) return;
    const { clock, random } = this.#environment;
    if (random() * 100 >= enforcingPercent) return;

    const { baseEjectionMs, maxEjectionMs, ejectionJitterMs } = this.#options;
    if (monitor.backoff * baseEjectionMs < maxEjectionMs + baseEjectionMs) monitor.backoff++;
    monitor.ejectedAt = clock.now();
    monitor.ejectionMs =
      Math.min(baseEjectionMs * monitor.backoff, maxEjectionMs) + Math.floor(random() * ejectionJitterMs);
    endpoint.state.ejected = true;
    this.#ejectedCount++;
    this.#arm();
    this.#environment.ejected(endpoint, reason, monitor.ejectionMs);
  }

  #restore(endpoint: Endpoint, monitor: HostMonitor): void {
    endpoint.state.ejected = false;
    this.#ejectedCount--;
    monitor.resetConsecutive();
    this.#environment.restored(endpoint);
  }

  /** Sweeps keep the beat of the cluster's beginning, but only while there is something to sweep. */
  #arm(): void {
    if (this.#sweep !== undefined || this.#closed) return;
    const { clock } = this.#environment;
    const { intervalMs } = this.#options;
    const sinceLast = (clock.now() - this.#startedAt) % intervalMs;
    this.#sweep = clock.setTimeout(() => this.#onSweep(), intervalMs - sinceLast);
  }

  #onSweep(): void {
    this.#sweep = undefined;
    const now = this.#environment.clock.now();
    for (const [state, endpoint] of this.#endpoints) {
      const { monitor } = state;
      if (monitor === undefined) continue;
      if (!state.ejected) {
        if (monitor.backoff > 0) monitor.backoff--;
      } else if (now - monitor.ejectedAt >= monitor.ejectionMs) {
        this.#restore(endpoint, monitor);
      }
    }
    if (this.#watchesRates) this.#sweepRates();
    for (const { ejected, monitor } of this.#endpoints.keys())
      if (ejected || (monitor !== undefined && monitor.backoff > 0)) this.#arm();
  }

  #sweepRates(): void {
    const { successRate, failurePercentage, split } = this.#options;
    this.#ejectByRate(
      (monitor) => monitor.external,
      [
        ['success_rate', successRate, successRate.enforcing],
        ['failure_percentage', failurePercentage, failurePercentage.enforcing],
      ],
    );
    if (!split) return;
    this.#ejectByRate(
      (monitor) => monitor.localOrigin,
      [
        ['local_origin_success_rate', successRate, successRate.enforcingLocalOrigin],
        ['local_origin_failure_percentage', failurePercentage, failurePercentage.enforcingLocalOrigin],
      ],
    );
  }

  #ejectByRate(
    counterOf: (monitor: HostMonitor) => RateCounter,
    detectors: readonly (readonly [EjectionReason, RateOptions, number])[],
  ): void {
    const rates: { endpoint: Endpoint; monitor: HostMonitor; volume: number; successPercent: number }[] = [];
    for (const [state, endpoint] of this.#endpoints) {
      const { monitor } = state;
      if (monitor === undefined) continue;
      const rate = counterOf(monitor).swap();
      if (!state.ejected) rates.push({ endpoint, monitor, ...rate });
    }
    for (const [reason, options, enforcing] of detectors) {
      const valid = rates.filter(({ volume }) => volume > 0 && volume >= options.requestVolume);
      if (valid.length < options.minimumHosts || valid.length === 0) continue;
      const isOutlier =
        options === this.#options.successRate
          ? belowMean(
              valid.map(({ successPercent }) => successPercent),
              this.#options.successRate.stdevFactor / 1000,
            )
          : (percent: number) => 100 - percent >= this.#options.failurePercentage.threshold;
      for (const { endpoint, monitor, successPercent } of valid) {
        if (!endpoint.state.ejected && isOutlier(successPercent)) {
          this.#eject(endpoint, monitor, reason, enforcing);
        }
      }
    }
  }
}

/** Whether a rate lies so many standard deviations below the mean of all. */
function belowMean(rates: readonly number[], factor: number): (rate: number) => boolean {
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
  const threshold = mean - factor * Math.sqrt(variance);
  return (rate) => rate < threshold;
}
