import { Histogram, type ObservedCall, ResponseCodes } from '@inmesh/engine';
import { Scope, statName } from './scope.js';
import type { Stat } from './stat.js';

/** What the connection managers of the listeners have seen. Envoy: `http.<stat_prefix>.`, its router's among them. */
export class ListenerStatistics {
  readonly #managers = new Map<string, ManagerStats>();
  /** By the names of virtual host and route. */
  readonly #routes = new Map<string, Map<string, ResponseCodes>>();
  /** The same by the objects that stand for them as long as their rules do. */
  readonly #byRoute = new WeakMap<Route, ResponseCodes>();
  /** Most calls enter where the one before did. */
  #lastPrefix: string | undefined;
  #lastManager = new ManagerStats();

  /** Called per call, at its end. Allocates for the first call of a manager or route only. */
  ended(call: ObservedCall): void {
    if (call.isTcp) return;
    this.#managerOf(call.statPrefix).ended(call);
    if (call.route !== undefined) this.#codesOf(call.route).count(call.responseCode);
  }

  collect(into: Stat[]): void {
    for (const [prefix, manager] of this.#managers) {
      const name = statName(prefix);
      manager.collect(
        new Scope(
          { prefix: `http.${name}.`, family: 'http.', labels: [['envoy_http_conn_manager_prefix', name]] },
          into,
        ),
      );
    }
    for (const [host, routes] of this.#routes) {
      const virtualHost = statName(host);
      for (const [route, codes] of routes) {
        const scope = new Scope(
          {
            prefix: `vhost.${virtualHost}.route.${statName(route)}.`,
            family: 'vhost.route.',
            labels: [
              ['envoy_virtual_host', virtualHost],
              ['envoy_route', statName(route)],
            ],
          },
          into,
        );
        scope.codes('upstream_rq', codes);
      }
    }
  }

  #managerOf(prefix: string): ManagerStats {
    if (prefix === this.#lastPrefix) return this.#lastManager;
    let manager = this.#managers.get(prefix);
    if (manager === undefined) {
      manager = new ManagerStats();
      this.#managers.set(prefix, manager);
    }
    this.#lastPrefix = prefix;
    this.#lastManager = manager;
    return manager;
  }

  #codesOf(route: Route): ResponseCodes {
    return this.#byRoute.get(route) ?? this.#remember(route);
  }

  #remember(route: Route): ResponseCodes {
    const { virtualHost } = route;
    const name = route.source.statPrefix ?? route.name;
    let routes = this.#routes.get(virtualHost.name);
    if (routes === undefined) {
      routes = new Map();
      this.#routes.set(virtualHost.name, routes);
    }
    let codes = routes.get(name);
    if (codes === undefined) {
      codes = new ResponseCodes();
      routes.set(name, codes);
    }
    this.#byRoute.set(route, codes);
    return codes;
  }
}

type Route = NonNullable<ObservedCall['route']>;

class ManagerStats {
  readonly #codes = new ResponseCodes();
  readonly #time = new Histogram();
  #noRoute = 0;
  #noCluster = 0;
  #directResponse = 0;
  #left = 0;

  ended({ responseCode, responseCodeDetails, elapsedMs }: ObservedCall): void {
    // A caller who left before the answer has none: Envoy counts such a call as reset.
    if (responseCode === 0) this.#left++;
    else this.#codes.count(responseCode);
    this.#time.record(elapsedMs);
    if (responseCodeDetails === 'route_not_found') this.#noRoute++;
    else if (responseCodeDetails === 'cluster_not_found') this.#noCluster++;
    else if (responseCodeDetails === 'direct_response') this.#directResponse++;
  }

  collect(scope: Scope): void {
    scope.counter('downstream_rq_total', this.#codes.completed + this.#left);
    scope.classes('downstream_rq', this.#codes);
    scope.counter('downstream_rq_rx_reset', this.#left);
    scope.histogram('downstream_rq_time', this.#time);
    scope.counter('no_route', this.#noRoute);
    scope.counter('no_cluster', this.#noCluster);
    scope.counter('rq_direct_response', this.#directResponse);
  }
}
