import {
  type ClusterWeight,
  type ConsistentHashLB,
  canonicalDuration,
  type HTTPRewrite,
  type HTTPRoute,
  type HTTPRouteDestination,
  type RouteAction,
} from '@inmesh/model';
import { compileHashPolicy, hashOfDestination } from './compile-hash-policy.js';
import { compileHeaders, type HeaderMutations } from './compile-headers.js';
import { compileMirrors } from './compile-mirrors.js';
import { compileRetryPolicy } from './compile-retry-policy.js';
import { forwardsHost } from './proxy-headers.js';
import { destinationCluster, type RouteContext } from './route-context.js';

/**
 * Where a rule sends requests and how. With one destination its header operations join those of the route, and
 * its `set` wins; with several they stay with each cluster, which Envoy looks at first, so that the route's `set`
 * wins. Istio: `applyHTTPRouteDestination`.
 *
 * @param authority what the rule's own header operations make of the host
 */
export function compileRouteAction(
  rule: HTTPRoute,
  context: RouteContext,
  authority: string | undefined,
): { readonly route: RouteAction; readonly mutations: HeaderMutations } {
  const destinations = rule.route ?? [];
  const [only] = destinations;
  const single = only !== undefined && destinations.length === 1 ? compileHeaders(only.headers) : undefined;
  const host = rule.rewrite?.authority || authority || single?.authority;
  const used = single ? destinations : destinations.filter(({ weight }) => weight);
  const hashes = used.map(({ destination }) => hashOfDestination(destination, context.scope));
  const mirrors = compileMirrors(rule, context);
  const hashPolicy = hashes.flatMap((hash) => compileHashPolicy(hash) ?? []);
  const retryPolicy = compileRetryPolicy(rule.retries ?? context.scope.mesh.defaultHttpRetryPolicy, {
    hashed: isHashed(single && hashes),
  });
  const route: RouteAction = {
    ...(single
      ? { cluster: destinationCluster(only?.destination, context) }
      : { weightedClusters: { clusters: used.map((weighted) => compileWeight(weighted, context)) } }),
    ...compileTimeout(rule.timeout),
    ...compilePathRewrite(rule.rewrite),
    ...(host && { hostRewriteLiteral: host }),
    ...(rule.rewrite && forwardsHost(context.scope.mesh) && { appendXForwardedHost: true }),
    ...(retryPolicy && { retryPolicy }),
    ...(mirrors.length > 0 && { requestMirrorPolicies: mirrors }),
    ...(hashPolicy.length > 0 && { hashPolicy }),
  };
  return { route, mutations: single?.mutations ?? {} };
}

/**
 * Absent means none, not Envoy's 15 s; 0 also lifts the limit on what `grpc-timeout` may ask for.
 * Istio: `setTimeout`.
 */
export function compileTimeout(timeout?: string): Pick<RouteAction, 'timeout' | 'maxGrpcTimeout'> {
  const limit = canonicalDuration(timeout) ?? '0s';
  return { timeout: limit, maxGrpcTimeout: limit };
}

/** A pattern comes before a prefix; validation allows but one of them. */
function compilePathRewrite(
  rewrite: HTTPRewrite | undefined,
): Pick<RouteAction, 'prefixRewrite' | 'regexRewrite'> {
  if (rewrite?.uriRegexRewrite) {
    const { match, rewrite: substitution } = rewrite.uriRegexRewrite;
    return {
      regexRewrite: { pattern: match ? { regex: match } : {}, ...(substitution && { substitution }) },
    };
  }
  return rewrite?.uri ? { prefixRewrite: rewrite.uri } : {};
}

function compileWeight(
  { destination, weight = 0, headers }: HTTPRouteDestination,
  context: RouteContext,
): ClusterWeight {
  const { mutations, authority } = compileHeaders(headers);
  return {
    name: destinationCluster(destination, context),
    weight,
    ...mutations,
    ...(authority && { hostRewriteLiteral: authority }),
  };
}

function isHashed(hashes: readonly (ConsistentHashLB | undefined)[] | undefined): boolean {
  return hashes?.[0] !== undefined;
}
