import {
  type Cluster,
  type ClusterLoadAssignment,
  isHostSubset,
  isWildcard,
  type Listener,
  parseClusterName,
  type Steps,
} from '@inmesh/model';
import { EventEmitter } from 'eventemitter3';
import { type ConfigDump, dumpGeneration } from './config-dump.js';
import type { Generation } from './generation.js';
import { hostAddress } from './host-address.js';
import { Kept } from './kept.js';
import { knowsHost } from './known-host.js';
import { reuse } from './reuse.js';
import type { RouteConfigurationIndex } from './route/route-configurations.js';
import type { ScopeChange } from './scope/scope-change.js';

/** What the engine asks of a compiler. A thing that did not change is answered with the same object. */
export interface View {
  /**
   * By its exact bind: `0.0.0.0`, or one address. `inmesh.https` is for calls before they are encrypted,
   * `inmesh.inbound` for connections to a port of the workload.
   */
  listener(address: string, port: number): Listener | undefined;
  /** All of them: what a gateway listens on. Whoever asked once is told when one comes or goes. */
  listeners(): readonly Listener[];
  hasAddressListeners(port: number): boolean;
  /** The address of the one listener on this port, where it is bound to an address and there is no other. */
  soleAddress(port: number): string | undefined;
  routeConfiguration(name: string): RouteConfigurationIndex | undefined;
  cluster(name: string): Cluster | undefined;
  loadAssignment(clusterName: string): ClusterLoadAssignment | undefined;
  /** The names of a service's subsets. */
  subsetNames(hostname: string): readonly string[];
  /** The address that stands for a host of the mesh, as Istio's DNS proxy would answer. */
  hostAddress(name: string): string | undefined;
  /** Whether a service or a rule of the mesh is meant by this name, short or whole. */
  knowsHost(name: string): boolean;
  readonly changes: EventEmitter<ViewEvents>;
}

export interface ViewEvents {
  changed: [change: ViewChange];
}

/** What has changed of that which was asked for; of the rest nobody has an old answer. */
export interface ViewChange {
  readonly routes: ReadonlySet<string> | 'all';
  readonly listeners: boolean;
  readonly clusters: ReadonlySet<string> | 'all';
  readonly endpoints: ReadonlySet<string> | 'all';
}

/**
 * Keeps what was asked for. When a generation takes over, exactly that is compiled anew and compared: what is
 * equal stays the object that it was, and what is not is named in the event.
 */
export class CompiledView implements View {
  readonly changes: EventEmitter<ViewEvents> = new EventEmitter<ViewEvents>();
  #generation: Generation | undefined;
  readonly #listeners = new Kept<Listener>();
  #allListeners: readonly Listener[] | undefined;
  readonly #routes = new Kept<RouteConfigurationIndex>();
  readonly #clusters = new Kept<Cluster>(hostOf);
  readonly #loadAssignments = new Kept<ClusterLoadAssignment>(hostOf);

  listener(address: string, port: number): Listener | undefined {
    return this.#listeners.get(`${address} ${port}`, () => this.#generation?.listener(address, port));
  }

  listeners(): readonly Listener[] {
    this.#allListeners ??= this.#listListeners();
    return this.#allListeners;
  }

  hasAddressListeners(port: number): boolean {
    return this.#generation?.hasAddressListeners(port) ?? false;
  }

  soleAddress(port: number): string | undefined {
    return this.#generation?.soleAddress(port);
  }

  routeConfiguration(name: string): RouteConfigurationIndex | undefined {
    return this.#routes.get(name, () => this.#generation?.routeConfiguration(name));
  }

  cluster(name: string): Cluster | undefined {
    return this.#clusters.get(name, () => this.#generation?.cluster(name));
  }

  loadAssignment(clusterName: string): ClusterLoadAssignment | undefined {
    return this.#loadAssignments.get(clusterName, () => this.#generation?.loadAssignment(clusterName));
  }

  hostAddress(name: string): string | undefined {
    return this.#generation && hostAddress(this.#generation.scope, name);
  }

  knowsHost(name: string): boolean {
    return this.#generation !== undefined && knowsHost(this.#generation.scope, name);
  }

  subsetNames(hostname: string): readonly string[] {
    const rule = this.#generation?.scope.destinationRule(hostname);
    return (rule?.spec.subsets ?? []).flatMap(({ name }) => name ?? []);
  }

