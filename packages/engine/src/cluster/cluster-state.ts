import type { EndpointHealthCheckConfig, Locality, Metadata } from '@inmesh/model';
import { type Endpoint, endpointKey } from './endpoint.js';
import { EndpointState } from './endpoint-state.js';

/** What makes an {@link Endpoint}; all but the address has a default. */
export interface EndpointDescription {
  readonly address: string;
  readonly port?: number;
  readonly hostname?: string | undefined;
  /** @defaultValue `1` */
  readonly weight?: number | undefined;
  readonly priority?: number | undefined;
  readonly locality?: Locality | undefined;
  readonly metadata?: Metadata | undefined;
  readonly healthStatus?: Endpoint['healthStatus'] | undefined;
  readonly healthCheckConfig?: EndpointHealthCheckConfig | undefined;
}

export interface ClusterStateOptions {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Clock milliseconds. @defaultValue always 0 */
  readonly now?: () => number;
}

/**
 * What a cluster remembers above all assignments and pickers: the states of its endpoints by address, and where
 * each rotation stands. It lives as long as the cluster's definition.
 */
export class ClusterState {
  readonly random: () => number;
  readonly now: () => number;
  /** Where rotations and schedules start, so that a fleet of callers does not begin at the same endpoint. */
  readonly seed: number;
  readonly #endpoints = new Map<string, EndpointState>();
  readonly #cursors = new Map<string, Cursor>();

  constructor({ random, now = () => 0 }: ClusterStateOptions) {
    this.random = random;
    this.now = now;
    this.seed = Math.floor(random() * 2 ** 32);
  }

  /** Requests under way at all its endpoints. */
  get activeRequests(): number {
    let sum = 0;
    for (const { activeRequests } of this.#endpoints.values()) sum += activeRequests;
    return sum;
  }

  /** The endpoint of this description, with the state that its address has had so far. */
  endpoint(description: EndpointDescription): Endpoint {
    const { address, port = 0 } = description;
    const key = endpointKey(address, port);
    return {
      address,
      port,
      key,
      hostname: description.hostname,
      weight: description.weight ?? 1,
      priority: description.priority ?? 0,
      locality: description.locality,
      metadata: description.metadata,
      healthStatus: description.healthStatus ?? 'UNKNOWN',
      healthCheckConfig: description.healthCheckConfig,
      state: this.#stateOf(key),
    };
  }

  /** The rotation of one list of endpoints; it goes on where it stood when the list is made anew. */
  cursor(list: string): Cursor {
    let cursor = this.#cursors.get(list);
    if (cursor === undefined) {
      cursor = { next: this.seed };
      this.#cursors.set(list, cursor);
    }
    return cursor;
  }

  /** Forgets the addresses that are not among these, and answers their states. */
  retain(keys: ReadonlySet<string>): EndpointState[] {
    const gone: EndpointState[] = [];
    for (const [key, state] of this.#endpoints) {
      if (keys.has(key)) continue;
      this.#endpoints.delete(key);
      gone.push(state);
      state.onGone?.();
    }
    return gone;
  }

  #stateOf(key: string): EndpointState {
    let state = this.#endpoints.get(key);
    if (state === undefined) {
      state = new EndpointState(this.now());
      this.#endpoints.set(key, state);
    }
    return state;
  }
}

export interface Cursor {
  next: number;
}
