import type { Route, VirtualHost } from '@inmesh/model';
import type { Scope } from '../scope/scope.js';

/** A virtual host whose routes are compiled when somebody asks. Name and domains are known at once. */
export interface VirtualHostPlan {
  readonly name: string;
  readonly domains: readonly string[];
  readonly routes: RouteSource;
  /** Everything else that the virtual host says. */
  readonly options: Partial<Pick<VirtualHost, 'includeRequestAttemptCount' | 'requireTls'>>;
}

/**
 * Routes that several virtual hosts may share: the hosts of one VirtualService have the very same ones. A plan
 * outlives the scope that it was made in, so that the scope in force is given with each question.
 */
export interface RouteSource {
  /** What the routes are made of, by identity. While nothing of it changes, neither do they. */
  dependencies(scope: Scope): readonly unknown[];
  /** The same list each time within one scope. */
  routes(scope: Scope): Route[];
}

/** The virtual hosts of one route configuration before any is compiled. Immutable. */
export interface PlannedHosts {
  /** Each domain, in lower case, with the name of its virtual host. The same map while no domain comes or goes. */
  readonly domains: ReadonlyMap<string, string>;
  plan(name: string): VirtualHostPlan | undefined;
}

/** In the order in which they are given. */
export function plannedHosts(plans: readonly VirtualHostPlan[]): PlannedHosts {
  const byName = new Map(plans.map((plan) => [plan.name, plan]));
  const domains = new Map<string, string>();
  for (const plan of plans) for (const domain of plan.domains) domains.set(domain.toLowerCase(), plan.name);
  return { domains, plan: (name) => byName.get(name) };
}

/** Compiles on first use, and once for each scope. */
export function lazyRoutes(
  compile: (scope: Scope) => Route[],
  dependencies: (scope: Scope) => readonly unknown[],
): RouteSource {
  let latest: { readonly scope: Scope; readonly routes: Route[] } | undefined;
  return {
    dependencies,
    routes(scope) {
      if (latest?.scope !== scope) latest = { scope, routes: compile(scope) };
      return latest.routes;
    },
  };
}
