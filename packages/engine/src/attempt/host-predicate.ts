import type { RetryPolicy } from '@inmesh/model';
import type { Endpoint } from '../cluster/endpoint.js';

/** Which endpoints a retry would rather not get; it remembers the attempts of one call. */
export interface HostPredicates {
  /** How often a rejected choice is made again; then it stands. */
  readonly repicks: number;
  readonly rejects: (endpoint: Endpoint) => boolean;
  attempted(endpoint: Endpoint): void;
}

/** `undefined`: retries take what the balancer gives. Envoy: `retry_host_predicate`. */
export function createHostPredicates(policy: RetryPolicy): HostPredicates | undefined {
  const predicates = policy.retryHostPredicate ?? [];
  if (predicates.length === 0) return undefined;
  const attempted = new Set<Endpoint['state']>();
  const tests = predicates.flatMap(({ name, typedConfig }) => {
    switch (name) {
      case 'envoy.retry_host_predicates.previous_hosts':
        return ({ state }: Endpoint) => attempted.has(state);
      case 'envoy.retry_host_predicates.omit_canary_hosts':
        return ({ metadata }: Endpoint) => metadata?.filterMetadata?.['envoy.lb']?.canary === true;
      case 'envoy.retry_host_predicates.omit_host_metadata':
        return omitsMetadata(typedConfig?.metadataMatch);
      default:
        return [];
    }
  });
  return {
    repicks: Number(policy.hostSelectionRetryMaxAttempts ?? 1),
    rejects: (endpoint) => tests.some((test) => test(endpoint)),
    attempted: ({ state }) => void attempted.add(state),
  };
}

function omitsMetadata(match: unknown): (endpoint: Endpoint) => boolean {
  const wanted = (match as Endpoint['metadata'])?.filterMetadata?.['envoy.lb'] ?? {};
  const entries = Object.entries(wanted);
  return ({ metadata }) => {
    const facts = metadata?.filterMetadata?.['envoy.lb'];
    return entries.length > 0 && entries.every(([key, value]) => facts?.[key] === value);
  };
}
