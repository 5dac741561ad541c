import type { Endpoint } from '../cluster/endpoint.js';
import type { Clock } from '../engine.js';
import type { Check, CheckResult, EndpointCheck } from './check.js';
import type { HealthCheckOptions } from './health-check-options.js';
import type { Prober, ProbeTarget } from './prober.js';

export interface HealthCheckEnvironment {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly probe: (target: ProbeTarget) => Prober;
  /** `undefined`: it is not to be checked. */
  readonly checkOf: (endpoint: Endpoint) => EndpointCheck | undefined;
  /** Whether the cluster has carried a request yet. */
  readonly hadTraffic: () => boolean;
  /** Whether endpoints that were not checked yet count nowhere, instead of as unhealthy. */
  readonly ignoresNew: boolean;
  changed(endpoint: Endpoint): void;
  passed(endpoint: Endpoint): void;
}

/** Asks endpoints how they are, in intervals, as long as they belong to the cluster. Envoy: `HealthCheckerImplBase`. */
export class HealthChecker {
  readonly #options: HealthCheckOptions;
  readonly #environment: HealthCheckEnvironment;
  readonly #sessions = new Map<Endpoint['state'], Session>();
  #firstRound: Promise<void> | undefined;

  constructor(options: HealthCheckOptions, environment: HealthCheckEnvironment) {
    this.#options = options;
    this.#environment = environment;
  }

  /** Settles when each of the first endpoints has been checked once; `undefined` when that has happened. */
  get pending(): Promise<void> | undefined {
    return this.#firstRound;
  }

  /** The cluster's endpoints of all priorities. */
  update(endpoints: readonly Endpoint[]): void {
    const isFirst = this.#sessions.size === 0;
    const present = new Set(endpoints.map(({ state }) => state));
    for (const [state, session] of this.#sessions) {
      if (present.has(state)) continue;
      session.close();
      this.#sessions.delete(state);
    }
    const started = endpoints.flatMap((endpoint) => {
      const session = this.#sessions.has(endpoint.state) ? undefined : this.#createSession(endpoint);
      return session === undefined ? [] : [session.start()];
    });
    if (isFirst && started.length > 0) {
      this.#firstRound = Promise.all(started).then(() => {
        this.#firstRound = undefined;
      });
    }
  }

  /** The endpoint said so itself, with a response: it is believed, until it passes a check. */
  failsAtOnce({ state }: Endpoint): void {
    this.#sessions.get(state)?.failsAtOnce();
  }

  close(): void {
    for (const session of this.#sessions.values()) session.close();
  }

  #createSession(endpoint: Endpoint): Session | undefined {
    const how = this.#environment.checkOf(endpoint);
    if (how === undefined) return undefined;
    const session = new Session(endpoint, how, this.#options, this.#environment);
    this.#sessions.set(endpoint.state, session);
    return session;
  }
}

/** The checks of one endpoint. */
class Session {
  readonly #endpoint: Endpoint;
  readonly #prober: Prober;
  readonly #ask: Check;
  readonly #options: HealthCheckOptions;
  readonly #environment: HealthCheckEnvironment;
  #isFirst = true;
  /** Results in a row that speak against what the endpoint is held to be. */
  #against = 0;
  #timer: unknown;
  #closed = false;

  constructor(
    endpoint: Endpoint,
    { target, check }: EndpointCheck,
    options: HealthCheckOptions,
    environment: HealthCheckEnvironment,
  ) {
    this.#endpoint = endpoint;
    this.#ask = check;
    this.#prober = environment.probe(target);
    this.#options = options;
    this.#environment = environment;
    if (environment.ignoresNew) endpoint.state.pendingActiveCheck = true;
    endpoint.state.failedActiveCheck = true;
  }

