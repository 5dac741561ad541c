import { replaceInSorted } from '@inmesh/model';
import { PersistentMap } from '../persistent-map.js';
import type { Service } from '../registry/service.js';

type Order = (a: Service, b: Service) => number;

/** The services of each port, sorted. Immutable: a change makes another one, at the cost of its ports. */
export class PortIndex {
  readonly #byPort: PersistentMap<readonly Service[]>;
  readonly #order: Order;

  constructor(order: Order, byPort: PersistentMap<readonly Service[]> = new PersistentMap()) {
    this.#order = order;
    this.#byPort = byPort;
  }

  /** The same list until a service of the port changes. */
  on(port: number): readonly Service[] {
    return this.#byPort.get(String(port)) ?? none;
  }

  *numbers(): IterableIterator<number> {
    for (const [port] of this.#byPort) yield Number(port);
  }

  with(removed: ReadonlySet<Service>, added: readonly Service[]): PortIndex {
    const touched = new Map<number, { removed: Set<Service>; added: Service[] }>();
    const at = (port: number): { removed: Set<Service>; added: Service[] } => {
      let change = touched.get(port);
      if (change === undefined) {
        change = { removed: new Set(), added: [] };
        touched.set(port, change);
      }
      return change;
    };
    for (const service of removed) for (const port of portsOf(service)) at(port).removed.add(service);
    for (const service of added) for (const port of portsOf(service)) at(port).added.push(service);
    const lists = [...touched].map(([port, change]) => {
      const list = replaceInSorted(this.on(port), change.removed, change.added, this.#order);
      return [String(port), list.length === 0 ? undefined : list] as const;
    });
    return new PortIndex(this.#order, this.#byPort.with(lists));
  }
}

const none: readonly Service[] = [];

/** Each once: a number may be open for several protocols. */
function portsOf({ ports }: Service): Iterable<number> {
  return ports.length === 1 ? ports.map(({ number }) => number) : new Set(ports.map(({ number }) => number));
}
