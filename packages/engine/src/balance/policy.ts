import type { ClusterState } from '../cluster/cluster-state.js';
import type { Endpoint } from '../cluster/endpoint.js';

/**
 * Turns a list of endpoints into a picker. Neither keeps state: what must survive an update (cursors, requests in
 * flight) lives in the cluster's state and the endpoints', so a replaced picker takes nothing along.
 */
export interface LoadBalancingPolicy {
  readonly name: string;
  /** Whether the picker looks at {@link PickContext.hash}; the same hash then chooses the priority too. */
  readonly hashes: boolean;
  createPicker(endpoints: readonly Endpoint[], cluster: ClusterState, list?: ListOptions): Picker;
}

export interface ListOptions {
  /** Names the list within its cluster (priority, health, locality): its rotation goes on under that name. */
  readonly name?: string;
  /** Weights of the localities of these endpoints, where they count. Ring hash and Maglev fold them in. */
  readonly localityWeightOf?: (endpoint: Endpoint) => number;
}

/** An immutable view of one list of endpoints. Synchronous, called per attempt. */
export interface Picker {
  /** `undefined`: the list is empty. */
  pick(context: PickContext): Endpoint | undefined;
}

export interface PickContext {
  /** The request's hash, 64 bits unsigned. Absent: chance decides. */
  readonly hash?: bigint | undefined;
  /** How often this pick was rejected already (retries that avoid previous endpoints). */
  readonly repick?: number;
}

/** Answers nothing, always: what is left when a list is empty. */
export const emptyPicker: Picker = { pick: () => undefined };
