import type { LocalReplyKind } from '@inmesh/model';
import type { CallRequest } from '../call.js';
import type { FilterChain } from '../filters/filter-chain.js';
import type { ConnectionManager } from '../listener/connection-manager.js';
import type { PreparationOptions } from '../listener/prepare-request.js';
import type { NoListener, TcpListener } from '../listener/select-listener.js';
import type { RouteConfigurationIndex } from '../resource-view.js';
import type { RouteEntry } from '../route/route-entry.js';
import { RouteSelector } from '../route/select-route.js';
import { RoutePlan } from './route-plan.js';

/** Where a call enters the configuration. */
export type Entrance = HttpEntrance | TcpListener | NoListener;

export interface EntranceOptions {
  readonly manager: ConnectionManager;
  /** `undefined`: nobody knows the route configuration that the manager names. */
  readonly routes: RouteConfigurationIndex | undefined;
  readonly filters: FilterChain;
  readonly preparation: Omit<PreparationOptions, 'internalOnlyHeaders'>;
}

/** A connection manager with all that its calls meet up to their attempts; what they have in common is kept here. */
export class HttpEntrance {
  readonly kind = 'http';
  readonly manager: ConnectionManager;
  readonly filters: FilterChain;
  readonly routes: RouteSelector | undefined;
  readonly #preparation: PreparationOptions;
  readonly #plans = new Map<RouteEntry, RoutePlan>();

  constructor({ manager, routes, filters, preparation }: EntranceOptions) {
    this.manager = manager;
    this.filters = filters;
    this.routes = routes && new RouteSelector(routes, manager.router.suppressEnvoyHeaders);
    this.#preparation = { ...preparation, internalOnlyHeaders: routes?.options.internalOnlyHeaders };
  }

  prepare(request: CallRequest): LocalReplyKind | undefined {
    return this.manager.prepareRequest(request, this.#preparation);
  }

  /** `undefined`: no call has taken this route yet. */
  knownPlan(route: RouteEntry): RoutePlan | undefined {
    return this.#plans.get(route);
  }

  plan(route: RouteEntry): RoutePlan {
    const plan = new RoutePlan(route, this.manager);
    this.#plans.set(route, plan);
    return plan;
  }
}
