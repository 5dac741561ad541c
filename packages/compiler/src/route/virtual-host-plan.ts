import type { Route, VirtualHost } from '@inmesh/model';

/** A virtual host whose routes are compiled when somebody asks. Name and domains are known at once. */
export interface VirtualHostPlan {
  readonly name: string;
  readonly domains: readonly string[];
  readonly routes: RouteSource;
  /** Everything else that the virtual host says. */
  readonly options: Partial<Pick<VirtualHost, 'includeRequestAttemptCount' | 'requireTls'>>;
}

/** Routes that several virtual hosts may share: the hosts of one VirtualService have the very same ones. */
export interface RouteSource {
  /** What the routes are made of, by identity. While nothing of it changes, neither do they. */
  dependencies(): readonly unknown[];
  /** The same list each time. */
  routes(): Route[];
}

/** Compiles on first use, and only then. */
export function lazyRoutes(compile: () => Route[], dependencies: () => readonly unknown[]): RouteSource {
  let compiled: Route[] | undefined;
  return {
    dependencies,
    routes() {
      compiled ??= compile();
      return compiled;
    },
  };
}
