import { emptyPicker, type LoadBalancingPolicy } from './policy.js';

/** Each endpoint with equal chance. As in Envoy, weights do not count. */
export const random: LoadBalancingPolicy = {
  name: 'RANDOM',
  hashes: false,
  createPicker(endpoints, cluster) {
    if (endpoints.length === 0) return emptyPicker;
    return { pick: () => endpoints[Math.floor(cluster.random() * endpoints.length)] };
  },
};