  /** Settles after the first check. */
  start(): Promise<void> {
    const { clock, random } = this.#environment;
    const delayMs = this.#options.initialJitterMs * random();
    if (delayMs === 0) return this.#check();
    return new Promise((resolve) => {
      this.#timer = clock.setTimeout(() => resolve(this.#check()), delayMs);
    });
  }

  close(): void {
    this.#closed = true;
    this.#environment.clock.clearTimeout(this.#timer);
    this.#prober.close();
  }

  failsAtOnce(): void {
    const { state } = this.#endpoint;
    if (state.failedAtOnce) return;
    state.failedAtOnce = true;
    state.failedActiveCheck = true;
    this.#against = 0;
    this.#environment.changed(this.#endpoint);
  }

  async #check(): Promise<void> {
    const result = await this.#resultInTime();
    if (this.#closed) return;
    const isEdge =
      result === false || result === 'unhealthy' ? this.#onFailure(result) : this.#onPass(result);
    const intervalMs = this.#nextIntervalMs(result === true || result === 'degraded', isEdge);
    this.#timer = this.#environment.clock.setTimeout(() => void this.#check(), intervalMs);
  }

  async #resultInTime(): Promise<CheckResult> {
    const { clock } = this.#environment;
    const limit = new AbortController();
    this.#timer = clock.setTimeout(() => limit.abort(), this.#options.timeoutMs);
    const result = await this.#ask(this.#prober, limit.signal).catch(() => false as const);
    clock.clearTimeout(this.#timer);
    return result;
  }

  /** Answers whether passes are still being counted. */
  #onPass(result: true | 'degraded'): boolean {
    const { state } = this.#endpoint;
    this.#environment.passed(this.#endpoint);
    const degraded = result === 'degraded';
    const degradationChanged = state.degradedByCheck !== degraded;
    state.degradedByCheck = degraded;
    if (!state.failedActiveCheck) {
      this.#against = 0;
      if (degradationChanged) this.#environment.changed(this.#endpoint);
      return false;
    }
    // Whoever is new is believed at once.
    if (!this.#isFirst && ++this.#against < this.#options.healthyThreshold) return true;
    this.#isFirst = false;
    this.#against = 0;
    state.failedActiveCheck = false;
    state.pendingActiveCheck = false;
    state.failedAtOnce = false;
    state.warmSince = this.#environment.clock.now();
    this.#environment.changed(this.#endpoint);
    return false;
  }

  /** Answers whether failures are still being counted. A check that says so itself is believed at once. */
  #onFailure(result: false | 'unhealthy'): boolean {
    const { state } = this.#endpoint;
    const wasPending = state.pendingActiveCheck;
    this.#isFirst = false;
    state.pendingActiveCheck = false;
    if (state.failedActiveCheck) {
      this.#against = 0;
      if (wasPending) this.#environment.changed(this.#endpoint);
      return false;
    }
    if (result === false && ++this.#against < this.#options.unhealthyThreshold) return true;
    this.#against = 0;
    state.failedActiveCheck = true;
    this.#environment.changed(this.#endpoint);
    return false;
  }

  #nextIntervalMs(passed: boolean, isEdge: boolean): number {
    const { random, hadTraffic } = this.#environment;
    const baseMs = this.#baseIntervalMs(passed, isEdge, hadTraffic());
    const { intervalJitterPercent, intervalJitterMs } = this.#options;
    const jitterMs = random() * ((baseMs * intervalJitterPercent) / 100) + random() * intervalJitterMs;
    return Math.max(baseMs + jitterMs, 1);
  }

  #baseIntervalMs(passed: boolean, isEdge: boolean, hadTraffic: boolean): number {
    const options = this.#options;
    if (!hadTraffic) {
      return passed && !isEdge ? options.noTrafficHealthyIntervalMs : options.noTrafficIntervalMs;
    }
    if (passed) return isEdge ? options.healthyEdgeIntervalMs : options.intervalMs;
    return isEdge ? options.unhealthyEdgeIntervalMs : options.unhealthyIntervalMs;
  }
}
