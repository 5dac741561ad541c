import type { Cluster } from '@inmesh/model';
import type { ClusterState } from '../cluster/cluster-state.js';
import type { Endpoint } from '../cluster/endpoint.js';
import { emptyPicker, type LoadBalancingPolicy, type Picker } from './policy.js';
import { compileSlowStart } from './slow-start.js';
import { needsSchedule, scheduledPicker } from './weighted.js';

/**
 * Of some endpoints drawn by chance, with replacement, the one with the fewest requests under way; on a tie the
 * one drawn first. Where weights differ, a schedule whose weights shrink with the load.
 * Envoy: `LeastRequestLoadBalancer`.
 */
export function createLeastRequest(config: Cluster['leastRequestLbConfig'] = {}): LoadBalancingPolicy {
  const slowStart = compileSlowStart(config.slowStartConfig);
  const choices = Math.max(config.choiceCount ?? 2, 2);
  const bias = biasOf(config.activeRequestBias?.defaultValue);
  return {
    name: 'LEAST_REQUEST',
    hashes: false,
    createPicker(endpoints, cluster) {
      if (endpoints.length === 0) return emptyPicker;
      if (needsSchedule(endpoints, cluster, slowStart)) {
        return scheduledPicker(endpoints, cluster, (endpoint) => {
          const warmth = slowStart?.factor(endpoint, cluster.now()) ?? 1;
          return (endpoint.weight * warmth) / (endpoint.state.activeRequests + 1) ** bias;
        });
      }
      return config.selectionMethod === 'FULL_SCAN'
        ? fullScan(endpoints, cluster)
        : drawn(endpoints, cluster, choices);
    },
  };
}

/** Least request with two choices and no slow start: the default of both Istio and Envoy. */
export const leastRequest: LoadBalancingPolicy = createLeastRequest();

function biasOf(configured = 1): number {
  return configured < 0 ? 1 : configured;
}

function drawn(endpoints: readonly Endpoint[], { random }: ClusterState, choices: number): Picker {
  const draw = (): Endpoint | undefined => endpoints[Math.floor(random() * endpoints.length)];
  return {
    pick() {
      let best = draw();
      for (let i = 1; i < choices; i++) {
        const other = draw();
        if (best === undefined || other === undefined) return undefined;
        if (other.state.activeRequests < best.state.activeRequests) best = other;
      }
      return best;
    },
  };
}

/** The least busy of all; among equals chance decides, so that the first in the list is not favoured. */
function fullScan(endpoints: readonly Endpoint[], { random }: ClusterState): Picker {
  return {
    pick() {
      let best: Endpoint | undefined;
      let equals = 0;
      for (const endpoint of endpoints) {
        const lead = endpoint.state.activeRequests - (best?.state.activeRequests ?? Number.POSITIVE_INFINITY);
        if (lead > 0) continue;
        equals = lead === 0 ? equals + 1 : 1;
        if (lead < 0 || random() * equals < 1) best = endpoint;
      }
      return best;
    },
  };
}
