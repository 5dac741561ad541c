import type { CallRequest } from '../call.js';
import type { EngineOptions } from '../engine.js';
import type { ConnectionManager } from '../listener/connection-manager.js';
import { selectListener } from '../listener/select-listener.js';
import { isPending, type Pending, type ResourceView } from '../resource-view.js';
import { type Entrance, type EntranceOptions, HttpEntrance } from './entrance.js';

/** Ports that an application calls are few; whoever calls many of them pays for the choice again. */
const maxPorts = 64;

export interface ListenerMemoOptions {
  readonly view: ResourceView;
  readonly httpsPorts: EngineOptions['httpsPorts'];
  readonly filtersOf: (manager: ConnectionManager) => EntranceOptions['filters'];
  readonly preparation: EntranceOptions['preparation'];
}

/** Listener, chain and routes of a call. Those of plain calls depend on the port alone, and are remembered. */
export class ListenerMemo {
  readonly #options: ListenerMemoOptions;
  readonly #plain = new Map<number, Entrance>();
  readonly #byManager = new Map<ConnectionManager, HttpEntrance>();

  constructor(options: ListenerMemoOptions) {
    this.#options = options;
  }

  /** The entrance of a plain call like this one. `undefined`: it has to be looked for. */
  known(request: CallRequest): Entrance | undefined {
    return this.#isPlain(request) ? this.#plain.get(request.port) : undefined;
  }

  /** @param destination the address that the caller's name stands for, where it counts */
  find(request: CallRequest, destination: string | undefined): Entrance | Pending {
    const { view, httpsPorts = 'rules' } = this.#options;
    const choice = selectListener(view, request, {
      httpsPorts,
      ...(destination === undefined ? {} : { destination }),
    });
    if (isPending(choice)) return choice;
    const entrance = choice.kind === 'http' ? this.#behind(choice.manager) : choice;
    if (!isPending(entrance) && this.#isPlain(request)) {
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
    const { view, filtersOf, preparation } = this.#options;
    const routes = manager.routes(view);
    if (routes !== undefined && isPending(routes)) return routes;
    const entrance = new HttpEntrance({ manager, routes, filters: filtersOf(manager), preparation });
    this.#byManager.set(manager, entrance);
    return entrance;
  }

  /** Whether nothing but the port counts. The view is asked each time: it does not tell when a port gets such listeners. */
  #isPlain({ head, port, downstream }: CallRequest): boolean {
    return (
      head.scheme === 'http' && downstream === undefined && !this.#options.view.hasAddressListeners(port)
    );
  }
}
