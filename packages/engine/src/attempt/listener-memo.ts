import type { CallRequest } from '../call.js';
import type { ConnectionManager } from '../listener/connection-manager.js';
import { type NoListener, selectListener, type TcpListener } from '../listener/select-listener.js';
import {
  isPending,
  type Pending,
  type ResourceView,
  type RouteConfigurationIndex,
} from '../resource-view.js';
import type { RouteEntry } from '../route/route-entry.js';
import { RouteSelector } from '../route/select-route.js';
import { RoutePlan } from './route-plan.js';

/** Where a call enters the configuration. */
export type Entrance = HttpEntrance | TcpListener | NoListener;

/** A connection manager with what its calls meet. */
export class HttpEntrance {
  readonly kind = 'http';
  readonly manager: ConnectionManager;
  /** `undefined`: nobody knows the route configuration that the manager names. */
  readonly routes: RouteSelector | undefined;
  readonly #plans = new Map<RouteEntry, RoutePlan>();

  constructor(manager: ConnectionManager, routes: RouteConfigurationIndex | undefined) {
    this.manager = manager;
    this.routes = routes && new RouteSelector(routes, manager.router.suppressEnvoyHeaders);
  }

  planOf(route: RouteEntry): RoutePlan {
    let plan = this.#plans.get(route);
    if (plan === undefined) {
      plan = new RoutePlan(route, this.manager);
      this.#plans.set(route, plan);
    }
    return plan;
  }
}

/** Ports that an application calls are few; whoever calls many of them pays for the choice again. */
const maxPorts = 64;

/** Listener, chain and routes of a call. Those of plain calls depend on the port alone, and are remembered. */
export class ListenerMemo {
  readonly #view: ResourceView;
  readonly #httpsPorts: 'rules' | 'istio';
  readonly #plain = new Map<number, Entrance>();
  readonly #byManager = new Map<ConnectionManager, HttpEntrance>();

  constructor(view: ResourceView, httpsPorts: 'rules' | 'istio' = 'rules') {
    this.#view = view;
    this.#httpsPorts = httpsPorts;
  }

  /** The entrance of a plain call like this one. `undefined`: it has to be looked for. */
  known(request: CallRequest): Entrance | undefined {
    return isPlain(request) ? this.#plain.get(request.port) : undefined;
  }

  /** @param destination the address that the caller's name stands for, where it counts */
  find(request: CallRequest, destination: string | undefined): Entrance | Pending {
    const choice = selectListener(this.#view, request, {
      httpsPorts: this.#httpsPorts,
      ...(destination === undefined ? {} : { destination }),
    });
    if (isPending(choice)) return choice;
    const entrance = choice.kind === 'http' ? this.#behind(choice.manager) : choice;
    if (!isPending(entrance) && isPlain(request) && !this.#view.hasAddressListeners(request.port)) {
      if (this.#plain.size >= maxPorts) this.#plain.clear();
      this.#plain.set(request.port, entrance);
    }
    return entrance;
  }

  /** The view answers anew. */
  forget(): void {
    this.#plain.clear();
    this.#byManager.clear();
  }

  #behind(manager: ConnectionManager): HttpEntrance | Pending {
    const known = this.#byManager.get(manager);
    if (known !== undefined) return known;
    const routes = manager.routes(this.#view);
    if (routes !== undefined && isPending(routes)) return routes;
    const entrance = new HttpEntrance(manager, routes);
    this.#byManager.set(manager, entrance);
    return entrance;
  }
}

function isPlain({ head, downstream }: CallRequest): boolean {
  return head.scheme === 'http' && downstream === undefined;
}
