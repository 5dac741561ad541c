import type { Service } from '../registry/service.js';

/** Cuts services down to some of their ports; the same cut of the same service is the same object. */
export class ServiceTrimmer {
  readonly #cuts = new WeakMap<Service, Map<string, Service>>();
  readonly #unions = new WeakMap<Service, WeakMap<Service, Service>>();

  /** With only these ports; 0 among them asks for all. `undefined` where it has none of them. */
  withPorts(service: Service, numbers: ReadonlySet<number>): Service | undefined {
    if (numbers.has(0)) return service;
    const ports = service.ports.filter(({ number }) => numbers.has(number));
    if (ports.length === 0) return undefined;
    if (ports.length === service.ports.length) return service;
    let cuts = this.#cuts.get(service);
    if (cuts === undefined) {
      cuts = new Map();
      this.#cuts.set(service, cuts);
    }
    const key = ports.map(({ number }) => number).join();
    let cut = cuts.get(key);
    if (cut === undefined) {
      cut = { ...service, ports };
      cuts.set(key, cut);
    }
    return cut;
  }

  /** The same hostname twice: Kubernetes goes first, else ports are united if all else is the same. */
  combine(known: Service, other: Service): Service {
    if (known === other) return known;
    if (known.registry !== other.registry) return other.registry === 'Kubernetes' ? other : known;
    const missing = other.ports.filter(({ number }) => !known.ports.some((port) => port.number === number));
    if (missing.length === 0 || !canMerge(known, other)) return known;
    let unions = this.#unions.get(known);
    if (unions === undefined) {
      unions = new WeakMap();
      this.#unions.set(known, unions);
    }
    let union = unions.get(other);
    if (union === undefined) {
      union = { ...known, ports: [...known.ports, ...missing] };
      unions.set(other, union);
    }
    return union;
  }
}

function canMerge(a: Service, b: Service): boolean {
  return (
    a.namespace === b.namespace &&
    a.resolution === b.resolution &&
    sameLabels(a.labels, b.labels) &&
    sameLabels(a.selector ?? {}, b.selector ?? {}) &&
    a.exportTo.size === b.exportTo.size &&
    [...a.exportTo].every((namespace) => b.exportTo.has(namespace))
  );
}

function sameLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  );
}
