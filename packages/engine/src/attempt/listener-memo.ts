import type { CallRequest } from '../call.js';
import { type ListenerChoice, selectListener } from '../listener/select-listener.js';
import { isPending, type ResourceView } from '../resource-view.js';

/** Ports that an application calls are few; whoever calls many of them pays for the choice again. */
const maxPorts = 64;

/** The listener and chain of a call. Those of plain calls depend on the port alone, and are remembered. */
export class ListenerMemo {
  readonly #view: ResourceView;
  readonly #httpsPorts: 'rules' | 'istio';
  readonly #plain = new Map<number, ListenerChoice>();

  constructor(view: ResourceView, httpsPorts: 'rules' | 'istio' = 'rules') {
    this.#view = view;
    this.#httpsPorts = httpsPorts;
  }

  /** @param destination the address that the caller's name stands for, where it counts */
  choose(request: CallRequest, destination: string | undefined): ListenerChoice {
    const isPlain =
      request.head.scheme === 'http' && request.downstream === undefined && destination === undefined;
    const known = isPlain ? this.#plain.get(request.port) : undefined;
    if (known !== undefined) return known;
    const choice = selectListener(this.#view, request, {
      httpsPorts: this.#httpsPorts,
      ...(destination === undefined ? {} : { destination }),
    });
    if (isPlain && !isPending(choice)) {
      if (this.#plain.size >= maxPorts) this.#plain.clear();
      this.#plain.set(request.port, choice);
    }
    return choice;
  }

  /** The view answers anew. */
  forget(): void {
    this.#plain.clear();
  }
}
