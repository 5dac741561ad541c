import { isIP } from 'node:net';
import { type Address, type Cluster, durationMs } from '@inmesh/model';
import type { Clock, ResolvedAddress } from '../../engine.js';
import type { ResolvedHost } from '../host-set.js';
import { ofFamily } from './lookup-family.js';

export interface DnsOptions {
  readonly cluster: Cluster;
  readonly resolve: (name: string) => Promise<readonly ResolvedAddress[]>;
  readonly clock: Clock;
  readonly random: () => number;
  /** A name stands for other addresses now. */
  readonly onChange: () => void;
}

/** No record is asked for more often than that, however short it says to live. */
const leastRefreshMs = 1000;

/**
 * The names of a STRICT_DNS or LOGICAL_DNS cluster, each resolved and refreshed on its own. A failure keeps what
 * was known; an empty answer empties a strict cluster and keeps a logical one.
 */
export class DnsNames {
  readonly #options: DnsOptions;
  readonly #names = new Map<string, NameState>();
  readonly #logical: boolean;
  #closed = false;

  constructor(options: DnsOptions) {
    this.#options = options;
    this.#logical = options.cluster.type === 'LOGICAL_DNS';
    for (const { lbEndpoints = [] } of options.cluster.loadAssignment?.endpoints ?? []) {
      for (const { endpoint } of lbEndpoints) this.#add(endpoint?.address?.socketAddress?.address);
    }
  }

  /** Settles when the first name has been looked up; `undefined` when that has happened. */
  get pending(): Promise<void> | undefined {
    const states = [...this.#names.values()];
    if (states.length === 0 || states.some(({ settled }) => settled)) return undefined;
    return Promise.race(states.map(({ first }) => first));
  }

  readonly addressesOf = ({ socketAddress }: Address): readonly ResolvedHost[] => {
    if (socketAddress === undefined) return [];
    const { address, portValue = 0 } = socketAddress;
    if (isIP(address) !== 0) return [{ address, port: portValue, hostname: address }];
    const hosts = (this.#names.get(address)?.addresses ?? []).map((resolved) => ({
      address: resolved.address,
      port: resolved.port ?? portValue,
      hostname: address,
    }));
    return this.#logical ? hosts.slice(0, 1) : hosts;
  };

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#names.values()) this.#options.clock.clearTimeout(timer);
  }

  #add(name: string | undefined): void {
    if (name === undefined || isIP(name) !== 0 || this.#names.has(name)) return;
    const state: NameState = {
      addresses: [],
      settled: false,
      first: Promise.resolve(),
      timer: undefined,
      failures: 0,
    };
    this.#names.set(name, state);
    state.first = this.#resolve(name, state);
  }

  async #resolve(name: string, state: NameState): Promise<void> {
    let refreshMs: number;
    try {
      const answer = ofFamily(await this.#options.resolve(name), this.#options.cluster.dnsLookupFamily);
      refreshMs = this.#onAnswer(state, answer);
    } catch {
      refreshMs = this.#failureRefreshMs(++state.failures);
    }
    state.settled = true;
    if (this.#closed) return;
    const jitterMs = (durationMs(this.#options.cluster.dnsJitter) ?? 0) * this.#options.random();
    state.timer = this.#options.clock.setTimeout(() => void this.#resolve(name, state), refreshMs + jitterMs);
  }

  #onAnswer(state: NameState, answer: readonly ResolvedAddress[]): number {
    state.failures = 0;
    const { cluster } = this.#options;
    const refreshMs = durationMs(cluster.dnsRefreshRate) ?? 5000;
    const keeps = this.#logical && answer.length === 0;
    if (!keeps && !sameAddresses(state.addresses, answer)) {
      state.addresses = answer;
      this.#options.onChange();
    }
    const ttlMs = this.#logical ? answer[0]?.ttlMs : Math.min(...answer.map((address) => address.ttlMs));
    if (cluster.respectDnsTtl !== true || ttlMs === undefined || !(ttlMs > 0 && ttlMs < Infinity)) {
      return refreshMs;
    }
    return Math.max(ttlMs, leastRefreshMs);
  }

  #failureRefreshMs(failures: number): number {
    const { dnsFailureRefreshRate, dnsRefreshRate } = this.#options.cluster;
    const baseMs = durationMs(dnsFailureRefreshRate?.baseInterval);
    if (baseMs === undefined) return durationMs(dnsRefreshRate) ?? 5000;
    const maxMs = durationMs(dnsFailureRefreshRate?.maxInterval) ?? 10 * baseMs;
    const capMs = Math.min(baseMs * 2 ** (failures - 1), maxMs);
    return Math.max(this.#options.random() * capMs, leastRefreshMs);
  }
}

interface NameState {
  addresses: readonly ResolvedAddress[];
  /** Looked up once, whatever came of it. */
  settled: boolean;
  first: Promise<void>;
  timer: unknown;
  /** In a row. */
  failures: number;
}

function sameAddresses(a: readonly ResolvedAddress[], b: readonly ResolvedAddress[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ address, port }, i) => address === b[i]?.address && port === b[i]?.port)
  );
}
