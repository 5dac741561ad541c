import {
  type ConsistentHashLB,
  canonicalDuration,
  type Destination,
  type HashPolicy,
  type PortTrafficPolicy,
} from '@inmesh/model';
import type { ConsolidatedDestinationRule, Scope } from '../scope/scope.js';

/**
 * What a destination of a VirtualService is hashed by: its subset's port, its subset, the rule's port, the rule.
 * Port settings count only where the destination names that port. Istio: `hashForHTTPDestination`.
 */
export function hashOfDestination(
  destination: Destination | undefined,
  scope: Pick<Scope, 'destinationRule'>,
): ConsistentHashLB | undefined {
  const rule = scope.destinationRule(destination?.host ?? '')?.spec;
  if (!rule) return undefined;
  const subset = rule.subsets?.find(({ name }) => (name ?? '') === (destination?.subset ?? ''));
  const port = destination?.port?.number;
  return (
    hashOfPort(subset?.trafficPolicy?.portLevelSettings, port) ??
    subset?.trafficPolicy?.loadBalancer?.consistentHash ??
    hashOfPort(rule.trafficPolicy?.portLevelSettings, port) ??
    rule.trafficPolicy?.loadBalancer?.consistentHash
  );
}

/** What a service that no VirtualService owns is hashed by on one of its ports. Istio: `hashForService`. */
export function hashOfService(
  rule: ConsolidatedDestinationRule | undefined,
  port: number,
): ConsistentHashLB | undefined {
  const policy = rule?.spec.trafficPolicy;
  return hashOfPort(policy?.portLevelSettings, port) ?? policy?.loadBalancer?.consistentHash;
}

/** Without a key (only a ring size) there is nothing to hash. Istio: `consistentHashToHashPolicy`. */
export function compileHashPolicy(hash: ConsistentHashLB | undefined): HashPolicy | undefined {
  if (hash === undefined) return undefined;
  if (hash.httpHeaderName !== undefined) return { header: { headerName: hash.httpHeaderName } };
  if (hash.httpCookie !== undefined) return { cookie: compileCookie(hash.httpCookie) };
  if (hash.useSourceIp !== undefined)
    return { connectionProperties: hash.useSourceIp ? { sourceIp: true } : {} };
  if (hash.httpQueryParameterName !== undefined)
    return { queryParameter: { name: hash.httpQueryParameterName } };
  return undefined;
}

/** No `ttl`: the cookie is read and never made. A `ttl` of 0 makes one for the session. */
function compileCookie(
  cookie: NonNullable<ConsistentHashLB['httpCookie']>,
): NonNullable<HashPolicy['cookie']> {
  const ttl = canonicalDuration(cookie.ttl);
  const attributes = (cookie.attributes ?? []).map(({ name = '', value }) => ({
    name,
    ...(value && { value }),
  }));
  return {
    name: cookie.name ?? '',
    ...(ttl !== undefined && { ttl }),
    ...(cookie.path && { path: cookie.path }),
    ...(attributes.length > 0 && { attributes }),
  };
}

function hashOfPort(
  settings: readonly PortTrafficPolicy[] | undefined,
  port: number | undefined,
): ConsistentHashLB | undefined {
  if (port === undefined) return undefined;
  return settings?.find((setting) => setting.port?.number === port)?.loadBalancer?.consistentHash;
}
