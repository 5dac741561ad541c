import type { SlowStartConfig } from '@inmesh/model';
import { emptyPicker, type LoadBalancingPolicy } from './policy.js';
import { compileSlowStart } from './slow-start.js';
import { needsSchedule, scheduledPicker, weightOf } from './weighted.js';

/** One after the other, from a random start; by weight where weights differ. Envoy: `RoundRobinLoadBalancer`. */
export function createRoundRobin(slowStartConfig?: SlowStartConfig): LoadBalancingPolicy {
  const slowStart = compileSlowStart(slowStartConfig);
  return {
    name: 'ROUND_ROBIN',
    hashes: false,
    createPicker(endpoints, cluster, { name = '' } = {}) {
      const { length } = endpoints;
      if (length === 0) return emptyPicker;
      if (needsSchedule(endpoints, cluster, slowStart)) {
        return scheduledPicker(
          endpoints,
          cluster,
          slowStart === undefined
            ? weightOf
            : (endpoint) => weightOf(endpoint) * slowStart.factor(endpoint, cluster.now()),
        );
      }
      const cursor = cluster.cursor(name);
      return { pick: () => endpoints[cursor.next++ % length] };
    },
  };
}

/** Round robin without slow start. */
export const roundRobin: LoadBalancingPolicy = createRoundRobin();
