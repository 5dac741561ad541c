import type { Route } from '@inmesh/model';
import type { ExplainedRoute } from '../engine.js';
import { whyNot } from '../match/compile-match.js';
import type { MatchRequest } from '../match/predicate.js';
import type { RouteConfigurationIndex } from '../resource-view.js';
import type { RouteOptions } from '../route/compile-route.js';
import { compiledVirtualHost, type Selection, selectVirtualHost } from '../route/select-route.js';

/** Routing with its reasons. */
export interface RouteExplanation {
  readonly virtualHost: string | undefined;
  /** In order: those that did not match, with the first predicate that failed, up to the one that did. */
  readonly routes: readonly ExplainedRoute[];
  readonly selection: Selection;
}

/**
 * Asks the very predicates that route calls, one route after the other and without the index over paths: its
 * answer and that of `selectRoute` are the same.
 */
export function explainRoutes(
  index: RouteConfigurationIndex,
  request: MatchRequest,
  { suppressEnvoyHeaders = false }: Partial<Pick<RouteOptions, 'suppressEnvoyHeaders'>> = {},
): RouteExplanation {
  const virtualHost = selectVirtualHost(index, request.head);
  if (virtualHost === undefined) return { virtualHost: undefined, routes: [], selection: 'noVirtualHost' };
  const compiled = compiledVirtualHost(virtualHost, { configuration: index.options, suppressEnvoyHeaders });
  const found = { virtualHost: virtualHost.name };
  if (compiled.refusal !== undefined) {
    const refused = { name: '', matched: false, reason: `refused: ${compiled.refusal}`, source: undefined };
    return { ...found, routes: [refused], selection: 'noRoute' };
  }
  if (compiled.requiresTls?.(request.head) === true)
    return { ...found, routes: [], selection: compiled.tlsRedirect };
  const routes: ExplainedRoute[] = [];
  for (const [order, match] of compiled.table.matches.entries()) {
    const reason = whyNot(match, request);
    routes.push(explained(virtualHost.routes?.[order], reason));
    if (reason === undefined) return { ...found, routes, selection: compiled.entry(order) };
  }
  return { ...found, routes, selection: 'noRoute' };
}

function explained(route: Route | undefined, reason: string | undefined): ExplainedRoute {
  return {
    name: route?.name ?? '',
    matched: reason === undefined,
    reason,
    source: route?.metadata?.filterMetadata?.inmesh,
  };
}