  /**
   * Prepares what was asked for, then takes over, and tells: all of that in the last step. Listeners of the event run
   * synchronously, with the new answers in place. `change` says what need not be looked at again; where only
   * endpoints are others, no route and no listener is.
   */
  *following(generation: Generation, change: ScopeChange): Steps<void> {
    const hasNewScope =
      change.everything || change.rules || change.services.size + change.destinationRules.size > 0;
    const large = hasNewScope && isLarge(change) ? generation.largeRouteConfigurations() : [];
    if (hasNewScope) {
      for (const name of new Set([...this.#routes.names(), ...large]))
        yield* generation.preparing(name, this.#routes.peek(name));
    }
    const hosts = affectedHosts(change);
    const cluster = yield* prepared(this.#clusters, hosts(this.#clusters), (name) =>
      generation.cluster(name),
    );
    const loadAssignment = yield* prepared(this.#loadAssignments, hosts(this.#loadAssignments), (name) =>
      generation.loadAssignment(name),
    );

    this.#generation = generation;
    const mayListen = hasNewScope || change.boundEndpoints;
    const listeners = mayListen
      ? this.#listeners.revise((key, previous) => {
          const at = key.lastIndexOf(' ');
          return reuse(previous, generation.listener(key.slice(0, at), Number(key.slice(at + 1))));
        })
      : nothing;
    const isOtherList = mayListen && this.#reviseListeners();
    const hasOtherListeners = listeners.size > 0 || isOtherList;
    const routes = hasNewScope
      ? this.#routes.revise((name, previous) => generation.routeConfiguration(name, previous))
      : nothing;
    const clusters = this.#clusters.revise(cluster, hosts(this.#clusters));
    const endpoints = this.#loadAssignments.revise(loadAssignment, hosts(this.#loadAssignments));
    for (const name of large) this.routeConfiguration(name);
    if (!hasOtherListeners && routes.size + clusters.size + endpoints.size === 0) return;
    this.changes.emit('changed', { listeners: hasOtherListeners, routes, clusters, endpoints });
  }

  /** By their binds, so that each is the object that {@link listener} answers with. */
  #listListeners(): readonly Listener[] {
    return (this.#generation?.listeners() ?? []).flatMap(({ address }) => {
      const socket = address?.socketAddress;
      return socket === undefined ? [] : (this.listener(socket.address, socket.portValue ?? 0) ?? []);
    });
  }

  /** Whether the list, where somebody has asked for it, is another one. */
  #reviseListeners(): boolean {
    const before = this.#allListeners;
    if (before === undefined) return false;
    const now = this.#listListeners();
    if (now.length === before.length && now.every((listener, i) => listener === before[i])) return false;
    this.#allListeners = now;
    return true;
  }

  dump(): ConfigDump {
    return this.#generation === undefined
      ? { listeners: [], routes: [], clusters: [], endpoints: [] }
      : dumpGeneration(this.#generation);
  }
}

const nothing: ReadonlySet<string> = new Set();

/** From so many hosts on whoever asks next should find large things made. */
function isLarge({ everything, services }: ScopeChange): boolean {
  return everything || services.size >= 256;
}

/**
 * Makes in steps the answers to what was asked for so far; the function that it returns knows them, and makes others
 * when it is asked for them. What is equal to the answer before stays the same object.
 */
function* prepared<T extends object>(
  kept: Kept<T>,
  groups: ReadonlySet<string> | undefined,
  make: (name: string) => T | undefined,
): Steps<(name: string, previous: T | undefined) => T | undefined> {
  const made = new Map<string, T | undefined>();
  for (const name of kept.names(groups)) {
    yield;
    made.set(name, reuse(kept.peek(name), make(name)));
  }
  return (name, previous) => (made.has(name) ? made.get(name) : reuse(previous, make(name)));
}

/** Clusters that are no service's share the empty host. */
function hostOf(clusterName: string): string {
  return parseClusterName(clusterName)?.host ?? '';
}

/** Of which hosts clusters and endpoints may be others; `undefined`: of all. */
function affectedHosts(change: ScopeChange): (kept: Kept<object>) => ReadonlySet<string> | undefined {
  if (change.everything) return () => undefined;
  const hosts = new Set(change.endpoints);
  for (const host of change.services) hosts.add(host);
  // The way in follows the rules for the workload's own services.
  if (change.destinationRules.size > 0) hosts.add('');
  const wildcards: string[] = [];
  for (const host of change.destinationRules) {
    if (isWildcard(host)) wildcards.push(host);
    else hosts.add(host);
  }
  if (wildcards.length === 0) return () => hosts;
  const isCovered = (host: string): boolean => wildcards.some((wildcard) => isHostSubset(host, wildcard));
  return (kept) => new Set([...hosts, ...[...kept.groups()].filter(isCovered)]);
}
