import {
  type Difference,
  isHttp,
  type Order,
  PersistentMap,
  SortedList,
  type Steps,
  turnsPerStep,
} from '@inmesh/model';
import type { Service } from '../registry/service.js';

/** The services of each port, sorted. Immutable: a change makes another one, at the cost of its ports. */
export class PortIndex {
  readonly #byPort: PersistentMap<OnPort>;
  readonly #order: Order<Service>;

  constructor(order: Order<Service>, byPort: PersistentMap<OnPort> = new PersistentMap()) {
    this.#order = order;
    this.#byPort = byPort;
  }

  /** The same list until a service of the port changes. */
  on(port: number): SortedList<Service> {
    return this.#byPort.get(String(port))?.all ?? SortedList.of([], this.#order);
  }

  /** All that are not plain HTTP on the port, and the first of those that are, in their order. */
  listenedFor(port: number): readonly Service[] {
    const onPort = this.#byPort.get(String(port));
    if (onPort === undefined) return [];
    onPort.listenedFor ??= withFirstPlain(onPort, port);
    return onPort.listenedFor;
  }

  *numbers(): IterableIterator<number> {
    for (const [port] of this.#byPort) yield Number(port);
  }

  *following({ removed, added }: Difference<Service>): Steps<PortIndex> {
    let turns = 0;
    const touched = new Map<number, Record<keyof Difference<Service>, Service[]>>();
    const at = (port: number): Record<keyof Difference<Service>, Service[]> => {
      const change = touched.get(port) ?? { removed: [], added: [] };
      touched.set(port, change);
      return change;
    };
    for (const service of removed) {
      if (++turns % turnsPerStep === 0) yield;
      for (const port of portsOf(service)) at(port).removed.push(service);
    }
    for (const service of added) {
      if (++turns % turnsPerStep === 0) yield;
      for (const port of portsOf(service)) at(port).added.push(service);
    }
    const ports = new Map<string, OnPort | undefined>();
    for (const [port, change] of touched) ports.set(String(port), yield* this.#changed(port, change));
    return new PortIndex(this.#order, yield* this.#byPort.following(ports));
  }

  *#changed(port: number, change: Difference<Service>): Steps<OnPort | undefined> {
    const before = this.#byPort.get(String(port));
    const all = yield* (before?.all ?? SortedList.of<Service>([], this.#order)).following(change);
    if (all.length === 0) return undefined;
    const isSpecial = (service: Service): boolean => !isPlain(service, port);
    const special = yield* (before?.special ?? SortedList.of<Service>([], this.#order)).following({
      removed: change.removed.filter(isSpecial),
      added: change.added.filter(isSpecial),
    });
    return { all, special };
  }
}

interface OnPort {
  readonly all: SortedList<Service>;
  /** Those that are not plain HTTP. */
  readonly special: SortedList<Service>;
  /** Put together when somebody asks. */
  listenedFor?: readonly Service[];
}

function withFirstPlain({ all, special }: OnPort, port: number): readonly Service[] {
  for (const service of all) {
    if (isPlain(service, port) && service.resolution !== 'Alias')
      return special.with({ removed: [], added: [service] }).items;
  }
  return special.items;
}

/** Whether the service says nothing on the port that another service of plain HTTP would not say there as well. */
function isPlain({ resolution, ports }: Service, port: number): boolean {
  return (
    resolution !== 'DynamicDNS' && ports.every(({ number, protocol }) => number !== port || isHttp(protocol))
  );
}

/** Each once: a number may be open for several protocols. */
function portsOf({ ports }: Service): Iterable<number> {
  return ports.length === 1 ? ports.map(({ number }) => number) : new Set(ports.map(({ number }) => number));
}
