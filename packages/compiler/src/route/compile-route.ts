import {
  type HTTPMatchRequest,
  type HTTPRoute,
  type Metadata,
  type PerFilterConfig,
  parseClusterName,
  type Route,
} from '@inmesh/model';
import type { ResolvedVirtualService, RouteOrigin } from '../scope/scope.js';
import { compileCors } from './compile-cors.js';
import { compileFault } from './compile-fault.js';
import { compileHeaders, concatMutations, type HeaderMutations } from './compile-headers.js';
import { compileMatch, isCatchAll } from './compile-match.js';
import { compileDirectResponse, compileRedirect } from './compile-redirect.js';
import { compileRouteAction } from './compile-route-action.js';
import type { RouteContext } from './route-context.js';
import { ruleMetadata } from './rule-metadata.js';
import { holdsStatically, type StaticContext } from './static-match.js';

/**
 * The routes of a VirtualService on one port, in the order of its rules, one for each match whose static
 * conditions hold. The list ends at the first route that answers everything: what follows can never be reached.
 * Istio: `BuildHTTPRoutesForVirtualService`.
 */
export function compileRoutes(virtualService: ResolvedVirtualService, context: RouteContext): Route[] {
  const routes: Route[] = [];
  for (const [index, rule] of (virtualService.spec.http ?? []).entries()) {
    const matches: readonly (HTTPMatchRequest | undefined)[] = rule.match?.length ? rule.match : [undefined];
    for (const [matchIndex, match] of matches.entries()) {
      if (match && !holdsStatically(match, staticContext(context))) continue;
      const route = compileRoute({ virtualService, rule, index, match, matchIndex }, context);
      routes.push(route);
      if (isCatchAll(route.match)) return routes;
    }
  }
  return routes;
}

/** Whether {@link compileRoutes} yields anything: asked for every host at once, so without compiling. */
export function hasRoutes({ spec }: ResolvedVirtualService, context: StaticContext): boolean {
  return (spec.http ?? []).some(
    ({ match }) => !match?.length || match.some((one) => holdsStatically(one, context)),
  );
}

interface PlacedRule {
  readonly virtualService: ResolvedVirtualService;
  readonly rule: HTTPRoute;
  readonly index: number;
  readonly match: HTTPMatchRequest | undefined;
  readonly matchIndex: number;
}

/** One match of one rule. Of several actions the redirect comes first, then the direct response. Istio: `translateRoute`. */
function compileRoute(placed: PlacedRule, context: RouteContext): Route {
  const { rule, match, virtualService } = placed;
  const name = match?.name ? `${rule.name ?? ''}.${match.name}` : rule.name;
  const { mutations, authority } = compileHeaders(rule.headers);
  const action = compileAction(rule, context, authority);
  const routeMatch = compileMatch(match);
  const typedPerFilterConfig = compilePerFilterConfig(rule);
  const route: Route = {
    ...(name && { name }),
    match: routeMatch,
    ...action.answer,
    metadata: routeMetadata(placed),
    ...concatMutations(mutations, action.mutations),
    ...(typedPerFilterConfig && { typedPerFilterConfig }),
    ...(match?.statPrefix && { statPrefix: match.statPrefix }),
  };
  route.decorator = { operation: operationOf(route, virtualService.resource.name, context.port) };
  return route;
}

function compileAction(
  rule: HTTPRoute,
  context: RouteContext,
  authority: string | undefined,
): {
  readonly answer: Pick<Route, 'redirect' | 'directResponse' | 'route'>;
  readonly mutations: HeaderMutations;
} {
  if (rule.redirect) return { answer: compileRedirect(rule.redirect, context), mutations: {} };
  if (rule.directResponse) return { answer: compileDirectResponse(rule.directResponse), mutations: {} };
  const { route, mutations } = compileRouteAction(rule, context, authority);
  return { answer: { route }, mutations };
}

function compilePerFilterConfig({ fault, corsPolicy }: HTTPRoute): PerFilterConfig | undefined {
  if (!fault && !corsPolicy) return undefined;
  return {
    ...(fault && { 'envoy.filters.http.fault': compileFault(fault) }),
    ...(corsPolicy && { 'envoy.filters.http.cors': compileCors(corsPolicy) }),
  };
}

/** What a trace calls the route: the host behind it, or the VirtualService where there are several. Istio: `GetRouteOperation`. */
function operationOf(route: Route, virtualService: string, port: number): string {
  const { prefix, path, safeRegex } = route.match;
  const pattern = prefix !== undefined ? `${prefix}*` : (path ?? safeRegex?.regex ?? '/*');
  const cluster = parseClusterName(route.route?.cluster ?? '');
  return cluster ? `${cluster.host}:${cluster.port}${pattern}` : `${virtualService}:${port}${pattern}`;
}

function routeMetadata({ virtualService, index, match, matchIndex, rule }: PlacedRule): Metadata {
  const written: RouteOrigin = virtualService.routeOrigins[index] ?? {
    resource: virtualService.resource,
    index,
  };
  const path = `spec.http[${written.index}]`;
  // Behind a delegate the matches of both sides are multiplied: then a number says nothing of what was written.
  const sameMatches = written.resource.spec.http?.[written.index]?.match?.length === rule.match?.length;
  return ruleMetadata(
    virtualService.resource,
    match && sameMatches ? `${path}.match[${matchIndex}]` : path,
    written.resource,
  );
}

function staticContext({ scope, gateway, port }: RouteContext): StaticContext {
  return { workload: scope.workload, gateway, port };
}
