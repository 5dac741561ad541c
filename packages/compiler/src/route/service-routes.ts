import { formatClusterName, type Route } from '@inmesh/model';
import type { Scope } from '../scope/scope.js';
import { compileHashPolicy, hashOfService } from './compile-hash-policy.js';
import { compileRetryPolicy } from './compile-retry-policy.js';
import { compileTimeout } from './compile-route-action.js';
import type { RouteSource } from './virtual-host-plan.js';

/**
 * The one route of a service that no VirtualService owns. Its retries avoid hosts tried before even where a hash
 * chooses them. Istio: `BuildDefaultHTTPOutboundRoute`.
 */
export class ServiceRoutes implements RouteSource {
  readonly #hostname: string;
  readonly #port: number;

  constructor(hostname: string, port: number) {
    this.#hostname = hostname;
    this.#port = port;
  }

  dependencies(scope: Scope): readonly unknown[] {
    return [scope.mesh.defaultHttpRetryPolicy, scope.destinationRule(this.#hostname)];
  }

  routes(scope: Scope): Route[] {
    const { defaultHttpRetryPolicy } = scope.mesh;
    const retryPolicy = compileRetryPolicy(defaultHttpRetryPolicy, { hashed: false });
    const rule = scope.destinationRule(this.#hostname);
    const hashPolicy = compileHashPolicy(hashOfService(rule, this.#port));
    return [
      {
        name: 'default',
        match: { prefix: '/' },
        route: {
          cluster: formatClusterName({
            direction: 'outbound',
            port: this.#port,
            subset: '',
            host: this.#hostname,
          }),
          ...compileTimeout(),
          ...(retryPolicy && { retryPolicy }),
          ...(hashPolicy && { hashPolicy: [hashPolicy] }),
        },
        decorator: { operation: `${this.#hostname}:${this.#port}/*` },
      },
    ];
  }
}
