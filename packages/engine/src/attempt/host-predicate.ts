import type { RetryPolicy } from '@inmesh/model';
import type { Endpoint } from '../cluster/endpoint.js';

/** Which endpoints a retry would rather not get. Envoy: `retry_host_predicate`. */
export interface HostPredicates {
  /** How often the policy chooses again when its choice is rejected. */
  readonly repicks: number;
  rejects(endpoint: Endpoint, tried: readonly Endpoint[]): boolean;
}

const compiled = new WeakMap<RetryPolicy, HostPredicates>();

/** Those of a policy, compiled once. */
export function hostPredicatesOf(policy: RetryPolicy): HostPredicates {
  let predicates = compiled.get(policy);
  if (predicates === undefined) {
    predicates = compile(policy);
    compiled.set(policy, predicates);
  }
  return predicates;
}

type Test = HostPredicates['rejects'];

function compile({
  retryHostPredicate = [],
  hostSelectionRetryMaxAttempts = 1,
}: RetryPolicy): HostPredicates {
  const tests = retryHostPredicate.flatMap(({ name, typedConfig }): Test | readonly Test[] => {
    switch (name) {
      case 'envoy.retry_host_predicates.previous_hosts':
        return ({ state }, tried) => tried.some((before) => before.state === state);
      case 'envoy.retry_host_predicates.omit_canary_hosts':
        return ({ metadata }) => metadata?.filterMetadata?.['envoy.lb']?.canary === true;
      case 'envoy.retry_host_predicates.omit_host_metadata':
        return omitsMetadata(typedConfig?.metadataMatch);
      default:
        return [];
    }
  });
  return {
    repicks: tests.length === 0 ? 0 : Number(hostSelectionRetryMaxAttempts),
    rejects: (endpoint, tried) => tests.some((test) => test(endpoint, tried)),
  };
}

function omitsMetadata(match: unknown): Test {
  const wanted = (match as Endpoint['metadata'])?.filterMetadata?.['envoy.lb'] ?? {};
  const entries = Object.entries(wanted);
  return ({ metadata }) => {
    const facts = metadata?.filterMetadata?.['envoy.lb'];
    return entries.length > 0 && entries.every(([key, value]) => facts?.[key] === value);
  };
}
