import type { Registry } from '../registry/registry.js';
import type { Service, ServicePort } from '../registry/service.js';
import { listenerPort } from './listener-port.js';
import type { EgressListenerScope, ResolvedVirtualService } from './scope.js';
import { isVisible } from './visibility.js';

/**
 * Gathers the services of all egress listeners, one per hostname: the clusters. What listeners import comes
 * first, so that a mere destination of a rule never takes a name away. Istio: `appendSidecarServices`.
 */
export class ScopeServices {
  readonly #services: Service[] = [];
  readonly #positions = new Map<string, number>();

  get list(): readonly Service[] {
    return this.#services;
  }

  get(hostname: string): Service | undefined {
    const position = this.#positions.get(hostname);
    return position === undefined ? undefined : this.#services[position];
  }

  add(service: Service): void {
    const position = this.#positions.get(service.hostname);
    const known = position === undefined ? undefined : this.#services[position];
    if (position === undefined || known === undefined) {
      this.#positions.set(service.hostname, this.#services.length);
      this.#services.push(service);
    } else if (known !== service) {
      this.#services[position] = combined(known, service);
    }
  }

  /**
   * Services that the rules of a listener send to, even where none of its hosts names them: with the listener's
   * own port where it has one, else with the ports that are asked for.
   */
  addDestinations(listener: EgressListenerScope, registry: Registry, namespace: string): void {
    const own = listenerPort(listener);
    for (const virtualService of listener.virtualServices) {
      for (const [hostname, ports] of destinationsOf(virtualService, namespace)) {
        const found = chooseNamespace(registry, hostname, namespace);
        const trimmed = found && withPorts(found, own === undefined ? ports : new Set([own]));
        if (trimmed !== undefined) this.add(trimmed);
      }
    }
  }
}

/** The same hostname twice: Kubernetes goes first, else ports are united if all else is the same. */
function combined(known: Service, other: Service): Service {
  if (known.registry !== other.registry) return other.registry === 'Kubernetes' ? other : known;
  const missing = other.ports.filter(({ number }) => !known.ports.some((port) => port.number === number));
  if (missing.length === 0 || !canMerge(known, other)) return known;
  return { ...known, ports: [...known.ports, ...missing] };
}

function canMerge(a: Service, b: Service): boolean {
  return (
    a.namespace === b.namespace &&
    a.resolution === b.resolution &&
    sameLabels(a.labels, b.labels) &&
    sameLabels(a.selector ?? {}, b.selector ?? {}) &&
    sameSet(a.exportTo, b.exportTo)
  );
}

function sameLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  );
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((item) => b.has(item));
}

/** That of the client's namespace, else the best that it may see: of Kubernetes, then the oldest. */
export function chooseNamespace(
  registry: Registry,
  hostname: string,
  namespace: string,
): Service | undefined {
  const candidates = registry.byHostname.get(hostname);
  if (candidates === undefined) return undefined;
  const own = candidates.get(namespace);
  if (own !== undefined) return own;
  let best: Service | undefined;
  for (const service of candidates.values()) {
    if (!isVisible(service, namespace)) continue;
    if (best === undefined || isBetter(service, best)) best = service;
  }
  return best;
}

function isBetter(a: Service, b: Service): boolean {
  if (a.registry !== b.registry) return a.registry === 'Kubernetes';
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt;
  return a.namespace < b.namespace;
}

/** With only these ports; 0 among them asks for all. `undefined` where it has none of them. */
export function withPorts(service: Service, numbers: ReadonlySet<number>): Service | undefined {
  if (numbers.has(0)) return service;
  const ports = service.ports.filter(({ number }: ServicePort) => numbers.has(number));
  if (ports.length === 0) return undefined;
  return ports.length === service.ports.length ? service : { ...service, ports };
}

/** Each destination host of the routes that this namespace may take, with the ports asked for. */
function destinationsOf(
  { spec }: ResolvedVirtualService,
  namespace: string,
): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  const add = (destination: { host?: string; port?: { number?: number } } | undefined): void => {
    if (destination?.host === undefined) return;
    const ports = found.get(destination.host) ?? new Set();
    ports.add(destination.port?.number ?? 0);
    found.set(destination.host, ports);
  };
  for (const route of spec.http ?? []) {
    if (!isFor(route.match, namespace)) continue;
    for (const { destination } of route.route ?? []) add(destination);
    add(route.mirror);
    for (const { destination } of route.mirrors ?? []) add(destination);
  }
  for (const route of [...(spec.tcp ?? []), ...(spec.tls ?? [])]) {
    if (!isFor(route.match, namespace)) continue;
    for (const { destination } of route.route ?? []) add(destination);
  }
  return found;
}

/** Whether any condition admits callers of this namespace. */
function isFor(matches: readonly { sourceNamespace?: string }[] | undefined, namespace: string): boolean {
  return (
    matches === undefined ||
    matches.length === 0 ||
    matches.some(({ sourceNamespace }) => !sourceNamespace || sourceNamespace === namespace)
  );
}
