import type { ClusterState } from '../cluster/cluster-state.js';
import type { Endpoint } from '../cluster/endpoint.js';
import { EdfSchedule } from './edf-schedule.js';
import type { Picker } from './policy.js';
import type { SlowStart } from './slow-start.js';

/** By discovery, or by what the endpoint says itself where that counts. */
export function weightOf({ weight, state }: Endpoint): number {
  return state.reportedWeight ?? weight;
}

/** Whether one share for all is not enough: weights differ, or somebody is still warming up. */
export function needsSchedule(
  endpoints: readonly Endpoint[],
  { now }: ClusterState,
  slowStart: SlowStart | undefined,
): boolean {
  if (endpoints.length < 2) return false;
  const [first] = endpoints;
  const weight = first && weightOf(first);
  const time = now();
  return endpoints.some(
    (endpoint) => weightOf(endpoint) !== weight || slowStart?.isWarming(endpoint, time) === true,
  );
}

/** Picks by a schedule whose weights are read when an endpoint takes its turn. */
export function scheduledPicker(
  endpoints: readonly Endpoint[],
  cluster: ClusterState,
  weightOf: (endpoint: Endpoint) => number,
): Picker {
  const schedule = new EdfSchedule(endpoints, weightOf, Math.floor(cluster.seed % (2 ** 32 / 10)));
  return { pick: () => schedule.next() };
}
