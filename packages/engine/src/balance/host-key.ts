import type { Endpoint } from '../cluster/endpoint.js';

/** What stands for an endpoint in rings and tables: its `hash_key`, its name where that is asked for, or its address. */
export function hashKeyOf(endpoint: Endpoint, useHostname: boolean): string {
  const key = endpoint.metadata?.filterMetadata?.['envoy.lb']?.hash_key;
  if (typeof key === 'string' && key !== '') return key;
  return (useHostname && endpoint.hostname) || endpoint.key;
}

/** The weights of endpoints as shares of 1, those of their localities folded in where these count. */
export function normalizedWeights(
  endpoints: readonly Endpoint[],
  localityWeightOf?: (endpoint: Endpoint) => number,
): Float64Array {
  const weights = Float64Array.from(endpoints, ({ weight }) => weight);
  if (localityWeightOf !== undefined) {
    const inLocality = new Map<string, number>();
    const localityWeights = new Map<string, number>();
    const names = endpoints.map(({ locality }) => JSON.stringify(locality));
    for (const [i, endpoint] of endpoints.entries()) {
      const name = names[i] ?? '';
      inLocality.set(name, (inLocality.get(name) ?? 0) + endpoint.weight);
      localityWeights.set(name, localityWeightOf(endpoint));
    }
    for (const [i, name] of names.entries()) {
      weights[i] = ((weights[i] ?? 0) / (inLocality.get(name) ?? 1)) * (localityWeights.get(name) ?? 0);
    }
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return sum === 0 ? weights : weights.map((weight) => weight / sum);
}
